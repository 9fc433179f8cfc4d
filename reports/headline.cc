#include "reports/headline.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "reports/answers.h"
#include "reports/details.h"
#include "reports/fault_moments.h"
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

void SayNothingBroken(const RunRecord& record, Phrases& phrases) {
  if (record.faults.empty()) {
    Say(phrases, IsControl(record) ? "Nothing was broken in this run (a control)."
                                   : "The run ended before its first fault.");
    return;
  }
  const std::string& error = record.faults.front().error;
  Say(phrases, "No fault was injected" + (error.empty() ? "." : ": " + error + "."));
}

void SayFaults(const RunRecord& record, Phrases& phrases) {
  constexpr std::size_t kMost = 3;
  const std::vector<FaultMoment> moments = FaultMoments(record);
  if (moments.empty()) {
    SayNothingBroken(record, phrases);
    return;
  }
  const std::string first = SentenceOf(moments[0]);
  Say(phrases, !HasVerb(moments[0])    ? "Fault, under load: " + first + "."
               : moments[0].faults > 1 ? first + ", under load."
                                       : first + " under load.");
  for (std::size_t i = 1; i < std::min(kMost, moments.size()); ++i) {
    std::string sentence = SentenceOf(moments[i]);
    if (sentence.rfind("The ", 0) == 0 || sentence.rfind("A ", 0) == 0) {
      sentence[0] = static_cast<char>(sentence[0] - 'A' + 'a');
    }
    Say(phrases, " " + ShortDuration(ToMillis(moments[i].done - moments[i - 1].done)) +
                     " later: " + sentence + ".");
  }
  if (moments.size() > kMost) {
    const auto more = static_cast<std::int64_t>(moments.size() - kMost);
    Say(phrases, " " + Counted(more, "further fault") + " followed.");
  }
}

// Where the time of a promotion lies against theory.
std::string AgainstTheory(const Json& fault, double took) {
  const auto least = NumberAt(fault, "promotion_min_ms");
  const auto most = NumberAt(fault, "promotion_max_ms");
  const auto election = NumberAt(fault, "election_max_ms");
  if (!least || !most) return ".";
  // The votes may take long by the rules; what is inside without them is said so.
  const bool with_votes = election && took > *election;
  const std::string range =
      " (" +
      (with_votes ? TheoryRange(*least, *election, *most)
                  : DurationRange(*least, std::min(*most, election.value_or(*most)))) +
      ").";
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
  Say(phrases, reason.empty() ? "." : " (" + reason + ").");
}

// How this victim came back; an empty object of a run that was not judged for it.
const Json& ReturnOf(const Judgement& judgement, const Json& fault) {
  static const Json kNone = Json::object();
  const Json& details = DetailsOf(judgement, "restart_or_failover");
  for (const Json& victim : ListAt(details, "victims")) {
    if (CountAt(victim, "fault") == CountAt(fault, "fault") &&
        TextAt(victim, "victim") == TextAt(fault, "victim")) {
      return victim;
    }
  }
  return kNone;
}

// "redis-0's pod was gone for 3.210 s, ...; no epoch moved: a restart, no failover."
// The text's end, behind its last colon, is what it was.
void SayRestart(const Json& way_back, Phrases& phrases) {
  const std::string text = TextAt(way_back, "text");
  const auto end = text.rfind(": ");
  if (end == std::string::npos) {
    Say(phrases, " " + text + ".");
    return;
  }
  Say(phrases, " " + text.substr(0, end + 2));
  Say(phrases, text.substr(end + 2) + ", no failover", true);
  Say(phrases, ".");
}

void SayPromotion(const Json& fault, const std::string& kind, Phrases& phrases) {
  const std::string promoted = TextAt(fault, "promoted");
  const auto took = NumberAt(fault, "promotion_ms");
  const bool named = kind == "failover";
  Say(phrases, named ? " A failover: " : " ");
  if (!took) {
    Say(phrases, promoted + " took over; when is not known.");
    return;
  }
  const std::string somebody = named ? "a replica" : "A replica";
  Say(phrases, (promoted.empty() ? somebody : promoted) + " took over after ");
  Say(phrases, ShortDuration(*took), true);
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
  const bool any_master =
      std::any_of(faults.begin(), faults.end(),
                  [&](const Json& one) { return VictimWasMaster(record, one); });
  std::set<std::string> said;
  bool only_restarts = true;
  for (const Json& fault : faults) {
    const bool master = VictimWasMaster(record, fault);
    const Json& way_back = ReturnOf(judgement, fault);
    const std::string kind = TextAt(way_back, "kind");
    only_restarts = only_restarts && (kind == "restart" || !master);
    // Replicas beside masters are not what happened.
    if (!master && any_master && !WasPromoted(fault)) continue;
    Phrases sentence;
    if (kind == "restart") {
      SayRestart(way_back, sentence);
    } else if (!WasPromoted(fault)) {
      SayNoPromotion(fault, master, nobody, sentence);
    } else {
      SayPromotion(fault, kind, sentence);
      if (kind == "both") Say(sentence, " " + TextAt(way_back, "text") + ".");
    }
    if (said.size() >= kMost || !said.insert(PlainText(sentence)).second) continue;
    phrases.insert(phrases.end(), sentence.begin(), sentence.end());
  }
  if (any_master && only_restarts) {
    Say(phrases, " ");
    Say(phrases, "This run proves nothing about failover.", true);
  }
}

