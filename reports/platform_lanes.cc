#include "reports/platform_lanes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "reports/details.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

// A pod as one observation has it.
struct Pod {
  std::string what;
  std::string uid;
  std::string phase;
  std::string address;
  std::string machine;
  std::string state;
  std::string reason;
  bool ready = false;
  bool deleting = false;
  std::int64_t restarts = 0;
  std::int64_t exit_code = -1;

  bool IsGone() const { return what == "deleted" || what == "gone"; }
};

Pod ReadPod(const Json& data) {
  Pod pod;
  pod.what = TextAt(data, "what");
  pod.uid = TextAt(data, "uid");
  pod.phase = TextAt(data, "phase");
  pod.address = TextAt(data, "address");
  pod.machine = TextAt(data, "machine");
  pod.state = TextAt(data, "state");
  pod.reason = TextAt(data, "reason");
  pod.ready = FlagAt(data, "ready").value_or(false);
  pod.deleting = FlagAt(data, "deleting").value_or(false);
  pod.restarts = CountAt(data, "restarts").value_or(0);
  pod.exit_code = CountAt(data, "exit_code").value_or(-1);
  return pod;
}

bool IsPod(const Observation& seen) {
  return seen.kind == observation_kind::kPod && !seen.node.empty();
}

// "Ready on worker2 (10.244.1.7)".
PlatformPart PartOf(const Pod& pod, Nanos from) {
  PlatformPart part{from, from, "", ""};
  const std::string place = (pod.machine.empty() ? "" : " on " + pod.machine) +
                            (pod.address.empty() ? "" : " (" + pod.address + ")");
  if (pod.IsGone()) {
    part.kind = "gone";
    part.text = "gone";
  } else if (pod.deleting) {
    part.kind = "ending";
    part.text = "ending" + place;
  } else if (pod.ready) {
    part.kind = "ready";
    part.text = "Ready" + place;
  } else if (pod.phase == "Running" && pod.state != "waiting") {
    part.kind = "running";
    part.text = "Running, not Ready" + place;
  } else {
    part.kind = "pending";
    part.text = (pod.reason.empty() ? (pod.phase.empty() ? "Pending" : pod.phase)
                                    : pod.reason) +
                place;
  }
  return part;
}

void AddPart(PlatformPart part, PlatformLane& lane) {
  if (!lane.parts.empty()) {
    PlatformPart& last = lane.parts.back();
    last.to = part.from;
    if (last.kind == part.kind && last.text == part.text) return;
  }
  lane.parts.push_back(std::move(part));
}

std::string EventText(const Json& data) {
  std::string text = TextAt(data, "reason");
  const std::string message = TextAt(data, "message");
  if (!message.empty()) text += (text.empty() ? "" : ": ") + message;
  const auto count = CountAt(data, "count").value_or(1);
  if (count > 1) text += " (" + std::to_string(count) + " times)";
  return text;
}

// "server ended: OOMKilled, exit code 137".
std::string EndText(const Pod& pod) {
  std::string text = "server ended";
  if (!pod.reason.empty()) text += ": " + pod.reason;
  if (pod.exit_code >= 0) text += ", exit code " + std::to_string(pod.exit_code);
  return text;
}

std::string MachineOf(const Observation& seen) {
  const std::string machine = TextAt(seen.data, "machine");
  return machine.empty() ? seen.node : machine;
}

// "ready", "not ready", "gone", with ", cordoned" where nothing may come to it.
PlatformPart MachinePart(const Observation& seen) {
  const bool exists = FlagAt(seen.data, "exists").value_or(true);
  const bool ready = FlagAt(seen.data, "ready").value_or(true);
  const bool cordoned = FlagAt(seen.data, "unschedulable").value_or(false);
  PlatformPart part{seen.at, seen.at, "down", "machine gone"};
  if (!exists) return part;
  part.kind = !ready ? "down" : cordoned ? "pending" : "ready";
  part.text = std::string(ready ? "machine ready" : "machine not ready") +
              (cordoned ? ", cordoned" : "");
  return part;
}

std::vector<PlatformLane> MachineLanes(const RunRecord& record) {
  std::map<std::string, PlatformLane> by_name;
  for (const Observation& seen : record.observations) {
    if (seen.kind != observation_kind::kMachine) continue;
    const std::string name = MachineOf(seen);
    if (name.empty()) continue;
    by_name[name].label = name;
    AddPart(MachinePart(seen), by_name[name]);
  }
  std::vector<PlatformLane> lanes;
  for (auto& [name, lane] : by_name) {
    const bool was_ill =
        std::any_of(lane.parts.begin(), lane.parts.end(),
                    [](const PlatformPart& part) { return part.kind != "ready"; });
    if (was_ill) lanes.push_back(std::move(lane));
  }
  return lanes;
}

