#include "harness/agent/testing/stand_in_pods.h"

#include <fcntl.h>
#include <sched.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "harness/agent/network_namespace.h"
#include "harness/base/subprocess.h"
#include "harness/platform/local/network.h"
#include "harness/redis/connection.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

constexpr Nanos kUntilRestart = std::chrono::milliseconds(300);
constexpr Nanos kLook = std::chrono::milliseconds(5);

std::string AskAt(const std::string& address, const std::vector<std::string>& command,
                  Nanos limit) {
  auto connection = Connection::Connect({address, 6379}, limit);
  if (!connection.ok()) return "error: " + connection.message();
  const auto reply = connection->Command(command);
  return reply.ok() ? reply->text : "error: " + reply.message();
}

// `act` in a network namespace.
void Inside(const fs::path& network, const std::function<void()>& act) {
  std::thread([&] {
    const OwnedFd fd(open(network.c_str(), O_RDONLY | O_CLOEXEC));
    if (setns(fd.get(), CLONE_NEWNET) == 0) act();
  }).join();
}

std::vector<std::string> ServerCommand(const std::string& program) {
  return {program,   "--bind",
          "0.0.0.0", "--protected-mode",
          "no",      "--cluster-enabled",
          "yes",     "--cluster-node-timeout",
          "1000",    "--save",
          ""};
}

}  // namespace

struct StandInPods::Pod {
  Host host;
  std::string uid;
  std::uint64_t network_number = 0;
  SpawnOptions server;
  std::optional<Subprocess> pause;
  std::atomic<pid_t> server_pid = -1;
  std::atomic<int> starts = 0;
  std::atomic<bool> over = false;
  std::thread kubelet;

  void Supervise() {
    while (!over) {
      auto process = Subprocess::Spawn(server);
      if (!process.ok()) return;
      server_pid = process->pid();
      ++starts;
      while (!over && !process->Wait(kLook)) {
      }
      const Nanos again = MonotonicNow() + kUntilRestart;
      while (!over && MonotonicNow() < again) std::this_thread::sleep_for(kLook);
    }
  }
};

StandInPods::StandInPods() = default;

Result<std::unique_ptr<StandInPods>> StandInPods::Start(
    const std::string& server, const std::vector<std::string>& names) {
  std::unique_ptr<StandInPods> made(new StandInPods);
  std::vector<Host> hosts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    hosts.push_back({names[i], "10.77.1." + std::to_string(i + 1)});
  }
  auto network = Network::Make(hosts);
  if (!network.ok()) return network.status();
  const fs::path pause = "/run/pause";
  const auto sleep = FindProgram("sleep", "coreutils");
  if (!sleep.ok()) return sleep.status();
  fs::create_symlink(*sleep, pause);
  for (const Host& host : hosts) {
    auto pod = std::make_unique<Pod>();
    const fs::path name_space = network->NamespaceOf(host.name);
    const auto number = NetworkNamespace::At(name_space);
    if (!number.ok()) return number.status();
    pod->host = host;
    pod->network_number = number->number();
    pod->uid = "00000000-0000-4000-8000-00000000000" + host.address.substr(8);
    auto keeper = Subprocess::Spawn(
        {.command = {pause, "1000"}, .network_namespace = name_space});
    if (!keeper.ok()) return keeper.status();
    pod->pause.emplace(std::move(*keeper));
    const fs::path folder = fs::path("/run/pods") / host.name;
    fs::create_directories(folder);
    pod->server = {.command = ServerCommand(fs::absolute(server)),
                   .network_namespace = name_space,
                   .working_folder = folder,
                   .output = folder / "log"};
    pod->kubelet = std::thread([p = pod.get()] { p->Supervise(); });
    made->pods_.push_back(std::move(pod));
  }
  for (const Host& host : hosts) {
    const Nanos end = MonotonicNow() + std::chrono::seconds(20);
    while (made->Ask(host.name, {"PING"}) != "PONG") {
      if (MonotonicNow() > end) return Status::Error(host.name + " does not answer");
    }
  }
  return made;
}

StandInPods::~StandInPods() {
  for (const auto& pod : pods_) pod->over = true;
  for (const auto& pod : pods_) {
    if (pod->kubelet.joinable()) pod->kubelet.join();
  }
}

const StandInPods::Pod& StandInPods::Find(const std::string& name) const {
  for (const auto& pod : pods_) {
    if (pod->host.name == name) return *pod;
  }
  throw std::out_of_range("no pod " + name);
}

PodProcesses::CgroupReader StandInPods::cgroups() const {
  return [this](pid_t pid) -> std::string {
    const auto network = NetworkNamespace::Of(pid);
    for (const auto& pod : pods_) {
      if (network.ok() && network->number() == pod->network_number) {
        return "0::/kubepods/pod" + pod->uid + "/" + std::string(64, 'c') + "\n";
      }
    }
    return "0::/\n";
  };
}

std::string StandInPods::UidOf(const std::string& pod) const { return Find(pod).uid; }

std::string StandInPods::AddressOf(const std::string& pod) const {
  return Find(pod).host.address;
}

pid_t StandInPods::ServerPid(const std::string& pod) const {
  return Find(pod).server_pid;
}

int StandInPods::Restarts(const std::string& pod) const { return Find(pod).starts - 1; }

std::string StandInPods::Ask(const std::string& pod,
                             const std::vector<std::string>& command,
                             Nanos limit) const {
  return AskAt(AddressOf(pod), command, limit);
}

std::string StandInPods::AskFrom(const std::string& from, const std::string& pod,
                                 const std::vector<std::string>& command,
                                 Nanos limit) const {
  std::string answer = "error: not there";
  Inside(Find(from).server.network_namespace,
         [&] { answer = Ask(pod, command, limit); });
  return answer;
}

std::string StandInPods::AskInside(const std::string& pod,
                                   const std::vector<std::string>& command) const {
  std::string answer = "error: not there";
  Inside(Find(pod).server.network_namespace,
         [&] { answer = AskAt("127.0.0.1", command, std::chrono::seconds(2)); });
  return answer;
}

}  // namespace slotquake
