#include "harness/check/view_agreement.h"

#include <algorithm>

#include "harness/check/absence.h"
#include "harness/check/cluster_state.h"
#include "harness/check/evidence.h"
#include "harness/check/expectations.h"
#include "harness/check/fault_axis.h"
#include "harness/check/figures.h"
#include "harness/check/peer_addresses.h"
#include "harness/check/unmet.h"

namespace slotquake {
namespace {

using nlohmann::json;

json NodeJson(const NodeState& node) {
  const NodeView* self = node.view ? node.view->Myself() : nullptr;
  json link;
  json offset;
  if (node.replication != nullptr) {
    offset = Number(*node.replication, "offset");
    if (!node.IsMaster()) link = Flag(*node.replication, "link_up") ? "up" : "down";
  }
  return {
      {"node", node.name},
      {"role", self == nullptr ? json() : json(self->master ? "master" : "replica")},
      {"epoch", self == nullptr ? json() : json(self->config_epoch)},
      {"link", link},
      {"offset", offset},
      {"digest", node.digest == nullptr ? json() : json(Text(*node.digest, "digest"))}};
}

// What a finding about the nodes' views rests on. That keys could not be read at the
// end takes nothing from it: those of a cluster that is down never can. Errors of the
// harness itself do, since one of its faults may still be in force.
std::vector<std::string> Evidence(const RunRecord& record) {
  std::vector<std::string> names = {"fault_not_proven", "unhealthy_before",
                                    "interrupted"};
  if (!record.errors.empty()) names.emplace_back("record_incomplete");
  return names;
}

// `cause`: why it can not come to rest at all; "" where none is known.
Case Rest(const RunRecord& record, const ExpectedOutcome& expect,
          const std::string& cause) {
  const RestRecord& rest = record.rest;
  if (rest.reached && expect.rest_forbidden) {
    return Unmet(
        record, "recovered",
        "the cluster came to rest, though the scenario says that it never does",
        {"fault_not_proven", "record_incomplete"});
  }
  if (rest.reached) {
    const Nanos held = rest.until - rest.since;
    const std::string text = "at rest for " + Duration(ToMillis(held)) +
                             " before the final reads, " +
                             Duration(ToMillis(rest.required)) + " wanted";
    return {"rest", held >= rest.required ? Validity::kPass : Validity::kInconclusive,
            text};
  }
  std::string why = cause.empty() ? "" : ": " + cause;
  if (!rest.missing.empty()) why += (why.empty() ? ": " : "; ") + rest.missing;
  if (expect.rest_forbidden) {
    // A wait that was cut short shows nothing.
    return {"rest", record.interrupted ? Validity::kInconclusive : Validity::kPass,
            "never at rest, as the scenario says" + why};
  }
  if (!expect.rest_required) {
    return {"rest", Validity::kPass, "not at rest, which the scenario allows" + why};
  }
  return Unmet(record, "never_recovered", "the cluster did not come to rest" + why,
               Evidence(record));
}

}  // namespace

Verdict CheckViewAgreement(const RunRecord& record) {
  const auto expect = ReadExpectations(record);
  const bool required = expect.rest_required;
  const auto nodes = StateAt(record, EndOf(record), AbandonedNodes(record));
  const PeerAddresses addresses = ComparePeerAddresses(record, nodes);
  // First what explains the rest.
  std::vector<std::string> problems = addresses.stale;
  if (!addresses.cause.empty()) problems.insert(problems.begin(), addresses.cause);
  const std::vector<std::string> disagreements = Disagreements(record, nodes);
  problems.insert(problems.end(), disagreements.begin(), disagreements.end());
  const std::vector<std::string> unequal = Unequal(record, nodes);
  problems.insert(problems.end(), unequal.begin(), unequal.end());
  const bool unseen = nodes.empty() || std::any_of(nodes.begin(), nodes.end(),
                                                   [](const NodeState& node) {
                                                     return !node.view.has_value();
                                                   });

  Verdict verdict;
  verdict.checker = "view_agreement";
  verdict.cases.push_back(Rest(record, expect, addresses.cause));
  if (problems.empty() && !unseen) {
    verdict.summary = "all " +
                      Counted(static_cast<std::int64_t>(nodes.size()), "node") +
                      " agree on all slots; replicas have what their masters have";
    verdict.cases.push_back({"views_agree", Validity::kPass, verdict.summary});
  } else {
    verdict.summary = problems.empty() ? "no node was seen" : problems.front();
    if (problems.size() > 1) {
      verdict.summary += "; and " + std::to_string(problems.size() - 1) + " more";
    }
    if (unseen) {
      verdict.cases.push_back(
          {"views_agree", Validity::kInconclusive, verdict.summary});
    } else if (required) {
      verdict.cases.push_back(
          Unmet(record, "views_agree", verdict.summary, Evidence(record)));
    } else {
      verdict.cases.push_back({"views_agree", Validity::kPass,
                               verdict.summary + ", which the scenario allows"});
    }
  }

  json owners = json::array();
  for (const Owner& owner : OwnersOf(record, nodes)) {
    owners.push_back({{"slots", ToString(owner.slots)},
                      {"node", owner.node},
                      {"epoch", owner.epoch}});
  }
  json states = json::array();
  for (const NodeState& node : nodes) states.push_back(NodeJson(node));
  verdict.details = {{"agree", problems.empty() && !unseen},
                     {"owners", std::move(owners)},
                     {"nodes", std::move(states)},
                     {"problems", problems},
                     {"cause", addresses.cause},
                     {"rest",
                      {{"reached", record.rest.reached},
                       {"held_ms", ToMillis(record.rest.until - record.rest.since)},
                       {"required_ms", ToMillis(record.rest.required)},
                       {"missing", record.rest.missing}}}};
  Conclude(verdict);
  return verdict;
}

}  // namespace slotquake
