#include "harness/platform/kubernetes/kind_fixture.h"

#include <thread>

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kObjects = R"json({"apiVersion": "v1", "kind": "List", "items": [
{"apiVersion": "v1", "kind": "Pod",
 "metadata": {"name": "observer", "labels": {"app.kubernetes.io/component": "worker"}},
 "spec": {"terminationGracePeriodSeconds": 0,
  "nodeSelector": {"node-role.kubernetes.io/control-plane": ""},
  "tolerations": [{"operator": "Exists"}],
  "containers": [{"name": "observer", "image": "redis:7.0",
   "imagePullPolicy": "IfNotPresent", "command": ["sleep", "86400"]}]}},
{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "redis-cluster"},
 "spec": {"serviceName": "redis-cluster", "replicas": 2,
  "podManagementPolicy": "Parallel",
  "selector": {"matchLabels": {"app": "redis"}},
  "template": {"metadata": {"labels": {"app": "redis"}},
   "spec": {"terminationGracePeriodSeconds": 5,
    "affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
     {"topologyKey": "kubernetes.io/hostname",
      "labelSelector": {"matchLabels": {"app": "redis"}}}]}},
    "containers": [{"name": "redis", "image": "redis:7.0",
     "imagePullPolicy": "IfNotPresent",
     "command": ["redis-server", "--cluster-enabled", "yes", "--protected-mode", "no"],
     "readinessProbe": {"tcpSocket": {"port": 6379}, "periodSeconds": 1}}]}}}}]})json";

std::string PodOf(const std::string& node) {
  return "redis-cluster-" + node.substr(node.rfind('-') + 1);
}

}  // namespace

KubeTarget& KindTarget() {
  static KubeTarget target;
  return target;
}

std::string ReadKindArguments(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument.rfind("--context=", 0) == 0)
      KindTarget().context = argument.substr(10);
    if (argument.rfind("--kubeconfig=", 0) == 0) {
      KindTarget().kubeconfig = argument.substr(13);
    }
  }
  return KindTarget().context.empty()
             ? "name the kind cluster that may be broken: --test_arg=--context=NAME, "
               "--test_arg=--kubeconfig=FILE"
             : "";
}

bool Await(const std::function<bool()>& holds, Nanos limit) {
  const Nanos until = MonotonicNow() + limit;
  while (!holds()) {
    if (MonotonicNow() >= until) return false;
    std::this_thread::sleep_for(milliseconds(200));
  }
  return true;
}

KindRedis::KindRedis(const Kubectl& kubectl)
    : kubectl_(kubectl),
      pods_(kubectl, {{"redis-0", PodOf("redis-0")}, {"redis-1", PodOf("redis-1")}}),
      machines_(kubectl, *this) {}

Result<std::unique_ptr<KindRedis>> KindRedis::Deploy(const std::string& name_space,
                                                     const json& labels) {
  std::unique_ptr<KindRedis> redis(new KindRedis(Kubectl(KindTarget()).In(name_space)));
  const json space = {{"apiVersion", "v1"},
                      {"kind", "Namespace"},
                      {"metadata", {{"name", name_space}, {"labels", labels}}}};
  for (const std::string& objects : {space.dump(), std::string(kObjects)}) {
    // The account of a new namespace takes a moment.
    Status applied = Status::Ok();
    const bool ok = Await(
        [&] {
          applied = redis->kubectl_.Run({"apply", "--filename=-"}, objects).status();
          return applied.ok();
        },
        seconds(20));
    if (!ok) return applied;
  }
  const Status ready = redis->AwaitReady();
  if (!ready.ok()) return ready;
  return redis;
}

KindRedis::~KindRedis() {
  const auto removed = kubectl_.Run(
      {"delete", "namespace", kubectl_.target().name_space, "--ignore-not-found"}, "",
      seconds(120));
  static_cast<void>(removed.ok());
}

Status KindRedis::AwaitReady() {
  for (const std::string& node : nodes_) {
    const bool ready = Await(
        [&] {
          const auto pod = pods_.Look(node);
          return pod.ok() && pod->ready && Command(node, {"PING"}, seconds(1)).ok();
        },
        seconds(120));
    if (!ready) return Status::Error(node + " is not ready");
  }
  return Status::Ok();
}

Endpoint KindRedis::ClientEndpoint(const std::string& node) const {
  const auto place = Find(node);
  return {place.ok() ? place->address : "", client_port()};
}

Result<PodPlace> KindRedis::Find(const std::string& name) const {
  const auto pod = kubectl_.Json({"get", "pod", PodOf(name), "--output=json"});
  if (!pod.ok()) return pod.status();
  return PodPlace{.name = PodOf(name),
                  .uid = (*pod)["metadata"].value("uid", ""),
                  .container_id = "",
                  .machine = (*pod)["spec"].value("nodeName", ""),
                  .address = (*pod)["status"].value("podIP", "")};
}

Result<Reply> KindRedis::Command(const std::string& node,
                                 const std::vector<std::string>& command, Nanos) {
  const Endpoint at = ClientEndpoint(node);
  if (at.host.empty()) return Status::Error(node + " has no address");
  std::vector<std::string> line = {"exec", "observer",  "--", "timeout",
                                   "1",    "redis-cli", "-h", at.host};
  line.insert(line.end(), command.begin(), command.end());
  const auto printed = kubectl_.Run(line);
  if (!printed.ok()) return printed.status();
  Reply reply;
  reply.type = ReplyType::kString;
  reply.text = printed->substr(0, printed->find_last_not_of('\n') + 1);
  return reply;
}

std::string KindRedis::ProbeClientPort(const std::string& node, Nanos) {
  const std::string script =
      "timeout 1 bash -c '</dev/tcp/" + ClientEndpoint(node).host +
      "/6379' 2>/tmp/why && echo accepted || { [ $? = 124 ] && echo timed out || "
      "cat /tmp/why; }";
  const auto printed = kubectl_.Run({"exec", "observer", "--", "bash", "-c", script});
  if (!printed.ok()) return printed.message();
  return *printed == "accepted\n" ? "" : *printed;
}

}  // namespace slotquake
