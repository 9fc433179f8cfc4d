// Ends the harness with SIGKILL at random moments, many times, and looks for
// anything that is left of it.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <sstream>
#include <thread>

#include "gtest/gtest.h"
#include "harness/base/clock.h"
#include "harness/base/rng.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string program;
std::string scenario;
std::string server;

std::string ReadWhole(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::set<std::string> NamesIn(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

// What a run could leave on this machine.
struct Machine {
  std::string mounts = ReadWhole("/proc/self/mountinfo");
  std::set<std::string> links = NamesIn("/sys/class/net");
  std::set<std::string> namespaces = NamesIn("/run/netns");
  std::set<std::string> run_files = NamesIn("/run");
  bool operator==(const Machine&) const = default;
};

// The pids of the children of `pid`.
std::vector<pid_t> ChildrenOf(pid_t pid) {
  const std::string base = "/proc/" + std::to_string(pid);
  std::istringstream list(
      ReadWhole(base + "/task/" + std::to_string(pid) + "/children"));
  return {std::istream_iterator<pid_t>(list), {}};
}

pid_t StartHarness(const fs::path& out) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  setsid();
  const std::string log = (out / "stderr.txt").string();
  dup2(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644), 2);
  dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 1);
  const std::string to = "--out=" + out.string();
  const std::string with = "--server=" + server;
  execl(program.c_str(), program.c_str(), "run", scenario.c_str(), to.c_str(),
        with.c_str(), "--seed=1", nullptr);
  _exit(127);
}

// The harness' process `depth` levels below `pid`: the one that was started, the
// one between, or the runner itself.
pid_t Descend(pid_t pid, std::uint64_t depth) {
  for (; depth > 0; --depth) {
    const auto children = ChildrenOf(pid);
    if (children.empty()) break;
    pid = children.front();
  }
  return pid;
}

// Reaps descendants, which all fall to this process, until none is left.
bool AllDescendantsEnd(Nanos limit) {
  const Nanos end = MonotonicNow() + limit;
  while (MonotonicNow() < end) {
    const pid_t reaped = waitpid(-1, nullptr, WNOHANG);
    if (reaped < 0 && errno == ECHILD) return true;
    if (reaped == 0) std::this_thread::sleep_for(milliseconds(5));
  }
  return false;
}

TEST(CrashTest, KilledAtAnyMomentItLeavesNothing) {
  // Orphans of any generation become children of this process.
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  const fs::path out = fs::path(testing::TempDir()) / "crash";
  fs::create_directories(out);
  const Machine before;
  const auto files_before = NamesIn(testing::TempDir());
  Rng rng(20261122);
  for (int round = 0; round < 16; ++round) {
    // From the first fork, over deploy and load, to some seconds after the fault.
    const auto delay = milliseconds(rng.Below(round % 2 == 0 ? 400 : 6000));
    const std::uint64_t depth = rng.Below(3);
    const pid_t harness = StartHarness(out);
    std::this_thread::sleep_for(delay);
    const pid_t victim = Descend(harness, depth);
    kill(victim, SIGKILL);
    ASSERT_TRUE(AllDescendantsEnd(seconds(20)))
        << "processes are left after " << delay.count() << " ms, level " << depth;
    EXPECT_TRUE(Machine() == before) << "after " << delay.count() << " ms";
  }
  EXPECT_EQ(NamesIn(testing::TempDir()), files_before);
  EXPECT_EQ(ReadWhole(out / "stderr.txt").find("slotquake: cannot"), std::string::npos)
      << ReadWhole(out / "stderr.txt");
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 4) {
    std::cerr << "usage: crash_test PROGRAM SCENARIO SERVER\n";
    return 2;
  }
  slotquake::program = std::filesystem::absolute(argv[1]).string();
  slotquake::scenario = std::filesystem::absolute(argv[2]).string();
  slotquake::server = std::filesystem::absolute(argv[3]).string();
  return RUN_ALL_TESTS();
}
