#include "harness/platform/kubernetes/kubernetes_site.h"

#include "harness/platform/kubernetes/piped_process.h"
#include "harness/platform/kubernetes/pod_trouble.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::minutes;

constexpr const char* kAirgapKubectl = "/var/cache/slotquake/airgap/bin/kubectl";

// The end of what is told of deploy/kind/cluster where the machine is not able to.
constexpr const char* kCanNot = "exit code 3";

Result<std::string> FindKubectl() {
  auto program = FindProgram("kubectl", "kubernetes-client");
  if (program.ok()) return program;
  std::error_code error;
  if (std::filesystem::exists(kAirgapKubectl, error))
    return std::string(kAirgapKubectl);
  return program;
}

std::string Trimmed(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string Text(const json& object, const char* pointer) {
  return object.value(json::json_pointer(pointer), "");
}

}  // namespace

std::string KindNameOf(const std::string& provider_id) {
  constexpr std::string_view kScheme = "kind://";
  if (!provider_id.starts_with(kScheme)) return "";
  const auto provider_end = provider_id.find('/', kScheme.size());
  if (provider_end == std::string::npos) return "";
  const auto name_end = provider_id.find('/', provider_end + 1);
  return provider_id.substr(provider_end + 1, name_end == std::string::npos
                                                  ? std::string::npos
                                                  : name_end - provider_end - 1);
}

Result<std::unique_ptr<KubernetesSite>> KubernetesSite::Open(
    const SiteOptions& options, const Narrator& narrator,
    const std::function<bool()>& stop) {
  const auto program = FindKubectl();
  const bool make = options.context.empty();
  if (!program.ok() && !make) return program.status();
  KubeTarget target;
  if (program.ok()) target.program = *program;
  target.kubeconfig =
      make ? (options.folder / "kubeconfig").string() : options.kubeconfig;
  target.context = make ? "kind-slotquake-" + options.id : options.context;
  std::unique_ptr<KubernetesSite> site(new KubernetesSite(options, Kubectl(target)));
  Status status = make ? site->Make(narrator, stop) : Status::Ok();
  if (status.ok()) status = site->Examine();
  if (status.ok()) status = site->BringImage(narrator, stop);
  if (status.ok()) return site;
  const Status closed = site->Close();
  return closed.ok() ? status
                     : Status::Error(status.message() + "\n" + closed.message());
}

std::string KubernetesSite::KindScript() const {
  return (options_.deploy / "kind" / "cluster").string();
}

Status KubernetesSite::Make(const Narrator& narrator,
                            const std::function<bool()>& stop) {
  kind_name_ = "slotquake-" + options_.id;
  narrator.say(
      "making a kind cluster of the run's own (--context=NAME uses one that is "
      "there)");
  own_ = true;  // even half a cluster is to be deleted
  const auto made = RunShown(
      {KindScript(), "up", "--name=" + kind_name_,
       "--kubeconfig=" + kubectl_.target().kubeconfig, "--source=" + options_.images},
      minutes(60), stop);
  if (made.message().ends_with(kCanNot)) {
    own_ = false;  // it said why, and has made nothing
    return Status::Error(
        "no kind cluster can be made here; --context=NAME uses a cluster that is "
        "there\n" +
        made.message());
  }
  if (!made.ok()) return made.status();
  // What has been built may have brought the first kubectl of this machine.
  const auto program = FindKubectl();
  if (!program.ok()) return program.status();
  KubeTarget target = kubectl_.target();
  target.program = *program;
  kubectl_ = Kubectl(target);
  return Status::Ok();
}

Status KubernetesSite::Examine() {
  const auto version = kubectl_.Json({"version", "--output=json"});
  if (!version.ok()) return ExplainKubectlError(version.status());
  server_version_ = Text(*version, "/serverVersion/gitVersion");
  const auto machines = kubectl_.Json({"get", "nodes", "--output=json"});
  if (!machines.ok()) return ExplainKubectlError(machines.status());
  for (const json& machine : machines->value("items", json::array())) {
    machines_.push_back({.name = Text(machine, "/metadata/name"),
                         .version = Text(machine, "/status/nodeInfo/kubeletVersion"),
                         .system = Text(machine, "/status/nodeInfo/osImage"),
                         .kernel = Text(machine, "/status/nodeInfo/kernelVersion")});
    // Of one that was made here it is known, and what is deleted depends on it.
    if (!own_) kind_name_ = KindNameOf(Text(machine, "/spec/providerID"));
  }
  return Status::Ok();
}

Status KubernetesSite::BringImage(const Narrator& narrator,
                                  const std::function<bool()>& stop) {
  image_ = options_.image;
  if (!image_.empty()) {
    narrator.say("workers and agents run " + image_ + ", as named");
    return Status::Ok();
  }
  if (kind_name_.empty()) {
    return Status::Error(
        "context " + options_.context +
        " is no kind cluster: push the image that deploy/images/build makes to a "
        "registry that its machines reach, and name it with --image=NAME");
  }
  const auto built = RunShown({(options_.deploy / "images" / "build").string(),
                               "--program=" + options_.program.string()},
                              minutes(10), stop);
  if (!built.ok()) return built.status();
  image_ = Trimmed(*built);
  std::vector<std::string> load = {KindScript(), "load", image_,
                                   "--name=" + kind_name_};
  const auto loaded = RunShown(load, minutes(10), stop);
  if (!loaded.ok()) return loaded.status();
  narrator.say("workers and agents run " + image_ + ", built here and loaded");
  return Status::Ok();
}

Status KubernetesSite::Close() {
  if (!own_) return Status::Ok();
  own_ = false;
  // Not to be interrupted: what is left would stay for good.
  const auto gone = RunShown({KindScript(), "down", "--name=" + kind_name_}, minutes(5),
                             [] { return false; });
  if (gone.ok()) return Status::Ok();
  return Status::Error("the kind cluster " + kind_name_ + " is still there (" +
                       gone.message() + "); delete it with: " + KindScript() +
                       " down --name=" + kind_name_);
}

std::string KubernetesSite::HowToReuse() const {
  if (!own_) return "";
  return "  run again on this cluster:  slotquake run FILE --platform=kubernetes "
         "--kubeconfig=" +
         kubectl_.target().kubeconfig + " --context=" + kubectl_.target().context +
         "\n  delete the cluster:         " + KindScript() +
         " down --name=" + kind_name_ + "\n";
}

}  // namespace slotquake
