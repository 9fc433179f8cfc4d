#include "harness/faults/all_pods_delete.h"

namespace slotquake {

std::string AllPodsDelete::Describe(const FaultContext& context) const {
  return "deletion of all " + std::to_string(context.victims.size()) + " pods " +
         HowLong();
}

}  // namespace slotquake
