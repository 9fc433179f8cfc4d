#include "reports/answers.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "reports/details.h"
#include "reports/figures.h"
#include "reports/time_axis.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

// Appends a sentence, with a space before it where needed.
void Say(std::string& text, const std::string& sentence) {
  if (sentence.empty()) return;
  if (!text.empty()) text += ' ';
  text += sentence;
}

Answer Begin(const Judgement& judgement, std::string checker, std::string title) {
  Answer answer;
  answer.figure = "not known";
  if (const Verdict* verdict = judgement.Find(checker)) {
    answer.validity = verdict->validity;
    answer.expectations = verdict->cases;
    std::stable_sort(
        answer.expectations.begin(), answer.expectations.end(),
        [](const Case& a, const Case& b) { return a.validity > b.validity; });
  } else {
    answer.unit = "not judged";
  }
  answer.checker = std::move(checker);
  answer.title = std::move(title);
  return answer;
}

std::string WindowText(const Json& window, double origin_ms) {
  const auto first = NumberAt(window, "first_relative_ms");
  const auto last = NumberAt(window, "last_relative_ms");
  if (!first || !last) return "";
  std::string text = "Lost-write window " + RelativeWithUnit(origin_ms + *first) +
                     " to " + RelativeWithUnit(origin_ms + *last);
  if (const auto margin = NumberAt(window, "uncertainty_ms")) {
    text += " (± " + ShortDuration(*margin) + ")";
  }
  const auto inside = CountAt(window, "acks_inside");
  const auto share = NumberAt(window, "share");
  if (inside && share) {
    char percent[32];
    std::snprintf(percent, sizeof percent, "%.3g", *share * 100);
    text += ": " + std::string(percent) + " % of the " + Grouped(*inside) +
            " acknowledgements in it";
  }
  return text + ".";
}

// What of the losses each load tells: two kinds of evidence of one thing.
std::string LoadsText(const Json& details) {
  const Json& counter = ObjectAt(details, "counter");
  const Json& append = ObjectAt(details, "append");
  const std::int64_t hits = CountAt(counter, "acked").value_or(0);
  const std::int64_t tokens = CountAt(append, "acked").value_or(0);
  const auto lower = CountAt(counter, "lower");
  const auto upper = CountAt(counter, "upper");
  const auto lost = CountAt(append, "lost");
  if (hits == 0 || tokens == 0 || !lower || !upper || !lost) return "";
  return "Hits: " + Bounds(*lower, *upper) + " of " + Grouped(hits) +
         "; appends, each token read back: " +
         Bounds(*lost, *lost + CountAt(append, "undecided").value_or(0)) + " of " +
         Grouped(tokens) + ".";
}

Answer LostWrites(const RunRecord& record, const Judgement& judgement) {
  Answer answer = Begin(judgement, "lost_writes", "Lost writes");
  const Json& details = DetailsOf(judgement, "lost_writes");
  const LossBounds bounds = LossBoundsOf(judgement);
  answer.figure = FigureOf(bounds);
  if (bounds.acked) answer.unit = "of " + Grouped(*bounds.acked) + " acknowledged";
  if (bounds.upper == 0 && bounds.acked == 0)
    Say(answer.text, "No write was acknowledged.");
  const Json& windows = ListAt(details, "windows");
  if (!windows.empty()) {
    const TimeAxis axis = MakeTimeAxis(record, judgement);
    Say(answer.text,
        WindowText(windows.front(), RelativeOriginMs(record, axis, windows.front())));
  }
  if (windows.size() > 1) {
    Say(answer.text,
        Counted(static_cast<std::int64_t>(windows.size()) - 1, "further window") +
            " below.");
  }
  Say(answer.text, CausesText(details));
  Say(answer.text, LoadsText(details));
  const std::int64_t unknown = CountAt(details, "unknown").value_or(0);
  const std::int64_t range = bounds.upper.value_or(0) - bounds.lower.value_or(0);
  if (range > unknown) {
    // The unknown ones alone would leave a smaller range: final reads are missing.
    Say(answer.text, "Not every counter could be accounted for: hence the range.");
  } else if (unknown > 0 && bounds.lower != bounds.upper) {
    Say(answer.text, Counted(unknown, "write") +
                         " ended unknown and may hide losses: hence the range.");
  } else if (unknown > 0) {
    Say(answer.text,
        Counted(unknown, "write") + " ended unknown; the count is exact all the same.");
  }
  const std::int64_t surplus = CountAt(details, "surplus").value_or(0);
  if (surplus > 0) {
    Say(answer.text, "Counters hold " + Grouped(surplus) + " more than was ever sent.");
  }
  return answer;
}

