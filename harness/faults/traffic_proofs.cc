#include "harness/faults/traffic_proofs.h"

namespace slotquake {

std::vector<OptionSpec> TrafficOptionTable() {
  return {
      OptionSpec::OneOf("against", "all", {"all", "nodes", "clients"},
                        "Whose traffic with the victims: the other nodes', the "
                        "clients', or both."),
      OptionSpec::OneOf("direction", "both", {"both", "from", "to"},
                        "Packets from the victims, those to them, or both."),
  };
}

CutOptions ReadTrafficOptions(const OptionValues& options) {
  return {.against = options.String("against"),
          .direction = options.String("direction"),
          .plane = Plane::kAll,
          .refuse = false,
          .with_clients = ""};
}

Result<CutPlan> PlanTraffic(const CutOptions& options, const FaultContext& context) {
  return PlanCut(options, context.nodes(), context.cluster.nodes(), context.clients);
}

std::string DescribeTraffic(const CutOptions& options, const CutPlan& plan) {
  const std::string side = JoinNames(plan.side);
  const std::string others = SummaryOf(plan.opposite);
  if (options.direction == "from") return "from " + side + " to " + others;
  if (options.direction == "to") return "from " + others + " to " + side;
  return "between " + side + " and " + others;
}

Proof ProvePacketsShaped(FaultContext& context) {
  const auto shaped = context.cluster.traffic_control()->Shaped(context.name);
  return {.what = shaped.ok() ? std::to_string(*shaped) + " packets met the rule"
                              : "the rule's packets: " + shaped.message(),
          .holds = shaped.ok() && *shaped > 0,
          .at = context.now()};
}

Proof ProveShapesGone(FaultContext& context) {
  const auto shaped = context.cluster.traffic_control()->Shaped(context.name);
  return {.what = shaped.ok() ? "the rule is still in force" : "the rule is gone",
          .holds = !shaped.ok(),
          .at = context.now()};
}

}  // namespace slotquake
