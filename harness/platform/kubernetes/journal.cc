#include "harness/platform/kubernetes/journal.h"

#include "harness/base/clock.h"
#include "harness/platform/kubernetes/manifests.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr auto kLimit = std::chrono::seconds(10);

json ToJson(const JournalVictim& victim) {
  return {{"node", victim.node},
          {"pod", victim.pod},
          {"uid", victim.uid},
          {"container", victim.container},
          {"machine", victim.machine}};
}

JournalVictim VictimFromJson(const json& victim) {
  return {.node = victim.at("node"),
          .pod = victim.at("pod"),
          .uid = victim.at("uid"),
          .container = victim.at("container"),
          .machine = victim.at("machine")};
}

JournalEntry EntryFromJson(const std::string& key, const json& entry) {
  JournalEntry read = {.key = key,
                       .type = entry.at("type"),
                       .description = entry.at("description"),
                       .started_at = entry.at("started_at"),
                       .undone_at = entry.at("undone_at"),
                       .victims = {},
                       .name_space = entry.at("namespace"),
                       .stateful_set = entry.at("stateful_set"),
                       .replicas = entry.at("replicas")};
  for (const json& victim : entry.at("victims")) {
    read.victims.push_back(VictimFromJson(victim));
  }
  return read;
}

bool ChangesScale(const std::string& type) {
  return type == "scale_down" || type == "scale_up";
}

}  // namespace

std::set<std::string> JournalEntry::Machines() const {
  std::set<std::string> machines;
  for (const JournalVictim& victim : victims) {
    if (!victim.machine.empty()) machines.insert(victim.machine);
  }
  return machines;
}

json ToJson(const JournalEntry& entry) {
  json victims = json::array();
  for (const JournalVictim& victim : entry.victims) victims.push_back(ToJson(victim));
  return {{"type", entry.type},
          {"description", entry.description},
          {"started_at", entry.started_at},
          {"undone_at", entry.undone_at},
          {"victims", victims},
          {"namespace", entry.name_space},
          {"stateful_set", entry.stateful_set},
          {"replicas", entry.replicas}};
}

Result<RunJournal> ReadJournal(const json& config_map) {
  RunJournal journal;
  std::string at = "its metadata";
  try {
    const json& metadata = config_map.at("metadata");
    journal.name_space = metadata.at("namespace");
    journal.run = metadata.at("labels").at(kRunLabel);
    const json data = config_map.value("data", json::object());
    for (const auto& [key, value] : data.items()) {
      at = key;
      journal.entries.push_back(
          EntryFromJson(key, json::parse(value.get<std::string>())));
    }
  } catch (const json::exception& e) {
    return Status::Error("a journal that can not be read, at " + at + ": " + e.what());
  }
  return journal;
}

Status Journal::Begin(std::size_t index, const FaultRecord& fault) {
  JournalEntry entry;
  entry.key = "fault-" + std::to_string(index);
  entry.type = fault.type;
  entry.description = fault.description;
  entry.started_at = FormatUtc(WallNow());
  entry.name_space = servers_;
  for (const Victim& victim : fault.victims) {
    // A victim without a pod has nothing to be undone but its name.
    const auto place = directory_.Find(victim.node);
    JournalVictim noted;
    noted.node = victim.node;
    if (place.ok()) {
      noted.pod = place->name;
      noted.uid = place->uid;
      noted.container = place->container_id;
      noted.machine = place->machine;
    }
    entry.victims.push_back(noted);
  }
  if (ChangesScale(fault.type)) {
    const auto set = pods_.StatefulSet();
    if (!set.ok()) return set.status();
    const auto scale = pods_.CurrentScale();
    if (!scale.ok()) return scale.status();
    entry.stateful_set = *set;
    entry.replicas = scale->wanted;
  }
  entries_[index] = entry;
  return Write(entry);
}

Status Journal::End(std::size_t index) {
  const auto found = entries_.find(index);
  if (found == entries_.end()) return Status::Ok();
  found->second.undone_at = FormatUtc(WallNow());
  return Write(found->second);
}

Status Journal::Write(const JournalEntry& entry) {
  if (!is_there_) {
    const Status created = Create(entry);
    is_there_ = created.ok();
    // A trial before this one in the same namespace has made it.
    if (created.message().find("AlreadyExists") == std::string::npos) return created;
    is_there_ = true;
  }
  const json patch = {{"data", {{entry.key, ToJson(entry).dump()}}}};
  return own_
      .Run({"patch", "configmap", kJournalName, "--type=merge",
            "--patch=" + patch.dump()},
           "", kLimit)
      .status();
}

Status Journal::Create(const JournalEntry& entry) {
  const json config_map = {
      {"apiVersion", "v1"},
      {"kind", "ConfigMap"},
      {"metadata",
       {{"name", kJournalName},
        {"labels",
         {{"app.kubernetes.io/managed-by", "slotquake"}, {kRunLabel, run_}}}}},
      {"data", {{entry.key, ToJson(entry).dump()}}}};
  return own_.Run({"create", "--filename=-"}, config_map.dump(), kLimit).status();
}

}  // namespace slotquake
