#include "harness/platform/kubernetes/kind_cluster.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "harness/base/subprocess.h"

namespace slotquake {
namespace {

constexpr const char* kClusterLabel = "io.x-k8s.kind.cluster";

std::vector<std::string> SortedWords(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

// The machine id of the API's nodes, by name.
Result<std::map<std::string, std::string>> MachineIds(const Kubectl& kubectl) {
  const auto nodes = kubectl.Json({"get", "nodes", "-o", "json"});
  if (!nodes.ok()) return nodes.status();
  std::map<std::string, std::string> ids;
  for (const auto& node : nodes->value("items", nlohmann::json::array())) {
    ids[node["metadata"]["name"]] = node["status"]["nodeInfo"].value("machineID", "");
  }
  return ids;
}

// What `docker inspect` is to print of a container, and that line read.
constexpr const char* kInspectFormat =
    "--format={{.State.Status}} {{index .Config.Labels \"io.x-k8s.kind.cluster\"}}";

struct Inspected {
  std::string state;
  std::string cluster;  // "": no container of kind
};

Inspected ReadInspected(const std::string& line) {
  std::istringstream in(line);
  Inspected seen;
  in >> seen.state >> seen.cluster;
  return seen;
}

}  // namespace

Result<KindCluster> KindCluster::Of(const Kubectl& kubectl, const std::string& docker) {
  const auto ids = MachineIds(kubectl);
  if (!ids.ok()) return ids.status();
  std::string cluster;
  bool confirmed = false;
  for (const auto& [machine, id] : *ids) {
    const auto printed =
        RunCommand({docker, "inspect", "--type=container", kInspectFormat, machine});
    const Inspected seen = printed.ok() ? ReadInspected(*printed) : Inspected();
    if (seen.cluster.empty() || (!cluster.empty() && seen.cluster != cluster)) {
      return Status::Error(machine +
                           " is no container of kind in the Docker engine here" +
                           (printed.ok() ? "" : " (" + printed.message() + ")"));
    }
    cluster = seen.cluster;
    if (confirmed || seen.state != "running") continue;
    const auto own = RunCommand({docker, "exec", machine, "cat", "/etc/machine-id"});
    confirmed = own.ok() && !id.empty() && own->substr(0, id.size()) == id;
  }
  if (confirmed) return KindCluster(cluster, docker);
  return Status::Error(
      "the containers of these names are other machines than those that "
      "the API server tells of");
}

Result<std::vector<std::string>> KindCluster::AllNames(const std::string& docker) {
  const auto labels = RunCommand({docker, "ps", "--all", "--filter",
                                  std::string("label=") + kClusterLabel, "--format",
                                  "{{.Label \"" + std::string(kClusterLabel) + "\"}}"});
  if (!labels.ok()) return labels.status();
  return SortedWords(*labels);
}

Result<std::string> KindCluster::Docker(const std::vector<std::string>& arguments,
                                        const std::string& input, Nanos limit) const {
  std::vector<std::string> command = {docker_};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunCommand(command, input, limit);
}

Result<std::vector<std::string>> KindCluster::Machines() const {
  const auto names = Docker({"ps", "--all", "--filter",
                             "label=" + std::string(kClusterLabel) + "=" + name_,
                             "--format", "{{.Names}}"});
  if (!names.ok()) return names.status();
  return SortedWords(*names);
}

Result<MachineState> KindCluster::State(const std::string& machine) const {
  const auto printed = Docker({"inspect", "--type=container", kInspectFormat, machine});
  if (!printed.ok()) return printed.status();
  const Inspected seen = ReadInspected(*printed);
  if (seen.cluster != name_) {
    return Status::Error("container " + machine +
                         " is no machine of the kind cluster " + name_);
  }
  if (seen.state == "paused") return MachineState::kPaused;
  return seen.state == "running" ? MachineState::kRunning : MachineState::kStopped;
}

Status KindCluster::Stop(const std::string& machine) const {
  const auto state = State(machine);
  if (!state.ok()) return state.status();
  if (*state == MachineState::kStopped) return Status::Ok();
  const auto killed = Docker({"kill", "--signal=KILL", machine});
  if (!killed.ok()) return killed.status();
  // `docker kill` returns when the signal is sent.
  return Docker({"wait", machine}).status();
}

Status KindCluster::Start(const std::string& machine) const {
  const auto state = State(machine);
  if (!state.ok()) return state.status();
  if (*state == MachineState::kPaused) return Resume(machine);
  return Docker({"start", machine}, "", std::chrono::seconds(60)).status();
}

Status KindCluster::Pause(const std::string& machine) const {
  const auto state = State(machine);
  if (!state.ok()) return state.status();
  if (*state == MachineState::kPaused) return Status::Ok();
  return Docker({"pause", machine}).status();
}

Status KindCluster::Resume(const std::string& machine) const {
  const auto state = State(machine);
  if (!state.ok()) return state.status();
  if (*state != MachineState::kPaused) return Status::Ok();
  return Docker({"unpause", machine}).status();
}

Result<std::string> KindCluster::Shell(const std::string& machine,
                                       const std::string& script, Nanos limit) const {
  const auto state = State(machine);
  if (!state.ok()) return state.status();
  if (*state != MachineState::kRunning) {
    return Status::Error(machine + " does not run");
  }
  return Docker({"exec", "--interactive", machine, "sh", "-eu"}, script, limit);
}

Status KindCluster::Delete() const {
  const auto machines = Machines();
  if (!machines.ok()) return machines.status();
  if (machines->empty()) return Status::Ok();
  std::vector<std::string> remove = {"rm", "--force", "--volumes"};
  remove.insert(remove.end(), machines->begin(), machines->end());
  return Docker(remove, "", std::chrono::seconds(120)).status();
}

}  // namespace slotquake
