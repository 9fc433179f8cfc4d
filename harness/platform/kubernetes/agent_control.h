#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_CONTROL_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_CONTROL_H_

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "harness/agent/agent_client.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cluster/network_control.h"
#include "harness/cluster/process_control.h"
#include "harness/platform/kubernetes/pod_directory.h"

namespace slotquake {

// Power over the servers of pods and the network between them, through the agents of
// their machines. A killed server comes back at once (its kubelet restarts it), but
// reaches nobody and is reached by nobody until Start(): to the world it is dead. Only
// inside its pod it can be seen, over the loopback, which is where kubectl exec and
// port-forward lead. Packets are stopped in the pods at both ends; by percentage at one
// end only, so that they are drawn once. Thread-safe.
class AgentControl : public ProcessControl, public NetworkControl {
 public:
  using PodsByMachine = std::map<std::string, std::vector<std::string>>;  // their uids

  // `directory` must outlive this. `start_limit`: of Start(); a kubelet waits longer
  // from one restart to the next, up to minutes. `patience`: with the way to an agent.
  explicit AgentControl(const PodDirectory* directory,
                        Nanos start_limit = std::chrono::minutes(6),
                        Nanos patience = ApiClient::kPatience)
      : directory_(directory), start_limit_(start_limit), patience_(patience) {}

  Status Kill(const std::string& node) override { return End(node, "KILL"); }
  Status Terminate(const std::string& node) override { return End(node, "TERM"); }
  Result<std::string> AwaitEnd(const std::string& node, Nanos limit) override;
  std::optional<EffectTime> Measured(const std::string& node) override;
  // Returns when the server's process runs.
  Status Start(const std::string& node) override;
  Status Pause(const std::string& node) override;
  Status Resume(const std::string& node) override;
  Result<ProcessState> State(const std::string& node) override;
  std::string Describe(const std::string& node) const override;

  Status Apply(const std::string& name, const std::vector<Block>& blocks) override;
  std::optional<EffectTime> MeasuredCut(const std::string& name) override;
  Status Lift(const std::string& name) override;
  // Of pods that are gone, as many as were known when Stopped() was called last.
  Result<std::int64_t> Stopped(const std::string& name) override;
  Result<BlockCount> Count(const std::string& name) override;
  Result<std::string> Probe(const std::string& from, const std::string& to, Plane plane,
                            Nanos limit) override;

  // The machine's agent, wherever its pod is by then.
  AgentClient AgentOf(const std::string& machine) const;
  // Calls `act` for every machine at the same time, when it is known of all agents
  // whether they answer; the first error. With `all_or_none` nothing is done where one
  // of them does not.
  Status OnMachines(
      const PodsByMachine& pods, bool all_or_none,
      const std::function<Status(const AgentClient&, const std::vector<std::string>&,
                                 const AgentClient::Ready&)>& act) const;

 private:
  // A server and the agent of its machine.
  struct Server {
    ServerName name;
    std::string machine;
    AgentClient agent;
  };
  // A pod in which a set of blocks is in force.
  struct Guarded {
    std::string pod_uid;
    std::string machine;
    BlockCount count;
  };
  Result<Server> Find(const std::string& node) const;
  Status End(const std::string& node, const std::string& signal);
  // Where it was signalled, if it was; else where it is.
  Result<Server> FindSignalled(const std::string& node);
  void Note(const std::string& node, const Server& server, const ProcessId& process);
  // Of the node's last signal; nothing where it is not known.
  void KeepTime(const std::string& node, const std::optional<EffectTime>& time);
  Status LiftIn(const std::string& name, const std::vector<Guarded>& pods) const;

  const PodDirectory* directory_;
  const Nanos start_limit_;
  const Nanos patience_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, AgentClient> agents_;    // by machine
  std::map<std::string, Server> signalled_;              // by node
  std::map<std::string, std::string> descriptions_;      // by node
  std::map<std::string, EffectTime> measured_;           // by node
  std::map<std::string, EffectTime> cut_;                // by the set's name
  std::map<std::string, std::vector<Guarded>> guarded_;  // by the set's name
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_AGENT_CONTROL_H_
