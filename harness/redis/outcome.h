#ifndef SLOTQUAKE_HARNESS_REDIS_OUTCOME_H_
#define SLOTQUAKE_HARNESS_REDIS_OUTCOME_H_

#include <optional>
#include <string_view>

#include "harness/history/operation.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// How an exchange failed below the level of replies.
enum class IoFailure {
  kNone,
  kNotSent,   // not connected, or no byte of the command was taken by the kernel
  kTimeout,   // sent (in part at least), no whole reply in time
  kClosed,    // sent, then end of file or reset
  kProtocol,  // sent, then something that is no reply
};

// What an I/O failure means for the command. Only kNotSent is certain: whatever
// was sent may have been executed, even by a server that died right after.
Outcome OutcomeOf(IoFailure failure);

// What an error reply means for a command that writes one key. Rejected only for
// errors that a server is known to give *instead of* executing (see the table
// in outcome.cc). Any other text is unknown: a proxy's "ERR upstream timeout"
// comes after the command was passed on, and calling it rejected would accuse
// the server of applying a refused write; calling it unknown only widens a bound.
Outcome OutcomeOfError(std::string_view error);

// MOVED and ASK: where to go instead.
struct Redirect {
  bool ask = false;  // ASK: for this one command only, and after ASKING
  int slot = 0;
  Endpoint target;  // an empty host stands for the node that was asked
};

// Reads "MOVED 3999 10.0.0.1:6381" or "ASK ...". Nothing for any other error, a
// malformed one, or one that has no known target ("?:0").
std::optional<Redirect> ParseRedirect(std::string_view error);

// Whether the error says that the client's slot map may be out of date, or that
// the cluster is about to change: reason to ask for the map again.
bool ShouldRefreshSlots(std::string_view error);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_OUTCOME_H_
