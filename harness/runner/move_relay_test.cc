#include "harness/runner/move_relay.h"

#include <atomic>
#include <future>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

TEST(MoveRelayTest, TellsInOrderAndSaysWhatFailed) {
  std::vector<std::string> told;
  MoveRelay relay([&](const std::string& node, const Endpoint& now) {
    told.push_back(node + " " + ToString(now));
    return node == "redis-1" ? Status::Error("nobody there") : Status::Ok();
  });
  relay.Moved("redis-0", {"10.0.0.1", 6379});
  relay.Moved("redis-1", {"10.0.0.2", 6379});
  relay.Moved("redis-2", {"10.0.0.3", 6379});
  EXPECT_EQ(relay.Finish(),
            (std::vector<std::string>{"redis-1 moved to 10.0.0.2:6379: nobody there"}));
  EXPECT_EQ(told,
            (std::vector<std::string>{"redis-0 10.0.0.1:6379", "redis-1 10.0.0.2:6379",
                                      "redis-2 10.0.0.3:6379"}));
  EXPECT_TRUE(relay.Finish().empty()) << "said once";
}

// The platform that tells of a move may be the one that gives the way to the worker.
TEST(MoveRelayTest, WhoTellsOfAMoveDoesNotWait) {
  std::promise<void> go_on;
  std::atomic<int> told = 0;
  MoveRelay relay([&](const std::string&, const Endpoint&) {
    go_on.get_future().wait();
    ++told;
    return Status::Ok();
  });
  relay.Moved("redis-0", {"10.0.0.1", 6379});
  EXPECT_EQ(told, 0);
  go_on.set_value();
  relay.Finish();
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace slotquake
