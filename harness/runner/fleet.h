#ifndef SLOTQUAKE_HARNESS_RUNNER_FLEET_H_
#define SLOTQUAKE_HARNESS_RUNNER_FLEET_H_

#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/history/record.h"
#include "harness/platform/platform.h"
#include "harness/runner/stop.h"
#include "harness/worker/worker_client.h"

namespace slotquake {

// The workers of a trial: those that load ("client-0", ...), and one that observes. A
// copy speaks with the same workers. Not thread-safe, but for the WorkerClients.
class Fleet {
 public:
  struct Member {
    WorkerRecord record;
    WorkerClient client;
    std::string instance;  // of its process, when we met
  };

  // Starts so many that load and the observer, and meets them: their clocks and who
  // they are.
  static Result<Fleet> Start(Platform& platform, int loading);

  // Loading workers by their index, then the observer.
  const std::vector<Member>& members() const { return members_; }
  int loading() const { return static_cast<int>(members_.size()) - 1; }
  const WorkerClient& client(int index) const {
    return members_[static_cast<std::size_t>(index)].client;
  }
  const WorkerClient& observer() const { return members_.back().client; }

  std::vector<WorkerRecord> Records() const;

  // Waits until all that load can connect to `at`: a Service whose pod runs is known to
  // the machines only a moment later. An error after `limit`, or when asked to stop.
  Status AwaitReachable(const Endpoint& at, Nanos limit,
                        const StopRequested& stop) const;

  // To be asked when all was fetched: reads every clock once more, so that offset and
  // bound hold for the whole time between, whatever the drift; and sees whether each is
  // still the process that we met. What went wrong, a sentence each.
  std::vector<std::string> Verify();

 private:
  std::vector<Member> members_;
};

// An offset and a bound that hold for both: the interval that spans both intervals.
ClockEstimate Span(const ClockEstimate& a, const ClockEstimate& b);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_FLEET_H_