// "votes 4 ms"; what is below the resolution of its sources is not said to be 0.
std::string Step(const Json& fault, const char* from, const char* to,
                 const char* name) {
  const Json* end = FindPhase(fault, to);
  if (end == nullptr) return "";
  double length_ms = *NumberAt(*end, "relative_ms");
  double margin_ms = NumberAt(*end, "uncertainty_ms").value_or(0);
  if (from != nullptr) {
    const Json* begin = FindPhase(fault, from);
    if (begin == nullptr) return "";
    length_ms -= *NumberAt(*begin, "relative_ms");
    margin_ms = std::max(margin_ms, NumberAt(*begin, "uncertainty_ms").value_or(0));
  }
  const std::string took = length_ms >= 1   ? ShortDuration(length_ms)
                           : length_ms >= 0 ? "under 1 ms"
                                            : "under " + ShortDuration(margin_ms + 1);
  return name + (" " + took);
}

std::string StepsText(const Json& fault) {
  std::string text;
  for (const std::string& step : {Step(fault, nullptr, "first_pfail", "suspicion"),
                                  Step(fault, "first_pfail", "fail", "quorum"),
                                  Step(fault, "fail", "started", "election delay"),
                                  Step(fault, "started", "won", "votes")}) {
    if (step.empty()) continue;
    text += (text.empty() ? "" : ", ") + step;
  }
  if (text.empty()) return "";
  text.front() = static_cast<char>(text.front() - 'a' + 'A');
  return text + ".";
}

std::string OutageText(const Json& fault) {
  const Json& outage = ObjectAt(fault, "outage");
  const auto median = NumberAt(outage, "median_ms");
  const auto most = NumberAt(outage, "max_ms");
  if (!median || !most) return "";
  return "Clients went without an acknowledged write for " + ShortDuration(*median) +
         " (median), " + ShortDuration(*most) + " at most.";
}

// The promotion to tell of: the longest, else one that was promoted, else the
// first fault.
const Json* WorstPromotion(const Json& faults) {
  const Json* worst = nullptr;
  double longest = -1e18;
  for (const Json& fault : faults) {
    double length = TextAt(fault, "promoted").empty() ? -3 : -2;
    length = NumberAt(fault, "promotion_ms").value_or(length);
    if (worst == nullptr || length > longest) {
      worst = &fault;
      longest = length;
    }
  }
  return worst;
}

void DescribePromotion(const Json& fault, Answer& answer) {
  if (const auto took = NumberAt(fault, "promotion_ms")) {
    answer.figure = Duration(*took);
    if (const Json* won = FindPhase(fault, "won")) {
      if (const auto margin = NumberAt(*won, "uncertainty_ms")) {
        answer.unit = "± " + ShortDuration(*margin);
      }
    }
  } else {
    answer.figure = "promoted";
    answer.unit = "the time is not known";
  }
  Say(answer.text, TextAt(fault, "promoted") + " took over.");
  Say(answer.text, StepsText(fault));
  const auto least = NumberAt(fault, "promotion_min_ms");
  const auto most = NumberAt(fault, "promotion_max_ms");
  const auto election = NumberAt(fault, "election_max_ms");
  if (least && most) {
    answer.bound = "theory " + (election ? TheoryRange(*least, *election, *most)
                                         : DurationRange(*least, *most));
  }
}

Answer Promotion(const RunRecord& record, const Judgement& judgement) {
  Answer answer = Begin(judgement, "promotion_timing", "Promotion");
  if (judgement.Find("promotion_timing") == nullptr) return answer;
  const Json& faults = ListAt(DetailsOf(judgement, "promotion_timing"), "faults");
  const Json* fault = WorstPromotion(faults);
  if (fault == nullptr) {
    if (FirstInjectedFault(record) != nullptr ||
        !DetailsOf(judgement, "promotion_timing").contains("faults")) {
      return answer;
    }
    answer.figure = "none";
    answer.bound = "nothing was broken";
    return answer;
  }
  if (!TextAt(*fault, "promoted").empty() || NumberAt(*fault, "promotion_ms")) {
    DescribePromotion(*fault, answer);
  } else {
    answer.figure = "none";
    answer.bound = TextAt(*fault, "none_reason");
    if (answer.bound.empty()) answer.bound = "no reason was logged";
  }
  Say(answer.text, OutageText(*fault));
  if (faults.size() > 1) {
    Say(answer.text, "The worst of " +
                         Counted(static_cast<std::int64_t>(faults.size()), "fault") +
                         ".");
  }
  return answer;
}

