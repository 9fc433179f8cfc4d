#include "reports/testing/sample_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "harness/base/rng.h"

namespace slotquake {
namespace {

constexpr Nanos kLoadBegin = std::chrono::milliseconds(1000);
constexpr Nanos kFault = std::chrono::milliseconds(5000);
constexpr Nanos kFail = std::chrono::milliseconds(7904);
constexpr Nanos kWon = std::chrono::milliseconds(8570);
constexpr Nanos kBack = std::chrono::milliseconds(11000);
constexpr Nanos kLoadEnd = std::chrono::milliseconds(14000);
constexpr std::array<int, 4> kFirstSlot = {0, 5461, 10923, 16384};

std::string IdOf(int node) {
  const std::string digits = "c386bbe4b06c7a1f90d2";
  return digits + digits.substr(0, 19) + std::to_string(node);
}

std::string NameOf(int node) { return "redis-" + std::to_string(node); }

SlotRange RangeOf(int shard) {
  const auto i = static_cast<std::size_t>(shard);
  return {kFirstSlot[i], kFirstSlot[i + 1] - 1};
}

void AddNodes(RunRecord& record) {
  for (int i = 0; i < 6; ++i) {
    NodeRecord node;
    node.name = NameOf(i);
    node.id = IdOf(i);
    node.address = "10.77.1." + std::to_string(i + 1);
    node.version = "7.0.15";
    node.engine = "redis";
    node.config = {{"appendonly", "yes"},
                   {"cluster-node-timeout", "2000"},
                   {"cluster-require-full-coverage", "yes"},
                   {"maxmemory", i == 5 ? "100mb" : "0"}};
    record.nodes.push_back(node);
  }
}

// What the client meets that hits `shard` at `at`.
void Decide(int shard, Rng& rng, Operation& op) {
  const Nanos at = op.invoked;
  const bool down = shard == 0 && at >= kFault && at < kWon;
  double ms = 0.15 + 0.25 * -std::log(1 - 0.999 * (double(rng.Below(1000)) / 1000));
  if (at >= kFail && at < kWon) {
    op.outcome = Outcome::kRejected;
    op.error = 1;
  } else if (down && rng.Chance(0.05)) {
    op.outcome = Outcome::kUnknown;
    op.error = 2;
    ms = 500;
  } else if (down) {
    op.outcome = Outcome::kRejected;
    op.error = 3;
  } else {
    op.outcome = Outcome::kAcked;
    if (shard == 0 && at >= kWon && at < kWon + FromMillis(300)) ms *= 8;
  }
  op.completed = op.invoked + FromMillis(ms);
  op.node = static_cast<std::int16_t>(shard == 0 && at >= kWon ? 3 : shard);
}

void AddOperations(std::int64_t count, RunRecord& record) {
  History& history = record.history;
  for (int i = 0; i < 6; ++i) history.nodes().Intern(NameOf(i));
  history.errors().Intern("CLUSTERDOWN The cluster is down");
  history.errors().Intern("timed out");
  history.errors().Intern("connection refused");
  for (int i = 0; i < 96; ++i) history.keys().Intern("hits:" + std::to_string(i));
  Rng rng(42);
  std::array<std::int64_t, 96> values{};
  history.operations().reserve(static_cast<std::size_t>(count));
  const Nanos step = (kLoadEnd - kLoadBegin) / count;
  for (std::int64_t i = 0; i < count; ++i) {
    Operation op;
    op.id = i;
    op.key = static_cast<std::uint32_t>(rng.Below(96));
    op.invoked = kLoadBegin + step * i;
    op.intended = op.invoked;
    op.client = static_cast<std::int32_t>(i % 16);
    const int shard = static_cast<int>(op.key / 32);
    op.slot = static_cast<std::uint16_t>(RangeOf(shard).first +
                                         static_cast<int>(op.key % 32) * 17);
    Decide(shard, rng, op);
    // Clients that wait for an answer hit less often.
    if (op.outcome == Outcome::kRejected && rng.Chance(0.6)) continue;
    if (op.outcome == Outcome::kAcked) op.value = ++values[op.key];
    history.operations().push_back(op);
  }
}

void AddFault(RunRecord& record) {
  FaultRecord fault;
  fault.type = "kill";
  fault.description = "SIGKILL to redis-0 (master of slots 0-5460)";
  fault.victims = {{NameOf(0), IdOf(0), true, 1, {RangeOf(0)}}};
  fault.injected = true;
  fault.asked = kFault - FromMillis(0.4);
  fault.done = kFault;
  fault.proofs = {
      {"process 4711 is gone (pidfd)", true, kFault},
      {"10.77.1.1:6379 refuses connections", true, kFault + FromMillis(0.4)}};
  fault.recovery_wanted = true;
  fault.recovered = true;
  fault.recover_asked = kBack - FromMillis(40);
  fault.recover_done = kBack;
  fault.recovery_proofs = {{"10.77.1.1:6379 answers PING", true, kBack}};
  record.faults = {fault};
}

ClusterView ViewOf(bool after) {
  ClusterView view;
  for (int i = 0; i < 6; ++i) {
    NodeView node;
    node.id = IdOf(i);
    node.address = "10.77.1." + std::to_string(i + 1);
    node.port = 6379;
    node.myself = i == 1;
    const int shard = i % 3;
    const int master = after && shard == 0 ? 3 : shard;
    node.master = i == master;
    if (node.master) {
      node.slots = {RangeOf(shard)};
    } else {
      node.master_id = IdOf(master);
    }
    node.config_epoch = after && shard == 0 ? 4 : shard + 1;
    node.connected = true;
    view.nodes.push_back(node);
  }
  return view;
}

void Log(RunRecord& record, double relative_ms, int node, const std::string& event,
         const std::string& text) {
  const Nanos at = kFault + FromMillis(relative_ms);
  record.observations.push_back({at,
                                 at - FromMillis(1),
                                 "log",
                                 NameOf(node),
                                 "log",
                                 {{"event", event}, {"text", text}}});
}

void AddObservations(RunRecord& record) {
  record.observations.push_back(
      {kLoadBegin, Nanos(0), "poll", NameOf(1), "view", ViewOf(false)});
  Log(record, 2904, 1, "fail_quorum",
      "Marking node " + IdOf(0) + " as failing (quorum reached).");
  for (const int node : {2, 3, 4, 5}) {
    Log(record, 2905, node, "fail_message",
        "FAIL message received from " + IdOf(1) + " about " + IdOf(0));
  }
  for (const int node : {1, 2, 3, 4, 5}) {
    Log(record, 2906, node, "state_fail", "Cluster state changed: fail");
  }
  Log(record, 2956, 3, "election_scheduled",
      "Start of election delayed for 610 milliseconds (rank #0, offset 2512).");
  Log(record, 3566, 3, "election_started", "Starting a failover election for epoch 4.");
  for (const int node : {1, 2}) {
    Log(record, 3568, node, "vote_granted",
        "Failover auth granted to " + IdOf(3) + " for epoch 4");
  }
  Log(record, 3570, 3, "election_won", "Failover election won: I'm the new master.");
  Log(record, 3570.2, 3, "epoch_set", "configEpoch set to 4 after successful failover");
  for (const int node : {1, 2, 3, 4, 5}) {
    Log(record, 3579, node, "state_ok", "Cluster state changed: ok");
  }
  Log(record, 6010, 0, "reconfigured_as_replica",
      "Configuration change detected. Reconfiguring myself as a replica of " + IdOf(3));
  record.observations.push_back(
      {kLoadEnd, kLoadEnd, "poll", NameOf(1), "view", ViewOf(true)});
}

void AddLogs(RunRecord& record) {
  for (int i = 0; i < 6; ++i) {
    std::string& log = record.logs[NameOf(i)];
    for (int line = 0; line < 60; ++line) {
      log += "4711:M 22 Nov 2026 14:01:59.000 * line " + std::to_string(line) + "\n";
    }
  }
  for (const Observation& observation : record.observations) {
    if (observation.kind != "log") continue;
    record.logs[observation.node] += "4711:M 22 Nov 2026 14:02:05.123 * " +
                                     observation.data["text"].get<std::string>() + "\n";
  }
}

}  // namespace

RunRecord SampleRun(std::int64_t operations) {
  RunRecord record;
  record.id = "20261122T140200Z-42";
  record.scenario = "kill_master";
  record.scenario_json = {
      {"name", "kill_master"},
      {"cluster",
       {{"masters", 3}, {"replicas_per_master", 1}, {"node_timeout_ms", 2000}}}};
  record.seed = 42;
  record.platform = "local";
  record.base_wall = std::chrono::seconds(1795356120);
  record.duration = std::chrono::seconds(21);
  record.command = "bazel run //scenarios:kill_master -- --seed=42";
  record.environment = {{"cpus", "2"}, {"kernel", "6.1.0"}};
  record.workers = {{0, "client-0", "load", Nanos(0), Nanos(0)}};
  record.loads = {{"hits", 0, 16, false, 0, 96, kLoadBegin, kLoadEnd}};
  record.phases = {{"deploy", Nanos(0), kLoadBegin},
                   {"warm_up", kLoadBegin, kLoadBegin + FromMillis(2000)},
                   {"timeline", kLoadBegin + FromMillis(2000), kBack},
                   {"hold", kBack, kLoadEnd},
                   {"rest", kLoadEnd, FromMillis(20000)}};
  record.rest = {true, kLoadEnd + FromMillis(500), FromMillis(19500), FromMillis(5000),
                 ""};
  AddNodes(record);
  AddOperations(operations, record);
  AddFault(record);
  AddObservations(record);
  AddLogs(record);
  return record;
}

}  // namespace slotquake
