#include "harness/platform/kubernetes/pods_control.h"

namespace slotquake {
namespace {

using nlohmann::json;

PodView ReadPodView(const json& pod) {
  PodView view;
  view.exists = true;
  view.name = pod["metadata"].value("name", "");
  view.uid = pod["metadata"].value("uid", "");
  view.deleting = pod["metadata"].contains("deletionTimestamp");
  const json status = pod.value("status", json::object());
  view.phase = status.value("phase", "");
  view.address = status.value("podIP", "");
  view.machine = pod.value("spec", json::object()).value("nodeName", "");
  for (const json& condition : status.value("conditions", json::array())) {
    if (condition.value("type", "") == "Ready") {
      view.ready = condition.value("status", "") == "True";
    }
  }
  // The server's container is the first one.
  const json containers = status.value("containerStatuses", json::array());
  if (!containers.empty()) view.restarts = containers[0].value("restartCount", 0);
  return view;
}

}  // namespace

Result<std::string> PodsControl::PodOf(const std::string& node) const {
  const auto found = pods_.find(node);
  if (found == pods_.end()) return Status::Error(node + " is no node of this cluster");
  return found->second;
}

Result<PodView> PodsControl::Look(const std::string& node) {
  const auto pod = PodOf(node);
  if (!pod.ok()) return pod.status();
  const auto text =
      kubectl_.Run({"get", "pod", *pod, "--output=json", "--ignore-not-found"});
  if (!text.ok()) return text.status();
  PodView none;
  none.name = *pod;
  if (text->empty()) return none;
  const json parsed = json::parse(*text, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("metadata")) {
    return Status::Error("kubectl get pod " + *pod + ": an answer of an unknown form");
  }
  return ReadPodView(parsed);
}

Status PodsControl::Delete(const std::vector<std::string>& nodes,
                           std::optional<std::chrono::seconds> grace) {
  std::vector<std::string> command = {"delete", "pod", "--wait=false"};
  if (grace) command.push_back("--grace-period=" + std::to_string(grace->count()));
  if (grace && grace->count() == 0) command.emplace_back("--force");
  for (const std::string& node : nodes) {
    const auto pod = PodOf(node);
    if (!pod.ok()) return pod.status();
    command.push_back(*pod);
  }
  return kubectl_.Run(command).status();
}

Result<std::string> PodsControl::StatefulSet() {
  if (!stateful_set_.empty()) return stateful_set_;
  if (pods_.empty()) return Status::Error("this cluster has no pods");
  const std::string& pod = pods_.begin()->second;
  const auto object = kubectl_.Json({"get", "pod", pod, "--output=json"});
  if (!object.ok()) return object.status();
  std::string owners;
  for (const json& owner :
       (*object)["metadata"].value("ownerReferences", json::array())) {
    if (owner.value("kind", "") == "StatefulSet") {
      return stateful_set_ = owner.value("name", "");
    }
    owners += (owners.empty() ? "" : ", ") + owner.value("kind", "") + " " +
              owner.value("name", "");
  }
  return Status::Error("pod " + pod + " belongs to " +
                       (owners.empty() ? "nobody" : owners) +
                       ", but only a StatefulSet can be restarted or scaled");
}

Status PodsControl::RolloutRestart() {
  const auto owner = StatefulSet();
  if (!owner.ok()) return owner.status();
  return kubectl_.Run({"rollout", "restart", "statefulset/" + *owner}).status();
}

Status PodsControl::Scale(int wanted) {
  const auto owner = StatefulSet();
  if (!owner.ok()) return owner.status();
  return kubectl_
      .Run({"scale", "statefulset/" + *owner, "--replicas=" + std::to_string(wanted)})
      .status();
}

Result<PodScale> PodsControl::CurrentScale() {
  const auto owner = StatefulSet();
  if (!owner.ok()) return owner.status();
  const auto set = kubectl_.Json({"get", "statefulset", *owner, "--output=json"});
  if (!set.ok()) return set.status();
  const json status = set->value("status", json::object());
  return PodScale{.wanted = set->value("spec", json::object()).value("replicas", 1),
                  .existing = status.value("replicas", 0),
                  .ready = status.value("readyReplicas", 0)};
}

}  // namespace slotquake
