#ifndef SLOTQUAKE_HARNESS_CLUSTER_MACHINE_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_MACHINE_CONTROL_H_

#include <cstdint>
#include <string>

#include "harness/base/status.h"

namespace slotquake {

// How a machine is, as its platform says it.
enum class MachineState { kRunning, kPaused, kStopped };

// Power over the machines that nodes run on (an orchestrator's "nodes"; on kind,
// containers). What a platform can not do is an error that says so and why.
class MachineControl {
 public:
  virtual ~MachineControl() = default;

  // The machine that a node runs on now.
  virtual Result<std::string> MachineOf(const std::string& node) = 0;
  // Why nothing must be done to this machine (the harness itself runs there); "" if
  // it may be.
  virtual std::string WhyProtected(const std::string& machine) = 0;

  // Whether machines can be stopped and paused here, and whether they can be cut; the
  // error says why not.
  virtual Status CheckPower() = 0;
  virtual Status CheckCut() = 0;

  // Power off, without a goodbye; and on again.
  virtual Status Stop(const std::string& machine) = 0;
  virtual Status Start(const std::string& machine) = 0;
  // Freezes every process there; and lets them go on.
  virtual Status Pause(const std::string& machine) = 0;
  virtual Status Resume(const std::string& machine) = 0;
  virtual Result<MachineState> State(const std::string& machine) = 0;

  // Cuts it, with all its pods, from every other machine; and heals that. Harmless
  // when there is nothing to heal.
  virtual Status Cut(const std::string& machine) = 0;
  virtual Status Heal(const std::string& machine) = 0;
  // How many packets the cut has stopped.
  virtual Result<std::int64_t> Stopped(const std::string& machine) = 0;

  // Moves its pods away as an administrator does (cordon and evict); returns when
  // they are gone, or with what is in the way. And lets pods come again.
  virtual Status Drain(const std::string& machine) = 0;
  virtual Status Uncordon(const std::string& machine) = 0;
  virtual Result<bool> IsCordoned(const std::string& machine) = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_MACHINE_CONTROL_H_
