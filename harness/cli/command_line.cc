#include "harness/cli/command_line.h"

#include <charconv>
#include <sstream>

#include "Poco/Util/HelpFormatter.h"
#include "Poco/Util/Option.h"
#include "Poco/Util/OptionException.h"
#include "Poco/Util/OptionProcessor.h"
#include "harness/base/suggest.h"

namespace slotquake {
namespace {

using Poco::Util::OptionSet;

OptionSet OptionsOf(const Command& command) {
  OptionSet options;
  AddOption(options, "help", "", "Says what this command does and what it takes.");
  if (command.options != nullptr) command.options(options);
  return options;
}

std::vector<std::string> NamesOf(const OptionSet& options) {
  std::vector<std::string> names;
  for (const auto& option : options) names.push_back(option.fullName());
  return names;
}

// What is wrong with this word. The exceptions' own texts are bare names.
std::string Explain(const std::string& word, const Poco::Exception& exception,
                    const OptionSet& options) {
  const std::string given = word.substr(0, word.find('='));
  const std::string name = given.substr(given.find_first_not_of('-'));
  std::vector<std::string> names = NamesOf(options);
  if (dynamic_cast<const Poco::Util::UnknownOptionException*>(&exception) != nullptr) {
    return "unknown option " + given + SuggestText(name, names);
  }
  if (dynamic_cast<const Poco::Util::DuplicateOptionException*>(&exception) !=
      nullptr) {
    return given + " is given twice";
  }
  if (dynamic_cast<const Poco::Util::UnexpectedArgumentException*>(&exception) !=
      nullptr) {
    return given + " takes no value";
  }
  if (dynamic_cast<const Poco::Util::AmbiguousOptionException*>(&exception) !=
      nullptr) {
    std::string text = given + " is short for more than one option:";
    for (const std::string& known : names) {
      if (known.starts_with(name)) text += " --" + known;
    }
    return text;
  }
  return word + ": " + exception.message();
}

}  // namespace

std::string Arguments::Get(const std::string& name, const std::string& fallback) const {
  const auto it = options.find(name);
  return it == options.end() ? fallback : it->second;
}

void AddOption(OptionSet& options, const std::string& name, const std::string& value,
               const std::string& help) {
  Poco::Util::Option option(name, "", help, false);
  const bool optional = value.starts_with("[");
  if (!value.empty()) {
    option.argument(optional ? value.substr(1, value.size() - 2) : value, !optional);
  }
  options.addOption(option);
}

Result<Arguments> ReadArguments(const Command& command,
                                const std::vector<std::string>& words) {
  const OptionSet options = OptionsOf(command);
  Poco::Util::OptionProcessor processor(options);
  processor.setUnixStyle(true);
  Arguments arguments;
  std::string mistakes;
  const auto note = [&](const std::string& mistake) {
    mistakes += (mistakes.empty() ? "" : "\n") + mistake;
  };
  for (const std::string& word : words) {
    try {
      std::string name;
      std::string value;
      if (!processor.process(word, name, value)) {
        arguments.operands.push_back(word);
      } else if (!name.empty()) {
        arguments.options[name] = value;
      }
    } catch (const Poco::Exception& e) {
      note(Explain(word, e, options));
    }
  }
  try {
    processor.checkRequired();
  } catch (const Poco::Exception& e) {
    note("--" + e.message());  // "--seed requires S"
  }
  if (!mistakes.empty()) return Status::Error(mistakes);
  return arguments;
}

std::string HelpFor(const Command& command) {
  const OptionSet options = OptionsOf(command);
  Poco::Util::HelpFormatter formatter(options);
  formatter.setUnixStyle(true);
  formatter.setWidth(100);
  formatter.setCommand("slotquake " + command.name);
  formatter.setUsage(command.operands + (command.operands.empty() ? "" : " ") +
                     "[OPTIONS]");
  formatter.setHeader("\n" + command.help + "\n");
  formatter.setFooter(command.footer);
  std::ostringstream text;
  formatter.format(text);
  return text.str();
}

Result<std::int64_t> NumberOption(const Arguments& arguments, const std::string& name,
                                  std::int64_t fallback, std::int64_t min,
                                  std::int64_t max) {
  if (!arguments.Has(name)) return fallback;
  const std::string text = arguments.Get(name);
  std::int64_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min ||
      value > max) {
    return Status::Error("--" + name + " must be a whole number from " +
                         std::to_string(min) + " to " + std::to_string(max) +
                         ", not \"" + text + "\"");
  }
  return value;
}

}  // namespace slotquake
