#include "harness/platform/kubernetes/kubernetes_platform.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <future>

#include "harness/base/subprocess.h"
#include "harness/platform/kubernetes/agent_control.h"
#include "harness/platform/kubernetes/agent_limits.h"
#include "harness/platform/kubernetes/agent_traffic.h"
#include "harness/platform/kubernetes/forming.h"
#include "harness/platform/kubernetes/heal.h"
#include "harness/platform/kubernetes/journal.h"
#include "harness/platform/kubernetes/machines.h"
#include "harness/platform/kubernetes/pod_trouble.h"
#include "harness/platform/kubernetes/pods_control.h"
#include "harness/platform/kubernetes/port_forward.h"
#include "harness/platform/kubernetes/removal.h"
#include "harness/platform/kubernetes/rollout.h"
#include "harness/platform/kubernetes/secret.h"
#include "harness/platform/server_settings.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr const char* kObserver = "observer";
constexpr int kWorkerPort = 7070;
constexpr Nanos kRolloutLimit = seconds(300);
constexpr Nanos kRolloutPatience = seconds(30);
constexpr Nanos kRemovalLimit = seconds(90);
constexpr const char* kValkeyImage = "valkey/valkey:8.0";

}  // namespace

std::string KubernetesId(const std::string& run, int trial) {
  std::string id;
  for (const char c : run) {
    id += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return trial == 0 ? id : id + "-" + std::to_string(trial);
}

std::string OverlayFor(const std::filesystem::path& overlays,
                       const std::string& overlay, const std::string& server_version) {
  constexpr int kBefore = 21;
  const int minor = MinorVersion(server_version);
  if (minor < 0 || minor >= kBefore) return overlay;
  const std::string older = overlay + "-before-1." + std::to_string(kBefore);
  std::error_code error;
  return std::filesystem::exists(overlays / older, error) ? older : overlay;
}

std::string ForeignObjects(const json& list, const std::string& run) {
  std::string foreign;
  for (const json& object : list.value("items", json::array({list}))) {
    const std::string name = object.value(json::json_pointer("/metadata/name"), "");
    if (name.empty()) continue;
    const json labels =
        object.value(json::json_pointer("/metadata/labels"), json::object());
    const std::string of = labels.value(kRunLabel, "");
    if (of == run) continue;
    foreign += "\n  " + object.value("kind", "") + " " + name +
               (of.empty() ? "" : ", of run " + of);
  }
  return foreign;
}

KubernetesPlatform::KubernetesPlatform(const KubernetesSite& site,
                                       KubernetesOptions options, Narrator narrator,
                                       std::function<bool()> stop,
                                       std::function<bool()> hurry)
    : site_(site),
      options_(std::move(options)),
      narrator_(std::move(narrator)),
      stop_(std::move(stop)),
      hurry_(std::move(hurry)),
      name_space_(options_.name_space.empty() ? "slotquake-" + options_.id
                                              : options_.name_space),
      own_(site.kubectl().In(name_space_)),
      servers_(own_) {}

std::map<std::string, std::string> KubernetesPlatform::Environment() const {
  std::map<std::string, std::string> environment = {
      {"kubernetes",
       site_.server_version() +
           (site_.kind_name().empty() ? "" : ", kind cluster " + site_.kind_name())},
      {"namespace", servers_.target().name_space},
      {"image of workers and agents", site_.image()},
  };
  if (!server_image_.empty()) environment["image of servers"] = server_image_;
  std::string machines;
  for (const MachineInfo& machine : site_.machines()) {
    machines += (machines.empty() ? "" : ", ") + machine.name;
    environment["kernel"] = machine.kernel;
    environment["machines' system"] = machine.system + ", kubelet " + machine.version;
  }
  environment["machines"] = machines;
  return environment;
}

Result<Manifests> KubernetesPlatform::Render(const std::string& folder) const {
  const auto script = site_.options().deploy / "kubernetes" / "render";
  const auto printed = RunCommand(
      {"env", "KUBECTL=" + own_.target().program, script.string(), "--json", folder});
  if (!printed.ok()) return printed.status();
  auto manifests = ReadManifests(*printed);
  return manifests.ok() ? manifests : manifests.status().Annotate(folder);
}

Result<Manifests> KubernetesPlatform::RenderAll(const std::string& overlay) const {
  const std::string fitting =
      OverlayFor(site_.options().deploy / "kubernetes" / "overlays", overlay,
                 site_.server_version());
  std::vector<std::string> folders = {"overlays/" + fitting, "worker", "worker-job"};
  if (!by_api_) folders.emplace_back("agent");
  std::vector<std::future<Result<Manifests>>> parts;
  for (const std::string& folder : folders) {
    parts.push_back(
        std::async(std::launch::async, [this, folder] { return Render(folder); }));
  }
  Manifests all;
  Status status = Status::Ok();
  for (auto& part : parts) {
    auto manifests = part.get();
    if (!manifests.ok()) {
      status = manifests.status();
      continue;
    }
    for (json& object : *manifests) all.push_back(std::move(object));
  }
  ChooseClients(all, site_.server_version());
  return status.ok() ? Result<Manifests>(all) : Result<Manifests>(status);
}

Status KubernetesPlatform::Plan(const ClusterSpec& spec) {
  auto rendered =
      RenderAll(options_.overlay.empty() ? spec.kubernetes.overlay : options_.overlay);
  if (!rendered.ok()) return rendered.status();
  ManifestPlan plan = {.run = options_.id,
                       .name_space = name_space_,
                       .masters = spec.masters,
                       .nodes = spec.masters * (1 + spec.replicas_per_master),
                       .clients = options_.clients,
                       .settings = {},
                       .server_image = options_.server_image,
                       .server_program = {},
                       .own_image = site_.image()};
  hit_counter_ = TakeComponent(*rendered, "hit-counter");
  if (attach_) {
    TakeComponent(*rendered, "server");
    plan.nodes = 0;
  } else {
    const ServerSet servers = FindServers(*rendered);
    if (spec.engine == "valkey") {
      plan.server_program = "valkey-server";
      if (plan.server_image.empty()) plan.server_image = kValkeyImage;
    }
    server_image_ = plan.server_image.empty() ? servers.image : plan.server_image;
    plan.settings = SharedSettings(spec, IsSevenOrLaterImage(server_image_));
    for (int i = 0; i < plan.nodes; ++i) {
      nodes_.emplace_back("redis-" + std::to_string(i),
                          servers.name + "-" + std::to_string(i));
    }
  }
  auto adapted = AdaptManifests(std::move(*rendered), plan);
  if (!adapted.ok()) return adapted.status();
  manifests_ = std::move(*adapted);
  plan.nodes = 0;
  auto counter = AdaptManifests(std::move(hit_counter_), plan);
  if (!counter.ok()) return counter.status();
  hit_counter_ = std::move(*counter);
  return Status::Ok();
}

Status KubernetesPlatform::FindAttached(const AttachSpec& attach) {
  servers_ = site_.kubectl().In(attach.name_space);
  const auto pods =
      servers_.Json({"get", "pods", "--selector=" + attach.selector, "--output=json"});
  if (!pods.ok()) return ExplainKubectlError(pods.status());
  for (const json& pod : pods->value("items", json::array())) {
    const std::string name = pod["metadata"].value("name", "");
    nodes_.emplace_back(name, name);
  }
  if (nodes_.empty()) {
    return Status::Error("no pod in namespace " + attach.name_space +
                         " fits the selector " + attach.selector +
                         "; `kubectl get pods --namespace=" + attach.name_space +
                         " --show-labels` shows what there is");
  }
  // redis-10 comes after redis-9.
  std::sort(nodes_.begin(), nodes_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first.size(), a.first) < std::pair(b.first.size(), b.first);
  });
  if (attach.password_secret.empty()) return Status::Ok();
  auto password = ReadSecret(servers_, attach.password_secret, attach.password_key);
  if (!password.ok()) return ExplainKubectlError(password.status());
  password_ = std::move(*password);
  return Status::Ok();
}

