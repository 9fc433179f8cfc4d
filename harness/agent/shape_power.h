#ifndef SLOTQUAKE_HARNESS_AGENT_SHAPE_POWER_H_
#define SLOTQUAKE_HARNESS_AGENT_SHAPE_POWER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/agent/pod_networks.h"
#include "harness/agent/pod_processes.h"
#include "harness/agent/shape_chains.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/platform/shaping/packet_shaper.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// How packets between some pods and others travel.
struct PodShape {
  std::vector<std::string> pod_uids;
  ShapeRule rule;  // the same in each of their networks
  Pace pace;
};

// Power over how the packets of this machine's pods travel: they wait in the pod's own
// network. When the agent is gone they wait no longer, and what NetworkPower::Undo()
// takes away is only the chain of rules. Thread-safe.
class ShapePower {
 public:
  // `processes` must outlive this.
  explicit ShapePower(const PodProcesses* processes) : processes_(processes) {}

  // Whether packets can be held back here; tried in an empty network. The error says
  // what this machine's kernel lacks.
  Status CanShape() const;
  // Puts a shape in force in the pods, all at once. Where one of them fails, none has
  // it when this returns, and the problem is the error.
  Result<std::vector<PodResult>> Apply(const PodShape& shape);
  // Takes it away; what waits arrives. A pod that is not here (any more) has none.
  Result<std::vector<PodResult>> Lift(const std::string& name,
                                      const std::vector<std::string>& pod_uids);
  // Packets that were held back and let go; an error where none of that name is in
  // force.
  Result<std::int64_t> Shaped(const std::string& name) const;
  // LeastRoundTrip() from within the pod's network.
  Result<Nanos> RoundTrip(const std::string& pod_uid, const Endpoint& to, int times,
                          Nanos limit) const;
  // EchoSpeed() likewise.
  Result<double> Speed(const std::string& pod_uid, const Endpoint& to,
                       std::size_t bytes, Nanos limit,
                       const std::string& password) const;

  // Where packets wait, or have waited.
  std::set<std::string> TouchedPods() const;
  // Lets all go that wait, of one pod or of all; their chains must be gone.
  void LetGo(const std::optional<std::string>& pod_uid);

 private:
  using Key = std::pair<std::string, std::string>;  // the set's name, the pod

  Status Begin(const NetworkNamespace& network, const PodShape& shape,
               const std::string& pod_uid);
  Status InsideOf(const std::string& pod_uid, const std::function<void()>& work) const;

  const PodProcesses* processes_;
  std::atomic<std::uint16_t> next_queue_ = 1;
  mutable std::mutex mutex_;
  std::map<Key, std::unique_ptr<PacketShaper>> shapers_;
  std::set<std::string> touched_pods_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_SHAPE_POWER_H_
