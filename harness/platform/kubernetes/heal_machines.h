#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_MACHINES_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_MACHINES_H_

#include <set>
#include <string>

#include "harness/platform/kubernetes/heal_steps.h"
#include "harness/platform/kubernetes/kind_cluster.h"

// What a heal does to the machines of a kind cluster, with nothing but the Docker
// engine: it works where neither an agent nor the network does.
namespace slotquake {

// Starts it if it is off, lets it go on if it is paused.
void WakeMachine(const KindCluster& cluster, const std::string& machine,
                 HealSteps& steps);

// Removes the tables of nftables that begin with slotquake_ from the machine's own
// network.
void ClearMachineNetwork(const KindCluster& cluster, const std::string& machine,
                         HealSteps& steps);

// The same in the networks of these pods, where they run there; and continues their
// processes that are stopped.
void ClearPods(const KindCluster& cluster, const std::string& machine,
               const std::set<std::string>& pod_uids, HealSteps& steps);

// Removes the data of a run, or, if `run` is "", of all runs, and what agents have
// written down.
void ClearData(const KindCluster& cluster, const std::string& machine,
               const std::string& run, HealSteps& steps);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_MACHINES_H_