Status KubernetesPlatform::EnterNamespace() {
  const auto there = own_.Run({"get", "configmaps", "--output=name"});
  return ExplainKubectlError(there.status()).Annotate("namespace " + name_space_);
}

// Before anything is applied there.
Status KubernetesPlatform::RefuseForeign() const {
  Manifests all = manifests_;
  all.insert(all.end(), hit_counter_.begin(), hit_counter_.end());
  all.push_back({{"apiVersion", "v1"},
                 {"kind", "ConfigMap"},
                 {"metadata", {{"name", kJournalName}, {"namespace", name_space_}}}});
  const auto same_names =
      own_.Run({"get", "--filename=-", "--ignore-not-found", "--output=json"},
               AsList(all).dump());
  if (!same_names.ok()) return ExplainKubectlError(same_names.status());
  const json found = json::parse(*same_names, nullptr, false);
  const std::string foreign =
      found.is_object() ? ForeignObjects(found, options_.id) : "";
  if (foreign.empty()) return Status::Ok();
  return Status::Error("namespace " + name_space_ +
                       " holds objects with the names of those that a run makes; they "
                       "are left alone (those of a dead run: slotquake heal "
                       "--namespace=" +
                       name_space_ + "):" + foreign);
}

Status KubernetesPlatform::MakeNamespace() {
  if (IsLent()) return EnterNamespace();
  const json object = {
      {"apiVersion", "v1"},
      {"kind", "Namespace"},
      {"metadata",
       {{"name", name_space_},
        {"labels",
         {{"app.kubernetes.io/managed-by", "slotquake"},
          {kRunLabel, options_.id},
          // Where Pod Security admission is on: the agent is privileged.
          {"pod-security.kubernetes.io/enforce", "privileged"}}}}}};
  deployed_ = true;
  const Status made = ExplainKubectlError(
      site_.kubectl()
          .Run({"create", "--validate=false", "--filename=-"}, object.dump())
          .status());
  if (made.message().find("no right to create namespaces") == std::string::npos) {
    return made;
  }
  deployed_ = false;
  return Status::Error(
      "no right to make a namespace for the run; --namespace=NAME runs in one that is "
      "there\n" +
      made.message());
}