Answer Coverage(const RunRecord& record, const Judgement& judgement) {
  Answer answer = Begin(judgement, "slot_coverage", "Slot coverage");
  const Json& details = DetailsOf(judgement, "slot_coverage");
  const auto lost = NumberAt(details, "slot_seconds_lost");
  if (!lost) return answer;
  // What is not 0 is not shown as 0.
  answer.figure = *lost > 0 && *lost < 1
                      ? "< 1"
                      : Grouped(CountAt(details, "slot_seconds_lost").value_or(0));
  answer.unit = "slot-seconds lost";
  const auto longest = NumberAt(details, "uncovered_ms_max");
  if (longest && *longest > 0)
    answer.bound = "up to " + ShortDuration(*longest) + " per slot";
  const TimeAxis axis = MakeTimeAxis(record, judgement);
  if (const auto again = NumberAt(details, "all_served_again_ms")) {
    Say(answer.text,
        "All were served again at " + RelativeText(axis.RelativeMs(*again)) + " s.");
  } else if (*lost > 0) {
    Say(answer.text, "Not all were seen served again.");
  }
  const auto if_all = NumberAt(details, "slot_seconds_if_all");
  if (if_all && *if_all > *lost) {
    Say(answer.text,
        "About " + Grouped(std::llround(*if_all)) +
            " if the slots of these shards that nobody tried fared alike.");
  }
  const std::int64_t untested = CountAt(details, "untested_slots").value_or(0);
  if (untested > 0) {
    Say(answer.text,
        Counted(untested, "slot") + " of 16\u00a0384 had no load and say nothing.");
  }
  if (const auto resolution = NumberAt(details, "resolution_ms")) {
    Say(answer.text, "Resolution " + ShortDuration(*resolution) + " per slot.");
  }
  if (!ListAt(details, "doubly_claimed").empty()) {
    Say(answer.text, "Two masters claimed the same slots for a time.");
  }
  return answer;
}

}  // namespace

std::string CausesText(const Json& lost_writes) {
  struct Words {
    const char* cause;
    const char* text;
  };
  static constexpr Words kWords[] = {
      {"stranger", "taken by another node at the address of theirs"},
      {"wiped", "their node came back, or was overwritten, without them"},
      {"minority_master", "taken by a master that was cut off from the majority"},
      {"zombie", "taken by the old master after another had won its slots"},
      {"unreplicated", "not yet at the replica that was promoted"},
      {"persistence", "not on disk when their node restarted"},
      {"unexplained", "nothing in the record explains them"}};
  std::vector<std::string> causes;
  std::string only;
  for (const Words& words : kWords) {
    const std::int64_t count =
        CountAt(ObjectAt(lost_writes, "causes"), words.cause).value_or(0);
    if (count <= 0) continue;
    only = words.text + std::string(" (") + words.cause + ")";
    causes.push_back(Grouped(count) + " " + words.cause + " (" + words.text + ")");
  }
  if (causes.empty()) return "";
  return causes.size() == 1 ? "Cause: " + only + "."
                            : "Causes: " + Enumerate(causes) + ".";
}

LossBounds LossBoundsOf(const Judgement& judgement) {
  const Json& details = DetailsOf(judgement, "lost_writes");
  LossBounds bounds;
  bounds.acked = CountAt(details, "acked");
  bounds.lower = CountAt(details, "lower");
  if (!bounds.lower) bounds.lower = CountAt(details, "definite");
  bounds.upper = CountAt(details, "upper");
  return bounds;
}

std::string FigureOf(const LossBounds& bounds) {
  const std::int64_t lower = bounds.lower.value_or(0);
  if (!bounds.upper) return lower > 0 ? Grouped(lower) + " or more" : "not known";
  if (lower >= *bounds.upper) return Grouped(lower);
  return Grouped(lower) + " to " + Grouped(*bounds.upper);
}

std::vector<Answer> ThreeAnswers(const RunRecord& record, const Judgement& judgement) {
  return {LostWrites(record, judgement), Promotion(record, judgement),
          Coverage(record, judgement)};
}

std::vector<Assumption> AssumptionsOf(const Judgement& judgement) {
  std::vector<Assumption> all;
  for (const Json& item : ListAt(DetailsOf(judgement, "assumptions"), "items")) {
    // An item that does not say that it holds is taken as broken.
    all.push_back({TextAt(item, "name"), FlagAt(item, "holds").value_or(false),
                   TextAt(item, "text")});
  }
  return all;
}

std::vector<Case> Complaints(const Judgement& judgement) {
  std::vector<Case> all;
  for (const Verdict& verdict : judgement.verdicts) {
    bool explained = false;
    for (const Case& one : verdict.cases) {
      if (one.validity == Validity::kPass) continue;
      explained |= one.validity == verdict.validity;
      all.push_back({verdict.checker + "." + one.name, one.validity, one.text});
    }
    if (verdict.validity != Validity::kPass && !explained) {
      all.push_back({verdict.checker, verdict.validity, verdict.summary});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Case& a, const Case& b) {
    return a.validity > b.validity;
  });
  return all;
}

}  // namespace slotquake
