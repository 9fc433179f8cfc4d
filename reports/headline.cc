#include "reports/headline.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "reports/answers.h"
#include "reports/details.h"
#include "reports/figures.h"
#include "reports/outages.h"
#include "reports/time_axis.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;
using Phrases = std::vector<Phrase>;

void Say(Phrases& phrases, std::string text, bool strong = false) {
  phrases.push_back({std::move(text), strong});
}

// "The master of slots 0–5460 (redis-0)" or "redis-0 and redis-1, masters of ...".
std::string VictimsText(const std::vector<Victim>& victims) {
  std::vector<std::string> names;
  std::vector<std::string> slots;
  bool all_masters = true;
  bool all_replicas = true;
  for (const Victim& victim : victims) {
    names.push_back(victim.node);
    slots.push_back(EnDashed(ToString(victim.slots)));
    (victim.was_master ? all_replicas : all_masters) = false;
  }
  const std::string role = all_masters ? "master" : "replica";
  const bool known =
      (all_masters || all_replicas) &&
      std::none_of(slots.begin(), slots.end(), [](const auto& s) { return s.empty(); });
  if (!known) return Enumerate(names);
  if (victims.size() == 1) {
    return std::string(all_masters ? "The " : "A ") + role + " of slots " + slots[0] +
           " (" + names[0] + ")";
  }
  return Enumerate(names) + ", " + role + "s of slots " + Enumerate(slots) + ",";
}

void SayFault(const RunRecord& record, Phrases& phrases) {
  static const std::map<std::string, std::string> kVerbs = {
      {"kill", "killed"}, {"kill_process", "killed"}, {"pause", "paused"}};
  const FaultRecord* fault = FirstInjectedFault(record);
  if (fault == nullptr) {
    if (record.faults.empty()) {
      Say(phrases, "Nothing was broken in this run (a control).");
    } else {
      const std::string& error = record.faults.front().error;
      Say(phrases,
          "No fault was injected" + (error.empty() ? "." : ": " + error + "."));
    }
    return;
  }
  const auto verb = kVerbs.find(fault->type);
  if (verb != kVerbs.end() && !fault->victims.empty()) {
    const std::string were = fault->victims.size() == 1 ? " was " : " were ";
    Say(phrases, VictimsText(fault->victims) + were + verb->second + " under load.");
  } else {
    const std::string& what =
        fault->description.empty() ? fault->type : fault->description;
    Say(phrases, "Fault, under load: " + what + ".");
  }
  const auto injected = std::count_if(record.faults.begin(), record.faults.end(),
                                      [](const auto& f) { return f.injected; });
  if (injected > 1) {
    Say(phrases, " " + CountText(injected - 1, "further fault") + " followed.");
  }
}

// Where the time of a promotion lies against theory.
std::string AgainstTheory(const Json& fault, double took) {
  const auto least = NumberAt(fault, "promotion_min_ms");
  const auto most = NumberAt(fault, "promotion_max_ms");
  if (!least || !most) return ".";
  const std::string range = " (" + DurationRange(*least, *most) + ").";
  if (took < *least)
    return ", earlier than the nodes’ configuration makes possible" + range;
  if (took > *most) return ", later than the nodes’ configuration promises" + range;
  return ", inside what the nodes’ configuration promises" + range;
}

bool WasPromoted(const Json& fault) {
  return !TextAt(fault, "promoted").empty() || NumberAt(fault, "promotion_ms");
}

// `alone`: nobody was promoted in the whole run.
void SayNoPromotion(const Json& fault, bool victim_was_master, bool alone,
                    Phrases& phrases) {
  if (!victim_was_master) {
    Say(phrases, " No promotion was due, and none was seen.");
    return;
  }
  const std::string reason = TextAt(fault, "none_reason");
  Say(phrases, " ");
  Say(phrases,
      alone ? "No replica was promoted"
            : "Nobody took over from " + TextAt(fault, "victim"),
      true);
  Say(phrases, reason.empty() ? "." : ": " + reason + ".");
}

