#ifndef SLOTQUAKE_REPORTS_STORY_H_
#define SLOTQUAKE_REPORTS_STORY_H_

#include <string>
#include <vector>

#include "harness/check/checker.h"
#include "harness/history/record.h"
#include "reports/time_axis.h"

namespace slotquake {

// Whose words a line of the story is: a node's in its log; what the harness did;
// what it measured where no log says it; what the orchestrator did and saw.
enum class Speaker { kNode, kFault, kMeasured, kPlatform };

struct StoryLine {
  double relative_ms = 0;
  std::vector<std::string> who;  // several nodes that said the same
  std::string text;
  Speaker speaker = Speaker::kNode;
};

// The log lines that mean something, the faults, what became of pods and machines,
// and the phases of the promotion that were measured by other means, in the axis'
// focus, by time. Nodes that say the
// same within half a second share one line. 40-digit node ids are shortened and
// named. At most `most` lines; the last one then says how many are left out.
std::vector<StoryLine> TellStory(const RunRecord& record, const Judgement& judgement,
                                 const TimeAxis& axis, std::size_t most = 60);

// "redis-1, redis-2"; "redis-1 and 4 more" of more than three.
std::string NamesOf(const StoryLine& line);

// `text` with each known 40-digit node id as "c386bb… (redis-0)".
std::string NameIds(const RunRecord& record, std::string text);

// The part of a node's log that goes with the story: from a little before the
// first line that `record` has as an observation in the axis' focus to a little
// after the last; the log's end where there is no such line. At most 150 lines.
std::string LogExcerpt(const RunRecord& record, const TimeAxis& axis,
                       const std::string& node);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_STORY_H_
