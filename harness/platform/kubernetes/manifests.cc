#include "harness/platform/kubernetes/manifests.h"

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>

#include "harness/platform/kubernetes/json_splitter.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr const char* kComponentLabel = "app.kubernetes.io/component";
constexpr const char* kManagedByLabel = "app.kubernetes.io/managed-by";
constexpr const char* kOwnImageInManifests = "slotquake:dev";
constexpr int kLabelledVolumes = 6;  // that deploy/kind/cluster gives to machines

std::string KindOf(const json& object) { return object.value("kind", ""); }

std::string NameOf(const json& object) {
  return object.value(json::json_pointer("/metadata/name"), "");
}

std::string LabelOf(const json& object, const std::string& label) {
  const json labels =
      object.value(json::json_pointer("/metadata/labels"), json::object());
  return labels.is_object() ? labels.value(label, "") : "";
}

bool IsNamespaced(const std::string& kind) {
  static const std::set<std::string> kWithout = {"ClusterRole",   "ClusterRoleBinding",
                                                 "Namespace",     "PersistentVolume",
                                                 "PriorityClass", "StorageClass"};
  return !kWithout.contains(kind);
}

// Where a pod's template is in an object; nullptr where it has none. A Pod is its own.
json* TemplateOf(json& object) {
  if (KindOf(object) == "Pod") return &object;
  const json::json_pointer at("/spec/template");
  return object.contains(at) ? &object[at] : nullptr;
}

bool IsServers(const json& object) {
  return KindOf(object) == "StatefulSet" &&
         LabelOf(object, kComponentLabel) == "server";
}

bool IsClients(const json& object) {
  return (KindOf(object) == "StatefulSet" || KindOf(object) == "Job") &&
         LabelOf(object.value(json::json_pointer("/spec/template"), json::object()),
                 "slotquake/worker") == "client";
}

// "redis-cluster-data-3" becomes "redis-cluster-data-7".
std::string Renumbered(const std::string& text, int number) {
  const auto dash = text.rfind('-');
  return text.substr(0, dash + 1) + std::to_string(number);
}

int NumberOf(const std::string& text) {
  const auto dash = text.rfind('-');
  return dash == std::string::npos ? -1 : std::atoi(text.c_str() + dash + 1);
}

// Which of the labelled volumes' machines carries node `index`: of master m and its
// r-th replica not the same, as far as there are machines.
int VolumeLabelFor(int index, const ManifestPlan& plan) {
  if (plan.nodes == kLabelledVolumes && plan.masters * 2 == plan.nodes) return index;
  const int master = index % plan.masters;
  const int rank = index / plan.masters;
  return (master + rank) % 3;
}

void SetVolumeMachine(json& volume, int label) {
  const json::json_pointer terms("/spec/nodeAffinity/required/nodeSelectorTerms");
  if (!volume.contains(terms)) return;
  for (json& term : volume[terms]) {
    if (!term.contains("matchExpressions")) continue;
    for (json& expression : term["matchExpressions"]) {
      const std::string key = expression.value("key", "");
      if (key.starts_with("slotquake/volume-")) {
        expression["key"] = Renumbered(key, label);
      }
    }
  }
}

// As many volumes as nodes, each like the manifests' own of its number.
void PlanVolumes(Manifests& manifests, const ManifestPlan& plan) {
  Manifests own;
  std::erase_if(manifests, [&own](const json& object) {
    const bool is = KindOf(object) == "PersistentVolume";
    if (is) own.push_back(object);
    return is;
  });
  if (own.empty()) return;
  std::sort(own.begin(), own.end(), [](const json& a, const json& b) {
    return NumberOf(NameOf(a)) < NumberOf(NameOf(b));
  });
  for (int i = 0; i < plan.nodes; ++i) {
    json volume = own[static_cast<std::size_t>(i) % own.size()];
    volume["metadata"]["name"] = Renumbered(NameOf(volume), i);
    const json::json_pointer path("/spec/hostPath/path");
    if (volume.contains(path)) {
      const std::string folder = volume[path].get<std::string>();
      volume[path] = DataFolderOf(plan.run) + "/" +
                     Renumbered(folder.substr(folder.rfind('/') + 1), i);
    }
    const json::json_pointer claim("/spec/claimRef");
    if (volume.contains(claim)) {
      volume[claim]["namespace"] = plan.name_space;
      volume[claim]["name"] = Renumbered(volume[claim].value("name", ""), i);
    }
    SetVolumeMachine(volume, VolumeLabelFor(i, plan));
    manifests.push_back(std::move(volume));
  }
}

