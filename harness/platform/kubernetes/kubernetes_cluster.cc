#include "harness/platform/kubernetes/kubernetes_cluster.h"

#include <utility>

namespace slotquake {

KubernetesCluster::KubernetesCluster(const Kubectl& servers, std::string container,
                                     std::shared_ptr<PodWatch> watch,
                                     ControlPlane control, Powers powers)
    : servers_(servers),
      container_(std::move(container)),
      watch_(std::move(watch)),
      control_(std::move(control)),
      powers_(std::move(powers)) {}

KubernetesCluster::~KubernetesCluster() { watch_->OnMoved(nullptr); }

Endpoint KubernetesCluster::ClientEndpoint(const std::string& node) const {
  return {watch_->LastAddress(node), watch_->client_port()};
}

void KubernetesCluster::OnMoved(
    std::function<void(const std::string& node, const Endpoint& now)> moved) {
  watch_->OnMoved(std::move(moved));
}

Result<Reply> KubernetesCluster::Command(const std::string& node,
                                         const std::vector<std::string>& command,
                                         Nanos limit) {
  const Endpoint at = ClientEndpoint(node);
  if (at.host.empty()) return Status::Error(node + "'s pod has no address yet");
  return control_.command(at, command, limit);
}

std::string KubernetesCluster::ProbeClientPort(const std::string& node, Nanos limit) {
  const Endpoint at = ClientEndpoint(node);
  return at.host.empty() ? "its pod has no address yet" : control_.probe(at, limit);
}

std::vector<std::string> KubernetesCluster::LogCommand(const std::string& node) const {
  std::vector<std::string> line = {"logs", watch_->PodOf(node)};
  if (!container_.empty()) line.push_back("--container=" + container_);
  return line;
}

Result<std::string> KubernetesCluster::ReadLog(const std::string& node) const {
  // The container before this one, if it was restarted; else kubectl has none.
  std::string text;
  const auto pod = watch_->Look(node);
  if (pod && pod->restarts > 0) {
    std::vector<std::string> previous = LogCommand(node);
    previous.push_back("--previous");
    const auto before = servers_.Run(previous);
    if (before.ok()) text = *before;
  }
  const auto now = servers_.Run(LogCommand(node));
  if (now.ok()) return text + *now;
  return text.empty() ? Result<std::string>(now.status()) : Result<std::string>(text);
}

std::vector<Observation> KubernetesCluster::TakeObservations() {
  return watch_->TakeObservations();
}

}  // namespace slotquake
