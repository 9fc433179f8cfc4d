#ifndef SLOTQUAKE_REPORTS_ANSWERS_H_
#define SLOTQUAKE_REPORTS_ANSWERS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

// One of the three answers, in words. `figure` stands alone in large type and
// never says more than the bounds allow: "0" only if the upper bound is 0.
struct Answer {
  std::string checker;  // "lost_writes"
  std::string title;    // "Lost writes"
  Validity validity = Validity::kInconclusive;
  std::string figure;  // "0", "2 to 51", "3.570 s", "none", "not known"
  std::string unit;    // "of 763 912 acknowledged"
  std::string bound;   // "theory 2.60 – 5.20 s", "up to 3.58 s per slot", or ""
  std::string text;    // how it comes about, in short sentences
  std::vector<Case> expectations;  // the checker's cases, the worst first
};

// Acknowledged writes that are lost: bounds, each of which may be missing.
struct LossBounds {
  std::optional<std::int64_t> acked;
  std::optional<std::int64_t> lower;
  std::optional<std::int64_t> upper;
};
LossBounds LossBoundsOf(const Judgement& judgement);

// Why writes are lost: "Cause: not yet at the replica that was promoted
// (unreplicated)." "" where no cause is counted.
std::string CausesText(const nlohmann::json& lost_writes);

// "0", "12", "2 to 51", "2 or more", "not known".
std::string FigureOf(const LossBounds& bounds);

// Lost writes, promotion, slot coverage; always three, in this order.
std::vector<Answer> ThreeAnswers(const RunRecord& record, const Judgement& judgement);

// One thing that the verdict rests on ("How do you know?").
struct Assumption {
  std::string name;  // "fault_not_proven"
  bool holds = false;
  std::string text;
};
std::vector<Assumption> AssumptionsOf(const Judgement& judgement);

// Every case that is not passed, the worst first, its name with the checker's in
// front ("lost_writes.max_count"). Broken assumptions included.
std::vector<Case> Complaints(const Judgement& judgement);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_ANSWERS_H_
