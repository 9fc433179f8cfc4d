#include "harness/platform/kubernetes/kubernetes_cluster.h"

#include <utility>

namespace slotquake {
namespace {

// Each node costs a process; of larger clusters the logs that pods still have must do.
constexpr std::size_t kFollowedNodes = 20;

}  // namespace

KubernetesCluster::KubernetesCluster(const Kubectl& servers, std::string container,
                                     std::shared_ptr<PodWatch> watch,
                                     ControlPlane control, Powers powers)
    : servers_(servers),
      container_(std::move(container)),
      watch_(std::move(watch)),
      control_(std::move(control)),
      powers_(std::move(powers)) {
  if (watch_->nodes().size() > kFollowedNodes) return;
  logs_ = std::make_unique<LogKeeper>(servers_, container_, watch_);
}

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

std::string KubernetesCluster::PreviousLog(const std::string& node) const {
  const auto pod = watch_->Look(node);
  if (!pod || pod->restarts == 0) return "";
  std::vector<std::string> previous = LogCommand(node);
  previous.push_back("--previous");
  const auto before = servers_.Run(previous);
  return before.ok() ? *before : "";
}

Result<std::string> KubernetesCluster::ReadLog(const std::string& node) const {
  const auto now = servers_.Run(LogCommand(node));
  const std::string text = now.ok() ? *now : "";
  std::string before = logs_ == nullptr ? "" : logs_->Before(node, text);
  if (before.empty()) before = PreviousLog(node);
  if (!now.ok() && before.empty()) return now.status();
  return before + text;
}

std::vector<Observation> KubernetesCluster::TakeObservations() {
  return watch_->TakeObservations();
}

}  // namespace slotquake
