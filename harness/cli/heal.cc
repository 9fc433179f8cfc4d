// `slotquake heal`: undoes and removes what killed runs have left.
#include "harness/platform/kubernetes/heal.h"

#include <cstdio>

#include "harness/cli/commands.h"

namespace slotquake {
namespace {

void HealFlags(Poco::Util::OptionSet& options) {
  AddOption(options, "context", "NAME",
            "The cluster, as kubectl calls it (default: kubectl's current one).");
  AddOption(options, "kubeconfig", "FILE", "Where kubectl finds it.");
  AddOption(
      options, "run", "ID",
      "Only this run, as its folder is called (default: all runs, also those that "
      "go on).");
  AddOption(options, "namespace", "NAME",
            "Only what runs have left in this namespace, which stays; the rights of "
            "deploy/kubernetes/rbac/runner.yaml are enough.");
  AddOption(options, "dry-run", "", "Say what would be done; do nothing.");
}

int RunHeal(const Arguments& arguments) {
  if (!arguments.operands.empty()) {
    std::fputs("slotquake heal: takes no operands; a run is named by --run=ID\n",
               stderr);
    return kExitBadInput;
  }
  HealOptions options;
  options.target.context = arguments.Get("context");
  options.target.kubeconfig = arguments.Get("kubeconfig");
  options.run = arguments.Get("run");
  options.name_space = arguments.Get("namespace");
  options.dry_run = arguments.Has("dry-run");
  const Healed healed = Heal(options, [](const std::string& line) {
    std::puts(line.c_str());
    std::fflush(stdout);
  });
  for (const std::string& left : healed.left) {
    std::fprintf(stderr, "slotquake heal: %s\n", left.c_str());
  }
  if (!healed.left.empty()) return kExitHarnessFailed;
  std::puts(healed.steps == 0 ? "nothing to heal"
            : options.dry_run ? "that would be all"
                              : "healed");
  return kExitPass;
}

}  // namespace

Command HealCommandSpec() {
  return {
      .name = "heal",
      .operands = "",
      .help = "Undoes and removes what killed runs have left in a Kubernetes cluster.",
      .footer =
          "Touches only what has the label slotquake/run, what a run's journal "
          "says that it broke, and kind clusters that runs made for themselves. "
          "Exit codes: 0 nothing is left, 255 something is, 254 bad arguments.",
      .options = HealFlags,
      .run = RunHeal};
}

}  // namespace slotquake