Status KubernetesPlatform::Apply(const Manifests& manifests) const {
  const Nanos end = MonotonicNow() + seconds(20);
  for (;;) {
    const auto applied = own_.Run({"apply", "--validate=false", "--filename=-"},
                                  AsList(manifests).dump(), seconds(60));
    if (applied.ok()) return Status::Ok();
    // A new namespace gets its default account only a moment later.
    const bool early = applied.message().find("serviceaccount \"default\" not found") !=
                       std::string::npos;
    if (!early || MonotonicNow() >= end || stop_()) {
      return ExplainKubectlError(applied.status());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

Status KubernetesPlatform::AwaitRollout(int agents) {
  AwaitedPods awaited;
  for (const auto& [node, pod] : nodes_) {
    // A server may be ready only when the cluster is formed.
    awaited.pods.push_back({.name = node, .must_be_ready = false});
  }
  awaited.pods.push_back({.name = kObserver});
  for (int i = 0; i < options_.clients; ++i) {
    awaited.pods.push_back({.name = "client-" + std::to_string(i)});
  }
  awaited.agents = agents;
  const Status running = AwaitPods(awaited, *watch_, own_, kRolloutLimit,
                                   kRolloutPatience, narrator_, stop_);
  if (!running.ok()) return running;
  narrator_.say(std::to_string(nodes_.size()) + " servers, " +
                std::to_string(options_.clients + 1) + " workers and " +
                (agents == 0 ? "no agents, which no fault needs, run in namespace "
                             : std::to_string(agents) + " agents run in namespace ") +
                name_space_);
  return Status::Ok();
}

Status KubernetesPlatform::MeetObserver() {
  workers_[kObserver] = ForwardTo(own_, kObserver, kWorkerPort);
  for (int i = 0; i < options_.clients; ++i) {
    const std::string client = "client-" + std::to_string(i);
    const auto pod = watch_->Look(client);
    workers_[client] = ForwardTo(own_, pod ? pod->name : client, kWorkerPort);
  }
  observer_.emplace(workers_[kObserver]);
  const Nanos end = MonotonicNow() + seconds(20);
  for (;;) {
    const auto status = observer_->GetStatus();
    if (status.ok()) return Status::Ok();
    if (MonotonicNow() >= end || stop_()) {
      return status.status().Annotate("the observer does not answer");
    }
  }
}

std::unique_ptr<Cluster> KubernetesPlatform::MakeCluster() {
  const WorkerClient observer = *observer_;
  const ControlPlane control = {
      .command =
          [observer, password = password_](
              const Endpoint& at, const std::vector<std::string>& command,
              Nanos limit) { return observer.Command(at, password, command, limit); },
      .probe = [observer](const Endpoint& at, Nanos limit) -> std::string {
        auto said = observer.Probe(at, limit);
        return said.ok() ? *said : said.message();
      },
      .password = password_};
  return std::make_unique<KubernetesCluster>(
      servers_, attach_ ? attach_->container : "", watch_, control, MakePowers());
}

Powers KubernetesPlatform::MakePowers() const {
  Powers powers;
  if (!by_api_) {
    powers.agents = std::make_unique<AgentControl>(watch_.get());
    powers.limits = std::make_unique<AgentLimits>(watch_.get(), powers.agents.get());
    powers.traffic =
        std::make_unique<AgentTraffic>(watch_.get(), powers.agents.get(), password_);
  }
  auto pods = std::make_unique<PodsControl>(
      servers_, std::map<std::string, std::string>(nodes_.begin(), nodes_.end()));
  powers.journal = std::make_unique<Journal>(
      own_, options_.id, servers_.target().name_space, *watch_, *pods);
  powers.pods = std::move(pods);
  powers.machines = std::make_unique<Machines>(own_, *watch_);
  return powers;
}

Result<std::unique_ptr<Cluster>> KubernetesPlatform::Deploy(const ClusterSpec& spec,
                                                            std::uint64_t /*seed*/) {
  attach_ = spec.kubernetes.attach;
  by_api_ = spec.by_api;
  Status status = attach_ ? FindAttached(*attach_) : Status::Ok();
  if (status.ok()) status = MakeNamespace();
  if (status.ok()) status = Plan(spec);
  if (status.ok() && IsLent()) status = RefuseForeign();
  if (!status.ok()) return status;
  deployed_ = true;
  const std::filesystem::path folder = options_.folder / "kubernetes";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::ofstream(folder / "manifests.json") << AsList(manifests_).dump(2) << "\n";
  watch_ = std::make_shared<PodWatch>(
      PodWatchOptions{.own = own_,
                      .servers = servers_,
                      .selector = attach_ ? attach_->selector : "",
                      .container = attach_ ? attach_->container : "",
                      .nodes = nodes_,
                      .client_port = attach_ ? attach_->port : 6379});
  status = Apply(manifests_);
  if (status.ok())
    status = AwaitRollout(by_api_ ? 0 : static_cast<int>(site_.machines().size()));
  if (status.ok()) status = MeetObserver();
  if (!status.ok()) return status;
  auto cluster = MakeCluster();
  if (!attach_) {
    status = FormCluster(*cluster, spec, seconds(60), stop_);
    if (!status.ok()) return status;
  }
  return cluster;
}

Result<std::vector<Reach>> KubernetesPlatform::StartWorkers(
    const std::vector<WorkerSpec>& workers) {
  std::vector<Reach> reaches;
  for (const WorkerSpec& worker : workers) {
    const auto known = workers_.find(worker.name);
    if (known == workers_.end()) {
      return Status::Error("no worker " + worker.name + " was deployed, only " +
                           std::to_string(options_.clients) + " clients and " +
                           kObserver);
    }
    const auto reached = known->second();
    if (!reached.ok()) return reached.status().Annotate(worker.name);
    reaches.push_back(known->second);
  }
  return reaches;
}

Result<Endpoint> KubernetesPlatform::StartHitCounter(const std::vector<Endpoint>& seeds,
                                                     int timeout_ms) {
  std::string list;
  for (const Endpoint& seed : seeds) list += (list.empty() ? "" : ",") + ToString(seed);
  SetHitCounterArguments(hit_counter_, list, !attach_, timeout_ms);
  const Status applied = Apply(hit_counter_);
  if (!applied.ok()) return applied.Annotate("hit counter");
  const auto runs = [this] {
    const auto pods = watch_->OwnPods();
    return std::any_of(pods.begin(), pods.end(), [](const PodState& pod) {
      return pod.component == "hit-counter" && pod.Runs() && pod.ready;
    });
  };
  const Nanos end = MonotonicNow() + seconds(60);
  while (!watch_->Await(runs, seconds(1))) {
    if (stop_()) return Status::Error("interrupted before the hit counter ran");
    if (MonotonicNow() < end) continue;
    const auto pods = own_.Json({"get", "pods", "--output=json"});
    const auto events = own_.Json({"get", "events", "--output=json"});
    return Status::Error("the hit counter does not run within 60 s:" +
                         DescribeTrouble(pods.ok() ? *pods : json::object(),
                                         events.ok() ? *events : json::object(), {}));
  }
  const auto services = own_.Json({"get", "services",
                                   "--selector=app.kubernetes.io/component=hit-counter",
                                   "--output=json"});
  if (!services.ok()) return ExplainKubectlError(services.status());
  for (const json& service : services->value("items", json::array())) {
    const json& spec = service.at("spec");
    return Endpoint{spec.value("clusterIP", ""),
                    spec.at("ports").at(0).value("port", 80)};
  }
  return Status::Error("the overlay has no Service in front of its hit counter");
}

Status KubernetesPlatform::TearDown() {
  observer_.reset();
  workers_.clear();
  watch_.reset();
  if (!deployed_) return Status::Ok();
  deployed_ = false;
  // The journal goes with the namespace.
  std::string broken;
  for (const std::string& left : UndoJournal(own_, IsLent(), narrator_.say).left) {
    broken += "still broken: " + left + "\n";
  }
  narrator_.show("removing " + std::string(IsLent() ? "the run from " : "") +
                 "namespace " + name_space_);
  const Status removed =
      RemoveRun(site_.kubectl(),
                {.run = options_.id, .name_space = name_space_, .lent = IsLent()},
                kRemovalLimit, hurry_);
  return broken.empty() ? removed : Status::Error(broken + removed.message());
}

std::string KubernetesPlatform::HowToEnter() const {
  std::string kubectl;
  for (const std::string& word : servers_.CommandLine({})) kubectl += word + " ";
  const std::string first = nodes_.empty() ? "redis-cluster-0" : nodes_.front().second;
  std::string own;
  for (const std::string& word : own_.CommandLine({})) own += word + " ";
  const std::string remove =
      IsLent() ? "slotquake heal --namespace=" + name_space_ + " --run=" + options_.id
               : own + "delete namespace " + name_space_;
  return "  the pods:                   " + kubectl + "get pods -o wide\n" +
         "  redis-cli on a node:        " + kubectl + "exec -it " + first +
         " -- redis-cli -c\n" + "  a node's log:               " + kubectl + "logs " +
         first + "\n" + "  remove the run:             " + remove + "; " + own +
         "delete pv,storageclass -l " + kRunLabel + "=" + options_.id + "\n" +
         site_.HowToReuse();
}

}  // namespace slotquake
