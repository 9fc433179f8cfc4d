#ifndef SLOTQUAKE_HARNESS_RUNNER_LOAD_SET_H_
#define SLOTQUAKE_HARNESS_RUNNER_LOAD_SET_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/history/record.h"
#include "harness/load/final_read.h"
#include "harness/load/load.h"
#include "harness/runner/fleet.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// What loads work on.
struct LoadTarget {
  std::vector<Endpoint> seeds;
  std::string password;
  Endpoint http;  // the hit counter, if there is one
  std::vector<std::vector<SlotRange>> shards;
};

// The keys that a load works on.
std::vector<std::string> KeysOf(const LoadSpec& spec, const LoadTarget& target);

// What one worker does of a load.
struct LoadPart {
  int worker = 0;
  int id = 0;        // the worker's number for it
  std::string load;  // "0_hits": the same for all parts of a load
};

// A trial's loads, each spread over all loading workers. Not thread-safe.
class LoadSet {
 public:
  // `now` gives the time on the record's axis. `fleet` must outlive this.
  LoadSet(const Fleet& fleet, std::function<Nanos()> now)
      : fleet_(fleet), now_(std::move(now)) {}

  // Starts one more load. After an error some of its parts may run.
  Status Start(const LoadSpec& spec, const LoadTarget& target, std::uint64_t seed);
  // Returns when nothing is in flight any more, on any worker. What went wrong, a
  // sentence each.
  std::vector<std::string> Stop();

  const std::vector<LoadPart>& parts() const { return parts_; }
  // One for each part, in the order of parts().
  const std::vector<LoadRecord>& records() const { return records_; }
  // What is to be read at the end; each key once.
  std::vector<FinalReadConfig> FinalReads(const LoadTarget& target) const;

 private:
  Status StartPart(LoadConfig config, const LoadSpec& spec, int worker);

  const Fleet& fleet_;
  std::function<Nanos()> now_;
  std::vector<LoadConfig> loads_;  // as one worker would have each
  std::vector<LoadPart> parts_;
  std::vector<LoadRecord> records_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_LOAD_SET_H_