// What changed between two sightings of a pod, "; " between.
std::string Changes(const std::optional<Pod>& before, const Pod& now) {
  if (now.IsGone()) return "gone";
  std::vector<std::string> news;
  const bool another = before && !now.uid.empty() && now.uid != before->uid;
  const Pod blank;
  const Pod& was = before && !another && !before->IsGone() ? *before : blank;
  if (another || (before && before->IsGone())) news.push_back("made again");
  if (now.deleting && !was.deleting) news.push_back("deleted, given time to end");
  if (!now.machine.empty() && now.machine != was.machine) {
    const bool moved =
        before && !before->machine.empty() && before->machine != now.machine;
    news.push_back("scheduled on " + now.machine +
                   (moved ? ", before on " + before->machine : ""));
  }
  if (!now.address.empty() && now.address != was.address) {
    const bool moved =
        before && !before->address.empty() && before->address != now.address;
    news.push_back("address " + now.address +
                   (moved ? ", before " + before->address : ""));
  }
  if (now.restarts > was.restarts) {
    news.push_back("server restarted, " + std::to_string(now.restarts) + " so far");
  }
  if (now.state == "terminated" && was.state != "terminated") {
    news.push_back(EndText(now));
  } else if (now.state == "waiting" && !now.reason.empty() &&
             now.reason != was.reason) {
    news.push_back("waiting: " + now.reason);
  }
  if (now.ready != was.ready) news.push_back(now.ready ? "Ready" : "no longer Ready");
  std::string text;
  for (const std::string& one : news) text += (text.empty() ? "" : "; ") + one;
  return text;
}

// Events that only repeat what the pods themselves show.
bool IsRoutine(const std::string& reason) {
  static const std::set<std::string> kReasons = {
      "Scheduled", "Pulling",          "Pulled",           "Created",
      "Started",   "SuccessfulCreate", "SuccessfulDelete", "SuccessfulAttachVolume"};
  return kReasons.contains(reason);
}

}  // namespace

std::vector<PlatformLane> PlatformLanes(const RunRecord& record, Nanos end) {
  std::map<std::string, PlatformLane> by_node;
  std::map<std::string, Pod> last;
  PlatformLane others{"events", {}, {}};
  for (const Observation& seen : record.observations) {
    const bool of_node = record.FindNode(seen.node) != nullptr;
    if (IsPod(seen) && of_node) {
      const Pod pod = ReadPod(seen.data);
      PlatformLane& lane = by_node[seen.node];
      const auto before = last.find(seen.node);
      if (before != last.end() && pod.restarts > before->second.restarts &&
          pod.uid == before->second.uid) {
        lane.ticks.push_back(
            {seen.at, "server restarted, " + std::to_string(pod.restarts) + " so far"});
      }
      last[seen.node] = pod;
      AddPart(PartOf(pod, seen.at), lane);
    } else if (seen.kind == observation_kind::kEvent) {
      const std::string text = EventText(seen.data);
      const std::string object = TextAt(seen.data, "object");
      if (text.empty()) continue;
      if (of_node) by_node[seen.node].ticks.push_back({seen.at, text});
      if (!of_node) {
        others.ticks.push_back({seen.at, object.empty() ? text : object + ": " + text});
      }
    }
  }
  std::vector<PlatformLane> lanes;
  for (const NodeRecord& node : record.nodes) {
    const auto lane = by_node.find(node.name);
    if (lane == by_node.end()) continue;
    lane->second.label = node.name;
    lanes.push_back(std::move(lane->second));
  }
  for (PlatformLane& lane : MachineLanes(record)) lanes.push_back(std::move(lane));
  if (!others.ticks.empty()) lanes.push_back(std::move(others));
  for (PlatformLane& lane : lanes) {
    if (!lane.parts.empty()) lane.parts.back().to = std::max(end, lane.parts.back().to);
  }
  return lanes;
}

std::vector<PlatformNews> TellPlatform(const RunRecord& record) {
  std::vector<PlatformNews> news;
  std::map<std::string, Pod> pods;
  std::map<std::string, std::string> machines;
  for (const Observation& seen : record.observations) {
    if (IsPod(seen)) {
      const Pod now = ReadPod(seen.data);
      const auto before = pods.find(seen.node);
      const std::string text = Changes(
          before == pods.end() ? std::nullopt : std::optional<Pod>(before->second),
          now);
      if (!text.empty()) news.push_back({seen.at, "pod " + seen.node + ": " + text});
      pods[seen.node] = now;
    } else if (seen.kind == observation_kind::kMachine) {
      const std::string text = MachinePart(seen).text;
      std::string& before = machines[MachineOf(seen)];
      if (text != before) news.push_back({seen.at, MachineOf(seen) + ": " + text});
      before = text;
    } else if (seen.kind == observation_kind::kEvent &&
               !IsRoutine(TextAt(seen.data, "reason"))) {
      const std::string object =
          seen.node.empty() ? TextAt(seen.data, "object") : "pod " + seen.node;
      const std::string text = EventText(seen.data);
      if (!text.empty()) {
        news.push_back({seen.at, object.empty() ? text : object + ": " + text});
      }
    }
  }
  return news;
}

std::vector<PodPlacement> PodPlacements(const RunRecord& record) {
  std::vector<PodPlacement> all;
  for (const NodeRecord& node : record.nodes) {
    PodPlacement place;
    place.node = node.name;
    std::set<std::string> uids;
    for (const Observation& seen : record.observations) {
      if (!IsPod(seen) || seen.node != node.name) continue;
      const Pod pod = ReadPod(seen.data);
      uids.insert(pod.uid);
      place.restarts = static_cast<int>(pod.restarts);
      if (!pod.machine.empty()) place.last_machine = pod.machine;
      if (!pod.address.empty()) place.last_address = pod.address;
      if (place.first_machine.empty()) place.first_machine = pod.machine;
      if (place.first_address.empty()) place.first_address = pod.address;
    }
    place.pods = static_cast<int>(uids.size());
    if (place.pods > 0) all.push_back(std::move(place));
  }
  return all;
}

}  // namespace slotquake
