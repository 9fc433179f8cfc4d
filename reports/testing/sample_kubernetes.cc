#include <algorithm>
#include <map>
#include <string>

#include "reports/testing/sample_run.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

constexpr Nanos kAsked = std::chrono::milliseconds(5000);
constexpr Nanos kGone = std::chrono::milliseconds(6200);
constexpr Nanos kBack = std::chrono::milliseconds(9410);

void Add(RunRecord& record, Nanos not_before, Nanos at, const char* source,
         const std::string& node, std::string_view kind, Json data) {
  record.observations.push_back(
      {at, not_before, source, node, std::string(kind), std::move(data)});
}

std::string Machine(int node) { return "kind-worker" + std::to_string(node % 3 + 1); }

Json PodData(int node, const char* what, const char* uid) {
  return {{"what", what},
          {"pod", "redis-" + std::to_string(node)},
          {"uid", uid},
          {"phase", "Running"},
          {"ready", true},
          {"deleting", false},
          {"address", "10.244." + std::to_string(node % 3 + 1) + ".7"},
          {"machine", Machine(node)},
          {"restarts", 0},
          {"state", "running"},
          {"reason", ""},
          {"exit_code", -1}};
}

void AddHealth(RunRecord& record, Nanos at) {
  ClusterView view = record.observations.front().data.get<ClusterView>();
  for (std::size_t i = 0; i < record.nodes.size(); ++i) {
    const std::string& name = record.nodes[i].name;
    for (NodeView& node : view.nodes) node.myself = node.id == record.nodes[i].id;
    Add(record, at, at, "poll", name, observation_kind::kView, view);
    Add(record, at, at, "poll", name, observation_kind::kClusterInfo,
        {{"state", "ok"},
         {"slots_ok", 16384},
         {"slots_pfail", 0},
         {"slots_fail", 0},
         {"current_epoch", 3}});
    const bool restarted = i == 0 && at > kBack;
    Add(record, at, at, "poll", name, observation_kind::kReplication,
        {{"role", i < 3 ? "master" : "replica"},
         {"run_id", restarted ? "b7" : "a" + std::to_string(i)},
         {"offset", 90211},
         {"link_up", i >= 3},
         {"syncing", false},
         {"keys", 32}});
  }
}

void AddPods(RunRecord& record) {
  for (int i = 0; i < 6; ++i) {
    Add(record, Nanos(0), Nanos(0), "platform", record.nodes[std::size_t(i)].name,
        observation_kind::kPod, PodData(i, "added", "u1"));
  }
  const auto redis_0 = [&](double after_ms, Json data) {
    const Nanos at = kAsked + FromMillis(after_ms);
    Add(record, at, at, "platform", "redis-0", observation_kind::kPod, std::move(data));
  };
  Json ending = PodData(0, "changed", "u1");
  ending["deleting"] = true;
  redis_0(60, ending);
  redis_0(1290, PodData(0, "deleted", "u1"));
  Json pending = PodData(0, "added", "u2");
  pending["phase"] = "Pending";
  pending["ready"] = false;
  pending["address"] = pending["machine"] = pending["state"] = "";
  redis_0(1330, pending);
  pending["machine"] = Machine(1);
  redis_0(2900, pending);
  Json running = PodData(0, "changed", "u2");
  running["ready"] = false;
  running["machine"] = Machine(1);
  running["address"] = "10.244.2.9";
  redis_0(4100, running);
  running["ready"] = true;
  redis_0(5600, running);
}

