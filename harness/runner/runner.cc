#include "harness/runner/runner.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "harness/load/key_plan.h"
#include "harness/redis/log_line.h"
#include "harness/runner/inspection.h"
#include "harness/runner/rest.h"
#include "harness/runner/status_ticker.h"
#include "harness/runner/timeline.h"
#include "harness/worker/worker_client.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kClientWorker = "client-0";
constexpr const char* kObserverWorker = "observer";
constexpr const char* kHitCounterHost = "hit-counter";

OperationKind KindOf(const LoadSpec& load) {
  if (load.kind == "http_hits") return OperationKind::kHttpHit;
  return load.kind == "append" ? OperationKind::kAppend : OperationKind::kIncr;
}

// One load that was started, and what it works on.
struct RunningLoad {
  int id = 0;  // the worker's number for it
  LoadConfig config;
};

// A trial's state and its steps, in the order in which Run() takes them.
class Trial {
 public:
  Trial(const Scenario& scenario, Platform& platform, Progress& progress,
        LiveMetrics& metrics, StopRequested stop)
      : scenario_(scenario),
        platform_(platform),
        progress_(progress),
        metrics_(metrics),
        stop_(std::move(stop)),
        base_(MonotonicNow()) {
    record_.base_wall = WallAt(base_);
  }

  Result<RunRecord> Run(const TrialOptions& options) {
    Describe(options);
    for (const auto step :
         {&Trial::Deploy, &Trial::PrepareTimeline, &Trial::StartWorkers}) {
      const Status status = (this->*step)();
      if (!status.ok()) return status;
    }
    // From here on there is something to save, whatever happens.
    Status status = StartLoads();
    if (status.ok()) RunTimeline();
    Settle(status);
    if (options.keep != nullptr) *options.keep = std::move(cluster_);
    return std::move(record_);
  }

 private:
  Nanos Now() const { return MonotonicNow() - base_; }

  void Begin(const std::string& phase) {
    End();
    record_.phases.push_back({phase, Now(), Now()});
    metrics_.SetPhase(phase);
  }

  void End() {
    if (!record_.phases.empty()) record_.phases.back().end = Now();
  }

  void Trouble(const std::string& where, const Status& status) {
    if (status.ok()) return;
    record_.errors.push_back(where + ": " + status.message());
    progress_.Say("trouble: " + record_.errors.back());
  }

  void Describe(const TrialOptions& options);
  Status Deploy();
  // Refuses, before any load, what this platform can not do.
  Status PrepareTimeline();
  Status StartWorkers();
  Result<WorkerClient> Meet(int index, const WorkerSpec& worker, const Reach& reach);
  Status StartLoads();
  Status StartLoad(const LoadSpec& spec, int first_client);
  std::vector<std::string> ClientHosts() const;
  void RunTimeline();
  void Settle(const Status& loads);
  void StopLoads();
  void ReadFinalValues();
  void CollectHistories();
  void CollectObservations();
  void CollectLogs();
  Nanos ShiftOf(int worker) const;

  const Scenario& scenario_;
  Platform& platform_;
  Progress& progress_;
  LiveMetrics& metrics_;
  StopRequested stop_;
  Nanos base_;
  std::uint64_t seed_ = 0;
  Nanos ready_limit_{0};
  RunRecord record_;
  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<Timeline> timeline_;  // works on *cluster_
  std::optional<WorkerClient> client_;
  std::optional<WorkerClient> observer_;
  std::optional<Endpoint> hit_counter_;
  std::vector<std::vector<SlotRange>> shards_;
  std::vector<RunningLoad> loads_;
  std::set<std::string> absent_;
};

void Trial::Describe(const TrialOptions& options) {
  record_.id = options.id;
  record_.scenario = scenario_.name;
  record_.scenario_json = ToJson(scenario_);
  record_.seed = seed_ = options.seed;
  record_.trial = options.trial;
  record_.command = options.command;
  ready_limit_ = options.ready_limit;
  record_.platform = platform_.name();
}

Status Trial::Deploy() {
  Begin("deploy");
  const int masters = scenario_.cluster.masters;
  progress_.Say("deploying " + std::to_string(masters) + " masters and " +
                std::to_string(masters * scenario_.cluster.replicas_per_master) +
                " replicas");
  auto cluster = platform_.Deploy(scenario_.cluster, seed_);
  if (!cluster.ok()) return cluster.status();
  cluster_ = std::move(*cluster);
  Begin("ready");
  const Status ready = AwaitReady(*cluster_, ready_limit_, stop_);
  if (!ready.ok()) return ready;
  progress_.Say(
      "the cluster is ready: every node agrees, 16384 slots served, replicas "
      "in sync");
  auto nodes = DescribeNodes(*cluster_);
  if (!nodes.ok()) return nodes.status();
  record_.nodes = std::move(*nodes);
  auto shards = AskShards(*cluster_);
  if (!shards.ok()) return shards.status();
  shards_ = std::move(*shards);
  record_.environment = platform_.Environment();
  return Status::Ok();
}

