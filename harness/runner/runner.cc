#include "harness/runner/runner.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "harness/faults/fault.h"
#include "harness/history/address_book.h"
#include "harness/redis/log_line.h"
#include "harness/runner/fleet.h"
#include "harness/runner/inspection.h"
#include "harness/runner/load_set.h"
#include "harness/runner/move_relay.h"
#include "harness/runner/own_keys.h"
#include "harness/runner/rest.h"
#include "harness/runner/status_ticker.h"
#include "harness/runner/timeline.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// How long to try to read the keys of a cluster that has not come to rest: what can be
// read there is read at once.
constexpr Nanos kHopelessRead = seconds(3);
constexpr const char* kHitCounterHost = "hit-counter";
constexpr seconds kHitCounterLimit{30};

// The cluster that the scenario's faults need.
ClusterSpec DeploymentFor(const Scenario& scenario) {
  ClusterSpec spec = scenario.cluster;
  spec.by_api = true;
  for (const TimelineEntry& entry : scenario.timeline) {
    const FaultType* type = FindFault(entry.fault);
    if (type == nullptr) continue;
    spec.interposes_calls = spec.interposes_calls || type->interposes_calls;
    spec.by_api = spec.by_api && type->by_api;
  }
  return spec;
}

std::string WhatIsDeployed(const ClusterSpec& cluster, const std::string& platform) {
  const auto& attach = cluster.kubernetes.attach;
  if (attach && platform == "kubernetes") {
    return "attaching to the cluster of the pods " + attach->selector +
           " in namespace " + attach->name_space;
  }
  return "deploying " + std::to_string(cluster.masters) + " masters and " +
         std::to_string(cluster.masters * cluster.replicas_per_master) + " replicas";
}

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
    for (const auto step : {&Trial::Deploy, &Trial::PrepareTimeline, &Trial::AwaitTurn,
                            &Trial::StartWorkers}) {
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

  void Trouble(const std::string& what) {
    record_.errors.push_back(what);
    progress_.Say("trouble: " + what);
  }

  void Trouble(const std::string& where, const Status& status) {
    if (!status.ok()) Trouble(where + ": " + status.message());
  }

  // False: a stop was requested before it came.
  bool TakeTurn(const std::string& to_do, Turn::Urgency urgency) {
    if (turn_ == nullptr) return true;
    Begin("turn");
    progress_.Say("waiting for its turn to " + to_do);
    return turn_->Take(urgency, stop_);
  }

  void GiveTurn() {
    if (turn_ != nullptr) turn_->Give();
  }

  static Status Interrupted() { return Status::Error("interrupted before its turn"); }

  void Describe(const TrialOptions& options);
  Status Deploy();
  // With the cluster that is ready, until nobody else measures.
  Status AwaitTurn();
  // Refuses, before any load, what this platform can not do.
  Status PrepareTimeline();
  Status StartWorkers();
  void FollowMoves();
  Status StartHitCounter();
  // Of a cluster that is somebody else's.
  Status ClaimKeys();
  void RemoveKeys();
  LoadTarget Target() const;
  Status StartLoads();
  std::vector<std::string> ClientHosts() const;
  void RunTimeline();
  void Settle(const Status& loads);
  void AwaitLastTurn();
  void StopLoads();
  void ReadFinalValues();
  void CollectFromWorkers();
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
  Turn* turn_ = nullptr;
  RunRecord record_;
  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<Timeline> timeline_;  // works on *cluster_
  std::optional<Fleet> fleet_;
  // Shared with whom the cluster tells of moves, which may be while this ends.
  std::shared_ptr<AddressBook> addresses_ = std::make_shared<AddressBook>();
  std::shared_ptr<MoveRelay> relay_;
  std::optional<Endpoint> hit_counter_;
  std::vector<std::vector<SlotRange>> shards_;
  std::optional<LoadSet> loads_;
  std::optional<OwnKeys> own_keys_;  // in a cluster that is somebody else's
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
  turn_ = options.turn;
}

