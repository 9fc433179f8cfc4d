#include "harness/platform/kubernetes/log_keeper.h"

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::seconds;

// The watch prints the lines of `pods`. A log is the file `log`, followed until there
// is a file `ended`.
const char* const kLogs = R"(
def follow(name, until):
    said = 0
    while True:
        last = bool(text_of(until)) if until else False
        text = text_of(name)
        sys.stdout.write(text[said:]); sys.stdout.flush()
        said = len(text)
        if last:
            sys.exit(0)
        time.sleep(0.01)
if words[0] == "logs":
    follow("log", "ended")
if words[1] == "pods":
    follow("pods", None)
time.sleep(600)
)";

std::string Running(const std::string& id) {
  return json{{"type", "MODIFIED"},
              {"object",
               {{"metadata", {{"name", "redis-cluster-0"}, {"uid", id}}},
                {"status",
                 {{"phase", "Running"},
                  {"containerStatuses",
                   {{{"name", "redis"},
                     {"containerID", "containerd://" + id},
                     {"state", {{"running", json::object()}}}}}}}}}}}
             .dump() +
         "\n";
}

TEST(LogKeeperTest, WhatAPodSaidOutlivesIt) {
  const FakeKubectl fake(kLogs);
  const auto watch = std::make_shared<PodWatch>(
      PodWatchOptions{.own = fake.kubectl("n"),
                      .servers = fake.kubectl("n"),
                      .nodes = {{"redis-0", "redis-cluster-0"}}});
  const LogKeeper keeper(fake.kubectl("n"), "redis", watch);
  fake.Write("log", "first words\n");
  fake.Write("pods", Running("a"));
  EXPECT_TRUE(watch->Await(
      [&] { return keeper.Before("redis-0", "") == "first words\n"; }, seconds(30)));
  fake.Write("log", "first words\nlast words\n");
  fake.Write("ended", "x");
  EXPECT_TRUE(watch->Await(
      [&] { return keeper.Before("redis-0", "") == "first words\nlast words\n"; },
      seconds(30)));
  // The next container.
  fake.Write("log", "second life\n");
  fake.Write("pods", Running("a") + Running("b"));
  EXPECT_TRUE(watch->Await(
      [&] {
        return keeper.Before("redis-0", "") == "first words\nlast words\nsecond life\n";
      },
      seconds(30)))
      << keeper.Before("redis-0", "");
  EXPECT_EQ("first words\nlast words\n",
            keeper.Before("redis-0", "second life\nand more\n"));
  EXPECT_EQ("", keeper.Before("redis-9", ""));
}

}  // namespace
}  // namespace slotquake
