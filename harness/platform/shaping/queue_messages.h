#ifndef SLOTQUAKE_HARNESS_PLATFORM_SHAPING_QUEUE_MESSAGES_H_
#define SLOTQUAKE_HARNESS_PLATFORM_SHAPING_QUEUE_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "harness/base/status.h"

// The few netlink messages of the kernel's packet queues (nfnetlink_queue). A queue is
// named by its number in each.
namespace slotquake {

// A packet that waits in a queue.
struct QueuedPacket {
  std::uint32_t number = 0;
  std::uint32_t bytes = 0;  // with its IP header; 0: not told
};

// A socket bound to the queue, set to hand over packets' numbers without their
// contents and, only if `with_length`, their lengths. The caller closes it.
Result<int> OpenQueue(std::uint16_t queue, std::uint32_t max_length, bool with_length);

// Lets every packet of the queue go whose number is not after `last`.
void AcceptUpTo(int socket, std::uint16_t queue, std::uint32_t last);

// Drops this packet of the queue.
void Drop(int socket, std::uint16_t queue, std::uint32_t number);

// Calls `packet` with each packet in what one recv() brought.
void EachPacket(const char* bytes, std::size_t size,
                const std::function<void(const QueuedPacket&)>& packet);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_SHAPING_QUEUE_MESSAGES_H_
