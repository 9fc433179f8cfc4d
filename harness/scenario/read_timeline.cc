#include "harness/scenario/read_timeline.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace slotquake {
namespace {

using nlohmann::json;

constexpr std::size_t kMostEntries = 100;
constexpr std::size_t kMostVictims = 100;
constexpr int kMostSlots = 16384;

const char* const kWaysToChoose[] = {"node",  "slot",     "master_of",
                                     "shard", "promoted", "victim_of"};

// Says what is wrong about the ways to choose, by which keys are there.
void CheckWays(OptionReader& reader) {
  std::vector<std::string> ways;
  for (const char* way : kWaysToChoose) {
    if (reader.Has(way)) ways.emplace_back(way);
  }
  if (ways.size() > 1) {
    reader.AddMistake(
        "", "chooses in two ways at once, \"" + ways[0] + "\" and \"" + ways[1] + "\"");
  } else if (ways.empty() && !reader.Has("role")) {
    reader.AddMistake("",
                      "chooses nobody: give \"node\", \"slot\", \"master_of\", "
                      "\"shard\", \"promoted\", \"victim_of\" or \"role\"");
  } else if (!ways.empty() && ways[0] != "shard") {
    for (const char* key : {"role", "pick"}) {
      if (reader.Has(key)) {
        reader.AddMistake(key, "goes with \"shard\" or alone; \"" + ways[0] +
                                   "\" says already who it is");
      }
    }
  }
}

std::optional<int> OptionalIndex(OptionReader& reader, const std::string& key,
                                 int most) {
  const auto index = reader.OptionalInt(key, 0, most);
  return index ? std::optional(static_cast<int>(*index)) : std::nullopt;
}

VictimSpec ReadVictim(OptionReader& reader) {
  VictimSpec victim;
  victim.node = reader.String("node", "");
  if (reader.Raw("node") != nullptr && *reader.Raw("node") == "") {
    reader.AddMistake("node", "must not be empty");
  }
  victim.slot = OptionalIndex(reader, "slot", kMostSlots - 1);
  reader.Object("master_of", [&](OptionReader& of) {
    of.Require("key");
    victim.key = of.String("key", "hits");
    if (victim.key->empty()) of.AddMistake("key", "must not be empty");
  });
  victim.shard = OptionalIndex(reader, "shard", 99);
  if (reader.Has("promoted")) {
    victim.promoted = reader.Bool("promoted", true);
    if (!victim.promoted) reader.AddMistake("promoted", "must be true, is false");
  }
  reader.Raw("promoted");
  victim.victim_of = OptionalIndex(reader, "victim_of", kMostEntries - 1);
  victim.role = reader.OneOf("role", victim.role, {"master", "replica", "any"});
  victim.pick = reader.OneOf("pick", victim.pick, {"first", "random", "all"});
  CheckWays(reader);
  return victim;
}

// An object, or an array of them.
void ReadVictims(OptionReader& entry, std::vector<VictimSpec>* victims) {
  const json* value = entry.Raw("victim");
  if (value == nullptr) return;
  if (value->is_array()) {
    entry.Each("victim", 1, kMostVictims, [&](OptionReader& reader) {
      PutAt(reader.where(), ReadVictim(reader), victims);
    });
  } else {
    entry.Object("victim",
                 [&](OptionReader& reader) { *victims = {ReadVictim(reader)}; });
  }
}

void ReadRecover(const json& value, OptionReader& entry, RecoverSpec* recover) {
  if (value.is_string()) {
    if (value != "none") {
      entry.AddMistake("recover", "must be \"none\" or {\"after_ms\": ...}, is " +
                                      DescribeValue(value));
    }
    recover->how = "none";
    return;
  }
  entry.Object("recover", [&](OptionReader& reader) {
    recover->how = Choice(reader, "how", recover->how, {"undo", "restart", "none"});
    if (recover->how == "none") {
      if (reader.Has("after_ms")) {
        reader.AddMistake("after_ms", "goes with a recovery only, not with \"none\"");
      }
      reader.Raw("after_ms");
      return;
    }
    if (!recover->how.empty()) {
      reader.Require("after_ms", "how long after the fault it is undone");
    }
    recover->after_ms = reader.Int("after_ms", recover->after_ms, 0, kHourMs);
  });
}

// "fault" of a trigger: an index, or a fault's name.
void ReadOtherFault(OptionReader& reader, TriggerSpec* when) {
  const json& value = *reader.Raw("fault");
  if (value.is_string()) {
    when->fault = value.get<std::string>();
  } else {
    when->entry = OptionalIndex(reader, "fault", kMostEntries - 1).value_or(-1);
  }
  when->is = reader.OneOf("is", when->is, {"injected", "recovered"});
}

// What a trigger waits for: exactly one of five keys.
void ReadEvent(OptionReader& reader, TriggerSpec* when) {
  std::vector<std::string> keys;
  for (const char* key :
       {"event", "slots_ok_below", "slots_ok", "migrated_slots", "fault"}) {
    if (reader.Has(key)) keys.emplace_back(key);
  }
  const std::string event =
      reader.OneOf("event", "", {"election_started", "promoted", "failed", "pfail"});
  for (const char* key : {"slots_ok_below", "slots_ok", "migrated_slots"}) {
    when->slots = OptionalIndex(reader, key, kMostSlots).value_or(when->slots);
  }
  for (const char* key : {"fault", "is"}) reader.Raw(key);
  if (keys.size() != 1) {
    reader.AddMistake(
        "", keys.empty() ? "waits for nothing: give \"event\", \"slots_ok_below\", "
                           "\"slots_ok\", \"migrated_slots\" or \"fault\""
                         : "waits for two things at once, \"" + keys[0] + "\" and \"" +
                               keys[1] + "\"");
    return;
  }
  when->event = keys[0] == "event" ? event : keys[0];
  if (when->event == "fault") {
    ReadOtherFault(reader, when);
  } else if (reader.Has("is")) {
    reader.AddMistake("is", "goes with \"fault\" only");
  }
}

void ReadInstant(OptionReader& reader, TimelineEntry* entry) {
  if (reader.Has("when") == reader.Has("at_ms")) {
    reader.AddMistake(reader.Has("when") ? "" : "at_ms",
                      reader.Has("when")
                          ? "has both \"at_ms\" and \"when\""
                          : "is missing: a time, or \"when\" with what to wait for");
  }
  entry->at_ms = reader.Int("at_ms", 0, 0, kHourMs);
  reader.Object("when", [&](OptionReader& r) {
    TriggerSpec when;
    ReadEvent(r, &when);
    when.since = OptionalIndex(r, "since", kMostEntries - 1);
    when.after_ms = r.Int("after_ms", when.after_ms, 0, kHourMs);
    when.limit_ms = r.Int("limit_ms", when.limit_ms, 1, kHourMs);
    entry->when = when;
  });
  reader.Object("periodic", [&](OptionReader& r) {
    r.Require("every_ms");
    entry->every_ms = r.Int("every_ms", entry->every_ms, 1, kHourMs);
    r.Require("times");
    entry->times = r.Int("times", entry->times, 2, 100);
  });
}

TimelineEntry ReadEntry(OptionReader& reader, const KnownFaults& faults) {
  TimelineEntry entry;
  ReadInstant(reader, &entry);
  reader.Require("fault");
  entry.fault = reader.OneOf("fault", "", faults.names);
  if (faults.whole_cluster.contains(entry.fault)) {
    if (reader.Has("victim")) {
      reader.AddMistake("victim", "can not be chosen: \"" + entry.fault +
                                      "\" breaks the cluster as a whole");
    }
    reader.Raw("victim");
  } else {
    reader.Require("victim", "who is hit");
    ReadVictims(reader, &entry.victims);
  }
  reader.Require("recover", "{\"after_ms\": ...} or \"none\"");
  if (const json* recover = reader.Raw("recover")) {
    ReadRecover(*recover, reader, &entry.recover);
  }
  reader.Raw("options");
  // Nobody knows the options of a fault that nobody knows.
  if (entry.fault.empty()) return entry;
  reader.ObjectOrEmpty("options", [&](OptionReader& r) {
    if (faults.read) entry.options = faults.read(entry, r);
  });
  return entry;
}

}  // namespace

