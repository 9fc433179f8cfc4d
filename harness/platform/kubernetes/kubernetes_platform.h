#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBERNETES_PLATFORM_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBERNETES_PLATFORM_H_

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/platform/kubernetes/kubernetes_cluster.h"
#include "harness/platform/kubernetes/kubernetes_site.h"
#include "harness/platform/kubernetes/manifests.h"
#include "harness/platform/kubernetes/pod_watch.h"
#include "harness/platform/platform.h"
#include "harness/worker/worker_client.h"

namespace slotquake {

// What one trial is told besides its cluster's form.
struct KubernetesOptions {
  std::string id{};       // of the trial, of letters for names and labels
  std::string overlay{};  // of deploy/kubernetes/overlays; "": the scenario's
  // A namespace that is there and stays; "": one of the trial's own.
  std::string name_space{};
  std::string server_image{};      // "": the overlay's, or the engine's usual one
  int clients = 1;                 // workers that generate load
  std::filesystem::path folder{};  // the trial's: manifests.json goes to kubernetes/
};

// The folder of an overlay that this server ("v1.20.2") understands: OVERLAY, or where
// there is one OVERLAY-before-1.21. `overlays`: where they are.
std::string OverlayFor(const std::filesystem::path& overlays,
                       const std::string& overlay, const std::string& server_version);

// What of these objects, as the API has them, is not the run's own, a line each
// ("StatefulSet redis-cluster, of run 20261125t021500z-41"). Pure.
std::string ForeignObjects(const nlohmann::json& list, const std::string& run);

// "20261125T021500Z-42" and 2 become "20261125t021500z-42-2"; of a run with one trial
// (0) "20261125t021500z-42". Pure.
std::string KubernetesId(const std::string& run, int trial);

// One cluster in pods of a namespace of its own, with workers and agents beside it; or
// workers and agents alone, for a cluster that is there already ("attach"). Agents are
// privileged, and only there if a fault needs them. Not thread-safe.
class KubernetesPlatform : public Platform {
 public:
  // `stop` ends waiting, with an error; `hurry` lets TearDown() not wait. `site` must
  // outlive this.
  KubernetesPlatform(const KubernetesSite& site, KubernetesOptions options,
                     Narrator narrator, std::function<bool()> stop,
                     std::function<bool()> hurry);

  std::string name() const override { return "kubernetes"; }
  std::map<std::string, std::string> Environment() const override;
  Result<std::unique_ptr<Cluster>> Deploy(const ClusterSpec& spec,
                                          std::uint64_t seed) override;
  Result<std::vector<Reach>> StartWorkers(
      const std::vector<WorkerSpec>& workers) override;
  Result<Endpoint> StartHitCounter(const std::vector<Endpoint>& seeds,
                                   int timeout_ms) override;
  Status TearDown() override;
  std::string HowToEnter() const override;

 private:
  Result<Manifests> Render(const std::string& folder) const;
  Result<Manifests> RenderAll(const std::string& overlay) const;
  Status Plan(const ClusterSpec& spec);
  Status FindAttached(const AttachSpec& attach);
  Status MakeNamespace();
  // Of one that is somebody else's: whether the run has its place there.
  Status EnterNamespace();
  Status RefuseForeign() const;
  Status Apply(const Manifests& manifests) const;
  Status AwaitRollout(int agents);
  Status MeetObserver();
  bool IsLent() const { return !options_.name_space.empty(); }
  std::unique_ptr<Cluster> MakeCluster();
  Powers MakePowers() const;

  const KubernetesSite& site_;
  const KubernetesOptions options_;
  const Narrator narrator_;
  const std::function<bool()> stop_;
  const std::function<bool()> hurry_;
  const std::string name_space_;
  const Kubectl own_;  // in the run's namespace
  Kubectl servers_;    // in that of the servers
  std::optional<AttachSpec> attach_;
  std::string password_;
  std::string server_image_;
  std::vector<std::pair<std::string, std::string>> nodes_;  // and their pods
  Manifests manifests_;
  Manifests hit_counter_;
  bool deployed_ = false;  // something may be there
  bool by_api_ = false;    // no fault needs agents
  std::shared_ptr<PodWatch> watch_;
  std::map<std::string, Reach> workers_;
  std::optional<WorkerClient> observer_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBERNETES_PLATFORM_H_
