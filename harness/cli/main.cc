#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "harness/base/suggest.h"
#include "harness/cli/commands.h"

namespace slotquake {

const std::vector<Command>& AllCommands() {
  static const std::vector<Command> kAll = {
      RunCommandSpec(),    ExploreCommandSpec(), CheckCommandSpec(),
      ReportCommandSpec(), ListCommandSpec(),    ValidateCommandSpec(),
      WorkerCommandSpec(), HealCommandSpec(),    HitCounterCommandSpec(),
      AgentCommandSpec(),
  };
  return kAll;
}

namespace {

std::string Overview() {
  std::string text =
      "slotquake: a chaos and failover test harness for Redis Cluster and Valkey "
      "Cluster\n\nusage: slotquake COMMAND [OPTIONS]\n\n";
  for (const Command& command : AllCommands()) {
    std::string line = "  " + command.name + " " + command.operands;
    line.resize(std::max<std::size_t>(line.size(), 18), ' ');
    text += line + "  " + command.help + "\n";
  }
  return text +
         "\n`slotquake COMMAND --help` says more.\n"
         "exit codes: 0 pass, 1 fail, 2 inconclusive, 254 bad arguments or scenario,\n"
         "255 the harness itself failed\n";
}

int RunOne(const Command& command, const std::vector<std::string>& words) {
  const auto arguments = ReadArguments(command, words);
  if (!arguments.ok()) {
    std::fprintf(stderr, "slotquake %s: %s\n(see slotquake %s --help)\n",
                 command.name.c_str(), arguments.message().c_str(),
                 command.name.c_str());
    return kExitBadInput;
  }
  if (arguments->Has("help")) {
    std::fputs(HelpFor(command).c_str(), stdout);
    return kExitPass;
  }
  return command.run(*arguments);
}

int Main(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    std::fputs(Overview().c_str(), words.empty() ? stderr : stdout);
    return words.empty() ? kExitBadInput : kExitPass;
  }
  std::vector<std::string> names;
  for (const Command& command : AllCommands()) {
    if (command.name == words[0]) {
      return RunOne(command, {words.begin() + 1, words.end()});
    }
    names.push_back(command.name);
  }
  std::fprintf(stderr, "slotquake: unknown command \"%s\"%s\n", words[0].c_str(),
               SuggestText(words[0], names).c_str());
  return kExitBadInput;
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  try {
    return slotquake::Main({argv + 1, argv + argc});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "slotquake: %s\n", e.what());
    return slotquake::kExitHarnessFailed;
  }
}
