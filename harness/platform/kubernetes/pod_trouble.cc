#include "harness/platform/kubernetes/pod_trouble.h"

#include <algorithm>
#include <regex>
#include <set>

#include "harness/platform/kubernetes/pod_state.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr std::size_t kShownEvents = 3;
constexpr const char* kRights = "deploy/kubernetes/rbac/runner.yaml";

json At(const json& object, const char* pointer) {
  const json::json_pointer at(pointer);
  return object.contains(at) ? object[at] : json();
}

std::string Text(const json& object, const char* pointer) {
  const json value = At(object, pointer);
  return value.is_string() ? value.get<std::string>() : "";
}

bool IsAboutImage(const std::string& reason) {
  static const std::set<std::string> kReasons = {
      "ErrImagePull",     "ImagePullBackOff",  "ErrImageNeverPull",
      "InvalidImageName", "ImageInspectError", "RegistryUnavailable"};
  return kReasons.contains(reason);
}

// Why the scheduler has no machine for it; "" if it has one.
std::string WhyUnscheduled(const json& pod) {
  for (const json& condition : At(pod, "/status/conditions")) {
    if (Text(condition, "/type") == "PodScheduled" &&
        Text(condition, "/status") == "False") {
      return Text(condition, "/message");
    }
  }
  return "";
}

// A container that waits or has ended, init containers included; nullptr if none.
json TroubledContainer(const json& pod) {
  for (const char* which :
       {"/status/initContainerStatuses", "/status/containerStatuses"}) {
    for (const json& container : At(pod, which)) {
      if (!At(container, "/state/waiting").is_null()) return container;
      const json ended = At(container, "/state/terminated");
      if (!ended.is_null() && ended.value("exitCode", 0) != 0) return container;
    }
  }
  return json();
}

std::string AdviceFor(const std::string& scheduler) {
  // "persistent volumes", "PersistentVolumeClaims", "volume node affinity".
  if (scheduler.find("olume") != std::string::npos) {
    return "; its volume is bound to machines with a label slotquake/volume-N: "
           "deploy/kind/cluster up gives them on kind, --overlay chooses other volumes";
  }
  if (scheduler.find("Insufficient") != std::string::npos) {
    return "; free some, or add a machine";
  }
  return "";
}

std::string DescribeContainer(const json& container) {
  const std::string name = Text(container, "/name");
  const std::string reason = Text(container, "/state/waiting/reason");
  const std::string message = Text(container, "/state/waiting/message");
  if (IsAboutImage(reason)) {
    return "its image " + Text(container, "/image") + " can not be had (" + reason +
           (message.empty() ? "" : ": " + message) +
           "); on kind: deploy/kind/cluster load IMAGE, elsewhere push it to a "
           "registry "
           "that the machines reach";
  }
  json end = At(container, "/state/terminated");
  if (end.is_null()) end = At(container, "/lastState/terminated");
  std::string text = "container " + name;
  if (!reason.empty())
    text += " waits (" + reason + (message.empty() ? "" : ": " + message) + ")";
  if (!end.is_null()) {
    text += ", ended with exit code " + std::to_string(end.value("exitCode", -1));
    const std::string why = Text(end, "/reason");
    if (!why.empty()) text += " (" + why + ")";
  }
  return text;
}

// Each line once, and as it was said last: a controller that tries again names another
// pod ("redis-cluster-0", "client-xk2p9") and other amounts of a quota.
std::string Once(const std::vector<std::string>& lines) {
  static const std::regex kChanging(
      R"re("[^"]*"|\b[a-z0-9]+(-[a-z0-9]+)+\b|[0-9]+[A-Za-z]*)re");
  std::vector<std::string> forms;
  std::vector<std::string> kept;
  for (const std::string& line : lines) {
    const auto about = line.find(": ");  // of whom it is stays
    const std::string form =
        line.substr(0, about) + std::regex_replace(line.substr(about), kChanging, "#");
    const auto known = std::find(forms.begin(), forms.end(), form);
    if (known != forms.end()) {
      kept[static_cast<std::size_t>(known - forms.begin())] = line;
      continue;
    }
    forms.push_back(form);
    kept.push_back(line);
  }
  std::string text;
  for (const std::string& line : kept) text += line;
  return text;
}

// The last warnings about one object, each on a line of its own.
std::string WarningsAbout(const std::string& kind, const std::string& name,
                          const std::vector<json>& events) {
  std::vector<std::string> lines;
  for (const json& event : events) {
    if (Text(event, "/type") != "Warning") continue;
    if (Text(event, "/involvedObject/kind") != kind) continue;
    if (Text(event, "/involvedObject/name") != name) continue;
    lines.push_back("\n    " + Text(event, "/reason") + ": " + Text(event, "/message"));
  }
  const std::size_t first =
      lines.size() > kShownEvents ? lines.size() - kShownEvents : 0;
  return Once({lines.begin() + static_cast<std::ptrdiff_t>(first), lines.end()});
}

// What stops controllers from making pods at all.
std::string WhatControllersSay(const std::vector<json>& events) {
  static const std::set<std::string> kReasons = {"FailedCreate", "ProvisioningFailed",
                                                 "FailedBinding"};
  std::vector<std::string> lines;
  for (const json& event : events) {
    const std::string kind = Text(event, "/involvedObject/kind");
    if (kind == "Pod" || !kReasons.contains(Text(event, "/reason"))) continue;
    lines.push_back("\n  " + kind + " " + Text(event, "/involvedObject/name") + ": " +
                    Text(event, "/message"));
  }
  return Once(lines);
}

}  // namespace

