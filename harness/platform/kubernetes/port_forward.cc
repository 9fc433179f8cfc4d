#include "harness/platform/kubernetes/port_forward.h"

#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>

#include "harness/platform/kubernetes/piped_process.h"
#include "harness/redis/connection.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanos kGlance = milliseconds(100);
constexpr Nanos kPause = milliseconds(200);  // between two attempts
// A tunnel that accepted a connection so lately is not asked again.
constexpr Nanos kTrust = seconds(1);

// kubectl in a thread of its own, started again whenever somebody wants a tunnel and
// there is none.
class Tunnel {
 public:
  Tunnel(const Kubectl& kubectl, std::string pod, int port)
      : pod_(std::move(pod)),
        command_(kubectl.CommandLine({"port-forward", "--address=127.0.0.1",
                                      "pod/" + pod_, ":" + std::to_string(port)})),
        thread_([this] { Run(); }) {}

  ~Tunnel() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;

  Result<Endpoint> Use(Nanos limit) {
    std::unique_lock lock(mutex_);
    return Await(lock, MonotonicNow() + limit);
  }

 private:
  Result<Endpoint> Await(std::unique_lock<std::mutex>& lock, Nanos end);
  void Run();
  void RunOnce();
  bool Stops() {
    const std::lock_guard lock(mutex_);
    return stopping_ || broken_;
  }

  const std::string pod_;
  const std::vector<std::string> command_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = true;   // somebody waits; the first tunnel is made unasked
  int port_ = 0;         // 0: there is no tunnel
  Nanos accepted_{0};    // when it last accepted a connection
  bool broken_ = false;  // the present kubectl is of no use any more
  bool stopping_ = false;
  std::string error_ = "kubectl has not said anything yet";
  std::thread thread_;
};

Result<Endpoint> Tunnel::Await(std::unique_lock<std::mutex>& lock, Nanos end) {
  while (MonotonicNow() < end) {
    if (port_ == 0) {
      wanted_ = true;
      changed_.notify_all();
      changed_.wait_for(lock, std::min<Nanos>(kGlance, end - MonotonicNow()));
      continue;
    }
    const Endpoint at = {"127.0.0.1", port_};
    if (MonotonicNow() - accepted_ < kTrust) return at;
    lock.unlock();
    const bool accepts = Connection::Connect(at, seconds(1)).ok();
    lock.lock();
    if (at.port != port_) continue;
    if (accepts) {
      accepted_ = MonotonicNow();
      return at;
    }
    broken_ = true;
    port_ = 0;
  }
  return Status::Error("no tunnel to pod " + pod_ + ": " + error_);
}

void Tunnel::Run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || wanted_; });
      if (stopping_) return;
      broken_ = wanted_ = false;
    }
    RunOnce();
    std::unique_lock lock(mutex_);
    port_ = 0;
    changed_.notify_all();
    changed_.wait_for(lock, kPause, [this] { return stopping_; });
  }
}

void Tunnel::RunOnce() {
  auto kubectl = PipedProcess::Spawn(command_);
  if (!kubectl.ok()) {
    const std::lock_guard lock(mutex_);
    error_ = kubectl.message();
    return;
  }
  std::string output;
  while (!Stops()) {
    const auto piece = kubectl->Read(kGlance);
    if (!piece) break;
    output = (output + *piece).substr(0, 4096);
    const auto port = ForwardedPort(output);
    const std::lock_guard lock(mutex_);
    if (!port || port_ == *port || broken_) continue;
    port_ = *port;
    wanted_ = false;
    accepted_ = Nanos(0);
    changed_.notify_all();
  }
  const std::string complaint =
      Stops() ? "it accepts no connections" : kubectl->Complaint();
  const std::lock_guard lock(mutex_);
  error_ = complaint;
}

}  // namespace

std::optional<int> ForwardedPort(std::string_view output) {
  constexpr std::string_view kBefore = "Forwarding from 127.0.0.1:";
  const auto at = output.find(kBefore);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = output.substr(at + kBefore.size());
  if (rest.find(" -> ") == std::string_view::npos) return std::nullopt;
  const int port = std::atoi(std::string(rest.substr(0, 5)).c_str());
  return port > 0 && port < 65536 ? std::optional<int>(port) : std::nullopt;
}

Reach ForwardTo(const Kubectl& kubectl, const std::string& pod, int port, Nanos limit) {
  auto tunnel = std::make_shared<Tunnel>(kubectl, pod, port);
  return [tunnel, limit] { return tunnel->Use(limit); };
}

}  // namespace slotquake
