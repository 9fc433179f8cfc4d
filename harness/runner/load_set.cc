#include "harness/runner/load_set.h"

#include <set>
#include <thread>
#include <utility>

#include "harness/load/key_plan.h"
#include "harness/runner/load_shares.h"

namespace slotquake {
namespace {

OperationKind KindOf(const LoadSpec& load) {
  if (load.kind == "http_hits") return OperationKind::kHttpHit;
  return load.kind == "append" ? OperationKind::kAppend : OperationKind::kIncr;
}

std::vector<LoadKey> PlanFor(const LoadSpec& spec, const LoadTarget& target) {
  const bool append = KindOf(spec) == OperationKind::kAppend;
  return PlanKeys(spec.keys, append ? kAppendPrefix : kCounterPrefix, target.shards);
}

LoadConfig ConfigOf(const LoadSpec& spec, const LoadTarget& target) {
  LoadConfig config;
  config.kind = KindOf(spec);
  config.clients = config.clients_in_load = spec.clients;
  config.open_loop = spec.loop == "open";
  config.rate = spec.rate_per_second;
  config.timeout = std::chrono::milliseconds(spec.timeout_ms);
  config.connect_timeout = config.timeout;
  if (spec.wait) {
    config.wait_replicas = spec.wait->replicas;
    config.wait_timeout = std::chrono::milliseconds(spec.wait->timeout_ms);
  }
  config.seeds = target.seeds;
  config.password = target.password;
  config.http = target.http;
  config.keys = PlanFor(spec, target);
  config.shards = target.shards;
  return config;
}

}  // namespace

std::vector<std::string> KeysOf(const LoadSpec& spec, const LoadTarget& target) {
  std::vector<std::string> keys;
  for (const LoadKey& key : PlanFor(spec, target)) keys.push_back(key.key);
  return keys;
}

Status LoadSet::Start(const LoadSpec& spec, const LoadTarget& target,
                      std::uint64_t seed) {
  LoadConfig whole = ConfigOf(spec, target);
  whole.index = static_cast<int>(loads_.size());
  whole.seed = seed;
  for (const LoadConfig& other : loads_) whole.first_client += other.clients;
  loads_.push_back(whole);
  for (const LoadShare& share : SpreadClients(spec.clients, fleet_.loading())) {
    LoadConfig part = whole;
    part.worker = share.worker;
    part.first_client += share.first;
    part.first_in_load = share.first;
    part.clients = share.clients;
    const Status started = StartPart(std::move(part), spec, share.worker);
    if (!started.ok()) return started;
  }
  return Status::Ok();
}

Status LoadSet::StartPart(LoadConfig config, const LoadSpec& spec, int worker) {
  const auto id = fleet_.client(worker).StartLoad(config);
  if (!id.ok()) return id.status().Annotate("load " + spec.kind);
  parts_.push_back({.worker = worker,
                    .id = *id,
                    .load = std::to_string(config.index) + "_" + spec.kind});
  records_.push_back({.kind = spec.kind,
                      .worker = worker,
                      .clients = config.clients,
                      .open_loop = config.open_loop,
                      .rate_per_second = config.rate * config.clients / spec.clients,
                      .keys = static_cast<int>(config.keys.size()),
                      .begin = now_()});
  return Status::Ok();
}

// Side by side: one that is lost must not keep the others loading.
std::vector<std::string> LoadSet::Stop() {
  std::vector<Status> stopped(static_cast<std::size_t>(fleet_.loading()), Status::Ok());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < stopped.size(); ++i) {
    threads.emplace_back([this, i, &stopped] {
      stopped[i] = fleet_.client(static_cast<int>(i)).StopAllLoads();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (LoadRecord& record : records_) record.end = now_();
  std::vector<std::string> errors;
  for (const Status& status : stopped) {
    if (!status.ok()) errors.push_back(status.message());
  }
  return errors;
}

std::vector<FinalReadConfig> LoadSet::FinalReads(const LoadTarget& target) const {
  std::vector<FinalReadConfig> reads;
  std::set<std::string> seen;  // two loads may count on one key
  for (const LoadConfig& load : loads_) {
    FinalReadConfig wanted;
    wanted.lists = load.kind == OperationKind::kAppend;
    wanted.seeds = target.seeds;
    wanted.password = target.password;
    for (const LoadKey& key : load.keys) {
      if (seen.insert(key.key).second) wanted.keys.push_back(key.key);
    }
    reads.push_back(std::move(wanted));
  }
  return reads;
}

}  // namespace slotquake
