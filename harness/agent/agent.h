#ifndef SLOTQUAKE_HARNESS_AGENT_AGENT_H_
#define SLOTQUAKE_HARNESS_AGENT_AGENT_H_

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/agent/network_power.h"
#include "harness/agent/pod_processes.h"
#include "harness/agent/process_power.h"
#include "harness/agent/shape_power.h"
#include "harness/base/status.h"

namespace slotquake {

// What an agent may differ in.
struct AgentSettings {
  // Keeps what is stopped; on the machine, so that it outlives the agent.
  std::filesystem::path notes = "/run/slotquake";
  // Below it are the folders that may be deleted.
  std::filesystem::path volumes = "/var/local/slotquake";
  PodProcesses processes;
};

// How much an undo has found.
struct Undone {
  int tables = 0;  // and chains of rules
  int continued = 0;
};

// Everything that can be done to the pods of one machine, and to it. Thread-safe.
class Agent {
 public:
  explicit Agent(AgentSettings settings);

  ProcessPower& processes() { return process_power_; }
  NetworkPower& networks() { return network_power_; }
  ShapePower& shapes() { return shape_power_; }

  // Takes back what agents have done to these pods (none named: to all of this
  // machine) and, if `machine`, to the machine: tables and stopped processes. It goes
  // on after an error, and returns the first.
  Result<Undone> Undo(const std::optional<std::vector<std::string>>& pod_uids,
                      bool machine);
  // The same for what this agent has done itself: others may be at work here too.
  Status UndoOwn();
  Status RemoveVolumes(const std::string& folder) const;

 private:
  AgentSettings settings_;
  ProcessPower process_power_;
  NetworkPower network_power_;
  ShapePower shape_power_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_AGENT_H_
