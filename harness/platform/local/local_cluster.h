#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LOCAL_CLUSTER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LOCAL_CLUSTER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/cluster/cluster.h"
#include "harness/platform/local/calls.h"
#include "harness/platform/local/control_connections.h"
#include "harness/platform/local/disks.h"
#include "harness/platform/local/layout.h"
#include "harness/platform/local/limits.h"
#include "harness/platform/local/network.h"
#include "harness/platform/local/server.h"
#include "harness/platform/local/stranger.h"
#include "harness/platform/local/traffic.h"

namespace slotquake {

// Servers in network namespaces of their own. Thread-safe: nodes, ClientEndpoint and
// Command; the rest is for one thread.
class LocalCluster : public Cluster,
                     private ProcessControl,
                     private NetworkControl,
                     private DataControl,
                     private AddressControl {
 public:
  // Starts the servers and waits until each accepts connections. `network` must
  // outlive the cluster and have a host for each node. `harness` is this program's
  // file.
  static Result<std::unique_ptr<Cluster>> Start(const ClusterSpec& spec,
                                                const ServerProgram& program,
                                                const std::vector<PlannedNode>& nodes,
                                                Network& network,
                                                const std::filesystem::path& harness);

  const std::vector<std::string>& nodes() const override { return names_; }
  Endpoint ClientEndpoint(const std::string& node) const override;
  void OnMoved(
      std::function<void(const std::string&, const Endpoint&)> moved) override {
    moved_ = std::move(moved);
  }
  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit) override;
  std::string ProbeClientPort(const std::string& node, Nanos limit) override;
  Result<std::string> ReadLog(const std::string& node) const override;
  std::vector<Observation> TakeObservations() override;
  ProcessControl* process_control() override { return this; }
  NetworkControl* network_control() override { return this; }
  TrafficControl* traffic_control() override { return &traffic_; }
  DataControl* data_control() override { return this; }
  AddressControl* address_control() override { return this; }
  StrangerControl* stranger_control() override { return &strangers_; }
  DiskControl* disk_control() override { return &disks_; }
  CallControl* call_control() override { return &calls_; }
  LimitControl* limit_control() override { return &limits_; }

 private:
  struct Node {
    PlannedNode plan;
    Server server;
    bool end_noted = false;    // of the last process
    bool told_to_end = false;  // the last process
    Nanos seen_alive{0};       // the last process
  };

  explicit LocalCluster(Network& network);

  Status Prepare(const ClusterSpec& spec, const ServerProgram& program,
                 const std::vector<PlannedNode>& nodes);

  Status Kill(const std::string& node) override;
  Result<std::string> AwaitEnd(const std::string& node, Nanos limit) override;
  Status Start(const std::string& node) override;
  std::string Describe(const std::string& node) const override;
  Status Terminate(const std::string& node) override;
  Status Pause(const std::string& node) override;
  Status Resume(const std::string& node) override;
  Result<ProcessState> State(const std::string& node) override;
  Status Apply(const std::string& name, const std::vector<Block>& blocks) override;
  Status Lift(const std::string& name) override;
  Result<std::int64_t> Stopped(const std::string& name) override;
  Status Wipe(const std::string& node, bool identity) override;
  Result<std::int64_t> DatasetBytes(const std::string& node) override;
  Result<std::string> ReadNodesConf(const std::string& node) override;
  Status WriteNodesConf(const std::string& node, const std::string& text) override;
  Result<std::string> Readdress(const std::string& node) override;
  Result<BlockCount> Count(const std::string& name) override;
  Result<std::string> Probe(const std::string& from, const std::string& to, Plane plane,
                            Nanos limit) override;

  // Waits until every server answers, or says which does not and why.
  Status AwaitAnswers();
  Status SetNodeTimeout(int millis);
  void Note(const Node& node, const std::string& what, const std::string& status,
            Nanos not_before);
  Status Signal(const std::string& node, int signal);

  Network& network_;
  LocalTraffic traffic_;
  LocalStrangers strangers_;
  LocalDisks disks_;
  LocalCalls calls_;
  LocalLimits limits_;
  std::vector<std::string> names_;
  std::map<std::string, Node> nodes_;
  ControlConnections control_;
  std::function<void(const std::string&, const Endpoint&)> moved_;
  std::vector<Observation> observations_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_LOCAL_CLUSTER_H_
