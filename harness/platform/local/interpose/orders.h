#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_INTERPOSE_ORDERS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_INTERPOSE_ORDERS_H_

#include <atomic>
#include <cstdint>

namespace slotquake {

// The environment variable with the path of a server's orders.
inline constexpr const char* kOrdersVariable = "SLOTQUAKE_CALLS";

// What the harness orders and the library counts: a file that both map. All numbers are
// atomic and each stands for itself; thread-safe.
struct CallOrders {
  static constexpr std::uint64_t kMagic = 0x31736c6c61637173;  // "sqcalls1"

  std::uint64_t magic;
  char folder[240];  // where the server's files are; ends with a zero

  std::atomic<std::int64_t> sync_delay_ns;
  std::atomic<std::int64_t> sync_error;   // errno, 0: none
  std::atomic<std::int64_t> write_error;  // errno, 0: none
  std::atomic<std::int64_t> clock_offset_ns;

  std::atomic<std::int64_t> process;  // whose calls are counted; 0: nobody's yet
  std::atomic<std::int64_t> syncs;
  std::atomic<std::int64_t> delayed;
  std::atomic<std::int64_t> failed;
  std::atomic<std::int64_t> writes_failed;
  std::atomic<std::int64_t> clock_reads;
};
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_INTERPOSE_ORDERS_H_