Status Trial::Deploy() {
  if (!TakeTurn("deploy", Turn::Urgency::kNext)) return Interrupted();
  Begin("deploy");
  progress_.Say(WhatIsDeployed(scenario_.cluster, platform_.name()));
  auto cluster = platform_.Deploy(DeploymentFor(scenario_), seed_);
  if (!cluster.ok()) return cluster.status();
  cluster_ = std::move(*cluster);
  GiveTurn();
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

Status Trial::AwaitTurn() {
  if (turn_ == nullptr) return Status::Ok();
  if (!TakeTurn("load", Turn::Urgency::kNext)) return Interrupted();
  Begin("ready");
  return AwaitReady(*cluster_, ready_limit_, stop_);
}

Status Trial::StartWorkers() {
  auto fleet = Fleet::Start(platform_, scenario_.workers);
  if (!fleet.ok()) return fleet.status();
  fleet_.emplace(std::move(*fleet));
  record_.workers = fleet_->Records();
  loads_.emplace(*fleet_, [this] { return Now(); });
  FollowMoves();
  const Status counting = StartHitCounter();
  if (!counting.ok()) return counting;
  const Status claimed = ClaimKeys();
  if (!claimed.ok()) return claimed;
  ObserverOptions options = {
      .nodes = {}, .interval = milliseconds(10), .password = cluster_->password()};
  for (const std::string& node : cluster_->nodes()) {
    options.nodes.push_back({node, cluster_->ClientEndpoint(node)});
  }
  return fleet_->observer().StartObserving(options);
}

// Nodes of some platforms come back elsewhere. Who had which address when is kept; the
// observer looks for the node there, and loads may learn the cluster from it.
void Trial::FollowMoves() {
  relay_ = std::make_shared<MoveRelay>(
      [fleet = *fleet_](const std::string& node, const Endpoint& now) {
        Status told = fleet.observer().MoveObserved({node, now});
        for (int i = 0; i < fleet.loading(); ++i) {
          const Status added = fleet.client(i).AddSeeds({now});
          if (told.ok()) told = added;
        }
        return told;
      });
  cluster_->OnMoved([addresses = addresses_, relay = std::weak_ptr(relay_),
                     base = base_](const std::string& node, const Endpoint& now) {
    addresses->Add(node, ToString(now), MonotonicNow() - base);
    if (const auto still = relay.lock()) still->Moved(node, now);
  });
  for (const std::string& node : cluster_->nodes()) {
    const Endpoint at = cluster_->ClientEndpoint(node);
    if (!at.host.empty()) addresses_->Add(node, ToString(at), Now());
  }
}

Status Trial::StartHitCounter() {
  int timeout_ms = 0;
  for (const LoadSpec& load : scenario_.load) {
    if (load.kind == "http_hits") timeout_ms = load.timeout_ms;
  }
  if (timeout_ms == 0) return Status::Ok();
  const auto at = platform_.StartHitCounter(Target().seeds, timeout_ms);
  if (!at.ok()) return at.status();
  hit_counter_ = *at;
  return fleet_->AwaitReachable(*at, kHitCounterLimit, stop_).Annotate("hit counter");
}

Status Trial::ClaimKeys() {
  if (!scenario_.cluster.kubernetes.attach) return Status::Ok();
  own_keys_.emplace(scenario_.load, Target(),
                    [client = fleet_->client(0)](const FinalReadConfig& config) {
                      return client.ReadFinal(config);
                    });
  return own_keys_->Claim();
}

// What stays is told, and does not change what the record shows.
void Trial::RemoveKeys() {
  if (!own_keys_) return;
  const Status removed = own_keys_->Remove();
  if (!removed.ok()) progress_.Say(removed.message());
}

LoadTarget Trial::Target() const {
  LoadTarget target;
  for (const std::string& node : cluster_->nodes()) {
    const Endpoint at = cluster_->ClientEndpoint(node);
    if (!at.host.empty()) target.seeds.push_back(at);
  }
  target.password = cluster_->password();
  if (hit_counter_) target.http = *hit_counter_;
  target.shards = shards_;
  return target;
}

Status Trial::StartLoads() {
  Begin("warm_up");
  const LoadTarget target = Target();
  std::uint64_t seed = seed_;
  for (const LoadSpec& spec : scenario_.load) {
    const Status started = loads_->Start(spec, target, seed++);
    if (!started.ok()) return started;
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
  const StatusTicker ticker(*fleet_, loads_->parts(), progress_, metrics_);
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
  GiveTurn();
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
  AwaitLastTurn();
  Begin("collect");
  progress_.Say(record_.rest.reached
                    ? "at rest; reading every key a last time"
                    : "not at rest (" + record_.rest.missing + "); reading anyway");
  ReadFinalValues();
  cluster_->OnMoved(nullptr);
  for (const std::string& error : relay_->Finish()) Trouble(error);
  // First: a digest keeps a server busy, which would look like a gap.
  Trouble("stopping the observers", fleet_->observer().StopObserving());
  for (Observation& digest : AskDigests(*cluster_, absent_, [this] { return Now(); })) {
    record_.observations.push_back(std::move(digest));
  }
  RemoveKeys();
  CollectFromWorkers();
  CollectLogs();
  std::stable_sort(
      record_.observations.begin(), record_.observations.end(),
      [](const Observation& a, const Observation& b) { return a.at < b.at; });
  End();
  record_.duration = Now();
}

// Nothing is watched meanwhile: it would only disturb whoever has the turn.
void Trial::AwaitLastTurn() {
  if (turn_ == nullptr) return;
  Trouble("stopping the observers", fleet_->observer().StopObserving());
  TakeTurn("read every key", Turn::Urgency::kFirst);
}

void Trial::StopLoads() {
  for (const std::string& error : loads_->Stop()) {
    Trouble("stopping the load: " + error);
  }
  record_.loads = loads_->records();
}

void Trial::ReadFinalValues() {
  for (FinalReadConfig wanted : loads_->FinalReads(Target())) {
    if (!record_.rest.reached) wanted.limit = std::min(wanted.limit, kHopelessRead);
    auto reads = fleet_->client(0).ReadFinal(wanted);
    Trouble("final reads", reads.status());
    if (!reads.ok()) continue;
    for (FinalRead& read : *reads) {
      read.node = addresses_->NameOf(read.node, Now());
      record_.final_reads.push_back(std::move(read));
    }
  }
}

Nanos Trial::ShiftOf(int worker) const {
  return -record_.workers[static_cast<std::size_t>(worker)].clock_offset - base_;
}

// All is fetched before any of it is brought to the record's axis: only then is known
// how the clocks went meanwhile.
void Trial::CollectFromWorkers() {
  std::vector<std::pair<int, History>> histories;
  for (const LoadPart& part : loads_->parts()) {
    auto history = fleet_->client(part.worker).FetchHistory(part.id);
    Trouble("history of load " + part.load, history.status());
    if (history.ok()) histories.emplace_back(part.worker, std::move(*history));
  }
  std::vector<std::pair<int, Observation>> observations;
  for (const Fleet::Member& member : fleet_->members()) {
    auto seen = member.client.FetchObservations();
    Trouble("observations", seen.status());
    if (!seen.ok()) continue;
    for (Observation& observation : *seen) {
      observations.emplace_back(member.record.index, std::move(observation));
    }
  }
  for (const std::string& error : fleet_->Verify()) Trouble(error);
  record_.workers = fleet_->Records();
  for (const auto& [worker, history] : histories) {
    record_.history.Merge(history, ShiftOf(worker));
  }
  addresses_->Rename(record_.history);
  for (auto& [worker, observation] : observations) {
    observation.at += ShiftOf(worker);
    observation.not_before += ShiftOf(worker);
    record_.observations.push_back(std::move(observation));
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
