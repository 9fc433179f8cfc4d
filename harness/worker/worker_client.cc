#include "harness/worker/worker_client.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>

#include <ostream>
#include <utility>

#include "harness/worker/worker_json.h"

namespace slotquake {
namespace {

using nlohmann::json;
using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

constexpr Nanos kLimit = std::chrono::seconds(10);
// Between two pieces of an answer that may be 100 MB.
constexpr Nanos kTransferLimit = std::chrono::seconds(60);
// What a call may need over the time of what it asks for.
constexpr Nanos kMargin = std::chrono::seconds(5);

Poco::Timespan ToTimespan(Nanos time) {
  return Poco::Timespan(time / std::chrono::microseconds(1));
}

std::string ReadAll(std::istream& in) {
  std::string text;
  Poco::StreamCopier::copyToString(in, text);
  return text;
}

// What an answer with an error says.
std::string ErrorText(const HTTPResponse& response, const std::string& body) {
  const json parsed = json::parse(body, nullptr, false);
  if (parsed.is_object() && parsed.contains("error") && parsed["error"].is_string()) {
    return parsed["error"].get<std::string>();
  }
  return "HTTP " + std::to_string(response.getStatus()) + ": " + body.substr(0, 200);
}

struct ClockReading {
  Nanos sent{0};
  Nanos received{0};
  Nanos worker{0};
  ClockIdentity identity;
};

ClockReading ReadClock(HTTPClientSession& session) {
  ClockReading reading;
  HTTPRequest request(HTTPRequest::HTTP_GET, "/clock", HTTPRequest::HTTP_1_1);
  request.setKeepAlive(true);
  HTTPResponse response;
  reading.sent = MonotonicNow();
  session.sendRequest(request);
  const std::string body = ReadAll(session.receiveResponse(response));
  reading.received = MonotonicNow();
  const json answer = json::parse(body);
  reading.worker = Nanos(answer.at("monotonic_ns").get<std::int64_t>());
  answer.at("boot_id").get_to(reading.identity.boot_id);
  answer.at("time_namespace").get_to(reading.identity.time_namespace);
  return reading;
}

Status ReadObservations(std::istream& in, std::vector<Observation>& observations) {
  for (std::string line; std::getline(in, line);) {
    const json parsed = json::parse(line);
    if (!parsed.contains("end")) {
      observations.push_back(parsed.get<Observation>());
    } else if (parsed["end"].get<std::size_t>() == observations.size()) {
      return Status::Ok();
    }
  }
  return Status::Error("the observations were cut short");
}

}  // namespace

WorkerClient::WorkerClient(Reach worker, ClockIdentity own_clock)
    : worker_(std::move(worker)), own_clock_(std::move(own_clock)) {}

Result<ClockEstimate> WorkerClient::EstimateClock(int requests) const {
  ClockEstimate estimate;
  Nanos quickest = Nanos::max();
  const auto at = worker_();
  if (!at.ok()) return at.status();
  try {
    HTTPClientSession session(at->host, static_cast<Poco::UInt16>(at->port));
    session.setTimeout(ToTimespan(kLimit));
    session.setKeepAlive(true);
    for (int i = 0; i < requests; ++i) {
      const ClockReading reading = ReadClock(session);
      // The same boot and time namespace: both processes read one clock, so that the
      // offset is 0 by definition, and not uncertain.
      if (reading.identity.IsSameClock(own_clock_)) {
        estimate.same_clock = true;
        return estimate;
      }
      const Nanos round_trip = reading.received - reading.sent;
      if (round_trip >= quickest) continue;
      quickest = round_trip;
      estimate.offset = reading.worker - (reading.sent + round_trip / 2);
      estimate.bound = round_trip / 2 + Nanos(1);  // the division rounds down
    }
  } catch (const Poco::Exception& e) {
    return Status::Error("worker " + ToString(*at) + ": clock: " + e.displayText());
  } catch (const std::exception& e) {
    return Status::Error("worker " + ToString(*at) + ": clock: " + e.what());
  }
  if (quickest == Nanos::max()) return Status::Error("no clock reading was asked for");
  return estimate;
}

Result<int> WorkerClient::StartLoad(const LoadConfig& config) const {
  int id = -1;
  const Status done =
      Exchange("POST", "/load", Dump(ToJson(config)), kLimit + config.connect_timeout,
               [&id](std::istream& body) {
                 json::parse(body).at("load").get_to(id);
                 return Status::Ok();
               });
  if (!done.ok()) return done;
  return id;
}

Status WorkerClient::StopLoad(int id, Nanos limit) const {
  return Order("/load/stop?load=" + std::to_string(id), nullptr, limit + kMargin);
}

Status WorkerClient::StopAllLoads(Nanos limit) const {
  return Order("/load/stop", nullptr, limit + kMargin);
}

Result<History> WorkerClient::FetchHistory(int load) const {
  History history;
  const Status fetched = Exchange("GET", "/history?load=" + std::to_string(load), "",
                                  kTransferLimit, [&history](std::istream& body) {
                                    auto read = History::Read(body);
                                    if (read.ok()) history = std::move(*read);
                                    return read.status();
                                  });
  if (!fetched.ok()) return fetched;
  return history;
}

Status WorkerClient::StartObserving(const ObserverOptions& options) const {
  return Order("/observe", ToJson(options), kLimit);
}

Status WorkerClient::StopObserving() const {
  return Order("/observe/stop", nullptr, kLimit);
}

Result<std::vector<Observation>> WorkerClient::FetchObservations() const {
  std::vector<Observation> observations;
  const Status fetched = Exchange("GET", "/observations", "", kTransferLimit,
                                  [&observations](std::istream& body) {
                                    return ReadObservations(body, observations);
                                  });
  if (!fetched.ok()) return fetched;
  return observations;
}

Result<std::vector<FinalRead>> WorkerClient::ReadFinal(
    const FinalReadConfig& config) const {
  std::vector<FinalRead> reads;
  const Status done =
      Exchange("POST", "/final_read", Dump(ToJson(config)),
               config.limit + config.timeout + kMargin, [&reads](std::istream& body) {
                 for (const json& read : json::parse(body)) {
                   reads.push_back(FinalReadFromJson(read));
                 }
                 return Status::Ok();
               });
  if (!done.ok()) return done;
  return reads;
}

Result<Reply> WorkerClient::Command(const Endpoint& endpoint,
                                    const std::string& password,
                                    const std::vector<std::string>& command,
                                    Nanos limit) const {
  Reply reply;
  const CommandRequest request = {endpoint, password, command, limit};
  // To wait for the connection, to connect and to ask may each take the limit.
  const Status done = Exchange("POST", "/command", Dump(ToJson(request)),
                               3 * limit + kMargin, [&reply](std::istream& body) {
                                 reply = ReplyFromJson(json::parse(body).at("reply"));
                                 return Status::Ok();
                               });
  if (!done.ok()) return done;
  return reply;
}

Result<std::string> WorkerClient::Probe(const Endpoint& endpoint, Nanos limit) const {
  std::string seen;
  const ProbeRequest request = {endpoint, limit};
  const Status done = Exchange("POST", "/probe", Dump(ToJson(request)), limit + kMargin,
                               [&seen](std::istream& body) {
                                 json::parse(body).at("probe").get_to(seen);
                                 return Status::Ok();
                               });
  if (!done.ok()) return done;
  return seen;
}

Result<WorkerStatus> WorkerClient::GetStatus() const {
  WorkerStatus status;
  const auto read = [&status](std::istream& body) {
    const json answer = json::parse(body);
    for (const json& load : answer.at("loads")) {
      status.loads.push_back({load.at("id").get<int>(), load.at("running").get<bool>(),
                              load.at("acked").get<std::int64_t>(),
                              load.at("rejected").get<std::int64_t>(),
                              load.at("unknown").get<std::int64_t>(),
                              load.at("last_latency_ns").get<std::int64_t>()});
    }
    for (const json& node : answer.at("nodes")) {
      status.nodes.push_back({node.at("name").get<std::string>(),
                              node.at("polls").get<std::int64_t>(),
                              node.at("reachable").get<bool>()});
    }
    answer.at("observing").get_to(status.observing);
    answer.at("observations").get_to(status.observations);
    return Status::Ok();
  };
  const Status done = Exchange("GET", "/status", "", kLimit, read);
  if (!done.ok()) return done;
  return status;
}

Result<std::string> WorkerClient::GetMetrics() const {
  std::string text;
  const Status done =
      Exchange("GET", "/metrics", "", kLimit, [&text](std::istream& body) {
        text = ReadAll(body);
        return Status::Ok();
      });
  if (!done.ok()) return done;
  return text;
}

Status WorkerClient::Quit() const { return Order("/quit", nullptr, kLimit); }

Status WorkerClient::Exchange(const std::string& method, const std::string& path,
                              const std::string& body, Nanos limit,
                              const std::function<Status(std::istream&)>& read) const {
  const auto at = worker_();
  if (!at.ok()) return at.status();
  const std::string context = "worker " + ToString(*at) + ": " + method + " " + path;
  try {
    HTTPClientSession session(at->host, static_cast<Poco::UInt16>(at->port));
    session.setTimeout(ToTimespan(kLimit), ToTimespan(limit), ToTimespan(limit));
    HTTPRequest request(method, path, HTTPRequest::HTTP_1_1);
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    std::ostream& out = session.sendRequest(request);
    out.write(body.data(), static_cast<std::streamsize>(body.size()));
    HTTPResponse response;
    std::istream& in = session.receiveResponse(response);
    if (response.getStatus() != HTTPResponse::HTTP_OK) {
      return Status::Error(context + ": " + ErrorText(response, ReadAll(in)));
    }
    return read(in).Annotate(context);
  } catch (const Poco::Exception& e) {
    return Status::Error(context + ": " + e.displayText());
  } catch (const std::exception& e) {
    return Status::Error(context + ": " + e.what());
  }
}

Status WorkerClient::Order(const std::string& path, const json& body,
                           Nanos limit) const {
  return Exchange("POST", path, Dump(body), limit, [](std::istream& answer) {
    return json::accept(answer) ? Status::Ok()
                                : Status::Error("the answer was cut short");
  });
}

}  // namespace slotquake
