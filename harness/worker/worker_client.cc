#include "harness/worker/worker_client.h"

#include <Poco/StreamCopier.h>

#include <utility>

#include "harness/worker/worker_json.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr Nanos kLimit = ApiClient::kLimit;
// Between two pieces of an answer that may be 100 MB.
constexpr Nanos kTransferLimit = std::chrono::seconds(60);
// What a call may need over the time of what it asks for.
constexpr Nanos kMargin = std::chrono::seconds(5);

std::string ReadAll(std::istream& in) {
  std::string text;
  Poco::StreamCopier::copyToString(in, text);
  return text;
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

Result<int> WorkerClient::StartLoad(const LoadConfig& config) const {
  int id = -1;
  const Status done =
      api_.Call("POST", "/load", Dump(ToJson(config)), kLimit + config.connect_timeout,
                [&id](std::istream& body) {
                  json::parse(body).at("load").get_to(id);
                  return Status::Ok();
                });
  if (!done.ok()) return done;
  return id;
}

Status WorkerClient::StopLoad(int id, Nanos limit) const {
  return api_.Order("/load/stop?load=" + std::to_string(id), nullptr, limit + kMargin);
}

Status WorkerClient::StopAllLoads(Nanos limit) const {
  return api_.Order("/load/stop", nullptr, limit + kMargin);
}

Result<History> WorkerClient::FetchHistory(int load) const {
  History history;
  const Status fetched = api_.Call("GET", "/history?load=" + std::to_string(load), "",
                                   kTransferLimit, [&history](std::istream& body) {
                                     auto read = History::Read(body);
                                     if (read.ok()) history = std::move(*read);
                                     return read.status();
                                   });
  if (!fetched.ok()) return fetched;
  return history;
}

Status WorkerClient::StartObserving(const ObserverOptions& options) const {
  return api_.Order("/observe", ToJson(options), kLimit);
}

Status WorkerClient::StopObserving() const {
  return api_.Order("/observe/stop", nullptr, kLimit);
}

Result<std::vector<Observation>> WorkerClient::FetchObservations() const {
  std::vector<Observation> observations;
  const Status fetched = api_.Call("GET", "/observations", "", kTransferLimit,
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
      api_.Call("POST", "/final_read", Dump(ToJson(config)),
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
  const Status done = api_.Call("POST", "/command", Dump(ToJson(request)),
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
  const Status done = api_.Call("POST", "/probe", Dump(ToJson(request)),
                                limit + kMargin, [&seen](std::istream& body) {
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
  const Status done = api_.Call("GET", "/status", "", kLimit, read);
  if (!done.ok()) return done;
  return status;
}

Result<std::string> WorkerClient::GetMetrics() const {
  std::string text;
  const Status done =
      api_.Call("GET", "/metrics", "", kLimit, [&text](std::istream& body) {
        text = ReadAll(body);
        return Status::Ok();
      });
  if (!done.ok()) return done;
  return text;
}

Status WorkerClient::Quit() const { return api_.Order("/quit", nullptr, kLimit); }

}  // namespace slotquake
