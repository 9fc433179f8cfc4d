#include "harness/faults/latency.h"

#include <cstdio>
#include <thread>

#include "harness/faults/network_proofs.h"
#include "harness/faults/traffic_proofs.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Millis(Nanos time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g ms", static_cast<double>(time.count()) / 1e6);
  return text;
}

std::string Check(const OptionValues& options) {
  if (options.Number("jitter_ms") < options.Number("delay_ms")) return "";
  return "\"jitter_ms\" must be less than \"delay_ms\": no packet arrives before it is "
         "sent";
}

std::string Trip(const CutProbe& way) {
  return "PING from " + way.from + " to " + way.to;
}

}  // namespace

FaultType Latency::Type() {
  std::vector<OptionSpec> options = TrafficOptionTable();
  options.push_back(OptionSpec::Number("delay_ms", 100, 0.1, 60'000,
                                       "How late each packet of a direction is."));
  options.push_back(OptionSpec::Number(
      "jitter_ms", 0, 0, 60'000,
      "By how much a packet's delay may differ from that; their order stays."));
  return {
      .name = "latency",
      .help = "packets between the victims and others are late",
      .how =
          "A rule hands the packets to a queue of the kernel, where a small program "
          "of the harness holds them back and lets them go in their order (NFQUEUE: "
          "also where the kernel has no netem). Undone by taking the rule away; "
          "what waits arrives then.",
      .interval = "from before the first rule until the last one is in force",
      .proof =
          "The shortest round trip of a PING from inside hosts opposite takes at "
          "least the delay, and took less before. Undone: it takes less again.",
      .teaches =
          "A slow network is no failure as long as a ping of the cluster bus "
          "comes back within the node timeout; clients feel it at once.",
      .platforms = "local and Kubernetes; needs iptables-legacy, locally nftables too.",
      .options = std::move(options),
      .make = MakeFault<Latency>,
      .check = Check,
  };
}

Latency::Latency(const OptionValues& options)
    : options_(ReadTrafficOptions(options)),
      delay_(FromMillis(options.Number("delay_ms"))),
      jitter_(FromMillis(options.Number("jitter_ms"))) {}

Status Latency::CheckSupported(Cluster& cluster) const {
  if (cluster.traffic_control() != nullptr) {
    return cluster.traffic_control()->CanShape().Annotate("latency");
  }
  return Status::Error("latency: this platform can not delay packets");
}

Nanos Latency::Least() const {
  return (delay_ - jitter_) * (options_.direction == "both" ? 2 : 1);
}

Result<Nanos> Latency::Measure(FaultContext& context, const CutProbe& way) const {
  return context.cluster.traffic_control()->RoundTrip(way.from, way.to, 3,
                                                      seconds(2) + 6 * delay_);
}

Result<std::vector<std::string>> Latency::Aim(FaultContext& context) {
  const auto plan = PlanTraffic(options_, context);
  if (!plan.ok()) return plan.status().Annotate("latency");
  before_.clear();
  for (const CutProbe& way : plan->probes) {
    const auto took = Measure(context, way);
    before_.push_back(took.ok() ? *took : Nanos::max());
  }
  return context.nodes();
}

std::string Latency::Describe(const FaultContext& context) const {
  const auto plan = PlanTraffic(options_, context);
  const std::string how =
      Millis(delay_) + (jitter_ > Nanos(0) ? " +- " + Millis(jitter_) : "");
  return how + " of latency, " + (options_.direction == "both" ? "each way " : "") +
         (plan.ok() ? DescribeTraffic(options_, *plan) : plan.message());
}

Status Latency::Inject(FaultContext& context) {
  const auto plan = PlanTraffic(options_, context);
  if (!plan.ok()) return plan.status().Annotate("latency");
  std::vector<Shape> shapes;
  for (const Block& block : plan->blocks) {
    shapes.push_back({block.from, block.to, delay_, jitter_});
  }
  return context.cluster.traffic_control()->SetShapes(context.name, shapes);
}

std::vector<Proof> Latency::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  const auto plan = PlanTraffic(options_, context);
  if (!plan.ok()) return proofs;
  for (std::size_t i = 0; i < plan->probes.size(); ++i) {
    const CutProbe& way = plan->probes[i];
    const Nanos before = i < before_.size() ? before_[i] : Nanos::max();
    const auto took = Measure(context, way);
    const std::string now = took.ok() ? Millis(*took) : took.message();
    const std::string then = before == Nanos::max() ? "no answer" : Millis(before);
    proofs.push_back({.what = Trip(way) + ": " + now + ", " + then + " before",
                      .holds = took.ok() && *took >= Least() && before < Least(),
                      .at = context.now()});
  }
  proofs.push_back(ProvePacketsShaped(context));
  return proofs;
}

Status Latency::Recover(FaultContext& context) {
  return context.cluster.traffic_control()->ClearShapes(context.name);
}

std::vector<Proof> Latency::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = {ProveShapesGone(context)};
  const auto plan = PlanTraffic(options_, context);
  if (!plan.ok()) return proofs;
  for (const CutProbe& way : plan->probes) {
    if (IsDown(context, way.to)) continue;
    const Nanos limit = MonotonicNow() + seconds(10);
    Result<Nanos> took = Measure(context, way);
    while ((!took.ok() || *took >= Least()) && MonotonicNow() < limit) {
      std::this_thread::sleep_for(milliseconds(10));
      took = Measure(context, way);
    }
    proofs.push_back(
        {.what = Trip(way) + ": " + (took.ok() ? Millis(*took) : took.message()),
         .holds = took.ok() && *took < Least(),
         .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
