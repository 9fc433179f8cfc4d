// The library in programs that everybody has: date, dd, touch.
#include <sys/stat.h>

#include <cerrno>
#include <thread>

#include "gtest/gtest.h"
#include "harness/base/clock.h"
#include "harness/base/subprocess.h"
#include "harness/platform/local/interpose/order_file.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class CallsTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto library = FindCallsLibrary("/proc/self/exe");
    ASSERT_TRUE(library.ok()) << library.message();
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::create_directories(folder_);
    auto orders = OrderFile::Make(folder_.string() + ".calls", folder_);
    ASSERT_TRUE(orders.ok()) << orders.message();
    orders_.emplace(std::move(*orders));
    environment_ = orders_->Environment(*library);
    environment_["LC_ALL"] = "C";
  }

  // Runs a program with the library in it; its exit status.
  int Run(const std::vector<std::string>& command) {
    const fs::path output = folder_.string() + ".out";
    fs::remove(output);
    auto process = Subprocess::Spawn({.command = command,
                                      .environment = environment_,
                                      .working_folder = folder_,
                                      .output = output});
    EXPECT_TRUE(process.ok()) << process.message();
    const auto status = process->Wait(seconds(30));
    said_ = RunCommand({"cat", output.string()}).ok()
                ? *RunCommand({"cat", output.string()})
                : "";
    EXPECT_EQ(orders_->process(), process->pid()) << "the library was not loaded";
    return status ? WEXITSTATUS(*status) : -1;
  }

  // dd that ends with `call` on its file.
  int Write(const std::string& call) {
    return Run({"dd", "if=/dev/zero", "of=file", "bs=10", "count=1", "conv=" + call});
  }

  fs::path folder_;
  std::optional<OrderFile> orders_;
  std::map<std::string, std::string> environment_;
  std::string said_;
};

TEST_F(CallsTest, WithoutOrdersNothingChanges) {
  EXPECT_EQ(Write("fsync"), 0) << said_;
  const CallCounts counts = orders_->Counts();
  EXPECT_EQ(counts.syncs, 1);
  EXPECT_EQ(counts.delayed + counts.failed + counts.writes_failed + counts.clock_reads,
            0);
  const Nanos wall = WallAt(MonotonicNow());
  ASSERT_EQ(Run({"date", "+%s"}), 0);
  EXPECT_NEAR(std::stod(said_), static_cast<double>(wall.count()) / 1e9, 60);
}

TEST_F(CallsTest, SyncsAreDelayed) {
  for (const std::string call : {"fsync", "fdatasync"}) {
    orders_->Set({.sync_delay = milliseconds(300)});
    const Nanos begin = MonotonicNow();
    EXPECT_EQ(Write(call), 0) << said_;
    EXPECT_GE(MonotonicNow() - begin, milliseconds(300));
    EXPECT_EQ(orders_->Counts().delayed, 1);
  }
}

TEST_F(CallsTest, ADelayThatIsTakenBackEnds) {
  orders_->Set({.sync_delay = hours(1)});
  std::thread undo([this] {
    while (orders_->Counts().delayed == 0) std::this_thread::sleep_for(milliseconds(1));
    orders_->Set({});
  });
  EXPECT_EQ(Write("fsync"), 0) << said_;
  undo.join();
}

TEST_F(CallsTest, SyncsFail) {
  for (const std::string call : {"fsync", "fdatasync"}) {
    orders_->Set({.sync_error = EIO});
    EXPECT_NE(Write(call), 0);
    EXPECT_NE(said_.find("Input/output error"), std::string::npos) << said_;
    EXPECT_GE(orders_->Counts().failed, 1);
  }
}

TEST_F(CallsTest, WhatWritesInTheFolderFailsAndWhatReadsDoesNot) {
  ASSERT_EQ(Write("fsync"), 0);
  ASSERT_EQ(Run({"mkdir", "old"}), 0);
  orders_->Set({.write_error = EROFS});
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"touch", "new"},
                                             {"touch", (folder_ / "new").string()},
                                             {"mkdir", "new"},
                                             {"rmdir", "old"},
                                             {"truncate", "-s", "1", "file"}}) {
    EXPECT_NE(Run(command), 0) << command.front();
    EXPECT_NE(said_.find("Read-only file system"), std::string::npos) << said_;
    EXPECT_GT(orders_->Counts().writes_failed, 0) << command.front();
  }
  EXPECT_EQ(Run({"cat", "file"}), 0) << said_;
  EXPECT_EQ(orders_->Counts().writes_failed, 0);
  // What is elsewhere is not the node's.
  EXPECT_EQ(Run({"touch", folder_.string() + ".else"}), 0) << said_;
  EXPECT_FALSE(fs::exists(folder_ / "new"));
  EXPECT_TRUE(fs::exists(folder_ / "old"));
}

TEST_F(CallsTest, TheWallClockIsShifted) {
  for (const Nanos offset : {Nanos(hours(2)), Nanos(-hours(3))}) {
    orders_->Set({.clock_offset = offset});
    const Nanos wall = WallAt(MonotonicNow()) + offset;
    ASSERT_EQ(Run({"date", "+%s"}), 0);
    EXPECT_NEAR(std::stod(said_), static_cast<double>(wall.count()) / 1e9, 60);
    EXPECT_GT(orders_->Counts().clock_reads, 0);
  }
}

TEST(FindCallsLibraryTest, SaysWhereItLooked) {
  unsetenv("SLOTQUAKE_CALLS_LIBRARY");
  const auto found = FindCallsLibrary("/nowhere/slotquake");
  ASSERT_FALSE(found.ok());
  EXPECT_NE(found.message().find("/nowhere/slotquake"), std::string::npos);
}

}  // namespace
}  // namespace slotquake
