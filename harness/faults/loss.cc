#include "harness/faults/loss.h"

#include <cmath>
#include <cstdio>

#include "harness/faults/network_proofs.h"
#include "harness/faults/partition.h"
#include "harness/faults/process_proofs.h"
#include "harness/faults/traffic_proofs.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Percent(double percent) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g %%", percent);
  return text;
}

// Enough packets that some should be lost and some not.
bool TellsSomething(const BlockCount& count, double percent) {
  const auto all = static_cast<double>(count.stopped + count.passed);
  return all * percent / 100 >= 10 && all * (100 - percent) / 100 >= 10;
}

// Whether so many lost ones are what chance allows, five standard deviations wide.
bool IsThatShare(const BlockCount& count, double percent) {
  const double share = percent / 100;
  const auto all = static_cast<double>(count.stopped + count.passed);
  return std::abs(static_cast<double>(count.stopped) - all * share) <=
         5 * std::sqrt(all * share * (1 - share));
}

CutOptions ReadLossOptions(const OptionValues& options) {
  CutOptions read = ReadTrafficOptions(options);
  read.plane = PlaneOf(options.String("plane"));
  return read;
}

std::string Check(const OptionValues& options) {
  return CheckCut(ReadLossOptions(options));
}

}  // namespace

FaultType Loss::Type() {
  std::vector<OptionSpec> options;
  for (OptionSpec& option : CutOptionTable()) {
    if (option.name != "refuse") options.push_back(std::move(option));
  }
  options.push_back(OptionSpec::Number("percent", 20, 0.1, 99,
                                       "Which share of the packets is lost."));
  return {
      .name = "loss",
      .help = "a share of the packets between the victims and others is lost",
      .how =
          "Packet rules (nftables) drop each packet with that chance. Undone by "
          "taking the rules away.",
      .interval =
          "from before the rules are handed to the kernel until they are in "
          "force, all at once",
      .proof =
          "The rules count what they stop and what they let pass; the share is "
          "what chance allows (5 standard deviations). Undone: the rules are "
          "gone, connections pass.",
      .teaches = "TCP hides much loss: 20 % promotes nobody, 40 % and more do.",
      .platforms = "local and Kubernetes; needs nftables.",
      .options = std::move(options),
      .make = MakeFault<Loss>,
      .check = Check,
  };
}

Loss::Loss(const OptionValues& options)
    : options_(ReadLossOptions(options)), percent_(options.Number("percent")) {}

Status Loss::CheckSupported(Cluster& cluster) const {
  return CheckCanCut(cluster, "loss");
}

Result<CutPlan> Loss::Plan(const FaultContext& context) const {
  auto plan = PlanTraffic(options_, context);
  if (!plan.ok()) return plan.status().Annotate("loss");
  for (Block& block : plan->blocks) block.percent = percent_;
  return plan;
}

Result<std::vector<std::string>> Loss::Aim(FaultContext& context) {
  const auto plan = Plan(context);
  if (!plan.ok()) return plan.status();
  return context.nodes();
}

std::string Loss::Describe(const FaultContext& context) const {
  const auto plan = Plan(context);
  return Percent(percent_) + " of packets lost " +
         (plan.ok() ? DescribeTraffic(options_, *plan) : plan.message());
}

Status Loss::Inject(FaultContext& context) {
  const auto plan = Plan(context);
  if (!plan.ok()) return plan.status();
  return PutInForce(context, plan->blocks);
}

std::vector<Proof> Loss::Prove(FaultContext& context) {
  const auto plan = Plan(context);
  if (!plan.ok()) return {};
  NetworkControl* network = context.cluster.network_control();
  const Nanos limit = MonotonicNow() + seconds(5);
  auto count = network->Count(context.name);
  // Where there is little traffic, the probes are some.
  while (count.ok() && !TellsSomething(*count, percent_) && MonotonicNow() < limit) {
    for (const CutProbe& way : plan->probes) {
      (void)network->Probe(way.from, way.to, way.plane, milliseconds(20));
    }
    count = network->Count(context.name);
  }
  if (!count.ok()) {
    return {{.what = "the rule's packets: " + count.message(),
             .holds = false,
             .at = context.now()}};
  }
  const std::int64_t all = count->stopped + count->passed;
  return {{.what = std::to_string(count->stopped) + " of " + std::to_string(all) +
                   " packets lost",
           .holds = TellsSomething(*count, percent_) && IsThatShare(*count, percent_),
           .at = context.now()}};
}

Status Loss::Recover(FaultContext& context) {
  return context.cluster.network_control()->Lift(context.name);
}

std::vector<Proof> Loss::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = {ProveRuleGone(context)};
  const auto plan = Plan(context);
  if (!plan.ok()) return proofs;
  for (const CutProbe& way : plan->probes) proofs.push_back(ProveOpen(context, way));
  for (const std::string& node : context.nodes()) {
    if (!IsDown(context, node)) proofs.push_back(ProveServerAnswers(context, node));
  }
  return proofs;
}

}  // namespace slotquake
