#include "harness/agent/agent.h"

#include <set>
#include <utility>

#include "harness/agent/volumes.h"

namespace slotquake {

Agent::Agent(AgentSettings settings)
    : settings_(std::move(settings)),
      process_power_(&settings_.processes, settings_.notes),
      network_power_(&settings_.processes),
      shape_power_(&settings_.processes) {}

Result<Undone> Agent::Undo(const std::optional<std::vector<std::string>>& pod_uids,
                           bool machine) {
  std::vector<std::optional<std::string>> whose;
  if (pod_uids) {
    whose.assign(pod_uids->begin(), pod_uids->end());
  } else {
    whose = {std::nullopt};
  }
  Undone undone;
  Status first = Status::Ok();
  const auto add = [&first](const Result<int>& done, int& sum) {
    if (done.ok()) sum += *done;
    if (!done.ok() && first.ok()) first = done.status();
  };
  // Processes first: an ending that is watched could put a new table in force.
  for (const auto& pod : whose) add(process_power_.Undo(pod), undone.continued);
  for (const auto& pod : whose) {
    add(network_power_.Undo(pod, !pod && machine), undone.tables);
  }
  if (pod_uids && machine) add(network_power_.Undo("", true), undone.tables);
  if (!first.ok()) return first;
  for (const auto& pod : whose) shape_power_.LetGo(pod);
  return undone;
}

Status Agent::UndoOwn() {
  std::set<std::string> pods = process_power_.TouchedPods();
  pods.merge(network_power_.TouchedPods());
  pods.merge(shape_power_.TouchedPods());
  Status first =
      Undo(std::vector<std::string>(pods.begin(), pods.end()), false).status();
  for (const std::string& cut : network_power_.MachineCuts()) {
    const Status healed = network_power_.HealMachine(cut);
    if (first.ok()) first = healed;
  }
  return first;
}

Status Agent::RemoveVolumes(const std::string& folder) const {
  return slotquake::RemoveVolumes(settings_.volumes, folder);
}

}  // namespace slotquake
