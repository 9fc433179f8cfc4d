#ifndef SLOTQUAKE_HARNESS_RUNNER_OWN_KEYS_H_
#define SLOTQUAKE_HARNESS_RUNNER_OWN_KEYS_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/load/final_read.h"
#include "harness/runner/load_set.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// The keys that loads write, in a cluster that is somebody else's: only such as nobody
// had before, and gone afterwards. Not thread-safe.
class OwnKeys {
 public:
  using Read =
      std::function<Result<std::vector<FinalRead>>(const FinalReadConfig& config)>;

  // `read` asks the cluster, from where the load's clients are.
  OwnKeys(const std::vector<LoadSpec>& loads, const LoadTarget& target, Read read);

  // Before the first load. The error names keys that are there, or says why it can not
  // be told; nothing was written.
  Status Claim();
  // Deletes what was claimed. The error counts the keys that may still be there.
  Status Remove();

 private:
  FinalReadConfig config_;
  Read read_;
  bool claimed_ = false;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_OWN_KEYS_H_
