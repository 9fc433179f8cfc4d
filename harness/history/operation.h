#ifndef SLOTQUAKE_HARNESS_HISTORY_OPERATION_H_
#define SLOTQUAKE_HARNESS_HISTORY_OPERATION_H_

#include <cstdint>
#include <string_view>

#include "harness/base/clock.h"

namespace slotquake {

// What the client knows of one attempt. Acked: a success reply was read.
// Rejected: an error reply that means "not executed", or nothing was ever sent.
// Unknown: anything else (time-out, reset, end of file, still in flight).
enum class Outcome : std::uint8_t { kAcked = 0, kRejected = 1, kUnknown = 2 };

// kIncr: INCR on the cluster. kHttpHit: GET on the hit counter. kAppend: RPUSH
// of the operation's own id as a token.
enum class OperationKind : std::uint8_t { kIncr = 0, kHttpHit = 1, kAppend = 2 };

// One attempt at one command; a retry or a redirect is a new operation with a
// parent. Key, node and error are indices into the History that holds it.
// Times are on the record's axis.
struct Operation {
  std::int64_t id = 0;
  std::int64_t parent = -1;  // -1: none
  Nanos intended{0};         // when an open loop meant to send it; else = invoked
  Nanos invoked{0};          // before the first byte is written
  Nanos completed{0};        // after the reply's last byte, or when given up
  std::int64_t value = -1;   // what an acked INCR or hit returned; else -1
  std::uint32_t key = 0;
  std::uint32_t error = 0;  // 0: none
  std::int32_t client = 0;  // unique within its worker
  std::int16_t node = -1;   // who answered, else who was asked; -1: not known
  std::uint16_t slot = 0;
  std::uint8_t worker = 0;
  OperationKind kind = OperationKind::kIncr;
  Outcome outcome = Outcome::kUnknown;
};

std::string_view Name(Outcome outcome);
std::string_view Name(OperationKind kind);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HISTORY_OPERATION_H_
