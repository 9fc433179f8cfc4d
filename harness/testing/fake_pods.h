#ifndef SLOTQUAKE_HARNESS_TESTING_FAKE_PODS_H_
#define SLOTQUAKE_HARNESS_TESTING_FAKE_PODS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/cluster/pod_control.h"
#include "harness/testing/fake_cluster.h"

namespace slotquake {

// The nodes of a FakeCluster as pods: one that is deleted takes its server along, and
// is there again, as another one, when it has been looked at a few times.
class FakePods : public PodControl {
 public:
  explicit FakePods(FakeCluster& cluster);

  Result<PodView> Look(const std::string& node) override;
  Status Delete(const std::vector<std::string>& nodes,
                std::optional<std::chrono::seconds> grace) override;
  Status RolloutRestart() override;
  Status Scale(int wanted) override;
  Result<PodScale> CurrentScale() override;

  bool delete_fails = false;         // refused; half of the pods are gone all the same
  std::set<std::string> immortal;    // commands succeed and change nothing: a lie
  std::set<std::string> never_back;  // no new pod is made

 private:
  void Remove(const std::string& node);
  void Return(const std::string& node);

  FakeCluster& cluster_;
  std::map<std::string, int> incarnation_;  // of nodes
  std::map<std::string, int> absent_;       // looks until it is back
  int wanted_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_FAKE_PODS_H_
