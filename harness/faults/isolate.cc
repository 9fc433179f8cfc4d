#include "harness/faults/isolate.h"

#include <iterator>

namespace slotquake {

FaultType Isolate::Type() {
  return {
      .name = "isolate",
      .help = "each victim is cut off from all other nodes and clients",
      .how =
          "As partition, with each victim alone on its side. The harness's own way "
          "to the nodes is not cut.",
      .interval =
          "from before the rules are handed to the kernel until they are in "
          "force, all at once",
      .proof = "As partition, for each victim.",
      .teaches =
          "A node that lost its network and lives on: clients see silence, the "
          "others replace it, and it stops acknowledging by itself.",
      .platforms = "local and Kubernetes; needs nftables.",
      .options = CutOptionTable(),
      .make = MakeFault<Isolate>,
      .check = CheckCutOptions,
  };
}

Result<CutPlan> Isolate::Plan(const FaultContext& context) const {
  CutPlan all;
  for (const std::string& victim : context.nodes()) {
    auto plan = PlanCut(options(), {victim}, context.cluster.nodes(), context.clients);
    if (!plan.ok()) return plan.status();
    all.side.push_back(victim);
    // Whoever is opposite the last one will do for the description.
    all.opposite = std::move(plan->opposite);
    std::move(plan->blocks.begin(), plan->blocks.end(), std::back_inserter(all.blocks));
    std::move(plan->probes.begin(), plan->probes.end(), std::back_inserter(all.probes));
  }
  return all;
}

}  // namespace slotquake
