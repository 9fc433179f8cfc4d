#include "harness/platform/kubernetes/pod_watch.h"

#include <algorithm>

#include "harness/platform/kubernetes/port_forward.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr const char* kAgentComponent = "agent";
constexpr const char* kWorkerComponent = "worker";
constexpr const char* kHitCounter = "hit-counter";  // a component, and its only name

std::string Text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// What matters of a machine.
json MachineData(const json& machine) {
  bool ready = false;
  const json status = machine.value("status", json::object());
  for (const json& condition : status.value("conditions", json::array())) {
    if (Text(condition, "type") == "Ready") ready = Text(condition, "status") == "True";
  }
  const json spec = machine.value("spec", json::object());
  return {{"machine", Text(machine.at("metadata"), "name")},
          {"ready", ready},
          {"unschedulable", spec.value("unschedulable", false)}};
}

}  // namespace

PodWatch::PodWatch(PodWatchOptions options)
    : options_(std::move(options)), started_wall_(WallNow()) {
  for (const auto& [node, pod] : options_.nodes) names_.push_back(node);
  Follow(options_.own, {});
  if (options_.servers.target().name_space != options_.own.target().name_space) {
    Follow(options_.servers, {"--selector=" + options_.selector});
  }
  watches_.push_back(std::make_unique<ResourceWatch>(
      options_.own, std::vector<std::string>{"nodes"},
      WatchHandler{.seen = [this](const std::string& type, const json& object) {
        SeeMachine(type, object);
      }}));
}

PodWatch::~PodWatch() { watches_.clear(); }

void PodWatch::Follow(const Kubectl& kubectl, std::vector<std::string> pods) {
  const std::string name_space = kubectl.target().name_space;
  pods.insert(pods.begin(), "pods");
  watches_.push_back(std::make_unique<ResourceWatch>(
      kubectl, pods,
      WatchHandler{
          .seen = [this, name_space](
                      const std::string& type,
                      const json& object) { SeePod(name_space, type, object); },
          .left =
              [this, name_space](const std::set<std::string>& uids) {
                KeepOnly(name_space, uids);
              },
      }));
  watches_.push_back(std::make_unique<ResourceWatch>(
      kubectl, std::vector<std::string>{"events"},
      WatchHandler{.seen = [this](const std::string& type, const json& object) {
        SeeEvent(type, object);
      }}));
}

std::string PodWatch::PodOf(const std::string& name) const {
  for (const auto& [node, pod] : options_.nodes) {
    if (node == name) return pod;
  }
  return name;
}

std::string PodWatch::NameOfPod(const std::string& name_space,
                                const PodState& pod) const {
  if (name_space == options_.servers.target().name_space) {
    for (const auto& [node, its_pod] : options_.nodes) {
      if (its_pod == pod.name) return node;
    }
  }
  if (name_space != options_.own.target().name_space) return "";
  return pod.component == kHitCounter ? kHitCounter : pod.known_as;
}

void PodWatch::Note(const std::string& kind, const std::string& node, json data) {
  const Nanos now = MonotonicNow();
  observations_.push_back({.at = now,
                           .not_before = now,
                           .source = "platform",
                           .node = node,
                           .kind = kind,
                           .data = std::move(data)});
}

std::optional<Endpoint> PodWatch::TakeMove(const std::string& name,
                                           const PodState& pod) {
  if (pod.address.empty() || pod.deleting) return std::nullopt;
  if (!IsNode(name)) return std::nullopt;
  std::string& last = last_addresses_[name];
  const bool moved = !last.empty() && last != pod.address;
  last = pod.address;
  if (!moved) return std::nullopt;
  return Endpoint{pod.address, options_.client_port};
}

void PodWatch::SeePod(const std::string& name_space, const std::string& type,
                      const json& object) {
  const PodState pod = ReadPod(object, options_.container);
  std::string name;
  std::optional<Endpoint> move;
  {
    const std::lock_guard lock(mutex_);
    name = NameOfPod(name_space, pod);
    auto& known = pods_[name_space];
    const auto old = known.find(pod.name);
    if (type == "DELETED") {
      // A late word of a pod whose successor is there already says nothing of it.
      if (old == known.end() || old->second.uid != pod.uid) return;
      known.erase(old);
      Note(std::string(observation_kind::kPod), name, PodData(pod, "deleted"));
    } else {
      if (old != known.end() && old->second == pod) return;
      const bool added = old == known.end() || old->second.uid != pod.uid;
      known[pod.name] = pod;
      Note(std::string(observation_kind::kPod), name,
           PodData(pod, added ? "added" : "changed"));
      move = TakeMove(name, pod);
    }
  }
  changed_.notify_all();
  if (!move) return;
  const std::lock_guard lock(telling_);
  if (moved_) moved_(name, *move);
}

void PodWatch::KeepOnly(const std::string& name_space,
                        const std::set<std::string>& uids) {
  {
    const std::lock_guard lock(mutex_);
    auto& known = pods_[name_space];
    for (auto pod = known.begin(); pod != known.end();) {
      if (uids.contains(pod->second.uid)) {
        ++pod;
        continue;
      }
      Note(std::string(observation_kind::kPod), NameOfPod(name_space, pod->second),
           PodData(pod->second, "deleted"));
      pod = known.erase(pod);
    }
  }
  changed_.notify_all();
}

