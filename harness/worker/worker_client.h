#ifndef SLOTQUAKE_HARNESS_WORKER_WORKER_CLIENT_H_
#define SLOTQUAKE_HARNESS_WORKER_WORKER_CLIENT_H_

#include <functional>
#include <istream>
#include <string>
#include <utility>
#include <vector>

#include "harness/api/client.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/history/record.h"
#include "harness/load/final_read.h"
#include "harness/load/load.h"
#include "harness/observe/observer.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/reach.h"
#include "harness/redis/reply.h"
#include "harness/worker/worker.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// The runner's side of a worker's API (worker_server.h). Every call is a connection
// of its own, has a time-out, and an error that names the worker and the request. Where
// the way to the worker is lost for a moment a call looks for it for up to 30 s, and
// asks again for what may be asked twice: all but Quit, and but commands that change
// something. Thread-safe; copies are equal.
class WorkerClient {
 public:
  explicit WorkerClient(Reach worker, ClockIdentity own_clock = OwnClockIdentity(),
                        Nanos patience = ApiClient::kPatience)
      : api_("worker", std::move(worker), std::move(own_clock), patience) {}
  explicit WorkerClient(Endpoint worker, ClockIdentity own_clock = OwnClockIdentity(),
                        Nanos patience = ApiClient::kPatience)
      : WorkerClient(Always(std::move(worker)), std::move(own_clock), patience) {}

  // As ApiClient has it.
  Result<ClockEstimate> EstimateClock(int requests = 200) const {
    return api_.EstimateClock(requests);
  }

  // The id of the load, which runs.
  Result<int> StartLoad(const LoadConfig& config) const;
  // Return when nothing is in flight any more. `limit` is how long that may take.
  Status StopLoad(int id, Nanos limit = std::chrono::seconds(30)) const;
  Status StopAllLoads(Nanos limit = std::chrono::seconds(30)) const;
  // Further nodes from which its loads may learn the cluster.
  Status AddSeeds(const std::vector<Endpoint>& seeds) const;
  // Of a stopped load, on the worker's clock; nodes are "ip:port".
  Result<History> FetchHistory(int load) const;

  Status StartObserving(const ObserverOptions& options) const;
  Status StopObserving() const;
  // The node is observed at its new address from now on.
  Status MoveObserved(const ObservedNode& node) const;
  // All so far, on the worker's clock, in the order of writing.
  Result<std::vector<Observation>> FetchObservations() const;

  Result<std::vector<FinalRead>> ReadFinal(const FinalReadConfig& config) const;
  // The reply of one server to one command that the worker sends it, after AUTH if
  // there is a password. An error reply is a reply; an error: there is none. kAlways is
  // for commands that only read.
  Result<Reply> Command(const Endpoint& endpoint, const std::string& password,
                        const std::vector<std::string>& command, Nanos limit,
                        Again again = Again::kIfUnsent) const;
  // What the worker sees at that port: "" where something accepts connections, else
  // "connection refused", "timed out", ... An error: the worker was not asked.
  Result<std::string> Probe(const Endpoint& endpoint, Nanos limit) const;
  Result<WorkerStatus> GetStatus(Again again = Again::kAlways) const;
  Result<std::string> GetMetrics() const;
  // The worker's process ends.
  Status Quit() const;

 private:
  ApiClient api_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_WORKER_WORKER_CLIENT_H_
