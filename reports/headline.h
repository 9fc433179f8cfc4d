#ifndef SLOTQUAKE_REPORTS_HEADLINE_H_
#define SLOTQUAKE_REPORTS_HEADLINE_H_

#include <string>
#include <vector>

#include "harness/check/checker.h"
#include "harness/history/record.h"

namespace slotquake {

// A piece of the headline; the strong ones carry the answers.
struct Phrase {
  std::string text;
  bool strong = false;
};

// What a person on call can forward: what was broken, who took over, what was
// lost, what was not served. It claims nothing that the record does not show,
// and says first when the run proves nothing.
std::vector<Phrase> Headline(const RunRecord& record, const Judgement& judgement);

// The phrases joined.
std::string PlainText(const std::vector<Phrase>& phrases);

// "redis 7.0.15 · 3 masters + 3 replicas · local · node timeout 2000 ms · seed 42".
std::string SetUpLine(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_HEADLINE_H_
