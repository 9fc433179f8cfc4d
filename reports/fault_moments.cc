#include "reports/fault_moments.h"

#include <algorithm>

#include "reports/figures.h"

namespace slotquake {
namespace {

// One line per fault that has a verb.
struct FaultWords {
  const char* type;
  const char* one;      // "The master of slots 0–5460 (redis-0) ..."
  const char* several;  // "The masters of slots ... and ... (redis-0 and redis-1) ..."
  const char* caption;  // "redis-0 ..."
};

constexpr FaultWords kWords[] = {
    {"kill", "was killed", "were killed", "killed"},
    {"power_cut", "lost power", "lost power", "lost power"},
    {"pause", "was paused", "were paused", "paused"},
    {"pod_delete", "lost its pod", "lost their pods", "pod deleted"},
    {"isolate", "was cut off from all others", "were cut off from all others",
     "cut off"},
    {"slow_fsync", "had a slow disk", "had slow disks", "slow fsync"},
    {"failing_fsync", "could not sync to disk", "could not sync to disk",
     "fsync fails"},
    {"read_only", "had a read-only disk", "had read-only disks", "disk read-only"},
    {"disk_full", "had a full disk", "had full disks", "disk full"},
    {"max_memory", "was allowed no more memory", "were allowed no more memory",
     "maxmemory"},
    {"out_of_memory", "ran out of memory", "ran out of memory", "out of memory"},
    {"cpu_starve", "was starved of processor time", "were starved of processor time",
     "starved"},
    {"clock_skew", "had its clock shifted", "had their clocks shifted", "clock jumps"},
};

const FaultWords* WordsOf(const std::string& type) {
  for (const FaultWords& words : kWords) {
    if (type == words.type) return &words;
  }
  return nullptr;
}

// "The master of slots 0–5460 (redis-0)"; names alone where roles or slots differ
// or are not known.
std::string Subject(const std::vector<Victim>& victims) {
  std::vector<std::string> names;
  std::vector<std::string> slots;
  bool known = true;
  for (const Victim& victim : victims) {
    names.push_back(victim.node);
    slots.push_back(EnDashed(ToString(victim.slots)));
    known &= !slots.back().empty() && victim.was_master == victims.front().was_master;
  }
  if (!known) return Enumerate(names);
  const bool one = victims.size() == 1;
  const std::string role = victims.front().was_master ? "master" : "replica";
  const std::string article = one && role == "replica" ? "A " : "The ";
  return article + role + (one ? "" : "s") + " of slots " + Enumerate(slots) + " (" +
         Enumerate(names) + ")";
}

}  // namespace

bool HasVerb(const FaultMoment& moment) {
  return WordsOf(moment.type) != nullptr && !moment.victims.empty();
}

std::vector<FaultMoment> FaultMoments(const RunRecord& record) {
  constexpr Nanos kSameMoment = FromMillis(100);
  std::vector<const FaultRecord*> faults;
  for (const FaultRecord& fault : record.faults) {
    if (fault.injected) faults.push_back(&fault);
  }
  std::stable_sort(faults.begin(), faults.end(),
                   [](const auto* a, const auto* b) { return a->done < b->done; });
  std::vector<FaultMoment> moments;
  for (const FaultRecord* fault : faults) {
    FaultMoment next{fault->type, fault->description, fault->victims, fault->done, 1};
    if (!moments.empty() && moments.back().type == next.type &&
        next.done - moments.back().done <= kSameMoment && HasVerb(next) &&
        HasVerb(moments.back())) {
      FaultMoment& same = moments.back();
      same.victims.insert(same.victims.end(), next.victims.begin(), next.victims.end());
      ++same.faults;
    } else {
      moments.push_back(std::move(next));
    }
  }
  return moments;
}

std::string SentenceOf(const FaultMoment& moment) {
  if (!HasVerb(moment)) {
    return moment.description.empty() ? moment.type : moment.description;
  }
  const FaultWords* words = WordsOf(moment.type);
  return Subject(moment.victims) + " " +
         (moment.victims.size() == 1 ? words->one : words->several) +
         (moment.faults > 1 ? " at the same moment" : "");
}

std::string CaptionOf(const FaultMoment& moment) {
  if (!HasVerb(moment)) return moment.type;
  std::vector<std::string> names;
  for (const Victim& victim : moment.victims) names.push_back(victim.node);
  return Enumerate(names) + " " + WordsOf(moment.type)->caption;
}

}  // namespace slotquake
