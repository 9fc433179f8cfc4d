#include "harness/faults/bandwidth.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <thread>

#include "harness/faults/network_proofs.h"
#include "harness/faults/traffic_proofs.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Mbit(double bits_per_second) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g Mbit/s", bits_per_second / 1e6);
  return text;
}

std::string Way(const CutProbe& way) {
  return way.from + " to " + way.to + " and back";
}

}  // namespace

FaultType Bandwidth::Type() {
  std::vector<OptionSpec> options = TrafficOptionTable();
  options.push_back(OptionSpec::Int("rate_kbit", 10'000, 500, 200'000,
                                    "How wide the way is, in kbit per second, for all "
                                    "packets of one victim and direction together."));
  return {
      .name = "bandwidth",
      .help = "the victims' traffic with others goes through a narrow way",
      .how =
          "A rule at the victim hands the packets of a direction to a queue of the "
          "kernel, from where a small program of the harness lets them go one after "
          "the other at that speed (NFQUEUE); what would have to wait longer than 200 "
          "ms is dropped. Undone by taking the rule away.",
      .interval = "from before the first rule until the last one is in force",
      .proof =
          "Bytes that a victim's server gives back (ECHO, from inside hosts "
          "opposite) are no faster than the way is wide, and were faster before. "
          "Undone: they are faster again.",
      .teaches =
          "What falls behind when the network is the narrowest part: replication "
          "before clients, and with it what a failover would lose.",
      .platforms = "local and Kubernetes; needs iptables-legacy, locally nftables too.",
      .options = std::move(options),
      .make = MakeFault<Bandwidth>,
  };
}

Bandwidth::Bandwidth(const OptionValues& options)
    : options_(ReadTrafficOptions(options)),
      bits_per_second_(options.Int("rate_kbit") * 1000) {}

Status Bandwidth::CheckSupported(Cluster& cluster) const {
  if (cluster.traffic_control() != nullptr) {
    return cluster.traffic_control()->CanShape().Annotate("bandwidth");
  }
  return Status::Error("bandwidth: this platform can not limit it");
}

// What a busy machine lets go late.
double Bandwidth::Fastest() const {
  return 1.5 * static_cast<double>(bits_per_second_);
}

// Half a second's worth, so that a connection's beginning weighs little.
Result<double> Bandwidth::Measure(FaultContext& context, const CutProbe& way) const {
  const std::int64_t bytes =
      std::clamp<std::int64_t>(bits_per_second_ / 16, 64 << 10, 8 << 20);
  return context.cluster.traffic_control()->EchoSpeed(
      way.from, way.to, static_cast<std::size_t>(bytes), seconds(15));
}

Result<std::vector<std::string>> Bandwidth::Aim(FaultContext& context) {
  const auto plan = PlanTraffic(options_, context);
  if (!plan.ok()) return plan.status().Annotate("bandwidth");
  before_.clear();
  for (const CutProbe& way : plan->probes) {
    const auto speed = Measure(context, way);
    before_.push_back(speed.ok() ? *speed : 0);
  }
  return context.nodes();
}

std::string Bandwidth::Describe(const FaultContext& context) const {
  const auto plan = PlanTraffic(options_, context);
  return Mbit(static_cast<double>(bits_per_second_)) + " " +
         (options_.direction == "both" ? "each way " : "") +
         (plan.ok() ? DescribeTraffic(options_, *plan) : plan.message());
}

Status Bandwidth::Inject(FaultContext& context) {
  std::vector<Shape> shapes;
  for (const std::string& victim : context.nodes()) {
    const auto plan =
        PlanCut(options_, {victim}, context.cluster.nodes(), context.clients);
    if (!plan.ok()) return plan.status().Annotate("bandwidth");
    for (const Block& block : plan->blocks) {
      shapes.push_back({block.from, block.to, Nanos(0), Nanos(0), bits_per_second_});
    }
  }
  return context.cluster.traffic_control()->SetShapes(context.name, shapes);
}

std::vector<Proof> Bandwidth::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  const auto plan = PlanTraffic(options_, context);
  if (!plan.ok()) return proofs;
  for (std::size_t i = 0; i < plan->probes.size(); ++i) {
    const double before = i < before_.size() ? before_[i] : 0;
    const auto speed = Measure(context, plan->probes[i]);
    proofs.push_back({.what = Way(plan->probes[i]) + ": " +
                              (speed.ok() ? Mbit(*speed) : speed.message()) + ", " +
                              Mbit(before) + " before",
                      .holds = speed.ok() && *speed <= Fastest() && before > Fastest(),
                      .at = context.now()});
  }
  proofs.push_back(ProvePacketsShaped(context));
  return proofs;
}

Status Bandwidth::Recover(FaultContext& context) {
  return context.cluster.traffic_control()->ClearShapes(context.name);
}

std::vector<Proof> Bandwidth::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = {ProveShapesGone(context)};
  const auto plan = PlanTraffic(options_, context);
  if (!plan.ok()) return proofs;
  for (const CutProbe& way : plan->probes) {
    if (IsDown(context, way.to)) continue;
    const Nanos limit = MonotonicNow() + seconds(10);
    auto speed = Measure(context, way);
    while ((!speed.ok() || *speed <= Fastest()) && MonotonicNow() < limit) {
      std::this_thread::sleep_for(milliseconds(50));
      speed = Measure(context, way);
    }
    proofs.push_back(
        {.what = Way(way) + ": " + (speed.ok() ? Mbit(*speed) : speed.message()),
         .holds = speed.ok() && *speed > Fastest(),
         .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