void Relabel(json& metadata, const ManifestPlan& plan) {
  metadata["labels"][kManagedByLabel] = "slotquake";
  metadata["labels"][kRunLabel] = plan.run;
}

// A reference to what has no namespace follows its new name, if it is the run's own.
void Follow(json& object, const char* pointer,
            const std::map<std::string, std::string>& renamed) {
  const json::json_pointer at(pointer);
  if (!object.contains(at) || !object[at].is_string()) return;
  const auto found = renamed.find(object[at].get<std::string>());
  if (found != renamed.end()) object[at] = found->second;
}

void RenameClusterWide(Manifests& manifests, const ManifestPlan& plan) {
  std::map<std::string, std::map<std::string, std::string>> renamed;  // by kind
  for (json& object : manifests) {
    if (IsNamespaced(KindOf(object))) continue;
    const std::string old = NameOf(object);
    const std::string fresh = "slotquake-" + plan.run + "-" + old;
    renamed[KindOf(object)][old] = fresh;
    object["metadata"]["name"] = fresh;
  }
  for (json& object : manifests) {
    Follow(object, "/spec/storageClassName", renamed["StorageClass"]);
    Follow(object, "/roleRef/name", renamed["ClusterRole"]);
    if (json* pods = TemplateOf(object)) {
      Follow(*pods, "/spec/priorityClassName", renamed["PriorityClass"]);
    }
    const json::json_pointer claims("/spec/volumeClaimTemplates");
    if (object.contains(claims)) {
      for (json& claim : object[claims]) {
        Follow(claim, "/spec/storageClassName", renamed["StorageClass"]);
      }
    }
    if (object.contains("subjects")) {
      for (json& subject : object["subjects"]) subject["namespace"] = plan.name_space;
    }
  }
}

void SetImages(json& object, const ManifestPlan& plan) {
  json* pods = TemplateOf(object);
  if (pods == nullptr) return;
  bool first = true;
  for (json& container : (*pods)["spec"]["containers"]) {
    if (container.value("image", "") == kOwnImageInManifests) {
      if (!plan.own_image.empty()) container["image"] = plan.own_image;
    } else if (first && IsServers(object)) {
      if (!plan.server_image.empty()) container["image"] = plan.server_image;
      if (plan.server_program.empty() || !container.contains("command")) continue;
      for (json& word : container["command"]) {
        if (word == "redis-server") word = plan.server_program;
      }
    }
    first = false;
  }
}

void LabelAndPlace(json& object, const ManifestPlan& plan) {
  Relabel(object["metadata"], plan);
  if (IsNamespaced(KindOf(object))) object["metadata"]["namespace"] = plan.name_space;
  if (json* pods = TemplateOf(object)) Relabel((*pods)["metadata"], plan);
  const json::json_pointer claims("/spec/volumeClaimTemplates");
  if (object.contains(claims)) {
    for (json& claim : object[claims]) Relabel(claim["metadata"], plan);
  }
}

void SetClients(json& object, int clients) {
  if (KindOf(object) == "Job") {
    object["spec"]["completions"] = object["spec"]["parallelism"] = clients;
  } else {
    object["spec"]["replicas"] = clients;
  }
}

Status SetServers(Manifests& manifests, const ManifestPlan& plan) {
  bool has_servers = false;
  bool has_settings = false;
  for (json& object : manifests) {
    if (IsServers(object)) {
      has_servers = true;
      object["spec"]["replicas"] = plan.nodes;
    }
    if (IsClients(object)) SetClients(object, plan.clients);
    const json::json_pointer conf("/data/redis.conf");
    if (KindOf(object) == "ConfigMap" && object.contains(conf)) {
      has_settings = true;
      object[conf] = WithSettings(object[conf].get<std::string>(), plan.settings);
    }
  }
  if (plan.nodes == 0) return Status::Ok();
  if (!has_servers) {
    return Status::Error(
        "the manifests have no StatefulSet with the label "
        "app.kubernetes.io/component=server");
  }
  if (!has_settings) {
    return Status::Error("the manifests have no ConfigMap with a redis.conf");
  }
  return Status::Ok();
}

}  // namespace

