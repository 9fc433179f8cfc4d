#ifndef SLOTQUAKE_HARNESS_FAULTS_ALL_PODS_DELETE_H_
#define SLOTQUAKE_HARNESS_FAULTS_ALL_PODS_DELETE_H_

#include <optional>
#include <string>

#include "harness/faults/pod_delete.h"

namespace slotquake {

// Deletes every pod of the cluster with one call. They come back with other addresses,
// and no node is left that knows a right one. All else as PodDelete.
class AllPodsDelete : public PodDelete {
 public:
  static FaultType Type();

  explicit AllPodsDelete(const OptionValues& options)
      : PodDelete("all_pods_delete", GraceOf(options)) {}

  std::string Describe(const FaultContext& context) const override;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_ALL_PODS_DELETE_H_