std::string Choice(OptionReader& reader, const std::string& key,
                   const std::string& fallback, const std::vector<std::string>& known) {
  return reader.OneOf(key, reader.Has(key) ? "" : fallback, known);
}

void ReadTimeline(OptionReader& scenario, const KnownFaults& faults,
                  std::vector<TimelineEntry>* timeline) {
  scenario.Require("timeline", "[] for a run without a fault");
  scenario.Each("timeline", 0, kMostEntries, [&](OptionReader& r) {
    PutAt(r.where(), ReadEntry(r, faults), timeline);
  });
}

void FindByName(std::vector<TimelineEntry>* timeline, std::vector<Mistake>* mistakes) {
  for (std::size_t self = 0; self < timeline->size(); ++self) {
    if (!(*timeline)[self].when || (*timeline)[self].when->fault.empty()) continue;
    TriggerSpec& when = *(*timeline)[self].when;
    int found = 0;
    for (std::size_t i = 0; i < timeline->size(); ++i) {
      if (i == self || (*timeline)[i].fault != when.fault) continue;
      when.entry = static_cast<int>(i);
      ++found;
    }
    if (found == 1) continue;
    mistakes->push_back(
        {"/timeline/" + std::to_string(self) + "/when/fault",
         found == 0 ? "no other entry has the fault \"" + when.fault + "\""
                    : std::to_string(found) + " entries have the fault \"" +
                          when.fault + "\"; give the index of the one that is meant"});
  }
}

void SortByTime(std::vector<TimelineEntry>* timeline) {
  const auto time = [](const TimelineEntry& entry) {
    return entry.when ? std::numeric_limits<int>::max() : entry.at_ms;
  };
  std::vector<int> order(timeline->size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return time((*timeline)[static_cast<std::size_t>(a)]) <
           time((*timeline)[static_cast<std::size_t>(b)]);
  });
  const auto renumber = [&](int index) {
    const auto at = std::find(order.begin(), order.end(), index);
    return at == order.end() ? index : static_cast<int>(at - order.begin());
  };
  std::vector<TimelineEntry> sorted;
  for (const int index : order) {
    sorted.push_back((*timeline)[static_cast<std::size_t>(index)]);
    TimelineEntry& entry = sorted.back();
    if (entry.when) entry.when->entry = renumber(entry.when->entry);
    if (entry.when && entry.when->since)
      *entry.when->since = renumber(*entry.when->since);
    for (VictimSpec& victim : entry.victims) {
      if (victim.victim_of) *victim.victim_of = renumber(*victim.victim_of);
    }
  }
  *timeline = std::move(sorted);
}

}  // namespace slotquake
