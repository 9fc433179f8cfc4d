#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_MACHINE_CUT_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_MACHINE_CUT_H_

#include <cstdint>
#include <string>

#include "harness/base/status.h"
#include "harness/platform/kubernetes/kind_cluster.h"

// Cuts a machine of kind, with its pods, from every other machine: packets that come
// from or leave by the interface of its default route are dropped, before connections
// are tracked and after addresses are translated. Pods of one machine go on reaching
// each other, as behind a switch that died. The rules are nftables table
// "slotquake_machine" in the machine's own network namespace. Thread-safe.
namespace slotquake {

// Harmless when it is cut already: the counter begins at 0 again.
Status CutMachine(const KindCluster& cluster, const std::string& machine);
// Harmless when it is not cut.
Status HealMachine(const KindCluster& cluster, const std::string& machine);
// How many packets the cut has stopped; an error when there is none.
Result<std::int64_t> PacketsStopped(const KindCluster& cluster,
                                    const std::string& machine);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_MACHINE_CUT_H_
