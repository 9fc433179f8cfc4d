#ifndef SLOTQUAKE_HARNESS_FAULTS_TESTING_REAL_CLUSTER_H_
#define SLOTQUAKE_HARNESS_FAULTS_TESTING_REAL_CLUSTER_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "harness/faults/fault.h"
#include "harness/platform/local/local_platform.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// A test on three masters and three replicas in namespaces, which serve all tests of a
// program: a world has room for one cluster. Each test begins when it is healthy.
class RealClusterTest : public testing::Test {
 public:
  // A test program's main: argv[1] is the server program. `node_timeout_ms`: long
  // enough that a busy machine promotes nobody, short enough to wait for where a test
  // needs that.
  static int Main(int argc, char** argv, int node_timeout_ms = 5000,
                  bool interposes_calls = false);

 protected:
  static void SetUpTestSuite();
  void SetUp() override;

  static Cluster& cluster();
  // Waits until it is healthy.
  static void AwaitHealth();
  static std::unique_ptr<Fault> Make(const std::string& name,
                                     const nlohmann::json& options);
  // Whom `victim` means now.
  static FaultContext ContextFor(const VictimSpec& victim);
  static void Kill(const std::string& node);
};

inline VictimSpec MasterOf(int slot) {
  VictimSpec spec;
  spec.slot = slot;
  return spec;
}

inline VictimSpec ReplicaOf(int shard) {
  VictimSpec spec;
  spec.shard = shard;
  spec.role = "replica";
  return spec;
}

// Of a test whose faults last as long as it takes: nobody is replaced meanwhile.
constexpr int kNobodyIsReplacedMs = 60'000;

// "" when there are proofs and all hold; else what does not.
std::string Unproven(const std::vector<Proof>& proofs);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_TESTING_REAL_CLUSTER_H_
