#include <map>
#include <set>
#include <string>
#include <vector>

#include "reports/below.h"
#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html.h"
#include "reports/platform_lanes.h"

namespace slotquake {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string TextOf(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}

std::string RunHtml(const RunRecord& record) {
  Rows rows = {{"run", record.id},
               {"scenario", record.scenario},
               {"seed", std::to_string(record.seed)},
               {"trial", std::to_string(record.trial)},
               {"platform", record.platform},
               {"began", FormatUtc(record.base_wall)},
               {"took", ShortDuration(ToMillis(record.duration))}};
  for (const std::string& error : record.errors)
    rows.push_back({"harness error", error});
  for (const auto& [name, value] : record.environment) rows.push_back({name, value});
  return HtmlTable({"", ""}, rows);
}

std::string NodesHtml(const RunRecord& record) {
  Rows rows;
  for (const NodeRecord& node : record.nodes) {
    rows.push_back({node.name, node.engine + " " + node.version,
                    node.address + ":" + std::to_string(node.port), node.id});
  }
  return HtmlTable({"node", "server", "address", "id"}, rows);
}

// "worker", "worker, then worker2".
std::string FirstAndLast(const std::string& first, const std::string& last) {
  return first == last || first.empty() ? last : first + ", then " + last;
}

std::string PodsHtml(const RunRecord& record) {
  Rows rows;
  for (const PodPlacement& place : PodPlacements(record)) {
    rows.push_back({place.node, FirstAndLast(place.first_machine, place.last_machine),
                    FirstAndLast(place.first_address, place.last_address),
                    std::to_string(place.pods), std::to_string(place.restarts)});
  }
  return rows.empty() ? ""
                      : "<h3>Where the nodes ran</h3>" +
                            HtmlTable({"node", "machine", "address", "pods seen",
                                       "restarts in the last"},
                                      rows, {3, 4});
}

// The name of a load's worker, or its number.
std::string WorkerName(const RunRecord& record, int index) {
  for (const WorkerRecord& worker : record.workers) {
    if (worker.index == index && !worker.name.empty()) return worker.name;
  }
  return std::to_string(index);
}

// One row per setting; one value where all nodes have the same.
std::string ConfigHtml(const RunRecord& record) {
  std::map<std::string, std::map<std::string, std::vector<std::string>>> settings;
  for (const NodeRecord& node : record.nodes) {
    for (const auto& [name, value] : node.config)
      settings[name][value].push_back(node.name);
  }
  Rows rows;
  for (const auto& [name, values] : settings) {
    for (const auto& [value, nodes] : values) {
      const bool all = nodes.size() == record.nodes.size();
      rows.push_back({name, value, all ? "all nodes" : Enumerate(nodes)});
    }
  }
  return rows.empty() ? ""
                      : "<h3>Configuration of the nodes</h3>" +
                            HtmlTable({"setting", "value", "on"}, rows);
}

std::string FaultsHtml(const RunRecord& record, const TimeAxis& axis) {
  Rows rows;
  for (const FaultRecord& fault : record.faults) {
    if (!fault.injected) {
      rows.push_back({"–", fault.type, "not injected: " + fault.error, ""});
      continue;
    }
    rows.push_back(
        {RelativeText(axis.RelativeMs(fault.done)), fault.type, fault.description,
         "asked " + ShortDuration(ToMillis(fault.done - fault.asked)) + " before"});
    for (const Proof& proof : fault.proofs) {
      rows.push_back({RelativeText(axis.RelativeMs(proof.at)), "", proof.what,
                      proof.holds ? "holds" : "does not hold"});
    }
    if (fault.recovered) {
      rows.push_back(
          {RelativeText(axis.RelativeMs(fault.recover_done)), "", "recovered", ""});
    } else if (fault.recovery_wanted) {
      rows.push_back({"–", "", "not recovered", fault.error});
    }
    for (const Proof& proof : fault.recovery_proofs) {
      rows.push_back({RelativeText(axis.RelativeMs(proof.at)), "", proof.what,
                      proof.holds ? "holds" : "does not hold"});
    }
  }
  return rows.empty() ? ""
                      : "<h3>Faults and their proofs</h3>" +
                            HtmlTable({"at (s)", "fault", "", ""}, rows, {0});
}

std::string LoadsHtml(const RunRecord& record, const TimeAxis& axis) {
  Rows loads;
  for (const LoadRecord& load : record.loads) {
    loads.push_back(
        {load.kind, WorkerName(record, load.worker), std::to_string(load.clients),
         load.open_loop ? "open, " + TextOf(load.rate_per_second) + " per second"
                        : "closed",
         std::to_string(load.keys), RelativeText(axis.RelativeMs(load.begin)),
         RelativeText(axis.RelativeMs(load.end))});
  }
  Rows workers;
  for (const WorkerRecord& worker : record.workers) {
    workers.push_back({worker.name, worker.role,
                       ShortDuration(ToMillis(worker.clock_offset)),
                       "± " + ShortDuration(ToMillis(worker.clock_bound))});
  }
  Rows phases;
  for (const PhaseRecord& phase : record.phases) {
    phases.push_back({phase.name, RelativeText(axis.RelativeMs(phase.begin)),
                      RelativeText(axis.RelativeMs(phase.end)),
                      ShortDuration(ToMillis(phase.end - phase.begin))});
  }
  return "<h3>Load</h3>" +
         HtmlTable({"kind", "worker", "clients", "loop", "keys", "from (s)", "to (s)"},
                   loads, {2, 4, 5, 6}) +
         "<h3>Workers and their clocks</h3>" +
         HtmlTable({"worker", "role", "clock ahead of the runner’s", ""}, workers,
                   {2, 3}) +
         "<h3>Phases of the run</h3>" +
         HtmlTable({"phase", "from (s)", "to (s)", "took"}, phases, {1, 2, 3});
}

std::string RestHtml(const RunRecord& record, const TimeAxis& axis) {
  const RestRecord& rest = record.rest;
  if (!rest.reached) {
    return "<p>The cluster did not come to rest" +
           (rest.missing.empty() ? std::string(".") : ": " + EscapeHtml(rest.missing)) +
           "</p>";
  }
  return "<p>At rest from " + RelativeText(axis.RelativeMs(rest.since)) +
         " s; the last reads began at " + RelativeText(axis.RelativeMs(rest.until)) +
         " s (" + ShortDuration(ToMillis(rest.required)) + " were required).</p>";
}

}  // namespace

std::string HowItWasMadeHtml(const RunRecord& record, const TimeAxis& axis) {
  std::string body = RunHtml(record) + RestHtml(record, axis) +
                     FaultsHtml(record, axis) + "<h3>Nodes</h3>" + NodesHtml(record) +
                     PodsHtml(record) + ConfigHtml(record) + LoadsHtml(record, axis);
  if (!record.scenario_json.is_null()) {
    body += "<h3>The scenario as resolved</h3>" +
            HtmlPre(JsonText(record.scenario_json, 2));
  }
  return HtmlFold("How this run was made", "versions, seed, configuration, environment",
                  body);
}

}  // namespace slotquake
