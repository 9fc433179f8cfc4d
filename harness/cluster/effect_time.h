#ifndef SLOTQUAKE_HARNESS_CLUSTER_EFFECT_TIME_H_
#define SLOTQUAKE_HARNESS_CLUSTER_EFFECT_TIME_H_

#include "harness/base/clock.h"

namespace slotquake {

// Between these instants something took effect, by the clock of this process
// (MonotonicNow()).
struct EffectTime {
  Nanos from{0};
  Nanos until = Nanos::max();  // for the latter: not measured
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_EFFECT_TIME_H_
