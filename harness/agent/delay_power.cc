#include "harness/agent/delay_power.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "harness/agent/delay_chains.h"
#include "harness/agent/tables.h"
#include "harness/redis/round_trip.h"

namespace slotquake {
namespace {

// The first that has a problem, or that is not here.
Status FirstProblem(const std::vector<PodResult>& results, bool must_be_here) {
  for (const PodResult& result : results) {
    if (!result.here && must_be_here) {
      return Status::Error("pod " + result.pod_uid + ": has no process here");
    }
    if (!result.problem.empty()) {
      return Status::Error("pod " + result.pod_uid + ": " + result.problem);
    }
  }
  return Status::Ok();
}

Status CheckName(const std::string& name) {
  if (IsTableName(name) && name.size() <= kLongestDelayName) return Status::Ok();
  return Status::Error("name: \"" + name +
                       "\" is not small letters, digits and \"_\", or is too long");
}

// In a network of the calling thread's own.
Status TryOut() {
  if (unshare(CLONE_NEWNET) != 0) {
    return Status::Error("cannot make a network: " + std::string(std::strerror(errno)));
  }
  const auto network = NetworkNamespace::Of(gettid());
  if (!network.ok()) return network.status();
  const auto delay = PacketDelay::Start(1, Nanos(0), Nanos(0), 0);
  if (!delay.ok()) return delay.status();
  return AddDelayChain(*network, "try", 1, {"192.0.2.1"});
}

}  // namespace

Status DelayPower::CanDelay() const {
  Status status = Status::Ok();
  std::thread([&status] { status = TryOut(); }).join();
  return status;
}

Status DelayPower::Begin(const NetworkNamespace& network, const PodDelay& delay,
                         const std::string& pod_uid) {
  const std::uint16_t queue = next_queue_++;
  Result<std::unique_ptr<PacketDelay>> begun = Status::Error("not begun");
  const Status entered = network.Inside(
      [&] { begun = PacketDelay::Start(queue, delay.delay, delay.jitter, queue); });
  if (!entered.ok()) return entered;
  if (!begun.ok()) return begun.status();
  {
    const std::lock_guard lock(mutex_);
    delays_[{delay.name, pod_uid}] = std::move(*begun);
  }
  return AddDelayChain(network, delay.name, queue, delay.to);
}

Result<std::vector<PodResult>> DelayPower::Apply(const PodDelay& delay) {
  const Status named = CheckName(delay.name);
  if (!named.ok()) return named;
  if (delay.to.empty()) return Status::Error("to: nobody");
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, running] : delays_) {
      if (key.first == delay.name) {
        return Status::Error(delay.name + " is in force already");
      }
    }
    touched_pods_.insert(delay.pod_uids.begin(), delay.pod_uids.end());
  }
  const auto results = InEach(*processes_, delay.pod_uids,
                              [&](const NetworkNamespace& network, PodResult& result) {
                                return Begin(network, delay, result.pod_uid);
                              });
  const Status problem = FirstProblem(results, /*must_be_here=*/true);
  if (problem.ok()) return results;
  const auto undone = Lift(delay.name, delay.pod_uids);
  return Status::Error(problem.message() +
                       (undone.ok() ? "" : "; and " + undone.message()));
}

Result<std::vector<PodResult>> DelayPower::Lift(
    const std::string& name, const std::vector<std::string>& pod_uids) {
  const Status named = CheckName(name);
  if (!named.ok()) return named;
  const auto results =
      InEach(*processes_, pod_uids, [&](const NetworkNamespace& network, PodResult&) {
        return RemoveDelayChain(network, name);
      });
  const Status problem = FirstProblem(results, /*must_be_here=*/false);
  if (!problem.ok()) return problem;
  const std::lock_guard lock(mutex_);
  for (const std::string& pod_uid : pod_uids) delays_.erase({name, pod_uid});
  return results;
}

Result<std::int64_t> DelayPower::Delayed(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  std::optional<std::int64_t> packets;
  for (const auto& [key, delay] : delays_) {
    if (key.first == name) packets = packets.value_or(0) + delay->delayed();
  }
  if (!packets) return Status::Error("no delay \"" + name + "\" is in force here");
  return *packets;
}

Result<Nanos> DelayPower::RoundTrip(const std::string& pod_uid, const Endpoint& to,
                                    int times, Nanos limit) const {
  const auto keeper = processes_->KeeperOf(pod_uid);
  if (!keeper.ok()) return keeper.status();
  const auto network = NetworkNamespace::OfPod(keeper->id.pid);
  if (!network.ok()) return network.status();
  Result<Nanos> least = Status::Error("not measured");
  const Status entered =
      network->Inside([&] { least = LeastRoundTrip(to, times, limit); });
  if (!entered.ok()) return entered;
  return least;
}

std::set<std::string> DelayPower::TouchedPods() const {
  const std::lock_guard lock(mutex_);
  return touched_pods_;
}

void DelayPower::LetGo(const std::optional<std::string>& pod_uid) {
  const std::lock_guard lock(mutex_);
  std::erase_if(delays_, [&](const auto& delay) {
    return !pod_uid || delay.first.second == *pod_uid;
  });
}

}  // namespace slotquake
