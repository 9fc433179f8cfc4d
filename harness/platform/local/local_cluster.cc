#include "harness/platform/local/local_cluster.h"

#include <csignal>
#include <thread>

#include "harness/cluster/log_tail.h"
#include "harness/platform/local/server_files.h"
#include "harness/platform/process_state.h"
#include "harness/platform/server_settings.h"
#include "harness/redis/probe.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

// How long a server may take to end once it was told to: a shutdown waits 10 s for
// replicas that lag.
constexpr Nanos kEnding = std::chrono::seconds(15);
constexpr const char* kDataFolder = "/run/slotquake";
constexpr int kPort = 6379;

}  // namespace

LocalCluster::LocalCluster(Network& network)
    : network_(network),
      traffic_(network),
      strangers_(network),
      calls_([this](const std::string& node) {
        std::error_code none;
        const auto size = fs::file_size(nodes_.at(node).server.log_file(), none);
        return none ? 0 : static_cast<std::size_t>(size);
      }),
      limits_([this](const std::string& node) {
        Server& server = nodes_.at(node).server;
        return server.Runs() ? static_cast<pid_t>(server.pid()) : 0;
      }) {}

Status LocalCluster::Prepare(const ClusterSpec& spec, const ServerProgram& program,
                             const std::vector<PlannedNode>& nodes) {
  const auto config = ServerConfig(spec, program);
  strangers_.Configure(program, config, kDataFolder);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const fs::path folder = fs::path(kDataFolder) / nodes[i].name;
    const Status disk = disks_.Prepare(nodes[i].name, folder);
    if (!disk.ok()) return disk;
    auto environment = calls_.Prepare(nodes[i].name, folder);
    if (!environment.ok()) return environment.status();
    auto server = Server::Prepare(
        program, {.name = nodes[i].name,
                  .folder = folder,
                  .network_namespace = network_.NamespaceOf(nodes[i].name),
                  .config = config,
                  .nodes_conf = NodesConf(nodes, i, program),
                  .environment = std::move(*environment)});
    if (!server.ok()) return server.status();
    names_.push_back(nodes[i].name);
    strangers_.SetAddress(nodes[i].name, nodes[i].address);
    nodes_.emplace(nodes[i].name, Node{.plan = nodes[i], .server = std::move(*server)});
    control_.SetAddress(nodes[i].name, {nodes[i].address, kPort});
  }
  return Status::Ok();
}

Result<std::unique_ptr<Cluster>> LocalCluster::Start(
    const ClusterSpec& spec, const ServerProgram& program,
    const std::vector<PlannedNode>& nodes, Network& network, const fs::path& harness) {
  std::unique_ptr<LocalCluster> cluster(new LocalCluster(network));
  if (spec.interposes_calls) cluster->calls_.Enable(harness);
  const Status prepared = cluster->Prepare(spec, program, nodes);
  if (!prepared.ok()) return prepared;
  for (const std::string& name : cluster->names_) {
    const Status started = cluster->Start(name);
    if (!started.ok()) return started;
  }
  Status status = cluster->AwaitAnswers();
  if (status.ok() && BootNodeTimeout(spec) != spec.node_timeout_ms) {
    status = cluster->SetNodeTimeout(spec.node_timeout_ms);
  }
  if (!status.ok()) return status;
  return std::unique_ptr<Cluster>(std::move(cluster));
}

Status LocalCluster::AwaitAnswers() {
  const Nanos limit = MonotonicNow() + seconds(20) + milliseconds(200) * names_.size();
  for (const std::string& name : names_) {
    Node& node = nodes_.at(name);
    for (;;) {
      const auto reply = Command(name, {"PING"}, seconds(1));
      if (reply.ok() && !reply->IsError()) break;
      const bool dead = !node.server.Runs();
      if (dead || MonotonicNow() > limit) {
        std::string why = "does not answer PING within the limit: " +
                          (reply.ok() ? reply->text : reply.message());
        if (dead) why = "died at its start (" + *node.server.AwaitEnd(Nanos(0)) + ")";
        return Status::Error("server " + name + " " + why + "\n" +
                             LogTail(name, ReadLog(name), 12));
      }
      std::this_thread::sleep_for(milliseconds(2));
    }
  }
  return Status::Ok();
}

Status LocalCluster::SetNodeTimeout(int millis) {
  for (const std::string& name : names_) {
    const auto reply =
        Command(name, {"CONFIG", "SET", "cluster-node-timeout", std::to_string(millis)},
                seconds(5));
    if (!reply.ok()) return reply.status();
    if (reply->IsError()) return Status::Error(name + ": " + reply->text);
  }
  return Status::Ok();
}

Endpoint LocalCluster::ClientEndpoint(const std::string& node) const {
  return control_.AddressOf(node);
}

Result<Reply> LocalCluster::Command(const std::string& name,
                                    const std::vector<std::string>& command,
                                    Nanos limit) {
  return control_.Command(name, command, limit);
}

std::string LocalCluster::ProbeClientPort(const std::string& node, Nanos limit) {
  return ProbePort(ClientEndpoint(node), limit);
}

