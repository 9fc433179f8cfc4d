#include "harness/platform/kubernetes/heal_machines.h"

#include <sstream>

#include "harness/platform/kubernetes/manifests.h"

namespace slotquake {
namespace {

// Shell functions. Each prints a line for what it finds, and changes it if $act is 1.
constexpr const char* kFunctions = R"sh(
# clear_tables COMMAND...: in the network that COMMAND runs in
clear_tables() {
  "$@" nft list tables | while read -r _ family table; do
    case "$table" in slotquake_*) ;; *) continue ;; esac
    echo "remove table $table"
    [ "$act" = 0 ] || "$@" nft delete table "$family" "$table"
  done
}
# clear_pod UID: the processes of a pod, and its network
clear_pod() {
  keeper=''
  for process in /proc/[0-9]*; do
    # A driver of cgroups writes - as _.
    grep -qs -e "$1" -e "$(echo "$1" | tr - _)" "$process/cgroup" || continue
    keeper="${process#/proc/}"
    grep -qs '^State:[[:space:]]*T' "$process/status" || continue
    echo "continue process $keeper of pod $1"
    [ "$act" = 0 ] || kill -CONT "$keeper"
  done
  [ -z "$keeper" ] || clear_tables nsenter --target="$keeper" --net
}
# clear_folder PATH
clear_folder() {
  [ -e "$1" ] || return 0
  echo "remove $1"
  [ "$act" = 0 ] || rm -rf "$1"
}
)sh";

// Runs the functions there, and takes each line that they print for a step.
void RunSteps(const KindCluster& cluster, const std::string& machine,
              const std::string& script, HealSteps& steps) {
  const auto printed =
      cluster.Shell(machine, "act=" + std::string(steps.dry_run() ? "0" : "1") + "\n" +
                                 kFunctions + script);
  if (!printed.ok()) {
    // What is off, and is to stay so in a dry run, can not be looked at.
    if (!steps.dry_run()) steps.Leave(machine + ": " + printed.message());
    return;
  }
  std::istringstream lines(*printed);
  for (std::string line; std::getline(lines, line);) {
    steps.Done(line + " on machine " + machine);
  }
}

}  // namespace

void WakeMachine(const KindCluster& cluster, const std::string& machine,
                 HealSteps& steps) {
  const auto state = cluster.State(machine);
  if (!state.ok()) {
    steps.Leave("machine " + machine + ": " + state.message());
  } else if (*state == MachineState::kStopped) {
    steps.Do("start machine " + machine, [&] { return cluster.Start(machine); });
  } else if (*state == MachineState::kPaused) {
    steps.Do("let machine " + machine + " go on",
             [&] { return cluster.Resume(machine); });
  }
}

void ClearMachineNetwork(const KindCluster& cluster, const std::string& machine,
                         HealSteps& steps) {
  RunSteps(cluster, machine, "clear_tables\n", steps);
}

void ClearPods(const KindCluster& cluster, const std::string& machine,
               const std::set<std::string>& pod_uids, HealSteps& steps) {
  std::string script;
  for (const std::string& uid : pod_uids) script += "clear_pod '" + uid + "'\n";
  RunSteps(cluster, machine, script, steps);
}

void ClearData(const KindCluster& cluster, const std::string& machine,
               const std::string& run, HealSteps& steps) {
  if (!run.empty()) {
    RunSteps(cluster, machine, "clear_folder '" + DataFolderOf(run) + "'\n", steps);
    return;
  }
  RunSteps(cluster, machine,
           "for folder in '" + DataFolderOf("") +
               "'*; do clear_folder \"$folder\"; done\nclear_folder /run/slotquake\n",
           steps);
}

}  // namespace slotquake
