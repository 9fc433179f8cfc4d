#include "harness/worker/worker_api.h"

#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/clock.h"
#include "harness/load/final_read.h"
#include "harness/redis/probe.h"
#include "harness/worker/clock_identity.h"
#include "harness/worker/worker_json.h"
#include "harness/worker/worker_metrics.h"

namespace slotquake {
namespace {

using nlohmann::json;
using Poco::Net::HTTPResponse;

// So many observations are copied at a time while others are written.
constexpr std::size_t kObservationsAtOnce = 1000;

}  // namespace

// One request and its answer.
class WorkerApi::Exchange {
 public:
  Exchange(Poco::Net::HTTPServerRequest& request,
           Poco::Net::HTTPServerResponse& response)
      : request_(request), response_(response), uri_(request.getURI()) {}

  const std::string& method() const { return request_.getMethod(); }
  const std::string& path() const { return uri_.getPath(); }

  json ReadBody() {
    std::string text;
    Poco::StreamCopier::copyToString(request_.stream(), text);
    return json::parse(text);
  }

  // The number in the query, "?load=3"; nothing where it is not there. One that is no
  // number is no id: -1.
  std::optional<int> QueryNumber(const std::string& wanted) const {
    for (const auto& [name, value] : uri_.getQueryParameters()) {
      if (name != wanted) continue;
      int number = -1;
      const char* end = value.data() + value.size();
      const auto [stop, error] = std::from_chars(value.data(), end, number);
      return error == std::errc() && stop == end ? number : -1;
    }
    return std::nullopt;
  }

  void Send(const json& body) { SendText(HTTPResponse::HTTP_OK, Dump(body)); }
  void SendDone() { Send(json::object()); }

  void SendError(HTTPResponse::HTTPStatus status, const std::string& message) {
    // What was sent can't be taken back: the other side sees an answer cut short.
    if (response_.sent()) return;
    response_.setKeepAlive(false);  // the rest of the body may be unread
    SendText(status, Dump({{"error", message}}));
  }

  // 409 for an error, else an empty object.
  void SendStatus(const Status& status) {
    if (status.ok()) {
      SendDone();
    } else {
      SendError(HTTPResponse::HTTP_CONFLICT, status.message());
    }
  }

  // Begins an answer of unknown length.
  std::ostream& Stream(const std::string& type) {
    response_.setChunkedTransferEncoding(true);
    response_.setContentType(type);
    return response_.send();
  }

  void SendPlain(const std::string& text) {
    response_.setContentType("text/plain; version=0.0.4");
    response_.sendBuffer(text.data(), text.size());
  }

 private:
  void SendText(HTTPResponse::HTTPStatus status, const std::string& text) {
    response_.setStatusAndReason(status);
    response_.setContentType("application/json");
    response_.sendBuffer(text.data(), text.size());
  }

  Poco::Net::HTTPServerRequest& request_;
  Poco::Net::HTTPServerResponse& response_;
  Poco::URI uri_;
};

struct WorkerApi::Route {
  const char* method;
  const char* path;
  void (WorkerApi::*answer)(Exchange&);
};

const WorkerApi::Route WorkerApi::kRoutes[] = {
    {"GET", "/clock", &WorkerApi::GetClock},
    {"POST", "/load", &WorkerApi::StartLoad},
    {"POST", "/load/stop", &WorkerApi::StopLoad},
    {"GET", "/status", &WorkerApi::GetStatus},
    {"GET", "/history", &WorkerApi::GetHistory},
    {"POST", "/observe", &WorkerApi::StartObserving},
    {"POST", "/observe/stop", &WorkerApi::StopObserving},
    {"GET", "/observations", &WorkerApi::GetObservations},
    {"POST", "/final_read", &WorkerApi::FinalRead},
    {"POST", "/command", &WorkerApi::Command},
    {"POST", "/probe", &WorkerApi::Probe},
    {"GET", "/metrics", &WorkerApi::GetMetrics},
    {"POST", "/quit", &WorkerApi::Quit},
};

void WorkerApi::Handle(Poco::Net::HTTPServerRequest& request,
                       Poco::Net::HTTPServerResponse& response) {
  try {
    Exchange exchange(request, response);
    try {
      Dispatch(exchange);
    } catch (const json::exception& e) {
      exchange.SendError(HTTPResponse::HTTP_BAD_REQUEST, e.what());
    } catch (const Poco::Exception& e) {
      exchange.SendError(HTTPResponse::HTTP_INTERNAL_SERVER_ERROR, e.displayText());
    } catch (const std::exception& e) {
      exchange.SendError(HTTPResponse::HTTP_INTERNAL_SERVER_ERROR, e.what());
    }
  } catch (const std::exception&) {
    // The other side is gone, or its request line is no URI: nobody to tell.
    response.setKeepAlive(false);
  }
}

void WorkerApi::Dispatch(Exchange& exchange) {
  bool known_path = false;
  for (const Route& route : kRoutes) {
    if (exchange.path() != route.path) continue;
    known_path = true;
    if (exchange.method() != route.method) continue;
    (this->*route.answer)(exchange);
    return;
  }
  if (known_path) {
    exchange.SendError(HTTPResponse::HTTP_METHOD_NOT_ALLOWED,
                       exchange.path() + " does not know " + exchange.method());
  } else {
    exchange.SendError(HTTPResponse::HTTP_NOT_FOUND,
                       "there is no " + exchange.path() + " here");
  }
}

void WorkerApi::GetClock(Exchange& exchange) {
  const ClockIdentity identity = OwnClockIdentity();
  exchange.Send({{"boot_id", identity.boot_id},
                 {"time_namespace", identity.time_namespace},
                 {"monotonic_ns", MonotonicNow().count()}});
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
  exchange.Send({{"loads", std::move(loads)},
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

void WorkerApi::GetObservations(Exchange& exchange) {
  // As many as there are now: a running observer would feed this for ever.
  const std::size_t end = worker_->observations().size();
  std::ostream& out = exchange.Stream("application/jsonl");
  for (std::size_t i = 0; i < end; i += kObservationsAtOnce) {
    const std::size_t count = std::min(kObservationsAtOnce, end - i);
    for (const Observation& observation : worker_->observations().Copy(i, count)) {
      out << Dump(observation) << "\n";
    }
  }
  // So that a reader can tell the whole from what was cut short.
  out << Dump({{"end", end}}) << "\n";
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
