#ifndef SLOTQUAKE_HARNESS_WORKER_WORKER_API_H_
#define SLOTQUAKE_HARNESS_WORKER_WORKER_API_H_

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include <atomic>

#include "harness/worker/node_connections.h"
#include "harness/worker/worker.h"

namespace slotquake {

// Answers the requests that worker_server.h lists. Thread-safe.
class WorkerApi {
 public:
  // `worker` must outlive this.
  explicit WorkerApi(Worker* worker) : worker_(worker) {}

  // Does not throw, whatever the request holds.
  void Handle(Poco::Net::HTTPServerRequest& request,
              Poco::Net::HTTPServerResponse& response);

  bool quit_requested() const { return quit_requested_; }

 private:
  class Exchange;
  struct Route;
  static const Route kRoutes[];

  void Dispatch(Exchange& exchange);
  void GetClock(Exchange& exchange);
  void StartLoad(Exchange& exchange);
  void StopLoad(Exchange& exchange);
  void GetStatus(Exchange& exchange);
  void GetHistory(Exchange& exchange);
  void StartObserving(Exchange& exchange);
  void StopObserving(Exchange& exchange);
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
