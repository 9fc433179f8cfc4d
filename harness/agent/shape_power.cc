#include "harness/agent/shape_power.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "harness/agent/tables.h"
#include "harness/redis/speed.h"

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
  if (IsTableName(name) && name.size() <= kLongestShapeName) return Status::Ok();
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
  const auto shaper = PacketShaper::Start(1, Pace(), 0);
  if (!shaper.ok()) return shaper.status();
  for (const bool narrow : {false, true}) {
    const Status added = AddShapeChain(
        *network, {.name = "try", .peers = {"192.0.2.1"}, .narrow = narrow}, 1);
    if (!added.ok()) return added;
  }
  return Status::Ok();
}

}  // namespace

Status ShapePower::CanShape() const {
  Status status = Status::Ok();
  std::thread([&status] { status = TryOut(); }).join();
  return status;
}

Status ShapePower::Begin(const NetworkNamespace& network, const PodShape& shape,
                         const std::string& pod_uid) {
  const std::uint16_t queue = next_queue_++;
  Result<std::unique_ptr<PacketShaper>> begun = Status::Error("not begun");
  const Status entered =
      network.Inside([&] { begun = PacketShaper::Start(queue, shape.pace, queue); });
  if (!entered.ok()) return entered;
  if (!begun.ok()) return begun.status();
  {
    const std::lock_guard lock(mutex_);
    shapers_[{shape.rule.name, pod_uid}] = std::move(*begun);
  }
  return AddShapeChain(network, shape.rule, queue);
}

Result<std::vector<PodResult>> ShapePower::Apply(const PodShape& shape) {
  const std::string& name = shape.rule.name;
  const Status named = CheckName(name);
  if (!named.ok()) return named;
  if (shape.rule.peers.empty()) return Status::Error("peers: nobody");
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, running] : shapers_) {
      if (key.first == name) {
        return Status::Error(name + " is in force already");
      }
    }
    touched_pods_.insert(shape.pod_uids.begin(), shape.pod_uids.end());
  }
  const auto results = InEach(*processes_, shape.pod_uids,
                              [&](const NetworkNamespace& network, PodResult& result) {
                                return Begin(network, shape, result.pod_uid);
                              });
  const Status problem = FirstProblem(results, /*must_be_here=*/true);
  if (problem.ok()) return results;
  const auto undone = Lift(name, shape.pod_uids);
  return Status::Error(problem.message() +
                       (undone.ok() ? "" : "; and " + undone.message()));
}

Result<std::vector<PodResult>> ShapePower::Lift(
    const std::string& name, const std::vector<std::string>& pod_uids) {
  const Status named = CheckName(name);
  if (!named.ok()) return named;
  const auto results =
      InEach(*processes_, pod_uids, [&](const NetworkNamespace& network, PodResult&) {
        return RemoveShapeChain(network, name);
      });
  const Status problem = FirstProblem(results, /*must_be_here=*/false);
  if (!problem.ok()) return problem;
  const std::lock_guard lock(mutex_);
  for (const std::string& pod_uid : pod_uids) shapers_.erase({name, pod_uid});
  return results;
}

Result<std::int64_t> ShapePower::Shaped(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  std::optional<std::int64_t> packets;
  for (const auto& [key, shaper] : shapers_) {
    if (key.first == name) packets = packets.value_or(0) + shaper->passed();
  }
  if (!packets) return Status::Error("no shape \"" + name + "\" is in force here");
  return *packets;
}

Status ShapePower::InsideOf(const std::string& pod_uid,
                            const std::function<void()>& work) const {
  const auto keeper = processes_->KeeperOf(pod_uid);
  if (!keeper.ok()) return keeper.status();
  const auto network = NetworkNamespace::OfPod(keeper->id.pid);
  if (!network.ok()) return network.status();
  return network->Inside(work);
}

Result<Nanos> ShapePower::RoundTrip(const std::string& pod_uid, const Endpoint& to,
                                    int times, Nanos limit) const {
  Result<Nanos> least = Status::Error("not measured");
  const Status entered =
      InsideOf(pod_uid, [&] { least = LeastRoundTrip(to, times, limit); });
  if (!entered.ok()) return entered;
  return least;
}

Result<double> ShapePower::Speed(const std::string& pod_uid, const Endpoint& to,
                                 std::size_t bytes, Nanos limit,
                                 const std::string& password) const {
  Result<double> speed = Status::Error("not measured");
  const Status entered =
      InsideOf(pod_uid, [&] { speed = EchoSpeed(to, bytes, limit, password); });
  if (!entered.ok()) return entered;
  return speed;
}

std::set<std::string> ShapePower::TouchedPods() const {
  const std::lock_guard lock(mutex_);
  return touched_pods_;
}

void ShapePower::LetGo(const std::optional<std::string>& pod_uid) {
  const std::lock_guard lock(mutex_);
  std::erase_if(shapers_, [&](const auto& shaper) {
    return !pod_uid || shaper.first.second == *pod_uid;
  });
}

}  // namespace slotquake
