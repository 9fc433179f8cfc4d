#include <algorithm>
#include <optional>

#include "gtest/gtest.h"
#include "harness/observe/observer.h"
#include "harness/redis/log_line.h"
#include "harness/testing/redis_fixture.h"

namespace slotquake {
namespace {

std::string NodeName(std::size_t node) { return "redis-" + std::to_string(node); }

// The first that fits.
template <typename Predicate>
std::optional<Observation> FindFirst(const std::vector<Observation>& observations,
                                     Predicate fits) {
  const auto it = std::find_if(observations.begin(), observations.end(), fits);
  if (it == observations.end()) return std::nullopt;
  return *it;
}

// What happened at one instant was told by two sources: both bounds must hold it.
bool CanBeOneInstant(const Observation& a, const Observation& b) {
  return a.not_before <= b.at && b.not_before <= a.at;
}

class FailoverObservationTest : public testing::Test {
 protected:
  void SetUp() override {
    auto cluster = RedisCluster::Start(3, 1, std::chrono::seconds(1));
    ASSERT_TRUE(cluster.ok()) << cluster.message();
    cluster_ = std::move(*cluster);
    ObserverOptions options;
    for (std::size_t i = 0; i < cluster_.nodes.size(); ++i) {
      options.nodes.push_back({NodeName(i), cluster_.nodes[i]->endpoint()});
    }
    observer_ = std::make_unique<Observer>(options, &log_);
  }

  std::vector<Observation> Polled(std::size_t node, std::string_view kind) const {
    std::vector<Observation> found;
    for (Observation& o : log_.CopyAll()) {
      if (o.node == NodeName(node) && o.kind == kind) found.push_back(std::move(o));
    }
    return found;
  }

  std::optional<Observation> Logged(std::size_t node, const std::string& event) const {
    return FindFirst(
        LogObservations(NodeName(node), cluster_.nodes[node]->Log(), WallAt(Nanos(0))),
        [&](const Observation& o) { return o.data["event"] == event; });
  }

  // The node's view in which `owner` has slot 0.
  std::optional<Observation> ViewWithOwner(std::size_t node, std::size_t owner) const {
    return FindFirst(Polled(node, observation_kind::kView), [&](const Observation& o) {
      const auto view = o.data.get<ClusterView>();
      const NodeView* found = view.OwnerOf(0);
      return found != nullptr && found->id == cluster_.ids[owner];
    });
  }

  RedisCluster cluster_;
  ObservationLog log_;
  std::unique_ptr<Observer> observer_;
};

TEST_F(FailoverObservationTest, PollsAndLogsTellOneStory) {
  ASSERT_TRUE(WaitFor([&] { return ViewWithOwner(1, 0).has_value(); }));
  const Nanos asked = MonotonicNow();
  cluster_.nodes[0]->Kill();
  const Nanos done = MonotonicNow();
  for (const std::size_t node : {1, 2, 3, 4, 5}) {
    ASSERT_TRUE(WaitFor([&] { return ViewWithOwner(node, 3).has_value(); })) << node;
  }
  observer_->Stop();

  const auto gone = Polled(0, observation_kind::kUnreachable);
  ASSERT_FALSE(gone.empty());
  EXPECT_LE(gone[0].not_before, done);
  EXPECT_GE(gone[0].at, asked);

  // The promoted replica: what its log says it did, its polls must have seen then.
  const auto won = Logged(3, "election_won");
  const auto raised = FindFirst(
      Polled(3, observation_kind::kClusterInfo),
      [](const Observation& o) { return o.data["my_epoch"].get<std::int64_t>() > 3; });
  const auto owns = ViewWithOwner(3, 3);
  ASSERT_TRUE(won && raised && owns);
  EXPECT_TRUE(CanBeOneInstant(*won, *raised));
  EXPECT_TRUE(CanBeOneInstant(*won, *owns));
  EXPECT_GE(won->at - done, std::chrono::milliseconds(1500)) << "T + 500 ms";
  EXPECT_EQ(Logged(3, "epoch_set")->data["epoch"], raised->data["my_epoch"]);
  for (const char* event : {"link_lost", "election_scheduled", "election_started"}) {
    const auto step = Logged(3, event);
    ASSERT_TRUE(step.has_value()) << event;
    EXPECT_GE(step->at, asked) << event;
    EXPECT_LE(step->not_before, won->at) << event;
  }

  // The others: first possibly failing, then failed, then the new owner.
  for (const std::size_t node : {1, 2}) {
    const auto infos = Polled(node, observation_kind::kClusterInfo);
    const auto fail = FindFirst(infos, [](const Observation& o) {
      return o.data["slots_fail"].get<int>() > 0;
    });
    const auto pfail = FindFirst(infos, [](const Observation& o) {
      return o.data["slots_pfail"].get<int>() > 0;
    });
    ASSERT_TRUE(fail.has_value()) << node;
    EXPECT_TRUE(!pfail || pfail->at < fail->at);
    const auto state_fail = Logged(node, "state_fail");
    ASSERT_TRUE(state_fail.has_value());
    EXPECT_TRUE(CanBeOneInstant(*state_fail, *fail));
    EXPECT_GE(ViewWithOwner(node, 3)->at, won->not_before);
    EXPECT_TRUE(Polled(node, observation_kind::kUnreachable).empty());
  }
}

}  // namespace
}  // namespace slotquake
