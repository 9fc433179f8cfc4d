#ifndef SLOTQUAKE_HARNESS_AGENT_DELAY_POWER_H_
#define SLOTQUAKE_HARNESS_AGENT_DELAY_POWER_H_

#include <atomic>
#include <cstdint>
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
#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/platform/delay/packet_delay.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// How late packets of some pods are.
struct PodDelay {
  std::string name;                   // of the set, as a table's
  std::vector<std::string> pod_uids;  // whose packets
  std::vector<std::string> to;        // addresses (IPv4) that they are sent to
  Nanos delay{0};
  Nanos jitter{0};
};

// Power over how late the packets of this machine's pods are: they wait in the pod's
// own network, where it sends them. When the agent is gone they wait no longer, and
// what NetworkPower::Undo() takes away is only the chain of rules. Thread-safe.
class DelayPower {
 public:
  // `processes` must outlive this.
  explicit DelayPower(const PodProcesses* processes) : processes_(processes) {}

  // Whether packets can be held back here; tried in an empty network. The error says
  // what this machine's kernel lacks.
  Status CanDelay() const;
  // Puts a delay in force in the pods, all at once. Where one of them fails, none has
  // it when this returns, and the problem is the error.
  Result<std::vector<PodResult>> Apply(const PodDelay& delay);
  // Takes it away; what waits arrives. A pod that is not here (any more) has none.
  Result<std::vector<PodResult>> Lift(const std::string& name,
                                      const std::vector<std::string>& pod_uids);
  // Packets that were held back and let go; an error where none of that name is in
  // force.
  Result<std::int64_t> Delayed(const std::string& name) const;
  // LeastRoundTrip() from within the pod's network.
  Result<Nanos> RoundTrip(const std::string& pod_uid, const Endpoint& to, int times,
                          Nanos limit) const;

  // Where packets wait, or have waited.
  std::set<std::string> TouchedPods() const;
  // Lets all go that wait, of one pod or of all; their chains must be gone.
  void LetGo(const std::optional<std::string>& pod_uid);

 private:
  using Key = std::pair<std::string, std::string>;  // the set's name, the pod

  Status Begin(const NetworkNamespace& network, const PodDelay& delay,
               const std::string& pod_uid);

  const PodProcesses* processes_;
  std::atomic<std::uint16_t> next_queue_ = 1;
  mutable std::mutex mutex_;
  std::map<Key, std::unique_ptr<PacketDelay>> delays_;
  std::set<std::string> touched_pods_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_DELAY_POWER_H_
