#include "harness/platform/kubernetes/removal.h"

#include <algorithm>
#include <future>
#include <vector>

#include "harness/platform/kubernetes/kind_cluster.h"
#include "harness/platform/kubernetes/manifests.h"
#include "harness/platform/kubernetes/pod_trouble.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kClusterWide =
    "persistentvolumes,storageclasses,clusterroles,clusterrolebindings";
// Of those, what the rights for a namespace that is somebody else's reach.
constexpr const char* kClusterWideOfLent = "persistentvolumes,storageclasses";
constexpr const char* kInside =
    "statefulsets,deployments,daemonsets,jobs,pods,services,configmaps,"
    "serviceaccounts,persistentvolumeclaims,poddisruptionbudgets";
constexpr seconds kEndedPatience{5};
constexpr seconds kPatience{10};

bool HasEnded(const json& pod) {
  const std::string phase = pod.value(json::json_pointer("/status/phase"), "");
  if (phase == "Succeeded" || phase == "Failed") return true;
  const json containers =
      pod.value(json::json_pointer("/status/containerStatuses"), json::array());
  return !containers.empty() &&
         std::all_of(containers.begin(), containers.end(), [](const json& container) {
           return container.contains(json::json_pointer("/state/terminated"));
         });
}

// Where a pod has its claimed volumes.
std::vector<std::string> VolumePaths(const json& pod) {
  std::vector<std::string> paths;
  for (const json& volume :
       pod.value(json::json_pointer("/spec/volumes"), json::array())) {
    if (!volume.contains("persistentVolumeClaim")) continue;
    for (const json& mount : pod.value(
             json::json_pointer("/spec/containers/0/volumeMounts"), json::array())) {
      if (mount.value("name", "") == volume.value("name", "-")) {
        paths.push_back(mount.value("mountPath", ""));
      }
    }
  }
  return paths;
}

class Removal {
 public:
  Removal(const Kubectl& kubectl, const RunTraces& traces)
      : kubectl_(kubectl),
        inside_(kubectl.In(traces.name_space)),
        traces_(traces),
        selector_("--selector=" + std::string(kRunLabel) + "=" + traces.run) {}

  // Each machine's folder.
  void RemoveData() const {
    const auto agents =
        inside_.Json({"get", "pods", selector_ + ",app.kubernetes.io/component=agent",
                      "--output=json"});
    if (!agents.ok()) return;
    const json pods = agents->value("items", json::array());
    if (!pods.empty()) {
      ForEach(pods, [this](const json& agent) {
        Exec(agent, {"rm", "-rf", DataFolderOf(traces_.run)});
      });
      return;
    }
    const auto kind = KindCluster::Of(kubectl_);
    if (kind.ok()) {
      RemoveDataOf(*kind);
    } else {
      EmptyVolumes();
    }
  }

  Status Order() const {
    if (traces_.lent) {
      const auto gone = inside_.Run(
          {"delete", kInside, selector_, "--wait=false", "--ignore-not-found"});
      if (!gone.ok()) return ExplainKubectlError(gone.status());
    } else {
      const auto space = kubectl_.Run({"delete", "namespace", traces_.name_space,
                                       "--wait=false", "--ignore-not-found"});
      if (!space.ok()) return ExplainKubectlError(space.status());
    }
    // Servers need no farewell: their data is gone, and their logs are read. Their
    // controllers go too, so that nobody makes new ones.
    DeletePods({"--selector=" + std::string(kRunLabel) + "=" + traces_.run,
                "--grace-period=1"});
    return ExplainKubectlError(kubectl_
                                   .Run({"delete", ClusterWide(), selector_,
                                         "--wait=false", "--ignore-not-found"})
                                   .status());
  }

  // Takes those pods out of the API that have waited for it since `ordered`.
  void ForcePods(Nanos ordered) const {
    const Nanos waited = MonotonicNow() - ordered;
    if (waited < kEndedPatience) return;
    const auto pods = inside_.Json({"get", "pods", selector_, "--output=json"});
    if (!pods.ok()) return;
    std::vector<std::string> names;
    for (const json& pod : pods->value("items", json::array())) {
      if (waited >= kPatience || HasEnded(pod)) {
        names.push_back(pod["metadata"].value("name", ""));
      }
    }
    if (names.empty()) return;
    names.insert(names.end(), {"--force", "--grace-period=0"});
    DeletePods(names);
  }

