#include "harness/worker/worker_metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <sstream>
#include <utility>
#include <vector>

namespace slotquake {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily MakeFamily(std::string name, std::string help, MetricType type) {
  MetricFamily family;
  family.name = "slotquake_" + std::move(name);
  family.help = std::move(help);
  family.type = type;
  return family;
}

void AddSample(MetricFamily& family, std::vector<ClientMetric::Label> labels,
               double value) {
  ClientMetric metric;
  metric.label = std::move(labels);
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) =
      value;
  family.metric.push_back(std::move(metric));
}

}  // namespace

std::string ToPrometheusText(const WorkerStatus& status) {
  MetricFamily operations =
      MakeFamily("operations_total", "Operations of the load, by their outcome.",
                 MetricType::Counter);
  MetricFamily running =
      MakeFamily("load_running", "1 while the load runs.", MetricType::Gauge);
  MetricFamily latency =
      MakeFamily("last_latency_seconds", "Of the latest acknowledged operation.",
                 MetricType::Gauge);
  for (const LoadStatus& load : status.loads) {
    const std::string id = std::to_string(load.id);
    const auto count = [&](std::string_view outcome, std::int64_t number) {
      AddSample(operations, {{"load", id}, {"outcome", std::string(outcome)}},
                static_cast<double>(number));
    };
    count(Name(Outcome::kAcked), load.acked);
    count(Name(Outcome::kRejected), load.rejected);
    count(Name(Outcome::kUnknown), load.unknown);
    AddSample(running, {{"load", id}}, load.running ? 1 : 0);
    AddSample(latency, {{"load", id}}, static_cast<double>(load.last_latency_ns) / 1e9);
  }
  MetricFamily polls = MakeFamily("polls_total", "Answers of the node to the observer.",
                                  MetricType::Counter);
  MetricFamily reachable = MakeFamily(
      "node_reachable", "1 while the node answers the observer.", MetricType::Gauge);
  for (const NodeCounters& node : status.nodes) {
    AddSample(polls, {{"node", node.name}}, static_cast<double>(node.polls));
    AddSample(reachable, {{"node", node.name}}, node.reachable ? 1 : 0);
  }
  MetricFamily observations = MakeFamily(
      "observations_total", "Observations written down.", MetricType::Counter);
  AddSample(observations, {}, static_cast<double>(status.observations));
  std::ostringstream text;
  prometheus::TextSerializer().Serialize(
      text, {operations, running, latency, polls, reachable, observations});
  return text.str();
}

}  // namespace slotquake
