#include "harness/platform/kubernetes/removal.h"

#include <future>
#include <vector>

#include "harness/platform/kubernetes/manifests.h"
#include "harness/platform/kubernetes/pod_trouble.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kClusterWide =
    "persistentvolumes,storageclasses,clusterroles,clusterrolebindings";

class Removal {
 public:
  Removal(const Kubectl& kubectl, const RunTraces& traces)
      : kubectl_(kubectl),
        inside_(kubectl.In(traces.name_space)),
        traces_(traces),
        selector_("--selector=" + std::string(kRunLabel) + "=" + traces.run) {}

  // Each machine's folder, by the agent there, side by side.
  void RemoveData() const {
    const auto agents =
        inside_.Json({"get", "pods", "--selector=app.kubernetes.io/component=agent",
                      "--output=json"});
    if (!agents.ok()) return;
    std::vector<std::future<void>> removals;
    for (const json& agent : agents->value("items", json::array())) {
      removals.push_back(std::async(std::launch::async, [this, agent] {
        // What can not be reached (a machine that is down) stays.
        const auto removed =
            inside_.Run({"exec", agent["metadata"].value("name", ""), "--", "rm", "-rf",
                         DataFolderOf(traces_.run)});
        static_cast<void>(removed.ok());
      }));
    }
  }

  Status Order() const {
    const auto space = kubectl_.Run({"delete", "namespace", traces_.name_space,
                                     "--wait=false", "--ignore-not-found"});
    if (!space.ok()) return ExplainKubectlError(space.status());
    // Servers need no farewell: their data is gone, and their logs are read. In a
    // namespace that ends no controller makes new ones.
    const auto pods = inside_.Run({"delete", "pods", "--all", "--grace-period=1",
                                   "--wait=false", "--ignore-not-found"});
    static_cast<void>(pods.ok());
    return ExplainKubectlError(kubectl_
                                   .Run({"delete", kClusterWide, selector_,
                                         "--wait=false", "--ignore-not-found"})
                                   .status());
  }

  // One line for each thing that is still there; an error when nobody can tell.
  Result<std::string> Left() const {
    const auto space = kubectl_.Run({"get", "namespace", traces_.name_space,
                                     "--ignore-not-found", "--output=name"});
    if (!space.ok()) return space.status();
    const auto wide = kubectl_.Run(
        {"get", kClusterWide, selector_, "--ignore-not-found", "--output=name"});
    if (!wide.ok()) return wide.status();
    return *space + *wide;
  }

  std::string HowToFinish() const {
    return "remove it with:\n  kubectl delete namespace " + traces_.name_space +
           "\n  kubectl delete " + kClusterWide + " " + selector_;
  }

 private:
  const Kubectl kubectl_;
  const Kubectl inside_;
  const RunTraces traces_;
  const std::string selector_;
};

}  // namespace

Status RemoveRun(const Kubectl& kubectl, const RunTraces& traces, Nanos limit,
                 const std::function<bool()>& hurry) {
  const Removal removal(kubectl, traces);
  const Nanos end = MonotonicNow() + limit;
  if (!hurry()) removal.RemoveData();
  const Status ordered = removal.Order();
  if (!ordered.ok()) {
    return Status::Error("the run's namespace " + traces.name_space +
                         " may still be there (" + ordered.message() + "); " +
                         removal.HowToFinish());
  }
  for (;;) {
    const auto left = removal.Left();
    if (left.ok() && left->empty()) return Status::Ok();
    if (hurry() || MonotonicNow() >= end) {
      return Status::Error((left.ok() ? "still there, but on its way out:\n" + *left
                                      : "whether all is gone can not be told: " +
                                            left.message() + "\n") +
                           removal.HowToFinish());
    }
    std::this_thread::sleep_for(milliseconds(200));
  }
}

}  // namespace slotquake
