#include "harness/faults/partition.h"

#include "harness/faults/network_proofs.h"
#include "harness/faults/process_proofs.h"

namespace slotquake {

std::vector<OptionSpec> CutOptionTable() {
  return {
      OptionSpec::OneOf("against", "all", {"all", "nodes", "clients"},
                        "Who stands on the other side: the other nodes, the clients, "
                        "or both."),
      OptionSpec::OneOf("direction", "both", {"both", "from", "to"},
                        "Which packets are lost: those from the victims, those to "
                        "them, or both."),
      OptionSpec::OneOf("plane", "all", {"all", "client", "replication", "bus"},
                        "Which traffic: all of it, that of clients, replication, or "
                        "the cluster bus."),
      OptionSpec::Bool("refuse", false,
                       "Answer TCP with a reset, as some firewalls do, instead of "
                       "with silence."),
  };
}

CutOptions ReadCutOptions(const OptionValues& options) {
  return {.against = options.String("against"),
          .direction = options.String("direction"),
          .plane = PlaneOf(options.String("plane")),
          .refuse = options.Bool("refuse"),
          .with_clients = ""};
}

namespace {

CutOptions ReadPartitionOptions(const OptionValues& options) {
  CutOptions read = ReadCutOptions(options);
  read.with_clients = options.String("with_clients");
  return read;
}

std::string CheckPartition(const OptionValues& options) {
  return CheckCut(ReadPartitionOptions(options));
}

}  // namespace

std::string CheckCutOptions(const OptionValues& options) {
  return CheckCut(ReadCutOptions(options));
}

FaultType Partition::Type() {
  std::vector<OptionSpec> options = CutOptionTable();
  options.push_back(OptionSpec::String(
      "with_clients", "",
      "Clients on the victims' side: \"all\", or names (\"client-0,client-1\")."));
  return {
      .name = "partition",
      .help = "the network between the victims and all others is cut",
      .how =
          "Packet rules (nftables) between the addresses of the two sides, in the "
          "switch on the local platform, in the pods' network namespaces on "
          "Kubernetes. The harness's own way to the nodes is not cut. Undone by "
          "taking the rules away.",
      .interval =
          "from before the rules are handed to the kernel until they are in "
          "force, all at once",
      .proof =
          "Connections from inside hosts of one side to the other fail as they "
          "must, the rules have stopped packets, the victims themselves still "
          "answer the harness. Undone: the rules are gone, such connections are "
          "accepted, the victims' bus links are up.",
      .teaches =
          "What a minority master goes on acknowledging is lost: a window of 1 "
          "to 1.5 node timeouts, for the clients that are cut off with it.",
      .platforms = "local and Kubernetes; needs nftables.",
      .options = std::move(options),
      .make = MakeFault<Partition>,
      .check = CheckPartition,
  };
}

Partition::Partition(const OptionValues& options)
    : Partition("partition", ReadPartitionOptions(options)) {}

Status Partition::CheckSupported(Cluster& cluster) const {
  return CheckCanCut(cluster, name_);
}

std::string_view Partition::effect() const { return EffectOfCut(options_); }

Result<CutPlan> Partition::Plan(const FaultContext& context) const {
  return PlanCut(options_, context.nodes(), context.cluster.nodes(), context.clients);
}

std::string Partition::Describe(const FaultContext& context) const {
  const auto plan = Plan(context);
  return plan.ok() ? DescribeCut(options_, *plan) : name_ + ": " + plan.message();
}

Result<std::vector<std::string>> Partition::Aim(FaultContext& context) {
  const auto plan = Plan(context);
  if (!plan.ok()) return plan.status().Annotate(name_);
  before_.clear();
  for (const CutProbe& probe : plan->probes) before_.push_back(TryWay(context, probe));
  return context.nodes();
}

Status Partition::Inject(FaultContext& context) {
  const auto plan = Plan(context);
  if (!plan.ok()) return plan.status().Annotate(name_);
  return PutInForce(context, plan->blocks);
}

std::vector<Proof> Partition::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  const auto plan = Plan(context);
  if (!plan.ok()) return proofs;
  for (std::size_t i = 0; i < plan->probes.size(); ++i) {
    const std::string before = i < before_.size() ? before_[i] : "";
    proofs.push_back(ProveClosed(context, plan->probes[i], before));
  }
  proofs.push_back(ProvePacketsStopped(context));
  ProveAlive(context, &proofs);
  return proofs;
}

Status Partition::Recover(FaultContext& context) {
  return context.cluster.network_control()->Lift(context.name);
}

std::vector<Proof> Partition::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = {ProveRuleGone(context)};
  const auto plan = Plan(context);
  if (!plan.ok()) return proofs;
  for (const CutProbe& probe : plan->probes) {
    proofs.push_back(ProveOpen(context, probe));
  }
  for (const std::string& node : context.nodes()) {
    if (IsDown(context, node)) continue;
    proofs.push_back(ProveServerAnswers(context, node));
    if (effect() == fault_effect::kNetworkCut) {
      proofs.push_back(ProveLinksUp(context, node));
    }
  }
  return proofs;
}

}  // namespace slotquake
