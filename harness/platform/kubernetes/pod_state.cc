#include "harness/platform/kubernetes/pod_state.h"

namespace slotquake {
namespace {

using nlohmann::json;

// A member that may be missing, at any depth.
const json& At(const json& object, const char* name) {
  static const json kNone;
  if (!object.is_object()) return kNone;
  const auto found = object.find(name);
  return found == object.end() ? kNone : *found;
}

std::string Text(const json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

int Number(const json& value, int fallback) {
  return value.is_number_integer() ? value.get<int>() : fallback;
}

const json& Container(const json& status, const std::string& name) {
  static const json kNone;
  const json& all = At(status, "containerStatuses");
  if (!all.is_array() || all.empty()) return kNone;
  for (const json& one : all) {
    if (Text(At(one, "name")) == name) return one;
  }
  return all.front();
}

bool IsReady(const json& status) {
  const json& conditions = At(status, "conditions");
  if (!conditions.is_array()) return false;
  for (const json& condition : conditions) {
    if (Text(At(condition, "type")) == "Ready") {
      return Text(At(condition, "status")) == "True";
    }
  }
  return false;
}

// Since Kubernetes 1.21 an annotation has the index, and a label the Job's name.
std::string IndexedName(const json& metadata) {
  const std::string index =
      Text(At(At(metadata, "annotations"), "batch.kubernetes.io/job-completion-index"));
  const std::string job = Text(At(At(metadata, "labels"), "job-name"));
  return index.empty() || job.empty() ? Text(At(metadata, "name")) : job + "-" + index;
}

void ReadContainer(const json& container, PodState& pod) {
  pod.restarts = Number(At(container, "restartCount"), 0);
  const json& now = At(container, "state");
  if (now.is_object() && !now.empty()) pod.state = now.begin().key();
  pod.reason = Text(At(At(now, "waiting"), "reason"));
  const json& last = At(At(container, "lastState"), "terminated");
  pod.exit_code = Number(At(last, "exitCode"), -1);
  if (pod.state == "terminated") {
    const json& end = At(now, "terminated");
    pod.reason = Text(At(end, "reason"));
    pod.exit_code = Number(At(end, "exitCode"), -1);
  }
  if (pod.state == "running") {
    const std::string id = Text(At(container, "containerID"));
    const auto scheme = id.find("://");
    pod.container_id = scheme == std::string::npos ? id : id.substr(scheme + 3);
  }
}

}  // namespace

PodState ReadPod(const json& object, const std::string& container) {
  PodState pod;
  const json& metadata = At(object, "metadata");
  const json& status = At(object, "status");
  pod.name = Text(At(metadata, "name"));
  pod.known_as = IndexedName(metadata);
  pod.uid = Text(At(metadata, "uid"));
  pod.component = Text(At(At(metadata, "labels"), "app.kubernetes.io/component"));
  pod.deleting = At(metadata, "deletionTimestamp").is_string();
  pod.phase = Text(At(status, "phase"));
  pod.address = Text(At(status, "podIP"));
  pod.machine = Text(At(At(object, "spec"), "nodeName"));
  pod.ready = IsReady(status);
  ReadContainer(Container(status, container), pod);
  return pod;
}

json PodData(const PodState& pod, const std::string& what) {
  return {
      {"what", what},           {"pod", pod.name},        {"uid", pod.uid},
      {"phase", pod.phase},     {"ready", pod.ready},     {"deleting", pod.deleting},
      {"address", pod.address}, {"machine", pod.machine}, {"restarts", pod.restarts},
      {"state", pod.state},     {"reason", pod.reason},   {"exit_code", pod.exit_code}};
}

}  // namespace slotquake
