#ifndef SLOTQUAKE_HARNESS_CLUSTER_EFFECT_TIME_H_
#define SLOTQUAKE_HARNESS_CLUSTER_EFFECT_TIME_H_

#include <algorithm>

#include "harness/base/clock.h"

namespace slotquake {

// Between these instants something took effect, by the clock of this process
// (MonotonicNow()).
struct EffectTime {
  Nanos from{0};
  Nanos until{0};
};

// From the earlier beginning to the later end. Pure.
inline EffectTime Span(const EffectTime& a, const EffectTime& b) {
  return {.from = std::min(a.from, b.from), .until = std::max(a.until, b.until)};
}

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_EFFECT_TIME_H_