bool IsStuck(const json& pod) {
  if (!WhyUnscheduled(pod).empty()) return true;
  const json container = TroubledContainer(pod);
  if (container.is_null()) return false;
  const std::string reason = Text(container, "/state/waiting/reason");
  static const std::set<std::string> kHopeless = {
      "CrashLoopBackOff", "CreateContainerConfigError", "CreateContainerError",
      "RunContainerError"};
  return IsAboutImage(reason) || kHopeless.contains(reason);
}

std::string DescribePodTrouble(const json& pod, const std::vector<json>& events) {
  const std::string name = Text(pod, "/metadata/name");
  const PodState state = ReadPod(pod);
  if (state.phase == "Running" && state.ready) return "";
  const std::string unscheduled = WhyUnscheduled(pod);
  const json container = TroubledContainer(pod);
  std::string why;
  if (!unscheduled.empty()) {
    why = "no machine takes it (" + unscheduled + ")" + AdviceFor(unscheduled);
  } else if (!container.is_null()) {
    why = DescribeContainer(container);
  } else if (state.phase == "Running") {
    why = "it runs but is not ready";
  } else {
    why = "it is " + (state.phase.empty() ? "new" : state.phase) +
          (state.machine.empty() ? "" : " on " + state.machine);
  }
  return name + ": " + why + WarningsAbout("Pod", name, events);
}

std::string DescribeTrouble(const json& pods, const json& events,
                            const std::vector<std::string>& missing) {
  const std::vector<json> all = events.value("items", std::vector<json>());
  std::string text;
  for (const json& pod : pods.value("items", std::vector<json>())) {
    const std::string trouble = DescribePodTrouble(pod, all);
    if (!trouble.empty()) text += "\n  " + trouble;
  }
  for (const std::string& pod : missing)
    text += "\n  " + pod + ": there is no such pod";
  return text + WhatControllersSay(all);
}

Status ExplainKubectlError(const Status& error) {
  const std::string& said = error.message();
  std::smatch found;
  static const std::regex kForbidden(
      R"re(User "([^"]*)" cannot (\w+) resource "([^"]*)" in API group "([^"]*)"( in the namespace "([^"]*)"| at the cluster scope)?)re");
  if (std::regex_search(said, found, kForbidden)) {
    const std::string where = found[6].matched && found[6].length() > 0
                                  ? "in the namespace " + found[6].str()
                                  : "in the whole cluster";
    const std::string group = found[4].length() > 0 ? "." + found[4].str() : "";
    return Status::Error(found[1].str() + " has no right to " + found[2].str() + " " +
                         found[3].str() + group + " " + where + "; " + kRights +
                         " has all that a run needs\n" + said);
  }
  static const std::regex kNoContext(
      "context was not found for specified context: *(\\S+)|"
      "context \"?([^\" ]+)\"? does not exist");
  if (std::regex_search(said, found, kNoContext)) {
    const std::string context = found[1].matched ? found[1].str() : found[2].str();
    return Status::Error(
        "there is no context " + context +
        " in the kubeconfig; `kubectl config get-contexts` lists them, "
        "--kubeconfig=FILE names another file");
  }
  static const std::regex kSilent(
      "Unable to connect to the server|connection to the server|connection refused|"
      "i/o timeout|context deadline exceeded|no such host|TLS handshake timeout|"
      "no route to host|no end within");
  if (std::regex_search(said, kSilent)) {
    return Status::Error("the cluster's API server does not answer; is it up?\n" +
                         said);
  }
  return error;
}

}  // namespace slotquake
