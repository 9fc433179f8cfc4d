#ifndef SLOTQUAKE_HARNESS_AGENT_AGENT_CLIENT_H_
#define SLOTQUAKE_HARNESS_AGENT_AGENT_CLIENT_H_

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/agent/agent.h"
#include "harness/api/client.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// The runner's side of an agent's API (agent_server.h), which says what the calls do.
// Times are on the agent's clock. A call that fails on its way is made again for
// `patience`, but what sends a signal or sets rules only while it was not sent.
// Thread-safe; copies are equal.
class AgentClient {
 public:
  // Called between connecting and sending, possibly again: see ApiClient::Post().
  using Ready = std::function<Status()>;

  explicit AgentClient(Reach agent, Nanos patience = ApiClient::kPatience)
      : api_("agent", std::move(agent), OwnClockIdentity(), patience) {}

  Result<ClockEstimate> EstimateClock() const { return api_.EstimateClock(); }

  // `signal`: "KILL" or "TERM".
  Result<SentSignal> EndProcess(const ServerName& server, const std::string& signal,
                                std::optional<int> hold_port) const;
  // EndView::gone is empty when the limit passed first.
  Result<EndView> AwaitEnd(const ServerName& server, Nanos limit) const;
  Result<bool> Release(const std::string& pod_uid) const;
  Result<ProcessId> AwaitStart(const ServerName& server, Nanos limit) const;
  Result<SentSignal> StopProcess(const ServerName& server) const;
  Status ContinueProcess(const ServerName& server) const;
  Result<ServerState> State(const ServerName& server) const;
  Status Starve(const ServerName& server, double share) const;
  Status EndStarving(const std::string& pod_uid) const;
  Result<CpuUse> Use(const ServerName& server) const;

  Result<std::vector<PodResult>> Apply(const std::string& name,
                                       const std::string& rules,
                                       const std::vector<std::string>& pod_uids,
                                       const Ready& ready = nullptr) const;
  Result<std::vector<PodResult>> Lift(const std::string& name,
                                      const std::vector<std::string>& pod_uids,
                                      const Ready& ready = nullptr) const;
  Result<std::vector<PodResult>> Stopped(
      const std::string& name, const std::vector<std::string>& pod_uids) const;

  // What a TCP connection from within the pod's network sees: "" when it is accepted.
  Result<std::string> Connect(const std::string& pod_uid, const Endpoint& to,
                              Nanos limit) const;

  Status CanShape() const;
  Result<std::vector<PodResult>> ApplyShape(const PodShape& shape,
                                            const Ready& ready = nullptr) const;
  Result<std::vector<PodResult>> LiftShape(const std::string& name,
                                           const std::vector<std::string>& pod_uids,
                                           const Ready& ready = nullptr) const;
  Result<std::int64_t> Shaped(const std::string& name) const;
  Result<Nanos> RoundTrip(const std::string& pod_uid, const Endpoint& to, int times,
                          Nanos limit) const;
  Result<double> Speed(const std::string& pod_uid, const Endpoint& to,
                       std::size_t bytes, Nanos limit,
                       const std::string& password) const;

  // The interfaces that are cut, a moment after this returns: look for the effect.
  Result<std::vector<std::string>> CutMachine(const MachineCut& cut) const;
  Status HealMachine(const std::string& name) const;
  Result<std::int64_t> StoppedAtMachine(const std::string& name) const;

  Result<Undone> UndoAll(const std::optional<std::vector<std::string>>& pod_uids,
                         bool machine) const;
  Status RemoveVolumes(const std::string& path) const;

 private:
  ApiClient api_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_AGENT_CLIENT_H_
