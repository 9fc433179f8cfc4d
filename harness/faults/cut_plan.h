#ifndef SLOTQUAKE_HARNESS_FAULTS_CUT_PLAN_H_
#define SLOTQUAKE_HARNESS_FAULTS_CUT_PLAN_H_

#include <string>
#include <vector>

#include "harness/faults/fault.h"

// How the network is divided: pure, for all faults that cut it.
namespace slotquake {

// What a cut lets through, as scenarios say it.
struct CutOptions {
  std::string against = "all";     // "nodes", "clients", "all": who is opposite
  std::string direction = "both";  // "from", "to" the victims' side, "both"
  Plane plane = Plane::kAll;
  bool refuse = false;
  // Clients on the victims' side: "", "all", or names with commas between them.
  std::string with_clients;
};

// A way that a cut closes, and what a connection over it must see.
struct CutProbe {
  std::string from;
  std::string to;  // a node
  Plane plane = Plane::kAll;
  std::string expected;  // "timed out", "connection refused"
};

struct CutPlan {
  std::vector<std::string> side;      // of the victims
  std::vector<std::string> opposite;  // the others
  std::vector<Block> blocks;
  std::vector<CutProbe> probes;  // for each victim and each kind of host opposite
};

// The plan of one cut between `victims` and whoever is opposite. An error says why
// nothing would be cut.
Result<CutPlan> PlanCut(const CutOptions& options,
                        const std::vector<std::string>& victims,
                        const std::vector<std::string>& nodes,
                        const std::vector<std::string>& clients);

// "all", "client", "replication", "bus".
Plane PlaneOf(const std::string& name);

// Whether the other nodes can no longer hear a victim on the cluster bus, or it them:
// fault_effect::kNetworkCut, else kNetworkImpaired.
std::string_view EffectOfCut(const CutOptions& options);

// What does not fit together; "" if all does.
std::string CheckCut(const CutOptions& options);

// "5 nodes and client-0".
std::string SummaryOf(const std::vector<std::string>& hosts);

// "redis-0 and client-1 cut off from 5 nodes and client-0, cluster bus only".
std::string DescribeCut(const CutOptions& options, const CutPlan& plan);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_CUT_PLAN_H_
