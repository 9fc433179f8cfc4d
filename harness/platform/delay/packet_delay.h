#ifndef SLOTQUAKE_HARNESS_PLATFORM_DELAY_PACKET_DELAY_H_
#define SLOTQUAKE_HARNESS_PLATFORM_DELAY_PACKET_DELAY_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// Holds back packets that a rule hands to an NFQUEUE queue of the network namespace it
// was made in: for kernels without netem, and without privileges beyond that
// namespace. Packets stay in the kernel, only their numbers come here; they are let go
// in their order, each `delay` +- `jitter` after it was seen. The kernel lets packets
// pass at once where more than kMaxParked wait, or when this object is gone (the rule
// says --queue-bypass). Thread-safe.
class PacketDelay {
 public:
  static constexpr std::uint32_t kMaxParked = 65536;

  // Binds to the queue and starts. An error says what the kernel lacks, or that the
  // queue has an owner.
  static Result<std::unique_ptr<PacketDelay>> Start(std::uint16_t queue, Nanos delay,
                                                    Nanos jitter, std::uint64_t seed);
  // Lets all go that wait.
  ~PacketDelay();

  PacketDelay(const PacketDelay&) = delete;
  PacketDelay& operator=(const PacketDelay&) = delete;

  // Packets that were held back and let go.
  std::int64_t delayed() const { return delayed_; }

 private:
  PacketDelay(int socket, int wake, std::uint16_t queue, Nanos delay, Nanos jitter,
              std::uint64_t seed);
  void Run();

  int socket_;
  int wake_;  // an eventfd: the thread ends
  std::uint16_t queue_;
  Nanos delay_;
  Nanos jitter_;
  std::uint64_t seed_;
  std::atomic<std::int64_t> delayed_{0};
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_DELAY_PACKET_DELAY_H_
