#include "harness/platform/kubernetes/heal_run.h"

#include "harness/platform/kubernetes/heal_machines.h"
#include "harness/platform/kubernetes/removal.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr seconds kRemovalLimit{120};

// What of one fault is still in force.
class FaultHealer {
 public:
  FaultHealer(const Kubectl& kubectl, const std::optional<KindCluster>& kind,
              const std::string& why_not, const RunRemains& remains, HealSteps& steps)
      : kubectl_(kubectl),
        kind_(kind),
        why_not_(why_not),
        remains_(remains),
        steps_(steps) {}

  void Heal(const JournalEntry& entry) {
    if (entry.type == "node_stop" || entry.type == "node_pause") {
      ForEachMachine(entry, &WakeMachine);
    } else if (entry.type == "node_partition") {
      ForEachMachine(entry, &ClearMachineNetwork);
    } else if (entry.type == "node_drain") {
      for (const std::string& machine : entry.Machines()) Uncordon(machine);
    } else if (!remains_.name_spaces.contains(entry.name_space)) {
      // The others are in pods, which go with their namespace if it is the run's.
      if (!entry.stateful_set.empty()) ScaleBack(entry);
      HealPods(entry);
    }
  }

 private:
  void ForEachMachine(const JournalEntry& entry,
                      void (*act)(const KindCluster&, const std::string&, HealSteps&)) {
    for (const std::string& machine : entry.Machines()) {
      if (kind_) {
        act(*kind_, machine, steps_);
      } else {
        steps_.Leave(entry.description + " on machine " + machine +
                     " can not be undone from here: " + why_not_);
      }
    }
  }

  void Uncordon(const std::string& machine) {
    const auto node = kubectl_.Json({"get", "node", machine, "--output=json"});
    if (!node.ok()) {
      steps_.Leave("machine " + machine + ": " + node.message());
    } else if (node->value("spec", json::object()).value("unschedulable", false)) {
      steps_.Do("uncordon machine " + machine, [&] {
        return kubectl_.Run({"uncordon", machine}).status();
      });
    }
  }

  void ScaleBack(const JournalEntry& entry) {
    const Kubectl inside = kubectl_.In(entry.name_space);
    const auto set =
        inside.Json({"get", "statefulset", entry.stateful_set, "--output=json"});
    if (!set.ok()) {
      steps_.Leave(entry.description + ": " + set.message());
    } else if (set->value("spec", json::object()).value("replicas", 1) !=
               entry.replicas) {
      const std::string wanted = std::to_string(entry.replicas);
      steps_.Do("scale StatefulSet " + entry.stateful_set + " of namespace " +
                    entry.name_space + " back to " + wanted,
                [&] {
                  return inside
                      .Run({"scale", "statefulset/" + entry.stateful_set,
                            "--replicas=" + wanted})
                      .status();
                });
    }
  }

  void HealPods(const JournalEntry& entry) {
    for (const std::string& machine : entry.Machines()) {
      std::set<std::string> uids;
      for (const JournalVictim& victim : entry.victims) {
        if (victim.machine == machine) uids.insert(victim.uid);
      }
      if (kind_) {
        ClearPods(*kind_, machine, uids, steps_);
      } else if (!HasAgent(machine)) {
        steps_.Leave(entry.description + " may still be in force on machine " +
                     machine +
                     ", where no agent runs that could undo it: delete the pods that "
                     "it hit, so that new ones take their place");
      }
    }
  }

  // An agent undoes what was done to its machine when it ends, with its namespace.
  bool HasAgent(const std::string& machine) {
    const auto agents =
        kubectl_.In(remains_.journal->name_space)
            .Json({"get", "pods", "--selector=app.kubernetes.io/component=agent",
                   "--field-selector=status.phase=Running,spec.nodeName=" + machine,
                   "--output=json"});
    return agents.ok() && !agents->value("items", json::array()).empty();
  }

  const Kubectl& kubectl_;
  const std::optional<KindCluster>& kind_;
  const std::string& why_not_;
  const RunRemains& remains_;
  HealSteps& steps_;
};

}  // namespace

void UndoFaults(const Kubectl& kubectl, const std::optional<KindCluster>& kind,
                const std::string& why_not, const RunRemains& remains,
                HealSteps& steps) {
  if (!remains.journal) return;
  FaultHealer healer(kubectl, kind, why_not, remains, steps);
  for (const JournalEntry& entry : remains.journal->entries) {
    if (entry.undone_at.empty()) healer.Heal(entry);
  }
}

void RemoveRemains(const Kubectl& kubectl, const RunRemains& remains,
                   HealSteps& steps) {
  const auto never = [] { return false; };
  const auto remove = [&](const std::string& name_space) {
    const RunTraces traces = {.run = remains.run, .name_space = name_space};
    const Status removed = RemoveRun(kubectl, traces, kRemovalLimit, never);
    if (removed.ok() || name_space.empty()) return removed;
    // Nobody says goodbye for the pods of a machine that is gone for good.
    const Status forced = kubectl.In(name_space)
                              .Run({"delete", "pods", "--all", "--force",
                                    "--grace-period=0", "--ignore-not-found"})
                              .status();
    return forced.ok() ? RemoveRun(kubectl, traces, kRemovalLimit / 2, never) : removed;
  };
  for (const std::string& name_space : remains.name_spaces) {
    steps.Do("remove namespace " + name_space + " and all else of run " + remains.run,
             [&] { return remove(name_space); });
  }
  if (remains.name_spaces.empty() && remains.cluster_wide) {
    steps.Do("remove what has no namespace of run " + remains.run,
             [&] { return remove("slotquake-" + remains.run); });
  }
}

}  // namespace slotquake
