#include "harness/hit_counter/hit_metrics.h"

#include "prometheus/text_serializer.h"

namespace slotquake {

HitMetrics::HitMetrics() {
  auto& hits = prometheus::BuildCounter()
                   .Name("hit_counter_hits_total")
                   .Help("Hits, by what the client could know of their fate.")
                   .Register(registry_);
  for (const Outcome outcome :
       {Outcome::kAcked, Outcome::kRejected, Outcome::kUnknown}) {
    hits_[static_cast<std::size_t>(outcome)] =
        &hits.Add({{"outcome", std::string(Name(outcome))}});
  }
  attempts_ = &prometheus::BuildCounter()
                   .Name("hit_counter_attempts_total")
                   .Help("Attempts at INCR; redirects make several for one hit.")
                   .Register(registry_)
                   .Add({});
  seconds_ = &prometheus::BuildHistogram()
                  .Name("hit_counter_hit_seconds")
                  .Help("Time that the cluster took for one hit.")
                  .Register(registry_)
                  .Add({}, prometheus::Histogram::BucketBoundaries{
                               0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                               0.25, 0.5, 1, 2.5});
}

void HitMetrics::Add(const Hit& hit, Nanos duration) {
  hits_[static_cast<std::size_t>(hit.outcome)]->Increment();
  attempts_->Increment(hit.attempts);
  seconds_->Observe(ToSeconds(duration));
}

std::string HitMetrics::Text() const {
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace slotquake