Status Trial::PrepareTimeline() {
  std::map<std::string, std::string> names;
  for (const NodeRecord& node : record_.nodes) names[node.id] = node.name;
  timeline_ = std::make_unique<Timeline>(
      *cluster_, scenario_.timeline, names, seed_, [this] { return Now(); },
      [this](const std::string& text) { progress_.Say(text); });
  return timeline_->CheckSupported().Annotate("not every fault can be done here");
}

Result<WorkerClient> Trial::Meet(int index, const WorkerSpec& spec,
                                 const Reach& reach) {
  WorkerClient worker(reach);
  const auto clock = worker.EstimateClock();
  if (!clock.ok()) return clock.status().Annotate(spec.name);
  record_.workers.push_back({.index = index,
                             .name = spec.name,
                             .role = spec.observer ? "observer" : "load",
                             .clock_offset = clock->offset,
                             .clock_bound = clock->bound});
  return worker;
}

Status Trial::StartWorkers() {
  const WorkerSpec observing = {kObserverWorker, true};
  const WorkerSpec loading = {kClientWorker, false};
  const auto reaches = platform_.StartWorkers({observing, loading});
  if (!reaches.ok()) return reaches.status();
  auto observer = Meet(1, observing, reaches->at(0));
  if (!observer.ok()) return observer.status();
  observer_.emplace(std::move(*observer));
  auto client = Meet(0, loading, reaches->at(1));
  if (!client.ok()) return client.status();
  client_.emplace(std::move(*client));
  std::vector<ObservedNode> observed;
  std::vector<Endpoint> seeds;
  for (const std::string& node : cluster_->nodes()) {
    observed.push_back({node, cluster_->ClientEndpoint(node)});
    seeds.push_back(cluster_->ClientEndpoint(node));
  }
  int http_timeout_ms = 0;
  for (const LoadSpec& load : scenario_.load) {
    if (load.kind == "http_hits") http_timeout_ms = load.timeout_ms;
  }
  if (http_timeout_ms > 0) {
    const auto at = platform_.StartHitCounter(seeds, http_timeout_ms);
    if (!at.ok()) return at.status();
    hit_counter_ = *at;
  }
  return observer_->StartObserving({.nodes = observed,
                                    .interval = milliseconds(10),
                                    .password = cluster_->password()});
}

Status Trial::StartLoad(const LoadSpec& spec, int first_client) {
  RunningLoad load;
  LoadConfig& config = load.config;
  config.kind = KindOf(spec);
  config.worker = 0;
  config.index = static_cast<int>(loads_.size());
  config.first_client = first_client;
  config.clients = spec.clients;
  config.open_loop = spec.loop == "open";
  config.rate = spec.rate_per_second;
  config.timeout = milliseconds(spec.timeout_ms);
  config.connect_timeout = milliseconds(spec.timeout_ms);
  for (const std::string& node : cluster_->nodes()) {
    const Endpoint at = cluster_->ClientEndpoint(node);
    config.seeds.push_back(at);
    config.node_names[ToString(at)] = node;
  }
  config.password = cluster_->password();
  if (hit_counter_) config.http = *hit_counter_;
  const bool append = config.kind == OperationKind::kAppend;
  config.keys = PlanKeys(spec.keys, append ? kAppendPrefix : kCounterPrefix, shards_);
  config.shards = shards_;
  config.seed = seed_ + loads_.size();
  const auto id = client_->StartLoad(config);
  if (!id.ok()) return id.status().Annotate("load " + spec.kind);
  load.id = *id;
  record_.loads.push_back({.kind = spec.kind,
                           .worker = 0,
                           .clients = spec.clients,
                           .open_loop = config.open_loop,
                           .rate_per_second = config.rate,
                           .keys = static_cast<int>(config.keys.size()),
                           .begin = Now()});
  loads_.push_back(std::move(load));
  return Status::Ok();
}

Status Trial::StartLoads() {
  Begin("warm_up");
  int first_client = 0;
  for (const LoadSpec& spec : scenario_.load) {
    const Status started = StartLoad(spec, first_client);
    if (!started.ok()) return started;
    first_client += spec.clients;
  }
  progress_.Say("load is running; warming up");
  return Status::Ok();
}

std::vector<std::string> Trial::ClientHosts() const {
  std::vector<std::string> hosts;
  for (const WorkerRecord& worker : record_.workers) {
    if (worker.role == "load") hosts.push_back(worker.name);
  }
  if (hit_counter_) hosts.emplace_back(kHitCounterHost);
  return hosts;
}

