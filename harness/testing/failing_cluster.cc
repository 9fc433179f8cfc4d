#include "harness/testing/failing_cluster.h"

namespace slotquake {
namespace {

class FailingProcesses : public ProcessControl {
 public:
  FailingProcesses(FailingCluster& cluster, ProcessControl& real)
      : cluster_(cluster), real_(real) {}

  Status Kill(const std::string& node) override {
    return cluster_.Break([&] { return real_.Kill(node); });
  }
  Status Terminate(const std::string& node) override {
    return cluster_.Break([&] { return real_.Terminate(node); });
  }
  Status Pause(const std::string& node) override {
    return cluster_.Break([&] { return real_.Pause(node); });
  }
  Result<std::string> AwaitEnd(const std::string& node, Nanos limit) override {
    return real_.AwaitEnd(node, limit);
  }
  Status Start(const std::string& node) override { return real_.Start(node); }
  Status Resume(const std::string& node) override { return real_.Resume(node); }
  Result<ProcessState> State(const std::string& node) override {
    return real_.State(node);
  }
  std::string Describe(const std::string& node) const override {
    return real_.Describe(node);
  }

 private:
  FailingCluster& cluster_;
  ProcessControl& real_;
};

class FailingNetwork : public NetworkControl {
 public:
  FailingNetwork(FailingCluster& cluster, NetworkControl& real)
      : cluster_(cluster), real_(real) {}

  Status Apply(const std::string& name, const std::vector<Block>& blocks) override {
    return cluster_.Break([&] { return real_.Apply(name, blocks); });
  }
  Status Lift(const std::string& name) override { return real_.Lift(name); }
  Result<std::int64_t> Stopped(const std::string& name) override {
    return real_.Stopped(name);
  }
  Result<BlockCount> Count(const std::string& name) override {
    return real_.Count(name);
  }
  Result<std::string> Probe(const std::string& from, const std::string& to, Plane plane,
                            Nanos limit) override {
    return real_.Probe(from, to, plane, limit);
  }

 private:
  FailingCluster& cluster_;
  NetworkControl& real_;
};

class FailingTraffic : public TrafficControl {
 public:
  FailingTraffic(FailingCluster& cluster, TrafficControl& real)
      : cluster_(cluster), real_(real) {}

  Status CanShape() override { return real_.CanShape(); }
  Status SetShapes(const std::string& name, const std::vector<Shape>& shapes) override {
    return cluster_.Break([&] { return real_.SetShapes(name, shapes); });
  }
  Status ClearShapes(const std::string& name) override {
    return real_.ClearShapes(name);
  }
  Result<std::int64_t> Shaped(const std::string& name) override {
    return real_.Shaped(name);
  }
  Result<Nanos> RoundTrip(const std::string& from, const std::string& to, int times,
                          Nanos limit) override {
    return real_.RoundTrip(from, to, times, limit);
  }
  Result<double> EchoSpeed(const std::string& from, const std::string& to,
                           std::size_t bytes, Nanos limit) override {
    return real_.EchoSpeed(from, to, bytes, limit);
  }

 private:
  FailingCluster& cluster_;
  TrafficControl& real_;
};

class FailingData : public DataControl {
 public:
  FailingData(FailingCluster& cluster, DataControl& real)
      : cluster_(cluster), real_(real) {}

  Status Wipe(const std::string& node, bool identity) override {
    return cluster_.Break([&] { return real_.Wipe(node, identity); });
  }
  Result<std::int64_t> DatasetBytes(const std::string& node) override {
    return real_.DatasetBytes(node);
  }
  Result<std::string> ReadNodesConf(const std::string& node) override {
    return real_.ReadNodesConf(node);
  }
  Status WriteNodesConf(const std::string& node, const std::string& text) override {
    return cluster_.Break([&] { return real_.WriteNodesConf(node, text); });
  }

 private:
  FailingCluster& cluster_;
  DataControl& real_;
};

class FailingAddresses : public AddressControl {
 public:
  FailingAddresses(FailingCluster& cluster, AddressControl& real)
      : cluster_(cluster), real_(real) {}

  Result<std::string> Readdress(const std::string& node) override {
    std::string address;
    const Status moved = cluster_.Break([&] {
      const auto done = real_.Readdress(node);
      if (done.ok()) address = *done;
      return done.status();
    });
    if (!moved.ok()) return moved;
    return address;
  }

 private:
  FailingCluster& cluster_;
  AddressControl& real_;
};

// The failing one in front of what the real cluster has, if it has it.
template <typename Failing, typename Control>
std::unique_ptr<Control> InFrontOf(FailingCluster& cluster, Control* real) {
  return real == nullptr ? nullptr : std::make_unique<Failing>(cluster, *real);
}

}  // namespace

FailingCluster::FailingCluster(Cluster& real, int call, bool did_it)
    : real_(real),
      call_(call),
      did_it_(did_it),
      process_(InFrontOf<FailingProcesses>(*this, real.process_control())),
      network_(InFrontOf<FailingNetwork>(*this, real.network_control())),
      traffic_(InFrontOf<FailingTraffic>(*this, real.traffic_control())),
      data_(InFrontOf<FailingData>(*this, real.data_control())),
      address_(InFrontOf<FailingAddresses>(*this, real.address_control())) {}

FailingCluster::~FailingCluster() = default;

ProcessControl* FailingCluster::process_control() { return process_.get(); }
NetworkControl* FailingCluster::network_control() { return network_.get(); }
TrafficControl* FailingCluster::traffic_control() { return traffic_.get(); }
DataControl* FailingCluster::data_control() { return data_.get(); }
AddressControl* FailingCluster::address_control() { return address_.get(); }

Status FailingCluster::Break(const std::function<Status()>& call) {
  if (++calls_ != call_) return call();
  if (did_it_) {
    const Status done = call();
    if (!done.ok()) return done;
  }
  return Status::Error("told to fail");
}

}  // namespace slotquake
