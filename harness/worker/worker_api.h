#ifndef SLOTQUAKE_HARNESS_WORKER_WORKER_API_H_
#define SLOTQUAKE_HARNESS_WORKER_WORKER_API_H_

#include <atomic>
#include <vector>

#include "harness/api/exchange.h"
#include "harness/worker/node_connections.h"
#include "harness/worker/worker.h"

namespace slotquake {

// Answers the requests that worker_server.h lists. Thread-safe.
class WorkerApi {
 public:
  // `worker` must outlive this.
  explicit WorkerApi(Worker* worker) : worker_(worker) {}

  // They last as long as this.
  std::vector<Route> Routes();

  bool quit_requested() const { return quit_requested_; }

 private:
  void StartLoad(Exchange& exchange);
  void StopLoad(Exchange& exchange);
  void AddSeeds(Exchange& exchange);
  void GetStatus(Exchange& exchange);
  void GetHistory(Exchange& exchange);
  void StartObserving(Exchange& exchange);
  void StopObserving(Exchange& exchange);
  void MoveObserved(Exchange& exchange);
  void GetObservations(Exchange& exchange);
  void FinalRead(Exchange& exchange);
  void Command(Exchange& exchange);
  void Probe(Exchange& exchange);
  void GetMetrics(Exchange& exchange);
  void Quit(Exchange& exchange);

  Worker* const worker_;
  NodeConnections nodes_;
  std::atomic<bool> quit_requested_ = false;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_WORKER_WORKER_API_H_
