#ifndef SLOTQUAKE_HARNESS_PLATFORM_SHAPING_PACKET_SHAPER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_SHAPING_PACKET_SHAPER_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// How packets are let go.
struct Pace {
  Nanos delay{0};                    // after they were seen
  Nanos jitter{0};                   // each delay lies within this of it
  std::int64_t bits_per_second = 0;  // of all together, IP headers included; 0: any
};

// Holds back packets that a rule hands to an NFQUEUE queue of the network namespace it
// was made in: for kernels without netem and without qdiscs, and without privileges
// beyond that namespace. Packets stay in the kernel, only their numbers come here; they
// are let go in their order. Where they share a narrow way, one that would begin to
// pass later than kLongestQueue from now is dropped, as by a full queue. The kernel
// lets packets pass at once where more than kMaxParked wait, or when this object is
// gone (the rule says --queue-bypass). Thread-safe.
class PacketShaper {
 public:
  static constexpr std::uint32_t kMaxParked = 65536;
  static constexpr Nanos kLongestQueue = std::chrono::milliseconds(200);

  // Binds to the queue and starts. An error says what the kernel lacks, or that the
  // queue has an owner.
  static Result<std::unique_ptr<PacketShaper>> Start(std::uint16_t queue,
                                                     const Pace& pace,
                                                     std::uint64_t seed);
  // Lets all go that wait.
  ~PacketShaper();

  PacketShaper(const PacketShaper&) = delete;
  PacketShaper& operator=(const PacketShaper&) = delete;

  // Packets that were held back and let go.
  std::int64_t passed() const { return passed_; }
  std::int64_t dropped() const { return dropped_; }

 private:
  PacketShaper(int socket, int wake, std::uint16_t queue, const Pace& pace,
               std::uint64_t seed);
  void Run();

  int socket_;
  int wake_;  // an eventfd: the thread ends
  std::uint16_t queue_;
  const Pace pace_;
  std::uint64_t seed_;
  std::atomic<std::int64_t> passed_{0};
  std::atomic<std::int64_t> dropped_{0};
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_SHAPING_PACKET_SHAPER_H_
