#include "harness/faults/cut_plan.h"

#include <algorithm>
#include <sstream>

namespace slotquake {
namespace {

bool Holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> Without(const std::vector<std::string>& all,
                                 const std::vector<std::string>& taken) {
  std::vector<std::string> left;
  for (const std::string& name : all) {
    if (!Holds(taken, name)) left.push_back(name);
  }
  return left;
}

// The clients on the victims' side.
Result<std::vector<std::string>> Companions(const std::string& wanted,
                                            const std::vector<std::string>& clients) {
  if (wanted == "all") return clients;
  std::vector<std::string> found;
  std::istringstream list(wanted);
  for (std::string name; std::getline(list, name, ',');) {
    name.erase(0, name.find_first_not_of(' '));
    name.erase(name.find_last_not_of(' ') + 1);
    if (!Holds(clients, name)) {
      return Status::Error("with_clients names \"" + name +
                           "\"; this run's clients are " + JoinNames(clients));
    }
    found.push_back(name);
  }
  return found;
}

// What a connection that is opened over the cut sees. It is refused only where its
// first packet meets the rule; where the answer does, it waits in vain.
std::string Expected(const CutOptions& options, bool from_victims) {
  const bool first_packet =
      options.direction == "both" || (options.direction == "from") == from_victims;
  return options.refuse && first_packet ? "connection refused" : "timed out";
}

}  // namespace

Plane PlaneOf(const std::string& name) {
  if (name == "client") return Plane::kClient;
  if (name == "replication") return Plane::kReplication;
  return name == "bus" ? Plane::kBus : Plane::kAll;
}

std::string_view EffectOfCut(const CutOptions& options) {
  const bool bus = options.plane == Plane::kAll || options.plane == Plane::kBus;
  return bus && options.against != "clients" ? fault_effect::kNetworkCut
                                             : fault_effect::kNetworkImpaired;
}

std::string CheckCut(const CutOptions& options) {
  const bool between_nodes =
      options.plane == Plane::kBus || options.plane == Plane::kReplication;
  if (options.against == "clients" && between_nodes) {
    return "\"against\": \"clients\" cuts nothing on a plane that only nodes use";
  }
  if (options.against == "nodes" && options.plane == Plane::kClient &&
      options.with_clients.empty()) {
    return "\"against\": \"nodes\" cuts nothing on the plane that only clients use";
  }
  return "";
}

Result<CutPlan> PlanCut(const CutOptions& options,
                        const std::vector<std::string>& victims,
                        const std::vector<std::string>& nodes,
                        const std::vector<std::string>& clients) {
  const auto companions = Companions(options.with_clients, clients);
  if (!companions.ok()) return companions.status();
  CutPlan plan;
  plan.side = victims;
  plan.side.insert(plan.side.end(), companions->begin(), companions->end());
  const bool node_plane =
      options.plane == Plane::kBus || options.plane == Plane::kReplication;
  std::vector<std::string> other_nodes;
  if (options.against != "clients") other_nodes = Without(nodes, victims);
  std::vector<std::string> other_clients;
  if (options.against != "nodes") other_clients = Without(clients, *companions);
  plan.opposite = other_nodes;
  plan.opposite.insert(plan.opposite.end(), other_clients.begin(), other_clients.end());
  if (plan.opposite.empty()) {
    return Status::Error("there is nobody to cut " + JoinNames(plan.side) +
                         " off from: every node and client stands on that side");
  }
  if (options.direction != "to") {
    plan.blocks.push_back({plan.side, plan.opposite, options.plane, options.refuse});
  }
  if (options.direction != "from") {
    plan.blocks.push_back({plan.opposite, plan.side, options.plane, options.refuse});
  }
  for (const std::string& victim : victims) {
    if (!other_nodes.empty() && options.plane != Plane::kClient) {
      plan.probes.push_back(
          {other_nodes.front(), victim, options.plane, Expected(options, false)});
    }
    if (!other_clients.empty() && !node_plane) {
      plan.probes.push_back(
          {other_clients.front(), victim, options.plane, Expected(options, false)});
    }
  }
  for (const std::string& client : *companions) {
    if (other_nodes.empty() || node_plane) break;
    plan.probes.push_back(
        {client, other_nodes.front(), options.plane, Expected(options, true)});
  }
  if (plan.probes.empty()) {
    return Status::Error("this cut stops nothing: nobody opposite uses that plane");
  }
  return plan;
}

std::string SummaryOf(const std::vector<std::string>& hosts) {
  std::vector<std::string> words;
  std::size_t nodes = 0;
  for (const std::string& host : hosts) {
    const bool client = host.rfind("client-", 0) == 0 || host == "hit-counter";
    if (client) words.push_back(host);
    if (!client) ++nodes;
  }
  if (nodes > 0) {
    words.insert(words.begin(),
                 std::to_string(nodes) + (nodes == 1 ? " node" : " nodes"));
  }
  return JoinNames(words);
}

std::string DescribeCut(const CutOptions& options, const CutPlan& plan) {
  std::string text = JoinNames(plan.side) + " cut off from " + SummaryOf(plan.opposite);
  if (options.plane == Plane::kClient) text += ", client traffic only";
  if (options.plane == Plane::kReplication) text += ", replication only";
  if (options.plane == Plane::kBus) text += ", cluster bus only";
  if (options.direction == "from") text += ", one way: it can not be heard";
  if (options.direction == "to") text += ", one way: it hears nothing";
  if (options.refuse) text += ", with resets";
  return text;
}

}  // namespace slotquake
