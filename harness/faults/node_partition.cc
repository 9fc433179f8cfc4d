#include "harness/faults/node_partition.h"

#include <thread>

namespace slotquake {
namespace {

// Within this, somebody has surely tried to pass: the kubelet, the cluster's bus.
constexpr std::chrono::seconds kLimit{5};

Proof ProveStopped(FaultContext& context, const std::string& machine) {
  const Nanos until = MonotonicNow() + kLimit;
  while (true) {
    const auto stopped = context.cluster.machine_control()->Stopped(machine);
    const bool holds = stopped.ok() && *stopped > 0;
    if (holds || MonotonicNow() >= until) {
      return {.what = stopped.ok()
                          ? std::to_string(*stopped) + " packets from and to " +
                                machine + " stopped by the cut"
                          : stopped.message(),
              .holds = holds,
              .at = context.now()};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace

Status NodePartition::CheckPossible(MachineControl& machines) const {
  return machines.CheckCut();
}

Status NodePartition::Break(MachineControl& machines, const std::string& machine) {
  return machines.Cut(machine);
}

Status NodePartition::Mend(MachineControl& machines, const std::string& machine) {
  return machines.Heal(machine);
}

std::vector<Proof> NodePartition::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveSilent(context, node));
  }
  for (const std::string& machine : targets()) {
    proofs.push_back(ProveStopped(context, machine));
  }
  return proofs;
}

}  // namespace slotquake