void PodWatch::SeeEvent(const std::string& type, const json& object) {
  if (type == "DELETED") return;
  const json metadata = object.value("metadata", json::object());
  const json about = object.value("involvedObject", json::object());
  std::string last = Text(object, "lastTimestamp");
  if (last.empty()) last = Text(object, "eventTime");
  if (last.empty()) last = Text(metadata, "creationTimestamp");
  const std::lock_guard lock(mutex_);
  // What a namespace has of earlier days, and what a new watch tells once more.
  if (last < FormatUtc(started_wall_).substr(0, 19)) return;
  if (!seen_events_.insert(Text(metadata, "uid") + Text(metadata, "resourceVersion"))
           .second) {
    return;
  }
  const std::string kind = Text(about, "kind");
  const std::string name = Text(about, "name");
  const std::string about_space = Text(about, "namespace");
  PodState known;
  known.name = known.known_as = name;
  const auto there = pods_[about_space].find(name);
  if (there != pods_[about_space].end()) known = there->second;
  Note(std::string(observation_kind::kEvent),
       kind == "Pod" ? NameOfPod(about_space, known) : "",
       {{"type", Text(object, "type")},
        {"reason", Text(object, "reason")},
        {"message", Text(object, "message")},
        {"object", kind + "/" + name},
        {"count", object.value("count", 1)},
        {"last_timestamp", last}});
}

void PodWatch::SeeMachine(const std::string& type, const json& object) {
  const std::lock_guard lock(mutex_);
  json data = MachineData(object);
  json& known = machines_[data["machine"].get<std::string>()];
  data["exists"] = type != "DELETED";
  if (known == data) return;
  known = data;
  Note(std::string(observation_kind::kMachine), "", std::move(data));
}

const PodWatch::Pods& PodWatch::PodsIn(const Kubectl& where) const {
  static const Pods kNone;
  const auto known = pods_.find(where.target().name_space);
  return known == pods_.end() ? kNone : known->second;
}

bool PodWatch::IsNode(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::optional<PodState> PodWatch::Look(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const Pods& pods = PodsIn(IsNode(name) ? options_.servers : options_.own);
  for (const auto& [pod_name, pod] : pods) {
    if (pod_name == PodOf(name) || pod.known_as == name) return pod;
    if (name == kHitCounter && pod.component == kHitCounter && pod.Runs()) return pod;
  }
  return std::nullopt;
}

std::vector<PodState> PodWatch::OwnPods() const {
  const std::lock_guard lock(mutex_);
  std::vector<PodState> pods;
  for (const auto& [name, pod] : PodsIn(options_.own)) pods.push_back(pod);
  return pods;
}

Result<PodPlace> PodWatch::Find(const std::string& name) const {
  const auto pod = Look(name);
  if (!pod) return Status::Error("there is no pod " + PodOf(name) + " now");
  return PodPlace{.name = pod->name,
                  .uid = pod->uid,
                  .container_id = pod->container_id,
                  .machine = pod->machine,
                  .address = pod->address};
}

std::map<std::string, std::string> PodWatch::Addresses() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::string> addresses;
  for (const auto& [name_space, pods] : pods_) {
    for (const auto& [pod_name, pod] : pods) {
      const std::string name = NameOfPod(name_space, pod);
      const bool counts =
          IsNode(name) || name == kHitCounter || pod.component == kWorkerComponent;
      if (counts && !pod.address.empty()) addresses[name] = pod.address;
    }
  }
  return addresses;
}

Result<Reach> PodWatch::AgentOn(const std::string& machine) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [name, pod] : PodsIn(options_.own)) {
    if (pod.component != kAgentComponent || pod.machine != machine || !pod.Runs()) {
      continue;
    }
    auto agent = agents_.find(name);
    if (agent == agents_.end()) {
      agent = agents_.emplace(name, ForwardTo(options_.own, name, options_.agent_port))
                  .first;
    }
    return agent->second;
  }
  return Status::Error("no agent runs on machine " + machine +
                       "; kubectl get pods -l app.kubernetes.io/component=agent -o "
                       "wide shows them");
}

std::string PodWatch::LastAddress(const std::string& node) const {
  const std::lock_guard lock(mutex_);
  const auto last = last_addresses_.find(node);
  return last == last_addresses_.end() ? "" : last->second;
}

void PodWatch::OnMoved(Moved moved) {
  const std::lock_guard lock(telling_);
  moved_ = std::move(moved);
}

bool PodWatch::Await(const std::function<bool()>& holds, Nanos limit) const {
  const Nanos end = MonotonicNow() + limit;
  for (;;) {
    if (holds()) return true;
    const Nanos left = end - MonotonicNow();
    if (left <= Nanos(0)) return false;
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::min<Nanos>(left, std::chrono::milliseconds(100)));
  }
}

std::vector<Observation> PodWatch::TakeObservations() {
  const std::lock_guard lock(mutex_);
  return std::exchange(observations_, {});
}

}  // namespace slotquake