void AddEvents(RunRecord& record) {
  const auto event = [&](double after_ms, const char* type, const char* reason,
                         const char* message) {
    const Nanos at = kAsked + FromMillis(after_ms);
    Add(record, at, at, "platform", "redis-0", observation_kind::kEvent,
        {{"type", type},
         {"reason", reason},
         {"message", message},
         {"object", "Pod/redis-0"},
         {"count", 1}});
  };
  event(310, "Normal", "Killing", "Stopping container redis");
  event(2900, "Normal", "Scheduled", "Successfully assigned slotquake/redis-0");
  event(4700, "Warning", "Unhealthy", "Readiness probe failed: connection refused");
  for (const double after_ms : {-4000.0, 500.0, 8000.0}) {
    const Nanos at = kAsked + FromMillis(after_ms);
    Add(record, at, at, "platform", "", observation_kind::kMachine,
        {{"machine", "kind-worker1"},
         {"ready", true},
         {"unschedulable", after_ms > 0},
         {"exists", true}});
  }
}

// One node serves the shard throughout, but for the time in which it is gone.
void ServeAsBefore(RunRecord& record) {
  std::map<std::uint32_t, std::int64_t> values;
  for (Operation& op : record.history.operations()) {
    op.outcome = Outcome::kAcked;
    op.error = 0;
    op.completed = op.invoked + FromMillis(0.3);
    const bool first_shard = op.slot < 5461;
    if (first_shard) op.node = 0;
    if (first_shard && op.invoked >= kGone && op.invoked < kBack) {
      op.outcome = Outcome::kRejected;
      op.error = 3;
      op.value = -1;
      continue;
    }
    op.value = ++values[op.key];
  }
  for (const auto& [key, value] : values) {
    FinalRead read;
    read.key = record.history.keys()[key];
    read.node = "redis-0";
    read.value = value;
    record.final_reads.push_back(std::move(read));
  }
}

void ChangeFault(RunRecord& record) {
  FaultRecord& fault = record.faults.front();
  fault.type = "pod_delete";
  fault.effect = "process_gone";
  fault.description = "pod redis-0 (master of slots 0-5460) was deleted";
  fault.asked = kAsked - FromMillis(40);
  fault.done = kAsked;
  fault.proofs = {{"the pod of uid u1 is gone", true, kGone}};
  fault.recovery_wanted = fault.recovered = false;
  fault.recovery_proofs.clear();
}

}  // namespace

RunRecord SampleKubernetesRun(std::int64_t operations) {
  RunRecord record = SampleRun(operations);
  record.id = "20261122T150200Z-42";
  record.scenario = "pod_delete";
  record.scenario_json["name"] = "pod_delete";
  record.scenario_json["cluster"]["node_timeout_ms"] = 15000;
  record.scenario_json["expect"] = {{"return", "failover"}, {"promotion", "required"}};
  record.platform = "kubernetes";
  record.command = "bazel run //scenarios:pod_delete -- --platform=kubernetes";
  record.environment = {{"kubernetes", "v1.29.2"},
                        {"machines",
                         "kind-control-plane, kind-worker1, kind-worker2, "
                         "kind-worker3"},
                        {"image", "redis:7.0.15"}};
  record.workers = {{0, "client-0", "load", FromMillis(12.4), FromMillis(0.21)},
                    {1, "observer-0", "observer", FromMillis(-3.1), FromMillis(0.18)}};
  for (NodeRecord& node : record.nodes) node.config["cluster-node-timeout"] = "15000";
  ServeAsBefore(record);
  ChangeFault(record);
  const Observation view = record.observations.front();
  record.observations = {view};
  AddHealth(record, FromMillis(1000));
  AddHealth(record, kAsked - FromMillis(100));
  Add(record, kGone - FromMillis(90), kGone, "poll", "redis-0",
      observation_kind::kUnreachable, {{"error", "connection refused"}});
  Add(record, kBack - FromMillis(20), kBack, "poll", "redis-0",
      observation_kind::kReachable, Json::object());
  AddHealth(record, kBack + FromMillis(50));
  AddPods(record);
  AddEvents(record);
  std::stable_sort(
      record.observations.begin(), record.observations.end(),
      [](const Observation& a, const Observation& b) { return a.at < b.at; });
  return record;
}

}  // namespace slotquake