std::string DataFolderOf(const std::string& run) {
  return "/var/local/slotquake/" + run;
}

Result<Manifests> ReadManifests(std::string_view printed) {
  JsonSplitter splitter;
  Manifests manifests;
  for (json& object : splitter.Feed(printed)) {
    if (!object.value("kind", "").ends_with("List") || !object.contains("items")) {
      manifests.push_back(std::move(object));
      continue;
    }
    for (json& item : object["items"]) manifests.push_back(std::move(item));
  }
  if (splitter.broken() > 0 || splitter.IsInside()) {
    return Status::Error("kubectl printed manifests that are no whole JSON");
  }
  if (manifests.empty()) return Status::Error("there are no manifests");
  return manifests;
}

Result<Manifests> AdaptManifests(Manifests manifests, const ManifestPlan& plan) {
  std::erase_if(manifests,
                [](const json& object) { return KindOf(object) == "Namespace"; });
  const Status status = SetServers(manifests, plan);
  if (!status.ok()) return status;
  PlanVolumes(manifests, plan);
  RenameClusterWide(manifests, plan);
  for (json& object : manifests) {
    SetImages(object, plan);
    LabelAndPlace(object, plan);
  }
  return manifests;
}

int MinorVersion(const std::string& server_version) {
  static const std::regex kVersion(R"(v1\.(\d+)\b.*)");
  std::smatch minor;
  return std::regex_match(server_version, minor, kVersion) ? std::stoi(minor[1].str())
                                                           : -1;
}

void ChooseClients(Manifests& manifests, const std::string& server_version) {
  constexpr int kIndexedJobs = 22;
  const bool as_job = MinorVersion(server_version) >= kIndexedJobs;
  std::erase_if(manifests, [as_job](const json& object) {
    return IsClients(object) && (KindOf(object) == "Job") != as_job;
  });
}

Manifests TakeComponent(Manifests& manifests, const std::string& component) {
  Manifests taken;
  std::erase_if(manifests, [&](json& object) {
    const bool is = LabelOf(object, kComponentLabel) == component;
    if (is) taken.push_back(object);
    return is;
  });
  return taken;
}

void SetHitCounterArguments(Manifests& manifests, const std::string& seeds,
                            bool keep_own, int timeout_ms) {
  const std::string kSeeds = "--seeds=";
  const std::string kTimeout = "--timeout-ms=";
  for (json& object : manifests) {
    json* pods = TemplateOf(object);
    if (pods == nullptr) continue;
    for (json& container : (*pods)["spec"]["containers"]) {
      if (!container.contains("args")) continue;
      for (json& argument : container["args"]) {
        const std::string text = argument.get<std::string>();
        if (text.starts_with(kSeeds)) {
          argument = (keep_own ? text + "," : kSeeds) + seeds;
        }
        if (text.starts_with(kTimeout))
          argument = kTimeout + std::to_string(timeout_ms);
      }
    }
  }
}

std::string WithSettings(const std::string& redis_conf,
                         const std::map<std::string, std::string>& settings) {
  std::istringstream lines(redis_conf);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    std::string name;
    std::istringstream(line) >> name;
    if (!settings.contains(name)) text += line + "\n";
  }
  for (const auto& [name, value] : settings) text += name + " " + value + "\n";
  return text;
}

bool IsSevenOrLaterImage(const std::string& image) {
  std::smatch version;
  static const std::regex kTag(R"(:v?(\d+)(\.\d+)*([-.].*)?$)");
  return !std::regex_search(image, version, kTag) || std::stoi(version[1].str()) >= 7;
}

ServerSet FindServers(const Manifests& manifests) {
  for (const json& object : manifests) {
    if (!IsServers(object)) continue;
    return {.name = NameOf(object),
            .image = object.value(
                json::json_pointer("/spec/template/spec/containers/0/image"), "")};
  }
  return {};
}

json AsList(const Manifests& manifests) {
  return {{"apiVersion", "v1"}, {"kind", "List"}, {"items", manifests}};
}

}  // namespace slotquake
