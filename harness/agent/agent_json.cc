#include "harness/agent/agent_json.h"

#include <algorithm>
#include <iterator>

namespace slotquake {
namespace {

using nlohmann::json;

struct StateName {
  ProcessState state;
  const char* name;
};
constexpr StateName kStates[] = {{ProcessState::kRunning, "running"},
                                 {ProcessState::kStopped, "stopped"},
                                 {ProcessState::kGone, "gone"}};

template <typename T>
json OrNull(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

json OrNull(const std::optional<Nanos>& value) {
  return value ? json(value->count()) : json();
}

std::optional<Nanos> NanosOrNull(const json& value) {
  if (value.is_null()) return std::nullopt;
  return Nanos(value.get<std::int64_t>());
}

Nanos NanosFrom(const json& value) { return Nanos(value.get<std::int64_t>()); }

}  // namespace

json ToJson(const ServerName& server) {
  return {{"pod_uid", server.pod_uid}, {"container_id", server.container_id}};
}

ServerName ServerNameFromJson(const json& json) {
  return {json.at("pod_uid").get<std::string>(),
          json.at("container_id").get<std::string>()};
}

json ToJson(const ProcessId& process) {
  return {{"pid", process.pid}, {"start_ticks", process.start_ticks}};
}

ProcessId ProcessIdFromJson(const json& json) {
  return {json.at("pid").get<pid_t>(), json.at("start_ticks").get<std::uint64_t>()};
}

json ToJson(const SentSignal& sent) {
  json answer = ToJson(sent.process);
  answer["sent_ns"] = sent.at.count();
  return answer;
}

SentSignal SentSignalFromJson(const json& json) {
  return {ProcessIdFromJson(json), NanosFrom(json.at("sent_ns"))};
}

json ToJson(const EndView& view) {
  return {{"sent_ns", view.sent.count()},
          {"gone_ns", OrNull(view.gone)},
          {"held_ns", OrNull(view.held)}};
}

EndView EndViewFromJson(const json& json) {
  return {.sent = NanosFrom(json.at("sent_ns")),
          .gone = NanosOrNull(json.at("gone_ns")),
          .held = NanosOrNull(json.at("held_ns")),
          .problem = ""};
}

json ToJson(const ServerState& state) {
  json answer = ToJson(state.process);
  for (const auto& [value, name] : kStates) {
    if (value == state.state) answer["state"] = name;
  }
  answer["held"] = state.held;
  return answer;
}

ServerState ServerStateFromJson(const json& json) {
  ServerState state;
  state.process = ProcessIdFromJson(json);
  json.at("held").get_to(state.held);
  const auto name = json.at("state").get<std::string>();
  for (const auto& [value, known] : kStates) {
    if (known == name) state.state = value;
  }
  return state;
}

json ToJson(const CpuUse& use) {
  return {{"starved_ns", use.starved.count()}, {"used_ns", use.used.count()}};
}

CpuUse CpuUseFromJson(const json& json) {
  return {NanosFrom(json.at("starved_ns")), NanosFrom(json.at("used_ns"))};
}

json ToJson(const std::vector<PodResult>& pods) {
  json all = json::array();
  for (const PodResult& pod : pods) {
    all.push_back({{"pod_uid", pod.pod_uid},
                   {"here", pod.here},
                   {"begin_ns", pod.begin.count()},
                   {"end_ns", pod.end.count()},
                   {"stopped", OrNull(pod.stopped)},
                   {"passed", pod.passed},
                   {"problem", pod.problem}});
  }
  return {{"pods", std::move(all)}};
}

std::vector<PodResult> PodResultsFromJson(const json& json) {
  std::vector<PodResult> pods;
  for (const auto& item : json.at("pods")) {
    PodResult pod;
    item.at("pod_uid").get_to(pod.pod_uid);
    item.at("here").get_to(pod.here);
    pod.begin = NanosFrom(item.at("begin_ns"));
    pod.end = NanosFrom(item.at("end_ns"));
    if (!item.at("stopped").is_null()) {
      pod.stopped = item["stopped"].get<std::int64_t>();
    }
    item.at("passed").get_to(pod.passed);
    item.at("problem").get_to(pod.problem);
    pods.push_back(std::move(pod));
  }
  return pods;
}

json ToJson(const PodShape& shape) {
  return {{"pod_uids", shape.pod_uids},
          {"name", shape.rule.name},
          {"peers", shape.rule.peers},
          {"inward", shape.rule.inward},
          {"narrow", shape.rule.narrow},
          {"delay_ns", shape.pace.delay.count()},
          {"jitter_ns", shape.pace.jitter.count()},
          {"bits_per_second", shape.pace.bits_per_second}};
}

PodShape PodShapeFromJson(const json& json) {
  return {.pod_uids = json.at("pod_uids").get<std::vector<std::string>>(),
          .rule = {.name = json.at("name").get<std::string>(),
                   .peers = json.at("peers").get<std::vector<std::string>>(),
                   .inward = json.at("inward").get<bool>(),
                   .narrow = json.at("narrow").get<bool>()},
          .pace = {.delay = NanosFrom(json.at("delay_ns")),
                   .jitter = NanosFrom(json.at("jitter_ns")),
                   .bits_per_second = json.at("bits_per_second").get<std::int64_t>()}};
}

json ToJson(const MachineCut& cut) {
  return {{"name", cut.name},
          {"limit_ms", cut.limit / std::chrono::milliseconds(1)},
          {"allow", cut.allow},
          {"interfaces", cut.interfaces}};
}

MachineCut MachineCutFromJson(const json& json) {
  MachineCut cut;
  json.at("name").get_to(cut.name);
  cut.limit = std::chrono::milliseconds(json.at("limit_ms").get<std::int64_t>());
  json.at("allow").get_to(cut.allow);
  cut.interfaces = json.value("interfaces", std::vector<std::string>());
  return cut;
}

}  // namespace slotquake
