#include "harness/platform/kubernetes/machines.h"

#include "harness/platform/kubernetes/machine_cut.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr const char* kControlPlaneLabels[] = {"node-role.kubernetes.io/control-plane",
                                               "node-role.kubernetes.io/master"};

constexpr const char* kCutName = "node";

}  // namespace

Result<std::string> Machines::MachineOf(const std::string& node) {
  const auto place = directory_.Find(node);
  if (!place.ok()) return place.status();
  if (!place->machine.empty()) return place->machine;
  return Status::Error(node + " runs on no machine now");
}

std::string Machines::WhyProtected(const std::string& machine) {
  const auto node = kubectl_.Json({"get", "node", machine, "--output=json"});
  if (!node.ok()) return node.message();
  const json labels = (*node)["metadata"].value("labels", json::object());
  for (const char* label : kControlPlaneLabels) {
    if (labels.contains(label)) return machine + " carries the control plane";
  }
  const auto workers =
      kubectl_.Json({"get", "pods", "--selector=app.kubernetes.io/component=worker",
                     "--field-selector=spec.nodeName=" + machine, "--output=json"});
  if (!workers.ok()) return workers.message();
  for (const json& worker : workers->value("items", json::array())) {
    return machine + " carries the run's own worker " +
           worker["metadata"].value("name", "");
  }
  return "";
}

Result<KindCluster> Machines::Kind() {
  if (kind_) return *kind_;
  auto kind = KindCluster::Of(kubectl_, docker_);
  if (kind.ok()) kind_ = *kind;
  return kind;
}

Status Machines::CheckPower() {
  return Kind().status().Annotate(
      "only machines of a kind cluster can be stopped and paused");
}

Status Machines::CheckCut() {
  const auto kind = Kind();
  if (kind.ok()) return Status::Ok();
  return ControlPlaneAddresses().status().Annotate("machines can not be cut here (" +
                                                   kind.message() + ")");
}

Result<AgentClient> Machines::Agent(const std::string& machine) const {
  const auto agent = directory_.AgentOn(machine);
  if (!agent.ok()) return agent.status();
  return AgentClient(*agent);
}

Result<std::vector<std::string>> Machines::ControlPlaneAddresses() const {
  std::vector<std::string> addresses;
  for (const char* label : kControlPlaneLabels) {
    const auto nodes = kubectl_.Json(
        {"get", "nodes", "--selector=" + std::string(label), "--output=json"});
    if (!nodes.ok()) return nodes.status();
    for (const json& node : nodes->value("items", json::array())) {
      for (const json& address : node["status"].value("addresses", json::array())) {
        if (address.value("type", "") == "InternalIP") {
          addresses.push_back(address.value("address", ""));
        }
      }
    }
  }
  if (!addresses.empty()) return addresses;
  return Status::Error(
      "no machine says that it carries the control plane, without "
      "whose address a cut machine could not be reached to heal it");
}

Status Machines::Stop(const std::string& machine) {
  const auto kind = Kind();
  return kind.ok() ? kind->Stop(machine) : CheckPower();
}

Status Machines::Start(const std::string& machine) {
  const auto kind = Kind();
  return kind.ok() ? kind->Start(machine) : CheckPower();
}

Status Machines::Pause(const std::string& machine) {
  const auto kind = Kind();
  return kind.ok() ? kind->Pause(machine) : CheckPower();
}

Status Machines::Resume(const std::string& machine) {
  const auto kind = Kind();
  return kind.ok() ? kind->Resume(machine) : CheckPower();
}

Result<MachineState> Machines::State(const std::string& machine) {
  const auto kind = Kind();
  if (!kind.ok()) return CheckPower();
  return kind->State(machine);
}

Status Machines::Cut(const std::string& machine) {
  const auto kind = Kind();
  if (kind.ok()) return CutMachine(*kind, machine);
  const auto allow = ControlPlaneAddresses();
  if (!allow.ok()) return allow.status();
  const auto agent = Agent(machine);
  if (!agent.ok()) return agent.status();
  return agent
      ->CutMachine(
          {.name = kCutName, .limit = kCutLimit, .allow = *allow, .interfaces = {}})
      .status();
}

Status Machines::Heal(const std::string& machine) {
  const auto kind = Kind();
  if (kind.ok()) return HealMachine(*kind, machine);
  const auto agent = Agent(machine);
  return agent.ok() ? agent->HealMachine(kCutName) : agent.status();
}

Result<std::int64_t> Machines::Stopped(const std::string& machine) {
  const auto kind = Kind();
  if (kind.ok()) return PacketsStopped(*kind, machine);
  const auto agent = Agent(machine);
  if (!agent.ok()) return agent.status();
  return agent->StoppedAtMachine(kCutName);
}

Status Machines::Drain(const std::string& machine) {
  const std::string limit = "--timeout=" + std::to_string(kDrainLimit.count()) + "s";
  const auto drain = [&](const std::string& empty_dirs) {
    return kubectl_
        .Run({"drain", machine, "--ignore-daemonsets", empty_dirs, limit}, "",
             kDrainLimit + std::chrono::seconds(15))
        .status();
  };
  const Status drained = drain("--delete-emptydir-data");
  // kubectl before 1.20 has another word for it.
  const bool old = drained.message().find("unknown flag") != std::string::npos;
  return old ? drain("--delete-local-data") : drained;
}

Status Machines::Uncordon(const std::string& machine) {
  return kubectl_.Run({"uncordon", machine}).status();
}

Result<bool> Machines::IsCordoned(const std::string& machine) {
  const auto node = kubectl_.Json({"get", "node", machine, "--output=json"});
  if (!node.ok()) return node.status();
  return node->value("spec", json::object()).value("unschedulable", false);
}

}  // namespace slotquake
