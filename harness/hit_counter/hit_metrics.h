#ifndef SLOTQUAKE_HARNESS_HIT_COUNTER_HIT_METRICS_H_
#define SLOTQUAKE_HARNESS_HIT_COUNTER_HIT_METRICS_H_

#include <array>
#include <string>

#include "harness/base/clock.h"
#include "harness/hit_counter/cluster_client.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace slotquake {

// What the hit counter tells Prometheus: hit_counter_hits_total by outcome,
// hit_counter_attempts_total (more than hits: redirects), and
// hit_counter_hit_seconds, how long the cluster took. Thread-safe.
class HitMetrics {
 public:
  HitMetrics();

  void Add(const Hit& hit, Nanos duration);

  // The text format of a scrape.
  std::string Text() const;

 private:
  prometheus::Registry registry_;
  std::array<prometheus::Counter*, 3> hits_{};  // by Outcome; of the registry
  prometheus::Counter* attempts_;
  prometheus::Histogram* seconds_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HIT_COUNTER_HIT_METRICS_H_