void SayPromotion(const Json& fault, Phrases& phrases) {
  const std::string promoted = TextAt(fault, "promoted");
  const auto took = NumberAt(fault, "promotion_ms");
  if (!took) {
    Say(phrases, " " + promoted + " took over; when is not known.");
    return;
  }
  Say(phrases, " " + (promoted.empty() ? std::string("A replica") : promoted) +
                   " took over after ");
  Say(phrases, DurationText(*took), true);
  Say(phrases, AgainstTheory(fault, *took));
}

// By the entry itself, else (an older run) by what the record has of the fault.
bool VictimWasMaster(const RunRecord& record, const Json& fault) {
  if (const auto was_master = FlagAt(fault, "was_master")) return *was_master;
  const auto index = CountAt(fault, "fault").value_or(0);
  if (index < 0 || index >= static_cast<std::int64_t>(record.faults.size()))
    return true;
  const auto& victims = record.faults[static_cast<std::size_t>(index)].victims;
  return victims.empty() || std::any_of(victims.begin(), victims.end(),
                                        [](const Victim& v) { return v.was_master; });
}

void SayPromotions(const RunRecord& record, const Judgement& judgement,
                   Phrases& phrases) {
  if (FirstInjectedFault(record) == nullptr) return;
  const Json& faults = ListAt(DetailsOf(judgement, "promotion_timing"), "faults");
  if (faults.empty()) {
    Say(phrases, " Whether a replica was promoted could not be judged.");
    return;
  }
  // Sentences on more than three victims are for the page below, not for here.
  constexpr std::size_t kMost = 3;
  const bool nobody = std::none_of(faults.begin(), faults.end(), WasPromoted);
  std::set<std::string> said;
  for (const Json& fault : faults) {
    Phrases sentence;
    if (WasPromoted(fault)) {
      SayPromotion(fault, sentence);
    } else {
      SayNoPromotion(fault, VictimWasMaster(record, fault), nobody, sentence);
    }
    if (said.size() >= kMost || !said.insert(PlainText(sentence)).second) continue;
    phrases.insert(phrases.end(), sentence.begin(), sentence.end());
  }
}

void SayLosses(const RunRecord& record, const Judgement& judgement, Phrases& phrases) {
  const LossBounds bounds = LossBoundsOf(judgement);
  Say(phrases, " ");
  const std::int64_t lower = bounds.lower.value_or(0);
  if (!bounds.upper && lower == 0) {
    Say(phrases, "How many acknowledged writes were lost could not be judged.", true);
  } else if (bounds.acked == 0) {
    Say(phrases, "No write was acknowledged, so none could be lost.", true);
  } else if (!bounds.upper) {
    Say(phrases, "At least " + CountText(lower, "acknowledged write") + " were lost.",
        true);
  } else if (*bounds.upper == 0) {
    Say(phrases, "No acknowledged write was lost.", true);
  } else if (lower >= *bounds.upper) {
    Say(phrases,
        CountText(lower, "acknowledged write") +
            (lower == 1 ? " was lost." : " were lost."),
        true);
  } else if (lower == 0) {
    Say(phrases,
        "No loss is proven, but up to " +
            CountText(*bounds.upper, "acknowledged write") + " may be lost.",
        true);
  } else {
    Say(phrases,
        "Between " + GroupedDigits(lower) + " and " +
            CountText(*bounds.upper, "acknowledged write") + " were lost.",
        true);
  }
  const Json& details = DetailsOf(judgement, "lost_writes");
  const std::int64_t surplus = CountAt(details, "surplus").value_or(0);
  if (surplus > 0) {
    Say(phrases, " ");
    Say(phrases,
        "Counters hold " + GroupedDigits(surplus) + " more than was ever sent.", true);
  }
  if (!record.rest.reached) {
    Say(phrases,
        " The cluster did not come to rest before the last reads, so losses are given "
        "as they stood then.");
  }
}

std::string SlotsText(std::int64_t slots, std::int64_t tested) {
  if (tested == kSlots) {
    return slots == kSlots ? "all 16\u00a0384 slots"
                           : GroupedDigits(slots) + " of 16\u00a0384 slots";
  }
  return GroupedDigits(slots) + " of the " + GroupedDigits(tested) +
         " slots that had load";
}

