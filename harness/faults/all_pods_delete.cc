#include "harness/faults/all_pods_delete.h"

namespace slotquake {

FaultType AllPodsDelete::Type() {
  return {
      .name = "all_pods_delete",
      .help = "deletes every pod of the cluster at once",
      .how =
          "kubectl delete pod with the names of all, in one call, and the wait until "
          "none of the old servers answers. They come back by themselves; \"recover\" "
          "as with pod_delete.",
      .interval = "from before the call until no old server answers",
      .proof = "For every pod as with pod_delete.",
      .teaches =
          "Whether the cluster finds itself again when every node has another "
          "address, and what the servers had saved.",
      .platforms = "On Kubernetes.",
      .options = GraceOptions(),
      .make = MakeFault<AllPodsDelete>,
      .check = CheckGrace,
      .whole_cluster = true,
      .by_api = true,
  };
}

std::string AllPodsDelete::Describe(const FaultContext& context) const {
  return "deletion of all " + std::to_string(context.victims.size()) + " pods " +
         HowLong();
}

}  // namespace slotquake
