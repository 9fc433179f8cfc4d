#include "harness/faults/restart_new_address.h"

#include <regex>

namespace slotquake {
namespace {

// What update-node.sh of the usual deployments does: the address in the node's own
// line of nodes.conf, and in no other.
std::string WithOwnAddress(const std::string& nodes_conf, const std::string& address) {
  static const std::regex kOwnAddress(
      R"((?:^|\n)[0-9a-f]{40} ([^: \n]*):[^\n]*myself)");
  std::smatch found;
  if (!std::regex_search(nodes_conf, found, kOwnAddress)) return nodes_conf;
  // Not as a replacement text: "$2" with an address behind it is "$210".
  std::string changed = nodes_conf;
  return changed.replace(static_cast<std::size_t>(found.position(1)),
                         static_cast<std::size_t>(found.length(1)), address);
}

}  // namespace

FaultType RestartNewAddress::Type() {
  return {
      .name = "restart_new_address",
      .help = "the server ends and is started again at another address",
      .how =
          "SIGKILL, then the host gets an address that nobody had before, the old one "
          "leads nowhere; the start when \"recover\" says so.",
      .interval = "from before the signal until the host has its new address",
      .proof =
          "The process ended, and nothing accepts connections at the new address yet. "
          "Undone: PING is answered there, by a process with another run id.",
      .teaches =
          "How long peers and clients go on asking where nobody is, and whether the "
          "node's own words reach them.",
      .platforms =
          "local. (On kubernetes pod_delete does it: a new pod has a new address.)",
      .options = {OptionSpec::Bool("own_line", true,
                                   "Whether the node's own line of nodes.conf gets "
                                   "the new address, as update-node.sh does.")},
      .make = MakeFault<RestartNewAddress>,
  };
}

FaultType RestartNewAddress::AllType() {
  FaultType type = Type();
  type.name = "all_restart_new_addresses";
  type.help = "every server ends and is started again, each at another address";
  type.teaches =
      "When all addresses change at once nobody is left whom anybody can reach: a "
      "cluster of which only the node's own line is renewed does not find together.";
  type.platforms =
      "local. (On kubernetes all_pods_delete does it: new pods have new addresses.)";
  type.whole_cluster = true;
  return type;
}

RestartNewAddress::RestartNewAddress(const OptionValues& options)
    : own_line_(options.Bool("own_line")) {}

Status RestartNewAddress::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() != nullptr && cluster.address_control() != nullptr &&
      (!own_line_ || cluster.data_control() != nullptr)) {
    return Status::Ok();
  }
  return Status::Error(
      "restart_new_address: this platform can not change a node's address");
}

std::string RestartNewAddress::Describe(const FaultContext& context) const {
  return "SIGKILL to " + JoinNames(context.nodes()) +
         ", and a new start at another address";
}

Status RestartNewAddress::Change(FaultContext& context, const std::string& node) {
  before_[node] = context.cluster.ClientEndpoint(node).host;
  const auto address = context.cluster.address_control()->Readdress(node);
  if (!address.ok()) return address.status();
  if (!own_line_) return Status::Ok();
  DataControl& data = *context.cluster.data_control();
  const auto conf = data.ReadNodesConf(node);
  if (!conf.ok()) return conf.status();
  return data.WriteNodesConf(node, WithOwnAddress(*conf, *address));
}

std::vector<Proof> RestartNewAddress::ProveChange(FaultContext& context,
                                                  const std::string& node) {
  const std::string now = context.cluster.ClientEndpoint(node).host;
  Proof silent = Restart::ProveChange(context, node).front();
  return {{.what = node + " moved from " + before_[node] + " to " + now,
           .holds = !now.empty() && now != before_[node],
           .at = context.now()},
          std::move(silent)};
}

}  // namespace slotquake