// How the bounds of the losses are said.
void SayBounds(const LossBounds& bounds, Phrases& phrases) {
  Say(phrases, " ");
  const std::int64_t lower = bounds.lower.value_or(0);
  if (!bounds.upper && lower == 0) {
    Say(phrases, "How many acknowledged writes were lost could not be judged.", true);
  } else if (bounds.acked == 0) {
    Say(phrases, "No write was acknowledged, so none could be lost.", true);
  } else if (!bounds.upper) {
    Say(phrases, "At least " + Counted(lower, "acknowledged write") + " were lost.",
        true);
  } else if (*bounds.upper == 0) {
    Say(phrases, "No acknowledged write was lost.", true);
  } else if (lower >= *bounds.upper) {
    Say(phrases,
        Counted(lower, "acknowledged write") +
            (lower == 1 ? " was lost." : " were lost."),
        true);
  } else if (lower == 0) {
    Say(phrases,
        "No loss is proven, but up to " + Counted(*bounds.upper, "acknowledged write") +
            " may be lost.",
        true);
  } else {
    Say(phrases,
        "Between " + Grouped(lower) + " and " +
            Counted(*bounds.upper, "acknowledged write") + " were lost.",
        true);
  }
}

void SayLosses(const RunRecord& record, const Judgement& judgement, Phrases& phrases) {
  const LossBounds bounds = LossBoundsOf(judgement);
  SayBounds(bounds, phrases);
  const Json& details = DetailsOf(judgement, "lost_writes");
  if (bounds.lower.value_or(0) > 0) {
    const std::string causes = CausesText(details);
    if (!causes.empty()) Say(phrases, " " + causes);
    const Verdict* verdict = judgement.Find("lost_writes");
    if (verdict != nullptr && verdict->validity == Validity::kPass) {
      Say(phrases, " The scenario allows for that.");
    }
  }
  const std::int64_t surplus = CountAt(details, "surplus").value_or(0);
  if (surplus > 0) {
    Say(phrases, " ");
    Say(phrases, "Counters hold " + Grouped(surplus) + " more than was ever sent.",
        true);
  }
  const std::string cause = TextAt(DetailsOf(judgement, "view_agreement"), "cause");
  if (!record.rest.reached && !cause.empty()) {
    Say(phrases, " ");
    Say(phrases, "The cluster never recovered", true);
    Say(phrases, " (" + cause + ").");
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
                           : Grouped(slots) + " of 16\u00a0384 slots";
  }
  return Grouped(slots) + " of the " + Grouped(tested) + " slots that had load";
}

// A shard that acked nothing for a while.
struct Paused {
  double ms = 0;
  std::string slots;
};

std::vector<Paused> PausedShards(const Json& slot_coverage) {
  std::vector<Paused> paused;
  for (const Json& shard : ListAt(slot_coverage, "shards")) {
    const auto pause = shard.find("pause");
    if (pause == shard.end()) continue;
    const auto ms = NumberAt(*pause, "length_ms");
    if (ms && *ms > 0) paused.push_back({*ms, EnDashed(TextAt(shard, "slots"))});
  }
  std::stable_sort(paused.begin(), paused.end(),
                   [](const Paused& a, const Paused& b) { return a.ms > b.ms; });
  return paused;
}

// "For 4.71 s no write to slots 0-5460 was acknowledged": whole shards, since one
// master serves all of a shard's slots alike.
void SayPauses(const std::vector<Paused>& paused, Phrases& phrases) {
  constexpr std::size_t kMostNamed = 3;
  std::vector<std::string> worst;
  std::size_t others = 0;
  for (const Paused& shard : paused) {
    // Pauses within a tenth of the longest are one event.
    if (shard.ms >= 0.9 * paused.front().ms) {
      worst.push_back(shard.slots);
    } else {
      ++others;
    }
  }
  Say(phrases, " For ");
  Say(phrases, ShortDuration(paused.front().ms), true);
  const auto count = static_cast<std::int64_t>(worst.size());
  Say(phrases, " no write to " +
                   (worst.size() > kMostNamed ? Counted(count, "shard")
                                              : "slots " + Enumerate(worst)) +
                   " was acknowledged");
  if (others > 0) {
    Say(phrases, ", and for up to " + ShortDuration(paused[worst.size()].ms) +
                     " none to " +
                     Counted(static_cast<std::int64_t>(others), "other shard"));
  }
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
  if (const auto paused = PausedShards(details); !paused.empty()) {
    SayPauses(paused, phrases);
  } else if (outages.worst_slots == 0) {
    Say(phrases, " Some slots were not served");
    if (const auto longest = NumberAt(details, "uncovered_ms_max")) {
      Say(phrases, ", for ");
      Say(phrases, ShortDuration(*longest), true);
      Say(phrases, " at most");
    }
  } else {
    Say(phrases, " For up to ");
    Say(phrases, ShortDuration(outages.worst_ms), true);
    Say(phrases,
        " writes failed on " + SlotsText(outages.worst_slots, outages.tested_slots));
    if (outages.other_slots > 0) {
      Say(phrases,
          ", and for up to " + ShortDuration(outages.other_ms) + " on " +
              (outages.worst_slots + outages.other_slots == outages.tested_slots
                   ? "all others"
                   : Grouped(outages.other_slots) + " others"));
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
  SayFaults(record, phrases);
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
    parts.push_back(Counted(*masters, "master") + " + " +
                    Counted(*masters * *replicas, "replica"));
  } else if (!record.nodes.empty()) {
    parts.push_back(Counted(static_cast<std::int64_t>(record.nodes.size()), "node"));
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
