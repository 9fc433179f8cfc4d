#ifndef SLOTQUAKE_HARNESS_TESTING_FAKE_MACHINES_H_
#define SLOTQUAKE_HARNESS_TESTING_FAKE_MACHINES_H_

#include <map>
#include <set>
#include <string>

#include "harness/cluster/machine_control.h"
#include "harness/testing/fake_cluster.h"
#include "harness/testing/fake_pods.h"

namespace slotquake {

// Three machines "worker-0" to "worker-2" under the pods of a FakeCluster: redis-N and
// redis-(N+3) share one.
class FakeMachines : public MachineControl {
 public:
  FakeMachines(FakeCluster& cluster, FakePods& pods);

  Result<std::string> MachineOf(const std::string& node) override;
  std::string WhyProtected(const std::string& machine) override;
  Status CheckPower() override;
  Status CheckCut() override;
  Status Stop(const std::string& machine) override;
  Status Start(const std::string& machine) override;
  Status Pause(const std::string& machine) override;
  Status Resume(const std::string& machine) override;
  Result<MachineState> State(const std::string& machine) override;
  Status Cut(const std::string& machine) override;
  Status Heal(const std::string& machine) override;
  Result<std::int64_t> Stopped(const std::string& machine) override;
  Status Drain(const std::string& machine) override;
  Status Uncordon(const std::string& machine) override;
  Result<bool> IsCordoned(const std::string& machine) override;

  bool powerless = false;               // says that it can not
  bool lies = false;                    // commands succeed and change nothing
  bool breaks_and_fails = false;        // commands work, and are answered with an error
  std::set<std::string> protected_set;  // machines
  std::set<std::string> cordoned;

 private:
  std::vector<std::string> NodesOn(const std::string& machine) const;
  // Writes it down; whether it is to have an effect.
  bool Note(const std::string& what, const std::string& machine);
  Status Answer() const;

  FakeCluster& cluster_;
  FakePods& pods_;
  std::map<std::string, MachineState> states_;
  std::set<std::string> cut_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_FAKE_MACHINES_H_
