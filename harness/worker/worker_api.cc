#include "harness/worker/worker_api.h"

#include <algorithm>
#include <limits>
#include <ostream>
#include <string>
#include <utility>

#include "harness/load/final_read.h"
#include "harness/redis/probe.h"
#include "harness/worker/worker_json.h"
#include "harness/worker/worker_metrics.h"

namespace slotquake {
namespace {

using nlohmann::json;

// So many observations are copied at a time while others are written.
constexpr std::size_t kObservationsAtOnce = 1000;

}  // namespace

std::vector<Route> WorkerApi::Routes() {
  const auto to = [this](void (WorkerApi::*answer)(Exchange&)) {
    return [this, answer](Exchange& exchange) { (this->*answer)(exchange); };
  };
  return {
      ClockRoute(),
      {"POST", "/load", to(&WorkerApi::StartLoad)},
      {"POST", "/load/stop", to(&WorkerApi::StopLoad)},
      {"POST", "/load/seeds", to(&WorkerApi::AddSeeds)},
      {"GET", "/status", to(&WorkerApi::GetStatus)},
      {"GET", "/history", to(&WorkerApi::GetHistory)},
      {"POST", "/observe", to(&WorkerApi::StartObserving)},
      {"POST", "/observe/stop", to(&WorkerApi::StopObserving)},
      {"POST", "/observe/move", to(&WorkerApi::MoveObserved)},
      {"GET", "/observations", to(&WorkerApi::GetObservations)},
      {"POST", "/final_read", to(&WorkerApi::FinalRead)},
      {"POST", "/command", to(&WorkerApi::Command)},
      {"POST", "/probe", to(&WorkerApi::Probe)},
      {"GET", "/metrics", to(&WorkerApi::GetMetrics)},
      {"POST", "/quit", to(&WorkerApi::Quit)},
  };
}

void WorkerApi::StartLoad(Exchange& exchange) {
  const auto id = worker_->StartLoad(LoadConfigFromJson(exchange.ReadBody()));
  if (id.ok()) {
    exchange.Send({{"load", *id}});
  } else {
    exchange.SendStatus(id.status());
  }
}

void WorkerApi::StopLoad(Exchange& exchange) {
  if (const auto id = exchange.QueryNumber("load")) {
    exchange.SendStatus(worker_->StopLoad(*id));
  } else {
    worker_->StopAllLoads();
    exchange.SendDone();
  }
}

void WorkerApi::AddSeeds(Exchange& exchange) {
  worker_->AddSeeds(SeedListFromJson(exchange.ReadBody()));
  exchange.SendDone();
}

void WorkerApi::GetStatus(Exchange& exchange) {
  const WorkerStatus status = worker_->status();
  json loads = json::array();
  for (const LoadStatus& load : status.loads) {
    loads.push_back({{"id", load.id},
                     {"running", load.running},
                     {"acked", load.acked},
                     {"rejected", load.rejected},
                     {"unknown", load.unknown},
                     {"last_latency_ns", load.last_latency_ns}});
  }
  json nodes = json::array();
  for (const NodeCounters& node : status.nodes) {
    nodes.push_back(
        {{"name", node.name}, {"polls", node.polls}, {"reachable", node.reachable}});
  }
  exchange.Send({{"instance", status.instance},
                 {"loads", std::move(loads)},
                 {"nodes", std::move(nodes)},
                 {"observing", status.observing},
                 {"observations", status.observations}});
}

void WorkerApi::GetHistory(Exchange& exchange) {
  const Status used = worker_->UseHistory(
      exchange.QueryNumber("load").value_or(-1), [&exchange](const History& history) {
        history.Write(exchange.Stream("application/octet-stream"));
      });
  if (!used.ok()) exchange.SendStatus(used);
}

void WorkerApi::StartObserving(Exchange& exchange) {
  exchange.SendStatus(
      worker_->StartObserving(ObserverOptionsFromJson(exchange.ReadBody())));
}

void WorkerApi::StopObserving(Exchange& exchange) {
  worker_->StopObserving();
  exchange.SendDone();
}

void WorkerApi::MoveObserved(Exchange& exchange) {
  exchange.SendStatus(worker_->MoveObserved(ObservedNodeFromJson(exchange.ReadBody())));
}

void WorkerApi::GetObservations(Exchange& exchange) {
  // As many as there are now: a running observer would feed this for ever.
  const std::size_t all = worker_->observations().size();
  const int from = exchange.QueryNumber("from").value_or(0);
  const int limit =
      exchange.QueryNumber("limit").value_or(std::numeric_limits<int>::max());
  if (from < 0 || limit < 0) {
    exchange.SendStatus(Status::Error("from and limit must be numbers from 0 on"));
    return;
  }
  const std::size_t end =
      std::min(all, static_cast<std::size_t>(from) + static_cast<std::size_t>(limit));
  std::ostream& out = exchange.Stream("application/jsonl");
  for (auto i = static_cast<std::size_t>(from); i < end; i += kObservationsAtOnce) {
    const std::size_t count = std::min(kObservationsAtOnce, end - i);
    for (const Observation& observation : worker_->observations().Copy(i, count)) {
      out << Dump(observation) << "\n";
    }
  }
  // So that a reader can tell the whole from what was cut short.
  out << Dump({{"end", all}}) << "\n";
}

void WorkerApi::FinalRead(Exchange& exchange) {
  json reads = json::array();
  for (const slotquake::FinalRead& read :
       ReadFinal(FinalReadConfigFromJson(exchange.ReadBody()))) {
    reads.push_back(ToJson(read));
  }
  exchange.Send(reads);
}

void WorkerApi::Command(Exchange& exchange) {
  const CommandRequest request = CommandRequestFromJson(exchange.ReadBody());
  const auto reply = nodes_.Command(request.endpoint, request.password, request.command,
                                    request.limit);
  if (reply.ok()) {
    exchange.Send({{"reply", ToJson(*reply)}});
  } else {
    exchange.SendStatus(reply.status());
  }
}

void WorkerApi::Probe(Exchange& exchange) {
  const ProbeRequest request = ProbeRequestFromJson(exchange.ReadBody());
  exchange.Send({{"probe", ProbePort(request.endpoint, request.limit)}});
}

void WorkerApi::GetMetrics(Exchange& exchange) {
  exchange.SendPlain(ToPrometheusText(worker_->status()));
}

void WorkerApi::Quit(Exchange& exchange) {
  exchange.SendDone();
  quit_requested_ = true;  // not before the answer is out
}

}  // namespace slotquake
