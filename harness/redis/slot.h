#ifndef SLOTQUAKE_HARNESS_REDIS_SLOT_H_
#define SLOTQUAKE_HARNESS_REDIS_SLOT_H_

#include <cstdint>
#include <string_view>

namespace slotquake {

// CRC16 XMODEM (polynomial 0x1021, initial value 0), as the Redis Cluster
// specification's appendix A has it. Pure.
std::uint16_t Crc16(std::string_view bytes);

// The hash slot of `key`, 0..16383: Crc16 modulo 16384 of the key, or of what is
// between its first '{' and the next '}' where that is not empty (hash tags;
// Redis Cluster specification, "Key distribution model"). Pure.
int SlotOf(std::string_view key);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_SLOT_H_
