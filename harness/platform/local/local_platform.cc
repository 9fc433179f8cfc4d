#include "harness/platform/local/local_platform.h"

#include <sys/utsname.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "harness/cluster/log_tail.h"
#include "harness/platform/local/local_cluster.h"

namespace slotquake {
namespace {

const Host kHitCounter = {"hit-counter", "10.77.201.1"};
constexpr const char* kSwitchAddress = "10.77.0.1";
constexpr int kWorkerPort = 7070;
constexpr int kHitCounterPort = 5000;
// Hosts for client workers: a namespace is cheap, and they are made with the others.
constexpr int kMaxClients = 8;

// "client-2" has 10.77.200.3.
Host ClientHost(const std::string& name) {
  const int index = std::atoi(name.substr(name.rfind('-') + 1).c_str());
  return {name, "10.77.200." + std::to_string(index + 1)};
}

std::string ProcessorModel() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("model name")) {
      const auto colon = line.find(": ");
      return colon == std::string::npos ? line : line.substr(colon + 2);
    }
  }
  return "unknown";
}

// Waits until something accepts connections there.
Status AwaitListening(const Endpoint& at, Subprocess& process, Nanos limit) {
  const Nanos end = MonotonicNow() + limit;
  for (;;) {
    const auto connection = Connection::Connect(at, std::chrono::seconds(1));
    if (connection.ok()) return Status::Ok();
    if (const auto status = process.Wait(Nanos(0))) {
      return Status::Error("it ended at its start: " + DescribeWaitStatus(*status));
    }
    if (MonotonicNow() > end) return connection.status();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::string ReadWhole(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

LocalPlatform::LocalPlatform(const World& world, std::string program,
                             std::filesystem::path log_folder)
    : world_(world), program_(std::move(program)), log_folder_(std::move(log_folder)) {}

std::map<std::string, std::string> LocalPlatform::Environment() const {
  utsname system{};
  uname(&system);
  std::map<std::string, std::string> environment = {
      {"kernel", std::string(system.sysname) + " " + system.release},
      {"processors",
       std::to_string(std::thread::hardware_concurrency()) + " x " + ProcessorModel()},
      {"user",
       world_.HasUserNamespace() ? "ordinary user, in a user namespace" : "root"},
  };
  if (server_) {
    environment["server"] =
        server_->engine + " " + server_->version + " (" + server_->path + ")";
  }
  return environment;
}

Result<std::unique_ptr<Cluster>> LocalPlatform::Deploy(const ClusterSpec& spec,
                                                       std::uint64_t seed) {
  auto server = FindServer(spec.engine, spec.server);
  if (!server.ok()) return server.status();
  server_ = *server;
  const std::vector<PlannedNode> nodes = PlanNodes(spec, seed);
  for (const PlannedNode& node : nodes) hosts_.push_back({node.name, node.address});
  for (int i = 0; i < kMaxClients; ++i) {
    hosts_.push_back(ClientHost("client-" + std::to_string(i)));
  }
  hosts_.push_back(kHitCounter);
  auto network = Network::Make(hosts_);
  if (!network.ok()) return network.status();
  network_ = *network;
  return LocalCluster::Start(spec, *server_, nodes, *network_, program_);
}

Result<Endpoint> LocalPlatform::StartOwnProgram(const std::string& name,
                                                const std::string& host,
                                                std::vector<std::string> arguments,
                                                const Endpoint& listen) {
  arguments.insert(arguments.begin(), program_);
  arguments.push_back("--listen=" + ToString(listen));
  const std::filesystem::path output = log_folder_ / (name + ".out");
  auto process = Subprocess::Spawn(
      {.command = std::move(arguments),
       .network_namespace = host.empty() ? "" : network_->NamespaceOf(host),
       .output = output});
  if (!process.ok()) return process.status().Annotate(name);
  const Status listening = AwaitListening(listen, *process, std::chrono::seconds(20));
  if (!listening.ok()) {
    return Status::Error(name + " does not listen on " + ToString(listen) + ": " +
                         listening.message() + "\n" +
                         LogTail(name, ReadWhole(output), 8));
  }
  helpers_.push_back(std::move(*process));
  return listen;
}

Result<std::vector<Reach>> LocalPlatform::StartWorkers(
    const std::vector<WorkerSpec>& workers) {
  std::vector<Reach> reaches;
  for (const WorkerSpec& worker : workers) {
    const Host client = ClientHost(worker.name);
    const auto listening = StartOwnProgram(
        worker.name, worker.observer ? "" : client.name,
        {"worker", "--name=" + worker.name},
        {worker.observer ? kSwitchAddress : client.address, kWorkerPort});
    if (!listening.ok()) return listening.status();
    reaches.push_back(Always(*listening));
  }
  return reaches;
}

Result<Endpoint> LocalPlatform::StartHitCounter(const std::vector<Endpoint>& seeds,
                                                int timeout_ms) {
  std::string list;
  for (const Endpoint& seed : seeds) list += (list.empty() ? "" : ",") + ToString(seed);
  return StartOwnProgram(
      "hit-counter", kHitCounter.name,
      {"hit-counter", "--seeds=" + list, "--timeout-ms=" + std::to_string(timeout_ms)},
      {kHitCounter.address, kHitCounterPort});
}

std::string LocalPlatform::HowToEnter() const {
  const std::string enter =
      "nsenter --target " + std::to_string(world_.OutsidePid()) +
      (world_.HasUserNamespace() ? " --user --preserve-credentials" : "") +
      " --root --mount --net --pid";
  const std::string first = hosts_.empty() ? "redis-0" : hosts_.front().name;
  return "  a shell in the switch:     " + enter + " bash\n" +
         "  redis-cli on a node:       " + enter + " ip netns exec " + first +
         " redis-cli -c\n" + "  a client's point of view:  " + enter +
         " ip netns exec client-0 redis-cli -c -h " +
         (hosts_.empty() ? "10.77.1.1" : hosts_.front().address) + "\n" +
         "  data and logs:             /run/slotquake/NODE and NODE.log, in there\n" +
         "  to end it:                 kill -9 " + std::to_string(world_.OutsidePid());
}

}  // namespace slotquake