Result<std::string> LocalCluster::ReadLog(const std::string& node) const {
  const auto log = ReadText(nodes_.at(node).server.log_file());
  if (!log.ok()) return log;
  return calls_.AtTrueTimes(node, *log);
}

std::vector<Observation> LocalCluster::TakeObservations() {
  return std::exchange(observations_, {});
}

void LocalCluster::Note(const Node& node, const std::string& what,
                        const std::string& status, Nanos not_before) {
  observations_.push_back(
      {.at = MonotonicNow(),
       .not_before = not_before,
       .source = "platform",
       .node = node.plan.name,
       .kind = std::string(observation_kind::kProcess),
       .data = {{"what", what}, {"pid", node.server.pid()}, {"status", status}}});
}

Status LocalCluster::Signal(const std::string& name, int signal) {
  Node& node = nodes_.at(name);
  const Nanos now = MonotonicNow();
  const Status sent = node.server.Signal(signal);
  if (sent.ok()) node.seen_alive = now;
  return sent;
}

Status LocalCluster::Kill(const std::string& node) {
  nodes_.at(node).told_to_end = true;
  return Signal(node, SIGKILL);
}

Status LocalCluster::Terminate(const std::string& node) {
  nodes_.at(node).told_to_end = true;
  return Signal(node, SIGTERM);
}

Status LocalCluster::Pause(const std::string& node) {
  limits_.Hold(node);
  return Signal(node, SIGSTOP);
}

Status LocalCluster::Resume(const std::string& node) {
  limits_.Release(node);
  return nodes_.at(node).server.Runs() ? Signal(node, SIGCONT) : Status::Ok();
}

Result<ProcessState> LocalCluster::State(const std::string& node) {
  Server& server = nodes_.at(node).server;
  if (!server.Runs()) return ProcessState::kGone;
  nodes_.at(node).seen_alive = MonotonicNow();
  return StateOfProcess(server.pid());
}

Result<std::string> LocalCluster::AwaitEnd(const std::string& name, Nanos limit) {
  Node& node = nodes_.at(name);
  auto end = node.server.AwaitEnd(limit);
  if (end.ok() && !std::exchange(node.end_noted, true)) {
    Note(node, "exited", *end, node.seen_alive);
  }
  return end;
}

Status LocalCluster::Start(const std::string& name) {
  Node& node = nodes_.at(name);
  // One that is about to end does not run for long.
  if (node.told_to_end && node.server.Runs()) (void)AwaitEnd(name, kEnding);
  if (node.server.Runs()) return Status::Ok();
  if (strangers_.IsSettled(name)) {
    return Status::Error(name + " can not start: a stranger is at its address");
  }
  control_.Forget(name);
  // One that ended by itself, and that nobody has waited for, is noted before the next.
  if (node.seen_alive > Nanos(0)) (void)AwaitEnd(name, Nanos(0));
  node.end_noted = node.told_to_end = false;
  limits_.Release(name);  // a new process is stopped by nobody
  const Nanos before = MonotonicNow();
  const Status started = node.server.Start();
  if (!started.ok()) return started;
  node.seen_alive = MonotonicNow();
  Note(node, "started", "", before);
  return started;
}

std::string LocalCluster::Describe(const std::string& node) const {
  return "process " + std::to_string(nodes_.at(node).server.pid());
}

Status LocalCluster::Apply(const std::string& name, const std::vector<Block>& blocks) {
  return network_.Apply(name, blocks, names_);
}

Status LocalCluster::Lift(const std::string& name) { return network_.Lift(name); }

Result<std::int64_t> LocalCluster::Stopped(const std::string& name) {
  const auto count = network_.Count(name);
  if (!count.ok()) return count.status();
  return count->stopped;
}

Result<BlockCount> LocalCluster::Count(const std::string& name) {
  return network_.Count(name);
}

Result<std::string> LocalCluster::Probe(const std::string& from, const std::string& to,
                                        Plane plane, Nanos limit) {
  return network_.Probe(from, to, plane, limit);
}

Status LocalCluster::Wipe(const std::string& node, bool identity) {
  return WipeData(nodes_.at(node).server.folder(), identity);
}

Result<std::int64_t> LocalCluster::DatasetBytes(const std::string& node) {
  return slotquake::DatasetBytes(nodes_.at(node).server.folder());
}

Result<std::string> LocalCluster::ReadNodesConf(const std::string& node) {
  return ReadText(nodes_.at(node).server.folder() / "nodes.conf");
}

Status LocalCluster::WriteNodesConf(const std::string& node, const std::string& text) {
  return WriteText(nodes_.at(node).server.folder() / "nodes.conf", text);
}

Result<std::string> LocalCluster::Readdress(const std::string& name) {
  auto address = network_.Readdress(name);
  if (!address.ok()) return address;
  Node& node = nodes_.at(name);
  node.plan.address = *address;
  strangers_.SetAddress(name, *address);
  control_.SetAddress(name, {*address, kPort});
  if (moved_) moved_(name, ClientEndpoint(name));
  return address;
}

}  // namespace slotquake
