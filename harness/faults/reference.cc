#include "harness/faults/reference.h"

#include <utility>

namespace slotquake {
namespace {

using nlohmann::ordered_json;

struct Section {
  std::string title;
  std::string_view text;
};

std::vector<Section> SectionsOf(const FaultType& type) {
  return {{"What it shows", type.teaches},
          {"How", type.how},
          {"Its instant", type.interval},
          {"Proof", type.proof},
          {"Where", type.platforms}};
}

// The text with a capital letter and a full stop.
std::string Sentence(std::string_view text) {
  std::string sentence(text);
  if (sentence.empty()) return sentence;
  if (sentence[0] >= 'a' && sentence[0] <= 'z') {
    sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
  }
  if (sentence.back() != '.') sentence += '.';
  return sentence;
}

// Breaks lines at spaces, so that none is longer than a terminal's.
std::string Wrapped(const std::string& text, const std::string& indent) {
  constexpr std::size_t kWidth = 88;
  std::string out;
  std::string line = indent;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (line.size() > indent.size() && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line = indent;
    }
    line += (line.size() > indent.size() ? " " : "") + word;
    at = end + 1;
  }
  return out + line + "\n";
}

std::string OptionsTable(const FaultType& type) {
  if (type.options.empty()) return "It has no options.\n";
  std::string text = "| option | | |\n|---|---|---|\n";
  for (const OptionSpec& option : type.options) {
    text += "| `" + option.name + "` | " + DescribeForm(option) + " | " +
            Sentence(option.help) + " |\n";
  }
  return text;
}

// What a timeline's entry with this fault may hold.
ordered_json EntryRule(const FaultType& type) {
  ordered_json then = {{"properties", {{"options", SchemaOf(type.options)}}}};
  if (type.whole_cluster) {
    then["not"] = {{"required", {"victim"}}};
  } else {
    then["required"] = {"victim"};
  }
  return {{"if", {{"properties", {{"fault", {{"const", type.name}}}}}}},
          {"then", std::move(then)}};
}

}  // namespace

std::string TellFault(const FaultType& type) {
  std::string text = std::string(type.name) + "\n" + Wrapped(Sentence(type.help), "  ");
  for (const Section& section : SectionsOf(type)) {
    text += "\n  " + section.title + "\n" + Wrapped(Sentence(section.text), "    ");
  }
  text +=
      type.whole_cluster ? "\n  Victims\n    All nodes: a scenario names none.\n" : "";
  text += type.options.empty() ? "\n  It has no options.\n" : "\n  Options\n";
  for (const OptionSpec& option : type.options) {
    text += "    " + option.name + ": " + DescribeForm(option) + "\n" +
            Wrapped(Sentence(option.help), "        ");
  }
  return text;
}

std::string FaultsPage(const std::vector<FaultType>& types) {
  std::string text =
      "<!-- Written by `bazel run //docs:update` from the table of faults. -->\n\n"
      "# Faults\n\n"
      "What can stand as `fault` in a scenario's timeline "
      "([add_a_scenario.md](add_a_scenario.md)). *Its instant* says what the interval "
      "[asked, done] of the record is: whatever is measured against the fault carries "
      "that interval as its uncertainty. A fault whose *proof* does not hold makes the "
      "run inconclusive.\n\n"
      "| fault | |\n|---|---|\n";
  for (const FaultType& type : types) {
    const std::string name(type.name);
    text += "| [`" + name + "`](#" + name + ") | " + std::string(type.help) + " |\n";
  }
  for (const FaultType& type : types) {
    text += "\n## " + std::string(type.name) + "\n\n" + Sentence(type.help);
    if (type.whole_cluster) {
      text += " It hits the cluster as a whole: a scenario names no victim.";
    }
    text += "\n\n";
    for (const Section& section : SectionsOf(type)) {
      text += "- **" + section.title + "**: " + Sentence(section.text) + "\n";
    }
    text += "\n" + OptionsTable(type);
  }
  return text;
}

ordered_json WithFaults(ordered_json schema, const std::vector<FaultType>& types) {
  ordered_json names = ordered_json::array();
  ordered_json rules = ordered_json::array();
  for (const FaultType& type : types) {
    names.push_back(type.name);
    rules.push_back(EntryRule(type));
  }
  schema["definitions"]["faults"] = {{"properties", {{"fault", {{"enum", names}}}}},
                                     {"allOf", std::move(rules)}};
  return schema;
}

}  // namespace slotquake
