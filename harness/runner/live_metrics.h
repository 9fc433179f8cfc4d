#ifndef SLOTQUAKE_HARNESS_RUNNER_LIVE_METRICS_H_
#define SLOTQUAKE_HARNESS_RUNNER_LIVE_METRICS_H_

#include <memory>
#include <string>

#include "Poco/Net/HTTPServer.h"
#include "Poco/Net/ServerSocket.h"
#include "harness/base/status.h"
#include "prometheus/registry.h"

namespace slotquake {

// A listening socket on 127.0.0.1 of the network namespace that the caller is in,
// to be served later from another one: sockets stay where they were made. Port 0:
// any free one.
Result<Poco::Net::ServerSocket> ListenForMetrics(int port);

// GET /metrics of a run that is under way, in Prometheus' text format.
// Thread-safe, but for SetPhase, which is for one thread.
class LiveMetrics {
 public:
  explicit LiveMetrics(const Poco::Net::ServerSocket& socket);
  ~LiveMetrics();

  void SetPhase(const std::string& phase);
  // Operations so far of one load, by outcome.
  void SetOperations(const std::string& load, const std::string& outcome, double count);
  void SetFaults(int injected, int recovered);

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Gauge>& phase_;
  prometheus::Family<prometheus::Gauge>& operations_;
  prometheus::Family<prometheus::Gauge>& faults_;
  prometheus::Gauge* current_phase_ = nullptr;
  std::unique_ptr<Poco::Net::HTTPServer> server_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_LIVE_METRICS_H_
