#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "harness/base/suggest.h"
#include "harness/check/checker.h"
#include "harness/cli/commands.h"
#include "harness/cli/fetched_servers.h"
#include "harness/cli/known_faults.h"
#include "harness/faults/reference.h"
#include "harness/scenario/parse.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

void Options(Poco::Util::OptionSet& options) {
  AddOption(options, "scenarios", "FOLDER",
            "Where the scenario files are (default: ./scenarios).");
  AddOption(options, "faults", "[NAME]",
            "Tells all there is to know of one fault, or of every one.");
  AddOption(options, "servers", "",
            "The server programs that --server of run knows by name.");
}

int ListScenarios(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".json") && !name.ends_with(".schema.json")) {
      files.push_back(entry.path());
    }
  }
  if (error) {
    std::fprintf(stderr,
                 "slotquake list: cannot read %s (%s); name another folder with "
                 "--scenarios=FOLDER\n",
                 folder.c_str(), error.message().c_str());
    return kExitBadInput;
  }
  std::sort(files.begin(), files.end());
  std::printf("scenarios (in %s)\n", folder.c_str());
  for (const fs::path& file : files) {
    const ParsedScenario parsed = ReadScenario(file, FaultsForScenarios());
    std::printf("  %s\n      %s\n", file.stem().c_str(),
                parsed.ok() ? parsed.scenario.teaches.c_str()
                            : "(not valid; see slotquake validate)");
  }
  return kExitPass;
}

int TellFaults(const std::string& name) {
  std::vector<std::string> names;
  for (const FaultType& type : AllFaults()) names.emplace_back(type.name);
  if (!name.empty() && FindFault(name) == nullptr) {
    std::fprintf(stderr, "slotquake list: no fault \"%s\"%s\n", name.c_str(),
                 SuggestText(name, names).c_str());
    return kExitBadInput;
  }
  bool first = true;
  for (const FaultType& type : AllFaults()) {
    if (!name.empty() && type.name != name) continue;
    std::printf("%s%s", first ? "" : "\n", TellFault(type).c_str());
    first = false;
  }
  return kExitPass;
}

void ListFaults() {
  std::printf("\nfaults (slotquake list --faults=NAME tells more)\n");
  for (const FaultType& type : AllFaults()) {
    std::printf("  %s\n      %s\n", std::string(type.name).c_str(),
                std::string(type.help).c_str());
    for (const OptionSpec& option : type.options) {
      std::printf("      %s: %s\n", option.name.c_str(), DescribeForm(option).c_str());
    }
  }
}

int ListServers() {
  const fs::path folder = ServersFolder();
  const auto servers = FetchedServers(folder);
  std::printf("servers (in %s)\n", folder.c_str());
  for (const FetchedServer& server : servers) {
    std::printf("  %-12s %s\n", server.name.c_str(), server.version.c_str());
  }
  if (servers.empty()) {
    std::printf("  none; bazel run //deploy/servers:fetch puts some there\n");
  }
  return kExitPass;
}

int List(const Arguments& arguments) {
  if (!arguments.operands.empty()) {
    std::fprintf(stderr, "slotquake list: takes no operands\n");
    return kExitBadInput;
  }
  if (arguments.Has("servers")) return ListServers();
  if (arguments.Has("faults")) return TellFaults(arguments.Get("faults"));
  const int code = ListScenarios(arguments.Get("scenarios", "scenarios"));
  if (code != kExitPass) return code;
  ListFaults();
  std::printf("\ncheckers\n");
  for (const CheckerType& type : AllCheckers()) {
    std::printf("  %-18s %s\n", std::string(type.name).c_str(),
                std::string(type.help).c_str());
  }
  return kExitPass;
}

int Validate(const Arguments& arguments) {
  if (arguments.operands.empty()) {
    std::fprintf(stderr, "slotquake validate: name at least one scenario file\n");
    return kExitBadInput;
  }
  int code = kExitPass;
  for (const std::string& file : arguments.operands) {
    const ParsedScenario parsed = ReadScenario(file, FaultsForScenarios());
    if (parsed.ok()) {
      std::printf("%s: valid\n", file.c_str());
    } else {
      code = kExitBadInput;
      std::fputs(DescribeMistakes(file, parsed.mistakes).c_str(), stderr);
    }
  }
  return code;
}

}  // namespace

Command ListCommandSpec() {
  return {.name = "list",
          .operands = "",
          .help = "Lists the scenarios, faults and checkers there are.",
          .footer = "",
          .options = Options,
          .run = List};
}

Command ValidateCommandSpec() {
  return {.name = "validate",
          .operands = "FILE...",
          .help = "Says every mistake in scenario files; starts nothing.",
          .footer = "",
          .options = nullptr,
          .run = Validate};
}

}  // namespace slotquake
