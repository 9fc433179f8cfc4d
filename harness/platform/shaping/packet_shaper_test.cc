// On the loopback interface of a network namespace of the test's own.
#include "harness/platform/shaping/packet_shaper.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "gtest/gtest.h"
#include "harness/base/subprocess.h"
#include "harness/platform/local/world.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint16_t kQueue = 3;
constexpr std::uint16_t kPort = 9009;

// Datagrams to itself, over the loopback interface.
class Loop {
 public:
  Loop() : fd_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_port = htons(kPort);
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval limit{5, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const auto* self = reinterpret_cast<const sockaddr*>(&address_);
    ready_ = bind(fd_, self, sizeof address_) == 0 &&
             connect(fd_, self, sizeof address_) == 0;
  }
  ~Loop() { close(fd_); }

  bool ready() const { return ready_; }
  void Send(int number, std::size_t bytes = sizeof(int)) {
    std::vector<char> datagram(bytes);
    std::memcpy(datagram.data(), &number, sizeof number);
    (void)!write(fd_, datagram.data(), bytes);
  }
  // The next number, -1 when none came.
  int Receive() {
    int number = 0;
    return read(fd_, &number, sizeof number) == sizeof number ? number : -1;
  }
  Nanos RoundTrip() {
    const Nanos begin = MonotonicNow();
    Send(1);
    return Receive() == 1 ? MonotonicNow() - begin : Nanos(-1);
  }

 private:
  int fd_;
  sockaddr_in address_{};
  bool ready_ = false;
};

class PacketShaperTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_TRUE(RunCommand({"ip", "link", "set", "lo", "up"}).ok());
    const auto ruled =
        RunCommand({"iptables-legacy", "-A", "OUTPUT", "-p", "udp", "--dport",
                    std::to_string(kPort), "-j", "NFQUEUE", "--queue-num",
                    std::to_string(kQueue), "--queue-bypass"});
    ASSERT_TRUE(ruled.ok()) << ruled.message();
  }
  void SetUp() override { ASSERT_TRUE(loop_.ready()); }

  std::unique_ptr<PacketShaper> Start(Nanos delay, Nanos jitter = Nanos(0)) {
    return Start(Pace{.delay = delay, .jitter = jitter});
  }
  std::unique_ptr<PacketShaper> Start(const Pace& pace) {
    auto started = PacketShaper::Start(kQueue, pace, 1);
    EXPECT_TRUE(started.ok()) << started.message();
    return started.ok() ? std::move(*started) : nullptr;
  }

  Loop loop_;
};

TEST_F(PacketShaperTest, EachPacketIsLateByTheDelay) {
  const Nanos before = loop_.RoundTrip();
  ASSERT_GE(before, Nanos(0)) << "a queue without an owner must be passed by";
  const auto delay = Start(milliseconds(60));
  ASSERT_NE(delay, nullptr);
  for (int i = 0; i < 3; ++i) EXPECT_GE(loop_.RoundTrip(), milliseconds(60));
  EXPECT_EQ(delay->passed(), 3);
}

TEST_F(PacketShaperTest, WithoutItNothingIsLate) {
  // The least of several, for a busy machine.
  Nanos least = seconds(9);
  for (int i = 0; i < 50; ++i) least = std::min(least, loop_.RoundTrip());
  EXPECT_LT(least, milliseconds(20));
}

TEST_F(PacketShaperTest, ManyAreUnderWayTogetherAndKeepTheirOrder) {
  const auto delay = Start(milliseconds(50), milliseconds(40));
  ASSERT_NE(delay, nullptr);
  const Nanos begin = MonotonicNow();
  for (int i = 0; i < 100; ++i) loop_.Send(i);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(loop_.Receive(), i);
  EXPECT_GE(MonotonicNow() - begin, milliseconds(10));
  EXPECT_LT(MonotonicNow() - begin, seconds(4)) << "one after the other";
}

TEST_F(PacketShaperTest, WhatWaitsAtItsEndArrives) {
  auto delay = Start(seconds(60));
  ASSERT_NE(delay, nullptr);
  for (int i = 0; i < 10; ++i) loop_.Send(i);
  delay.reset();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(loop_.Receive(), i);
}

// 20 bytes of IP header, 8 of UDP and 1000 more.
constexpr std::int64_t kPacketBits = 1028 * 8;

TEST_F(PacketShaperTest, PacketsShareANarrowWay) {
  const auto shaper = Start(Pace{.bits_per_second = 100 * kPacketBits});
  ASSERT_NE(shaper, nullptr);
  const Nanos begin = MonotonicNow();
  for (int i = 0; i < 10; ++i) loop_.Send(i, 1000);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(loop_.Receive(), i);
  EXPECT_GE(MonotonicNow() - begin, milliseconds(100)) << "ten, each 10 ms long";
  EXPECT_LT(MonotonicNow() - begin, seconds(1));
  EXPECT_EQ(shaper->passed(), 10);
  EXPECT_EQ(shaper->dropped(), 0);
}

TEST_F(PacketShaperTest, AFullQueueDrops) {
  const auto shaper = Start(Pace{.bits_per_second = 100 * kPacketBits});
  ASSERT_NE(shaper, nullptr);
  for (int i = 0; i < 60; ++i) loop_.Send(i, 1000);
  const Nanos limit = MonotonicNow() + seconds(5);
  while (shaper->passed() + shaper->dropped() < 60 && MonotonicNow() < limit) {
    std::this_thread::sleep_for(milliseconds(1));
  }
  // 200 ms, and what the kernel hands over late on a busy machine.
  EXPECT_GE(shaper->passed(), 20);
  EXPECT_GT(shaper->dropped(), 0);
  EXPECT_EQ(shaper->passed() + shaper->dropped(), 60);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(loop_.Receive(), i);
}

TEST_F(PacketShaperTest, AQueueHasOneOwner) {
  const auto first = Start(milliseconds(1));
  const auto second = PacketShaper::Start(kQueue, Pace(), 1);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.message().find("packet queue 3"), std::string::npos);
}

}  // namespace
}  // namespace slotquake

// In a world: its network namespace goes with it.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return slotquake::EnterWorld([](slotquake::World&) { return RUN_ALL_TESTS(); });
}
