#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "reports/below.h"
#include "reports/details.h"
#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

const Observation* LastViewUntil(const RunRecord& record, Nanos until) {
  const Observation* last = nullptr;
  for (const Observation& observation : record.observations) {
    if (observation.kind == observation_kind::kView && observation.at <= until) {
      last = &observation;
    }
  }
  return last;
}

std::string NameOf(const RunRecord& record, const std::string& id) {
  const NodeRecord* node = record.FindNodeById(id);
  return node == nullptr ? id.substr(0, 8) : node->name;
}

std::string StateOf(const NodeView& node) {
  if (node.fail) return "fail";
  if (node.pfail) return "fail?";
  return node.connected || node.myself ? "connected" : "disconnected";
}

// "" where the observation holds no view that can be read.
std::string ViewHtml(const RunRecord& record, const TimeAxis& axis, const char* title,
                     const Observation* observation) {
  if (observation == nullptr) return "";
  ClusterView view;
  try {
    view = observation->data.get<ClusterView>();
  } catch (const Json::exception&) {
    return "";
  }
  Rows rows;
  for (const NodeView& node : view.nodes) {
    rows.push_back({NameOf(record, node.id), node.master ? "master" : "replica",
                    node.master ? EnDashed(ToString(node.slots))
                                : "of " + NameOf(record, node.master_id),
                    std::to_string(node.config_epoch), StateOf(node),
                    node.address + ":" + std::to_string(node.port), node.id});
  }
  std::sort(rows.begin(), rows.end());
  return "<h3>" + EscapeHtml(title) + ", as " + EscapeHtml(observation->node) +
         " saw it at " + RelativeText(axis.RelativeMs(observation->at)) + " s</h3>" +
         HtmlTable({"node", "role", "slots", "epoch", "state", "address", "id"}, rows,
                   {3});
}

std::string AgreementHtml(const Judgement& judgement) {
  const Json& details = DetailsOf(judgement, "view_agreement");
  std::string html;
  const auto agree = FlagAt(details, "agree");
  if (agree) {
    html += *agree ? "<p>At the end all nodes agreed.</p>"
                   : "<p>At the end the nodes did <strong>not</strong> agree:</p>";
  }
  Rows problems;
  for (const Json& problem : ListAt(details, "problems")) {
    problems.push_back(
        {problem.is_string() ? problem.get<std::string>() : JsonText(problem)});
  }
  if (!problems.empty()) html += HtmlTable({"problem"}, problems);
  Rows nodes;
  for (const Json& node : ListAt(details, "nodes")) {
    nodes.push_back({TextAt(node, "node"), TextAt(node, "role"), TextAt(node, "epoch"),
                     TextAt(node, "link"), TextAt(node, "offset"),
                     TextAt(node, "digest")});
  }
  if (!nodes.empty()) {
    html +=
        "<h3>Each node at the end</h3>" +
        HtmlTable({"node", "role", "epoch", "link", "offset", "digest"}, nodes, {2, 4});
  }
  return html;
}

}  // namespace

std::string TopologyHtml(const RunRecord& record, const Judgement& judgement,
                         const TimeAxis& axis) {
  const FaultRecord* fault = FirstInjectedFault(record);
  std::string body = AgreementHtml(judgement);
  body += ViewHtml(record, axis, "Before",
                   LastViewUntil(record, fault == nullptr ? axis.first : fault->asked));
  body += ViewHtml(record, axis, "After", LastViewUntil(record, Nanos::max()));
  if (body.empty()) body = "<p class=\"note\">No node’s view was recorded.</p>";
  return HtmlFold("Topology", "before and after", body);
}

}  // namespace slotquake
