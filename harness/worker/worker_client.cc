#include "harness/worker/worker_client.h"

#include <Poco/StreamCopier.h>

#include <algorithm>
#include <iterator>
#include <optional>
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
constexpr std::size_t kObservationsAtOnce = 10'000;

std::string ReadAll(std::istream& in) {
  std::string text;
  Poco::StreamCopier::copyToString(in, text);
  return text;
}

// One part of the observations, and how many there are in all.
struct ObservationPart {
  std::vector<Observation> observations;
  std::size_t end = 0;
};

Status ReadPart(std::istream& in, std::size_t from, ObservationPart& part) {
  part = ObservationPart();
  for (std::string line; std::getline(in, line);) {
    const json parsed = json::parse(line);
    if (!parsed.contains("end")) {
      part.observations.push_back(parsed.get<Observation>());
      continue;
    }
    parsed["end"].get_to(part.end);
    const std::size_t left = part.end - std::min(part.end, from);
    if (part.observations.size() == std::min(left, kObservationsAtOnce)) {
      return Status::Ok();
    }
  }
  return Status::Error("the observations were cut short");
}

}  // namespace

Result<int> WorkerClient::StartLoad(const LoadConfig& config) const {
  int id = -1;
  const Status done = api_.Call(
      "POST", "/load", Dump(ToJson(config)), kLimit + config.connect_timeout,
      [&id](std::istream& body) {
        json::parse(body).at("load").get_to(id);
        return Status::Ok();
      },
      Again::kAlways);
  if (!done.ok()) return done;
  return id;
}

Status WorkerClient::StopLoad(int id, Nanos limit) const {
  return api_.Order("/load/stop?load=" + std::to_string(id), nullptr, limit + kMargin,
                    Again::kAlways);
}

Status WorkerClient::StopAllLoads(Nanos limit) const {
  return api_.Order("/load/stop", nullptr, limit + kMargin, Again::kAlways);
}

Status WorkerClient::AddSeeds(const std::vector<Endpoint>& seeds) const {
  return api_.Order("/load/seeds", ToJson(seeds), kLimit, Again::kAlways);
}

Result<History> WorkerClient::FetchHistory(int load) const {
  History history;
  const Status fetched = api_.Call(
      "GET", "/history?load=" + std::to_string(load), "", kTransferLimit,
      [&history](std::istream& body) {
        auto read = History::Read(body);
        if (read.ok()) history = std::move(*read);
        return read.status();
      },
      Again::kAlways);
  if (!fetched.ok()) return fetched;
  return history;
}

Status WorkerClient::StartObserving(const ObserverOptions& options) const {
  return api_.Order("/observe", ToJson(options), kLimit, Again::kAlways);
}

Status WorkerClient::StopObserving() const {
  return api_.Order("/observe/stop", nullptr, kLimit, Again::kAlways);
}

Status WorkerClient::MoveObserved(const ObservedNode& node) const {
  return api_.Order("/observe/move", ToJson(node), kLimit, Again::kAlways);
}

// Part by part: a way that breaks costs no more than the part.
Result<std::vector<Observation>> WorkerClient::FetchObservations() const {
  std::vector<Observation> observations;
  std::optional<std::size_t> end;  // those that come meanwhile are not asked for
  while (!end || observations.size() < *end) {
    const std::size_t from = observations.size();
    ObservationPart part;
    const Status fetched = api_.Call(
        "GET",
        "/observations?from=" + std::to_string(from) +
            "&limit=" + std::to_string(kObservationsAtOnce),
        "", kTransferLimit,
        [&](std::istream& body) { return ReadPart(body, from, part); }, Again::kAlways);
    if (!fetched.ok()) return fetched;
    if (!end) end = part.end;
    if (part.observations.empty() && from < *end) {
      return Status::Error("the worker has fewer observations than before");
    }
    std::move(part.observations.begin(), part.observations.end(),
              std::back_inserter(observations));
  }
  return observations;
}

Result<std::vector<FinalRead>> WorkerClient::ReadFinal(
    const FinalReadConfig& config) const {
  std::vector<FinalRead> reads;
  const Status done = api_.Call(
      "POST", "/final_read", Dump(ToJson(config)),
      config.limit + config.timeout + kMargin,
      [&reads](std::istream& body) {
        reads.clear();
        for (const json& read : json::parse(body)) {
          reads.push_back(FinalReadFromJson(read));
        }
        return Status::Ok();
      },
      Again::kAlways);
  if (!done.ok()) return done;
  return reads;
}

Result<Reply> WorkerClient::Command(const Endpoint& endpoint,
                                    const std::string& password,
                                    const std::vector<std::string>& command,
                                    Nanos limit, Again again) const {
  const CommandRequest request = {endpoint, password, command, limit};
  // To wait for the connection, to connect and to ask may each take the limit.
  const auto answer =
      api_.Post("/command", ToJson(request), 3 * limit + kMargin, nullptr, again);
  if (!answer.ok()) return answer.status();
  try {
    return ReplyFromJson(answer->at("reply"));
  } catch (const json::exception& e) {
    return Status::Error(std::string("worker: POST /command: ") + e.what());
  }
}

Result<std::string> WorkerClient::Probe(const Endpoint& endpoint, Nanos limit) const {
  std::string seen;
  const ProbeRequest request = {endpoint, limit};
  const Status done = api_.Call(
      "POST", "/probe", Dump(ToJson(request)), limit + kMargin,
      [&seen](std::istream& body) {
        json::parse(body).at("probe").get_to(seen);
        return Status::Ok();
      },
      Again::kAlways);
  if (!done.ok()) return done;
  return seen;
}

Result<WorkerStatus> WorkerClient::GetStatus(Again again) const {
  WorkerStatus status;
  const auto read = [&status](std::istream& body) {
    const json answer = json::parse(body);
    status = WorkerStatus();
    answer.at("instance").get_to(status.instance);
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
  const Status done = api_.Call("GET", "/status", "", kLimit, read, again);
  if (!done.ok()) return done;
  return status;
}

Result<std::string> WorkerClient::GetMetrics() const {
  std::string text;
  const Status done = api_.Call(
      "GET", "/metrics", "", kLimit,
      [&text](std::istream& body) {
        text = ReadAll(body);
        return Status::Ok();
      },
      Again::kAlways);
  if (!done.ok()) return done;
  return text;
}

Status WorkerClient::Quit() const { return api_.Order("/quit", nullptr, kLimit); }

}  // namespace slotquake
