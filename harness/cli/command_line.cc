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

}  // namespace

std::string Arguments::Get(const std::string& name, const std::string& fallback) const {
  const auto it = options.find(name);
  return it == options.end() ? fallback : it->second;
}

void AddOption(OptionSet& options, const std::string& name, const std::string& value,
               const std::string& help) {
  Poco::Util::Option option(name, "", help, false);
  if (!value.empty()) option.argument(value);
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
    } catch (const Poco::Util::UnknownOptionException&) {
      const std::string name =
          word.substr(0, word.find('=')).substr(word.find_first_not_of('-'));
      note("unknown option " + word.substr(0, word.find('=')) +
           SuggestText(name, NamesOf(options)));
    } catch (const Poco::Exception& e) {
      note(word + ": " + e.message());
    }
  }
  try {
    processor.checkRequired();
  } catch (const Poco::Exception& e) {
    note(e.message());
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
