#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBERNETES_SITE_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBERNETES_SITE_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/platform/kubernetes/kubectl.h"

namespace slotquake {

// What a person chose about the Kubernetes cluster of a run.
struct SiteOptions {
  std::string context{};            // "": a kind cluster of the run's own
  std::string kubeconfig{};         // "": kubectl's default
  std::string images = "auto";      // where a kind cluster's images come from
  std::string image{};              // of this program; "": built and loaded, on kind
  std::filesystem::path deploy{};   // the folder deploy/
  std::filesystem::path program{};  // this program's own file
  std::filesystem::path folder{};   // the run's
  std::string id{};                 // the run's, of letters for names
};

// How the platform tells a person what it does: lines that stay, and one that is
// rewritten.
struct Narrator {
  std::function<void(const std::string&)> say;
  std::function<void(const std::string&)> show;
};

struct MachineInfo {
  std::string name;
  std::string version;  // of the kubelet
  std::string system;   // "Debian GNU/Linux 12 (bookworm)"
  std::string kernel;
};

// The Kubernetes cluster in which the trials of a run happen: one that somebody named,
// which is left as it was, or one that is made with kind and deleted again. Not
// thread-safe.
class KubernetesSite {
 public:
  // Makes the cluster if it must, looks whether it answers, and brings this program's
  // image to it. `stop` ends it early, with an error. After an error nothing is left.
  static Result<std::unique_ptr<KubernetesSite>> Open(
      const SiteOptions& options, const Narrator& narrator,
      const std::function<bool()>& stop);

  // Deletes the cluster if it was made here. May be called again.
  Status Close();

  // In no particular namespace.
  const Kubectl& kubectl() const { return kubectl_; }
  const std::string& image() const { return image_; }
  const std::string& server_version() const { return server_version_; }
  const std::vector<MachineInfo>& machines() const { return machines_; }
  const SiteOptions& options() const { return options_; }
  // The name of the kind cluster; "" where it is none.
  const std::string& kind_name() const { return kind_name_; }
  // For a kept cluster of the run's own: how to use it again and how to delete it.
  std::string HowToReuse() const;

 private:
  KubernetesSite(const SiteOptions& options, const Kubectl& kubectl)
      : options_(options), kubectl_(kubectl) {}

  Status Make(const Narrator& narrator, const std::function<bool()>& stop);
  Status Examine();
  Status BringImage(const Narrator& narrator, const std::function<bool()>& stop);
  std::string KindScript() const;

  SiteOptions options_;
  Kubectl kubectl_;
  bool own_ = false;  // it was made here, and is there
  std::string image_;
  std::string kind_name_;
  std::string server_version_;
  std::vector<MachineInfo> machines_;
};

// The name of the kind cluster that a machine with this provider id belongs to:
// "kind://docker/NAME/MACHINE"; "" where it is none. Pure.
std::string KindNameOf(const std::string& provider_id);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_KUBERNETES_SITE_H_