void Trial::RunTimeline() {
  timeline_->SetClients(ClientHosts());
  std::map<int, std::string> load_names;
  for (std::size_t i = 0; i < loads_.size(); ++i) {
    load_names[loads_[i].id] = std::to_string(i) + "_" + record_.loads[i].kind;
  }
  const StatusTicker ticker(*client_, load_names, progress_, metrics_);
  const Nanos warm =
      base_ + record_.phases.back().begin + milliseconds(scenario_.warm_up_ms);
  if (SleepUntil(warm, stop_)) {
    Begin("timeline");
    timeline_->Run(stop_);
    Begin("hold");
    if (timeline_->stuck().empty()) {
      SleepUntil(MonotonicNow() + milliseconds(scenario_.hold_ms), stop_);
    }
  }
  if (!timeline_->stuck().empty())
    Trouble("timeline", Status::Error(timeline_->stuck()));
  record_.faults = timeline_->records();
  absent_ = timeline_->Absent();
  const auto is_set = [this](bool FaultRecord::*flag) {
    return static_cast<int>(
        std::count_if(record_.faults.begin(), record_.faults.end(),
                      [flag](const FaultRecord& fault) { return fault.*flag; }));
  };
  metrics_.SetFaults(is_set(&FaultRecord::injected), is_set(&FaultRecord::recovered));
}

void Trial::Settle(const Status& loads) {
  Trouble("load", loads);
  StopLoads();
  Begin("rest");
  const bool interrupted = stop_();
  const Nanos required = RequiredRest(scenario_.cluster.node_timeout_ms);
  if (timeline_->stuck().empty()) {
    progress_.Say("load stopped; waiting until the cluster is at rest");
    record_.rest = AwaitRest(
        *cluster_, absent_, required, milliseconds(scenario_.rest_limit_ms),
        [this] { return Now(); }, stop_);
  } else {
    // It would wait for what nobody can bring back.
    record_.rest = {.reached = false,
                    .since = Now(),
                    .until = Now(),
                    .required = required,
                    .missing = timeline_->stuck()};
  }
  record_.interrupted = interrupted || stop_();
  Begin("collect");
  progress_.Say(record_.rest.reached
                    ? "at rest; reading every key a last time"
                    : "not at rest (" + record_.rest.missing + "); reading anyway");
  ReadFinalValues();
  // First: a digest keeps a server busy, which would look like a gap.
  Trouble("stopping the observers", observer_->StopObserving());
  for (Observation& digest : AskDigests(*cluster_, absent_, [this] { return Now(); })) {
    record_.observations.push_back(std::move(digest));
  }
  CollectHistories();
  CollectObservations();
  CollectLogs();
  std::stable_sort(
      record_.observations.begin(), record_.observations.end(),
      [](const Observation& a, const Observation& b) { return a.at < b.at; });
  End();
  record_.duration = Now();
}

void Trial::StopLoads() {
  if (loads_.empty()) return;
  Trouble("stopping the load", client_->StopAllLoads());
  for (LoadRecord& load : record_.loads) load.end = Now();
}

void Trial::ReadFinalValues() {
  std::set<std::string> seen;  // two loads may count on one key
  for (const RunningLoad& load : loads_) {
    FinalReadConfig wanted;
    wanted.lists = load.config.kind == OperationKind::kAppend;
    wanted.seeds = load.config.seeds;
    wanted.password = load.config.password;
    wanted.node_names = load.config.node_names;
    for (const LoadKey& key : load.config.keys) {
      if (seen.insert(key.key).second) wanted.keys.push_back(key.key);
    }
    auto reads = client_->ReadFinal(wanted);
    Trouble("final reads", reads.status());
    if (!reads.ok()) continue;
    for (FinalRead& read : *reads) record_.final_reads.push_back(std::move(read));
  }
}

Nanos Trial::ShiftOf(int worker) const {
  for (const WorkerRecord& known : record_.workers) {
    if (known.index == worker) return -known.clock_offset - base_;
  }
  return -base_;
}

void Trial::CollectHistories() {
  for (const RunningLoad& load : loads_) {
    const auto history = client_->FetchHistory(load.id);
    Trouble("history of load " + std::to_string(load.id), history.status());
    if (history.ok()) record_.history.Merge(*history, ShiftOf(0));
  }
}

void Trial::CollectObservations() {
  for (const auto& [worker, index] : {std::pair{&*observer_, 1}, {&*client_, 0}}) {
    auto observations = worker->FetchObservations();
    Trouble("observations", observations.status());
    if (!observations.ok()) continue;
    for (Observation& observation : *observations) {
      observation.at += ShiftOf(index);
      observation.not_before += ShiftOf(index);
      record_.observations.push_back(std::move(observation));
    }
  }
}

void Trial::CollectLogs() {
  for (Observation& seen : cluster_->TakeObservations()) {
    seen.at -= base_;
    seen.not_before -= base_;
    record_.observations.push_back(std::move(seen));
  }
  for (const std::string& node : cluster_->nodes()) {
    auto log = cluster_->ReadLog(node);
    Trouble("log of " + node, log.status());
    if (!log.ok()) continue;
    for (Observation& line : LogObservations(node, *log, record_.base_wall)) {
      record_.observations.push_back(std::move(line));
    }
    record_.logs[node] = std::move(*log);
  }
}

}  // namespace

Result<RunRecord> RunTrial(const Scenario& scenario, const TrialOptions& options,
                           Platform& platform, Progress& progress, LiveMetrics& metrics,
                           const StopRequested& stop) {
  return Trial(scenario, platform, progress, metrics, stop).Run(options);
}

}  // namespace slotquake