  // One line for each thing that is still there; an error when nobody can tell.
  Result<std::string> Left() const {
    const auto space = traces_.lent
                           ? inside_.Run({"get", kInside, selector_,
                                          "--ignore-not-found", "--output=name"})
                           : kubectl_.Run({"get", "namespace", traces_.name_space,
                                           "--ignore-not-found", "--output=name"});
    if (!space.ok()) return space.status();
    const auto wide = kubectl_.Run(
        {"get", ClusterWide(), selector_, "--ignore-not-found", "--output=name"});
    if (!wide.ok()) return wide.status();
    return *space + *wide;
  }

  std::string HowToFinish() const {
    const std::string inside = traces_.lent
                                   ? "kubectl --namespace=" + traces_.name_space +
                                         " delete " + kInside + " " + selector_
                                   : "kubectl delete namespace " + traces_.name_space;
    return "remove it with:\n  " + inside + "\n  kubectl delete " + ClusterWide() +
           " " + selector_;
  }

 private:
  std::string ClusterWide() const {
    return traces_.lent ? kClusterWideOfLent : kClusterWide;
  }

  void ForEach(const json& pods, const std::function<void(const json&)>& act) const {
    std::vector<std::future<void>> all;
    for (const json& pod : pods) {
      all.push_back(std::async(std::launch::async, [&act, &pod] { act(pod); }));
    }
  }

  // What can not be reached (a machine that is down) stays.
  void Exec(const json& pod, std::vector<std::string> command) const {
    command.insert(command.begin(), {"exec", pod["metadata"].value("name", ""), "--"});
    const auto done = inside_.Run(command);
    static_cast<void>(done.ok());
  }

  void RemoveDataOf(const KindCluster& kind) const {
    const auto machines = kind.Machines();
    if (!machines.ok()) return;
    for (const std::string& machine : *machines) {
      const auto done = kind.Shell(machine, "rm -rf " + DataFolderOf(traces_.run));
      static_cast<void>(done.ok());
    }
  }

  void EmptyVolumes() const {
    const auto servers =
        inside_.Json({"get", "pods", selector_ + ",app.kubernetes.io/component=server",
                      "--output=json"});
    if (!servers.ok()) return;
    ForEach(servers->value("items", json::array()), [this](const json& server) {
      for (const std::string& path : VolumePaths(server)) {
        Exec(server, {"find", path, "-mindepth", "1", "-delete"});
      }
    });
  }

  void DeletePods(std::vector<std::string> which) const {
    which.insert(which.begin(), {"delete", "pods"});
    which.insert(which.end(), {"--wait=false", "--ignore-not-found"});
    const auto deleted = inside_.Run(which);
    static_cast<void>(deleted.ok());
  }

  const Kubectl kubectl_;
  const Kubectl inside_;
  const RunTraces traces_;
  const std::string selector_;
};

}  // namespace

Status RemoveRun(const Kubectl& kubectl, const RunTraces& traces, Nanos limit,
                 const std::function<bool()>& hurry) {
  const Removal removal(kubectl, traces);
  const Nanos begin = MonotonicNow();
  if (!hurry()) removal.RemoveData();
  const Status ordered = removal.Order();
  if (!ordered.ok()) {
    return Status::Error("what the run made in namespace " + traces.name_space +
                         " may still be there (" + ordered.message() + "); " +
                         removal.HowToFinish());
  }
  const Nanos since = MonotonicNow();
  Nanos looked = since;
  for (;;) {
    const auto left = removal.Left();
    if (left.ok() && left->empty()) return Status::Ok();
    if (hurry() || MonotonicNow() >= begin + limit) {
      return Status::Error((left.ok() ? "still there, but on its way out:\n" + *left
                                      : "whether all is gone can not be told: " +
                                            left.message() + "\n") +
                           removal.HowToFinish());
    }
    if (MonotonicNow() - looked >= seconds(2)) {
      looked = MonotonicNow();
      removal.ForcePods(since);
    }
    std::this_thread::sleep_for(milliseconds(200));
  }
}

}  // namespace slotquake
