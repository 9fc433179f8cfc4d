#ifndef SLOTQUAKE_HARNESS_TESTING_FAILING_CLUSTER_H_
#define SLOTQUAKE_HARNESS_TESTING_FAILING_CLUSTER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/cluster/cluster.h"

namespace slotquake {

// A cluster that is another one, but for one call that breaks something: that one says
// that it failed, having done nothing, or having done it all the same. Calls that put
// things right and calls that only look are the other's. Not thread-safe.
class FailingCluster : public Cluster {
 public:
  // The `call`-th of the calls that break something fails, counted from 1; 0: none.
  // `did_it`: it fails after it has taken effect.
  FailingCluster(Cluster& real, int call, bool did_it);
  ~FailingCluster() override;

  // Whether it came to that call.
  bool HasFailed() const { return calls_ >= call_; }

  const std::vector<std::string>& nodes() const override { return real_.nodes(); }
  Endpoint ClientEndpoint(const std::string& node) const override {
    return real_.ClientEndpoint(node);
  }
  std::string password() const override { return real_.password(); }
  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit) override {
    return real_.Command(node, command, limit);
  }
  std::string ProbeClientPort(const std::string& node, Nanos limit) override {
    return real_.ProbeClientPort(node, limit);
  }
  Result<std::string> ReadLog(const std::string& node) const override {
    return real_.ReadLog(node);
  }
  std::vector<Observation> TakeObservations() override {
    return real_.TakeObservations();
  }

  ProcessControl* process_control() override;
  NetworkControl* network_control() override;
  TrafficControl* traffic_control() override;
  DataControl* data_control() override;
  AddressControl* address_control() override;
  DiskControl* disk_control() override { return real_.disk_control(); }
  CallControl* call_control() override { return real_.call_control(); }
  LimitControl* limit_control() override { return real_.limit_control(); }
  StrangerControl* stranger_control() override { return real_.stranger_control(); }

  // What the controls ask around each call that breaks something.
  Status Break(const std::function<Status()>& call);

 private:
  Cluster& real_;
  int call_;
  bool did_it_;
  int calls_ = 0;
  std::unique_ptr<ProcessControl> process_;
  std::unique_ptr<NetworkControl> network_;
  std::unique_ptr<TrafficControl> traffic_;
  std::unique_ptr<DataControl> data_;
  std::unique_ptr<AddressControl> address_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_FAILING_CLUSTER_H_
