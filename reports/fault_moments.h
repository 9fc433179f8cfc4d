#ifndef SLOTQUAKE_REPORTS_FAULT_MOMENTS_H_
#define SLOTQUAKE_REPORTS_FAULT_MOMENTS_H_

#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/history/record.h"

namespace slotquake {

// The faults that hit at one moment and did the same: several nodes killed at
// once are one thing to tell of. A value type.
struct FaultMoment {
  std::string type;         // "kill"
  std::string description;  // of the first of them
  std::vector<Victim> victims;
  Nanos done{0};  // of the first of them, on the record's axis
  int faults = 1;
};

// The injected faults, in the order of time. Faults of one type within a tenth of
// a second are one moment. Pure and thread-safe, like all below.
std::vector<FaultMoment> FaultMoments(const RunRecord& record);

// Whether its kind of fault has a verb of its own, and somebody was hit.
bool HasVerb(const FaultMoment& moment);

// "The master of slots 0–5460 (redis-0) was killed"; without a verb its
// description.
std::string SentenceOf(const FaultMoment& moment);

// A few words for a picture: "redis-0 killed", or the fault's type.
std::string CaptionOf(const FaultMoment& moment);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_FAULT_MOMENTS_H_
