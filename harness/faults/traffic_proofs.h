#ifndef SLOTQUAKE_HARNESS_FAULTS_TRAFFIC_PROOFS_H_
#define SLOTQUAKE_HARNESS_FAULTS_TRAFFIC_PROOFS_H_

#include <string>
#include <vector>

#include "harness/faults/cut_plan.h"
#include "harness/faults/fault.h"

// What faults share that make the network worse without cutting it.
namespace slotquake {

// "against" and "direction" of the victims' traffic, in a table and read from it.
std::vector<OptionSpec> TrafficOptionTable();
CutOptions ReadTrafficOptions(const OptionValues& options);

// Between whom, by the same plan as a cut's.
Result<CutPlan> PlanTraffic(const CutOptions& options, const FaultContext& context);

// "between redis-0 and 5 nodes and client-0", "from redis-0 to ...".
std::string DescribeTraffic(const CutOptions& options, const CutPlan& plan);

// Packets have gone through the shapes of this injection.
Proof ProvePacketsShaped(FaultContext& context);
// They are no longer in force.
Proof ProveShapesGone(FaultContext& context);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_TRAFFIC_PROOFS_H_
