#include "harness/platform/kubernetes/heal_run.h"

#include "harness/platform/kubernetes/heal_machines.h"
#include "harness/platform/kubernetes/removal.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr seconds kRemovalLimit{120};

// Faults after which controllers make pods anew by themselves.
bool IsByApi(const std::string& type) {
  static const std::set<std::string> kByApi = {
      "pod_delete", "all_pods_delete", "rollout_restart", "scale_down", "scale_up"};
  return kByApi.contains(type);
}

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
    } else if (entry.type == "node_partition" && kind_) {
      ForEachMachine(entry, &ClearMachineNetwork);
    } else if (entry.type == "node_partition") {
      for (const std::string& machine : entry.Machines()) LeaveToAgent(entry, machine);
    } else if (entry.type == "node_drain") {
      for (const std::string& machine : entry.Machines()) Uncordon(machine);
    } else if (!remains_.name_spaces.contains(entry.name_space)) {
      // The others are in pods, which go with their namespace if it is the run's.
      if (!entry.stateful_set.empty()) ScaleBack(entry);
      if (!IsByApi(entry.type)) HealPods(entry);
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
    const auto text = inside.Run({"get", "statefulset", entry.stateful_set,
                                  "--ignore-not-found", "--output=json"});
    if (text.ok() && text->empty()) return;  // it was the run's own, and is gone
    const json set =
        text.ok() ? json::parse(*text, nullptr, false) : json(json::value_t::discarded);
    if (!set.is_object()) {
      steps_.Leave(entry.description + ": " + text.message());
    } else if (set.value("spec", json::object()).value("replicas", 1) !=
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
      } else {
        LeaveToAgent(entry, machine);
      }
    }
  }

  // An agent undoes what was done to its machine when it ends, with its namespace.
  void LeaveToAgent(const JournalEntry& entry, const std::string& machine) {
    if (HasAgent(machine)) return;
    steps_.Leave(entry.description + " may still be in force on machine " + machine +
                 ", where no agent runs that could undo it: a cut machine is free "
                 "after some minutes, else delete the pods that were hit, so that new "
                 "ones take their place");
  }

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
  const auto remove = [&](const std::string& name_space, bool lent = false) {
    return RemoveRun(kubectl,
                     {.run = remains.run, .name_space = name_space, .lent = lent},
                     kRemovalLimit, never);
  };
  for (const std::string& name_space : remains.name_spaces) {
    steps.Do("remove namespace " + name_space + " and all else of run " + remains.run,
             [&] { return remove(name_space); });
  }
  for (const std::string& name_space : remains.lent) {
    steps.Do("remove all of run " + remains.run + " from namespace " + name_space,
             [&] { return remove(name_space, true); });
  }
  if (remains.name_spaces.empty() && remains.lent.empty() && remains.cluster_wide) {
    steps.Do("remove what has no namespace of run " + remains.run,
             [&] { return remove("slotquake-" + remains.run); });
  }
}

}  // namespace slotquake