void SayCoverage(const Judgement& judgement, Phrases& phrases) {
  const Json& details = DetailsOf(judgement, "slot_coverage");
  const auto lost = NumberAt(details, "slot_seconds_lost");
  if (!lost) {
    Say(phrases, " Which slots were served could not be judged.");
    return;
  }
  const bool untested = CountAt(details, "untested_slots").value_or(0) > 0;
  if (*lost <= 0) {
    Say(phrases, untested ? " No slot that had load was seen unserved."
                          : " No slot was seen unserved.");
    return;
  }
  const Outages outages = OutagesOf(details);
  if (outages.worst_slots == 0) {
    Say(phrases, " Some slots were not served");
    if (const auto longest = NumberAt(details, "uncovered_ms_max")) {
      Say(phrases, ", for ");
      Say(phrases, DurationText(*longest), true);
      Say(phrases, " at most");
    }
  } else {
    Say(phrases, " For up to ");
    Say(phrases, DurationText(outages.worst_ms), true);
    Say(phrases,
        " writes failed on " + SlotsText(outages.worst_slots, outages.tested_slots));
    if (outages.other_slots > 0) {
      Say(phrases,
          ", and for up to " + DurationText(outages.other_ms) + " on " +
              (outages.worst_slots + outages.other_slots == outages.tested_slots
                   ? "all others"
                   : GroupedDigits(outages.other_slots) + " others"));
    }
  }
  Say(phrases, NumberAt(details, "all_served_again_ms")
                   ? "."
                   : "; not all of them were seen served again.");
}

}  // namespace

std::vector<Phrase> Headline(const RunRecord& record, const Judgement& judgement) {
  Phrases phrases;
  if (record.interrupted) {
    Say(phrases, "The run was interrupted.", true);
    Say(phrases, " What was seen until then: ");
  } else if (judgement.validity == Validity::kInconclusive) {
    Say(phrases, "This run proves nothing.", true);
    Say(phrases, " What was seen: ");
  }
  const std::size_t hedge = phrases.size();
  SayFault(record, phrases);
  SayPromotions(record, judgement, phrases);
  SayLosses(record, judgement, phrases);
  SayCoverage(judgement, phrases);
  // After "this proves nothing", nothing stands out.
  for (std::size_t i = hedge; hedge > 0 && i < phrases.size(); ++i) {
    phrases[i].strong = false;
  }
  return phrases;
}

std::string PlainText(const std::vector<Phrase>& phrases) {
  std::string text;
  for (const Phrase& phrase : phrases) text += phrase.text;
  return text;
}

std::string SetUpLine(const RunRecord& record) {
  std::vector<std::string> parts;
  std::set<std::string> versions;
  for (const NodeRecord& node : record.nodes) {
    versions.insert(node.engine + " " + node.version);
  }
  if (!versions.empty()) {
    parts.push_back(Enumerate({versions.begin(), versions.end()}));
  }
  const Json& cluster = ObjectAt(record.scenario_json, "cluster");
  const auto masters = CountAt(cluster, "masters");
  const auto replicas = CountAt(cluster, "replicas_per_master");
  if (masters && replicas) {
    parts.push_back(CountText(*masters, "master") + " + " +
                    CountText(*masters * *replicas, "replica"));
  } else if (!record.nodes.empty()) {
    parts.push_back(CountText(static_cast<std::int64_t>(record.nodes.size()), "node"));
  }
  if (!record.platform.empty()) parts.push_back(record.platform);
  if (const auto timeout = CountAt(cluster, "node_timeout_ms")) {
    parts.push_back("node timeout " + std::to_string(*timeout) + " ms");
  }
  parts.push_back("seed " + std::to_string(record.seed));
  if (record.trial > 1) parts.push_back("trial " + std::to_string(record.trial));
  std::string line;
  for (const std::string& part : parts) line += (line.empty() ? "" : " · ") + part;
  return line;
}

}  // namespace slotquake
