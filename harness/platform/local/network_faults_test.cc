// Every fault of the network on a real cluster in namespaces: it is proven when it was
// injected, and not when it was not.
#include "gtest/gtest.h"
#include "harness/faults/testing/real_cluster.h"

namespace slotquake {
namespace {

using nlohmann::json;

struct Case {
  std::string fault;
  json options;
};

std::ostream& operator<<(std::ostream& out, const Case& shown) {
  return out << shown.fault << " " << shown.options.dump();
}

class NetworkFaultsTest : public RealClusterTest,
                          public testing::WithParamInterface<Case> {
 protected:
  static FaultContext Context(const std::string& name) {
    Victim victim;
    victim.node = "redis-0";
    return {.cluster = cluster(),
            .victims = {victim},
            .now = [] { return MonotonicNow(); },
            .name = name,
            .clients = {"client-0", "client-1"}};
  }
};

TEST_P(NetworkFaultsTest, IsProvenAndUndone) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = Context("proven");
  ASSERT_TRUE(fault->CheckSupported(cluster()).ok())
      << fault->CheckSupported(cluster()).message();
  ASSERT_TRUE(fault->Aim(context).ok());
  const Status injected = fault->Inject(context);
  EXPECT_TRUE(injected.ok()) << injected.message();
  EXPECT_EQ(Unproven(fault->Prove(context)), "");
  ASSERT_TRUE(fault->Recover(context).ok());
  EXPECT_TRUE(fault->Recover(context).ok()) << "twice is harmless";
  EXPECT_EQ(Unproven(fault->ProveRecovery(context)), "");
}

TEST_P(NetworkFaultsTest, WithoutAnInjectionNothingIsProven) {
  const auto fault = Make(GetParam().fault, GetParam().options);
  FaultContext context = Context("nothing");
  ASSERT_TRUE(fault->Aim(context).ok());
  for (const Proof& proof : fault->Prove(context)) {
    const bool lives = proof.what.find("lives") != std::string::npos ||
                       proof.what.find("runs all the same") != std::string::npos;
    EXPECT_EQ(proof.holds, lives) << proof.what;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, NetworkFaultsTest,
    testing::Values(
        Case{"partition", json::object()}, Case{"partition", {{"direction", "from"}}},
        Case{"partition", {{"direction", "to"}}}, Case{"partition", {{"refuse", true}}},
        Case{"partition", {{"refuse", true}, {"direction", "to"}}},
        Case{"partition", {{"refuse", true}, {"direction", "from"}}},
        Case{"partition", {{"against", "nodes"}}},
        Case{"partition", {{"against", "clients"}}},
        Case{"partition", {{"plane", "bus"}}}, Case{"partition", {{"plane", "client"}}},
        Case{"partition", {{"plane", "replication"}}},
        Case{"partition", {{"with_clients", "client-1"}}},
        Case{"isolate", json::object()}, Case{"blackhole_address", json::object()},
        Case{"flap", json::object()}, Case{"loss", {{"percent", 20}}},
        Case{"loss", {{"percent", 20}, {"plane", "bus"}}},
        Case{"latency", {{"delay_ms", 30}, {"jitter_ms", 5}}},
        Case{"latency", {{"delay_ms", 30}, {"direction", "to"}, {"against", "nodes"}}},
        Case{"bandwidth", {{"rate_kbit", 2000}}},
        Case{"bandwidth", {{"rate_kbit", 2000}, {"direction", "from"}}}));

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  return slotquake::RealClusterTest::Main(argc, argv, slotquake::kNobodyIsReplacedMs);
}
