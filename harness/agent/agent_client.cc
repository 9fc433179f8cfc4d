#include "harness/agent/agent_client.h"

#include "harness/agent/agent_json.h"

namespace slotquake {
namespace {

using nlohmann::json;

// What a call may need over the time of what it asks for.
constexpr Nanos kMargin = std::chrono::seconds(5);
// Of what deletes files, or waits for a shell of nft in many pods.
constexpr Nanos kLongLimit = std::chrono::seconds(60);

// Reads an answer; one of another form is an error.
template <typename T>
Result<T> Read(const Result<json>& answer, const std::function<T(const json&)>& from) {
  if (!answer.ok()) return answer.status();
  try {
    return from(*answer);
  } catch (const json::exception& e) {
    return Status::Error("agent: an answer of an unknown form: " +
                         std::string(e.what()));
  }
}

json WithLimit(const ServerName& server, Nanos limit) {
  json body = ToJson(server);
  body["limit_ms"] = limit / std::chrono::milliseconds(1);
  return body;
}

// What is asked of a server from within a pod's network.
json FromPod(const std::string& pod_uid, const Endpoint& to, Nanos limit) {
  return {{"pod_uid", pod_uid},
          {"host", to.host},
          {"port", to.port},
          {"limit_ms", limit / std::chrono::milliseconds(1)}};
}

json OfPods(const std::string& name, const std::vector<std::string>& pod_uids) {
  return {{"name", name}, {"pod_uids", pod_uids}};
}

}  // namespace

Result<SentSignal> AgentClient::EndProcess(const ServerName& server,
                                           const std::string& signal,
                                           std::optional<int> hold_port) const {
  json body = ToJson(server);
  body["signal"] = signal;
  if (hold_port) body["hold_port"] = *hold_port;
  return Read<SentSignal>(
      api_.Post("/process/end", body, ApiClient::kLimit, nullptr, Again::kIfUnsent),
      SentSignalFromJson);
}

Result<EndView> AgentClient::AwaitEnd(const ServerName& server, Nanos limit) const {
  return Read<EndView>(api_.Post("/process/await_end", WithLimit(server, limit),
                                 limit + kMargin, nullptr, Again::kAlways),
                       EndViewFromJson);
}

Result<bool> AgentClient::Release(const std::string& pod_uid) const {
  return Read<bool>(api_.Post("/process/release", {{"pod_uid", pod_uid}},
                              ApiClient::kLimit, nullptr, Again::kAlways),
                    [](const json& answer) { return answer.at("here").get<bool>(); });
}

Result<ProcessId> AgentClient::AwaitStart(const ServerName& server, Nanos limit) const {
  return Read<ProcessId>(api_.Post("/process/await_start", WithLimit(server, limit),
                                   limit + kMargin, nullptr, Again::kAlways),
                         ProcessIdFromJson);
}

Result<SentSignal> AgentClient::StopProcess(const ServerName& server) const {
  return Read<SentSignal>(api_.Post("/process/stop", ToJson(server), ApiClient::kLimit,
                                    nullptr, Again::kAlways),
                          SentSignalFromJson);
}

Status AgentClient::ContinueProcess(const ServerName& server) const {
  return api_.Order("/process/continue", ToJson(server), ApiClient::kLimit,
                    Again::kAlways);
}

Result<ServerState> AgentClient::State(const ServerName& server) const {
  return Read<ServerState>(api_.Post("/process/state", ToJson(server),
                                     ApiClient::kLimit, nullptr, Again::kAlways),
                           ServerStateFromJson);
}

Status AgentClient::Starve(const ServerName& server, double share) const {
  json body = ToJson(server);
  body["share"] = share;
  return api_.Order("/process/starve", body, ApiClient::kLimit, Again::kAlways);
}

Status AgentClient::EndStarving(const std::string& pod_uid) const {
  return api_.Order("/process/end_starving", {{"pod_uid", pod_uid}}, ApiClient::kLimit,
                    Again::kAlways);
}

Result<CpuUse> AgentClient::Use(const ServerName& server) const {
  return Read<CpuUse>(api_.Post("/process/use", ToJson(server), ApiClient::kLimit,
                                nullptr, Again::kAlways),
                      CpuUseFromJson);
}

Result<std::vector<PodResult>> AgentClient::Apply(
    const std::string& name, const std::string& rules,
    const std::vector<std::string>& pod_uids, const Ready& ready) const {
  json body = OfPods(name, pod_uids);
  body["rules"] = rules;
  return Read<std::vector<PodResult>>(
      api_.Post("/network/apply", body, kLongLimit, ready, Again::kIfUnsent),
      PodResultsFromJson);
}

Result<std::vector<PodResult>> AgentClient::Lift(
    const std::string& name, const std::vector<std::string>& pod_uids,
    const Ready& ready) const {
  return Read<std::vector<PodResult>>(api_.Post("/network/lift", OfPods(name, pod_uids),
                                                kLongLimit, ready, Again::kAlways),
                                      PodResultsFromJson);
}

Result<std::vector<PodResult>> AgentClient::Stopped(
    const std::string& name, const std::vector<std::string>& pod_uids) const {
  return Read<std::vector<PodResult>>(
      api_.Post("/network/stopped", OfPods(name, pod_uids), ApiClient::kLimit, nullptr,
                Again::kAlways),
      PodResultsFromJson);
}

Result<std::string> AgentClient::Connect(const std::string& pod_uid, const Endpoint& to,
                                         Nanos limit) const {
  return Read<std::string>(
      api_.Post("/network/connect", FromPod(pod_uid, to, limit), limit + kMargin,
                nullptr, Again::kAlways),
      [](const json& answer) { return answer.at("seen").get<std::string>(); });
}

Status AgentClient::CanShape() const {
  return api_.Order("/shape/can", json::object(), ApiClient::kLimit, Again::kAlways);
}

Result<std::vector<PodResult>> AgentClient::ApplyShape(const PodShape& shape,
                                                       const Ready& ready) const {
  return Read<std::vector<PodResult>>(
      api_.Post("/shape/apply", ToJson(shape), kLongLimit, ready, Again::kIfUnsent),
      PodResultsFromJson);
}

Result<std::vector<PodResult>> AgentClient::LiftShape(
    const std::string& name, const std::vector<std::string>& pod_uids,
    const Ready& ready) const {
  return Read<std::vector<PodResult>>(api_.Post("/shape/lift", OfPods(name, pod_uids),
                                                kLongLimit, ready, Again::kAlways),
                                      PodResultsFromJson);
}

Result<std::int64_t> AgentClient::Shaped(const std::string& name) const {
  return Read<std::int64_t>(
      api_.Post("/shape/shaped", {{"name", name}}, ApiClient::kLimit, nullptr,
                Again::kAlways),
      [](const json& answer) { return answer.at("packets").get<std::int64_t>(); });
}

Result<Nanos> AgentClient::RoundTrip(const std::string& pod_uid, const Endpoint& to,
                                     int times, Nanos limit) const {
  json body = FromPod(pod_uid, to, limit);
  body["times"] = times;
  return Read<Nanos>(api_.Post("/shape/round_trip", body, limit * (times + 1) + kMargin,
                               nullptr, Again::kAlways),
                     [](const json& answer) {
                       return Nanos(answer.at("least_ns").get<std::int64_t>());
                     });
}

Result<double> AgentClient::Speed(const std::string& pod_uid, const Endpoint& to,
                                  std::size_t bytes, Nanos limit,
                                  const std::string& password) const {
  json body = FromPod(pod_uid, to, limit);
  body["bytes"] = bytes;
  body["password"] = password;
  return Read<double>(
      api_.Post("/shape/speed", body, 3 * limit + kMargin, nullptr, Again::kAlways),
      [](const json& answer) { return answer.at("bits_per_second").get<double>(); });
}

Result<std::vector<std::string>> AgentClient::CutMachine(const MachineCut& cut) const {
  return Read<std::vector<std::string>>(
      api_.Post("/machine/cut", ToJson(cut), ApiClient::kLimit, nullptr,
                Again::kIfUnsent),
      [](const json& answer) {
        return answer.at("interfaces").get<std::vector<std::string>>();
      });
}

Status AgentClient::HealMachine(const std::string& name) const {
  return api_.Order("/machine/heal", {{"name", name}}, ApiClient::kLimit,
                    Again::kAlways);
}

Result<std::int64_t> AgentClient::StoppedAtMachine(const std::string& name) const {
  return Read<std::int64_t>(
      api_.Post("/machine/stopped", {{"name", name}}, ApiClient::kLimit, nullptr,
                Again::kAlways),
      [](const json& answer) { return answer.at("packets").get<std::int64_t>(); });
}

Result<Undone> AgentClient::UndoAll(
    const std::optional<std::vector<std::string>>& pod_uids, bool machine) const {
  json body = {{"machine", machine}};
  if (pod_uids) body["pod_uids"] = *pod_uids;
  return Read<Undone>(api_.Post("/undo_all", body, kLongLimit, nullptr, Again::kAlways),
                      [](const json& answer) {
                        return Undone{answer.at("tables").get<int>(),
                                      answer.at("continued").get<int>()};
                      });
}

Status AgentClient::RemoveVolumes(const std::string& path) const {
  return api_.Order("/remove_volumes", {{"path", path}}, kLongLimit, Again::kAlways);
}

}  // namespace slotquake
