#ifndef SLOTQUAKE_HARNESS_PLATFORM_DELAY_QUEUE_MESSAGES_H_
#define SLOTQUAKE_HARNESS_PLATFORM_DELAY_QUEUE_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "harness/base/status.h"

// The few netlink messages of the kernel's packet queues (nfnetlink_queue). A queue is
// named by its number in each.
namespace slotquake {

// A socket bound to the queue, set to hand over packets' numbers without their
// contents. The caller closes it.
Result<int> OpenQueue(std::uint16_t queue, std::uint32_t max_length);

// Lets every packet of the queue go whose number is not after `last`.
void AcceptUpTo(int socket, std::uint16_t queue, std::uint32_t last);

// Calls `packet` with the number of each packet in what one recv() brought.
void EachPacket(const char* bytes, std::size_t size,
                const std::function<void(std::uint32_t)>& packet);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_DELAY_QUEUE_MESSAGES_H_
