#include "reports/story.h"

#include <algorithm>
#include <optional>
#include <sstream>

#include "reports/details.h"
#include "reports/figures.h"
#include "reports/page_data.h"
#include "reports/platform_lanes.h"

namespace slotquake {
namespace {

constexpr double kSameMs = 500;

bool InFocus(Nanos at, const TimeAxis& axis) {
  return at >= axis.focus_first && at <= axis.focus_last;
}

bool InFocus(const Observation& observation, const TimeAxis& axis) {
  return observation.kind == observation_kind::kLog && InFocus(observation.at, axis);
}

void AddPlatform(const RunRecord& record, const TimeAxis& axis,
                 std::vector<StoryLine>& lines) {
  const std::string who = record.platform.empty() ? "platform" : record.platform;
  for (PlatformNews& news : TellPlatform(record)) {
    if (!InFocus(news.at, axis)) continue;
    lines.push_back(
        {axis.RelativeMs(news.at), {who}, std::move(news.text), Speaker::kPlatform});
  }
}

void AddFaults(const RunRecord& record, const TimeAxis& axis,
               std::vector<StoryLine>& lines) {
  for (const FaultRecord& fault : record.faults) {
    if (!fault.triggered_by.empty()) {
      lines.push_back(
          {axis.RelativeMs(fault.triggered_at),
           {"slotquake"},
           "(what " + fault.type + " waited for: " + fault.triggered_by + ")",
           Speaker::kMeasured});
    }
    if (!fault.injected) continue;
    const std::string what = fault.description.empty() ? fault.type : fault.description;
    lines.push_back(
        {axis.RelativeMs(fault.done), {"slotquake"}, what, Speaker::kFault});
    for (const FaultStep& step : fault.steps) {
      const std::string failed = step.error.empty() ? "" : ", failed: " + step.error;
      lines.push_back({axis.RelativeMs(step.done),
                       {"slotquake"},
                       fault.type + ": " + step.what + failed,
                       Speaker::kFault});
    }
    if (!fault.recovered) continue;
    lines.push_back({axis.RelativeMs(fault.recover_done),
                     {"slotquake"},
                     "recovered from: " + what,
                     Speaker::kFault});
  }
}

// The phases that no log tells of.
void AddMeasured(const Judgement& judgement, const TimeAxis& axis,
                 std::vector<StoryLine>& lines) {
  const auto& faults = ListAt(DetailsOf(judgement, "promotion_timing"), "faults");
  for (const auto& fault : faults) {
    const auto zero = NumberAt(fault, "zero_ms");
    for (const auto& phase : ListAt(fault, "phases")) {
      const auto at = NumberAt(phase, "relative_ms");
      const std::string source = TextAt(phase, "source");
      if (!zero || !at || source == "log") continue;
      std::string text = "(" + PhaseLabel(TextAt(phase, "name"));
      if (!source.empty()) text += ", by " + source;
      std::string who = TextAt(phase, "node");
      if (who.empty()) who = "slotquake";
      lines.push_back(
          {axis.RelativeMs(*zero + *at), {who}, text + ")", Speaker::kMeasured});
    }
  }
}

// Adds the line, or its speaker to a line that says the same.
void AddOrJoin(StoryLine line, std::vector<StoryLine>& lines) {
  for (auto other = lines.rbegin(); other != lines.rend(); ++other) {
    if (line.relative_ms - other->relative_ms > kSameMs) break;
    if (other->text != line.text) continue;
    const std::string& name = line.who.front();
    if (std::find(other->who.begin(), other->who.end(), name) == other->who.end()) {
      other->who.push_back(name);
    }
    return;
  }
  lines.push_back(std::move(line));
}

// The places in `log` where the text of an observation in the focus stands.
std::optional<std::pair<std::size_t, std::size_t>> FocusedLines(
    const RunRecord& record, const TimeAxis& axis, const std::string& node,
    const std::vector<std::string>& log) {
  std::optional<std::pair<std::size_t, std::size_t>> found;
  std::size_t next = 0;
  for (const Observation& observation : record.observations) {
    if (observation.node != node || observation.kind != observation_kind::kLog)
      continue;
    const std::string text = TextAt(observation.data, "text");
    if (text.empty()) continue;
    // Observations and log lines are in the same order, so that a text which
    // occurs twice is found where it belongs.
    for (std::size_t i = next; i < log.size(); ++i) {
      if (log[i].find(text) == std::string::npos) continue;
      next = i + 1;
      if (InFocus(observation, axis)) found = {found ? found->first : i, i};
      break;
    }
  }
  return found;
}

}  // namespace

std::string NameIds(const RunRecord& record, std::string text) {
  for (const NodeRecord& node : record.nodes) {
    if (node.id.size() != 40) continue;
    const std::string shown = node.id.substr(0, 6) + "… (" + node.name + ")";
    for (std::size_t at = 0; (at = text.find(node.id, at)) != std::string::npos;) {
      text.replace(at, node.id.size(), shown);
      at += shown.size();
    }
  }
  return text;
}

std::vector<StoryLine> TellStory(const RunRecord& record, const Judgement& judgement,
                                 const TimeAxis& axis, std::size_t most) {
  std::vector<StoryLine> said;
  for (const Observation& observation : record.observations) {
    if (!InFocus(observation, axis)) continue;
    std::string text = TextAt(observation.data, "text");
    if (text.empty()) text = TextAt(observation.data, "event");
    AddOrJoin({axis.RelativeMs(observation.at),
               {observation.node},
               NameIds(record, std::move(text)),
               Speaker::kNode},
              said);
  }
  std::vector<StoryLine> lines;
  AddFaults(record, axis, lines);
  AddMeasured(judgement, axis, lines);
  AddPlatform(record, axis, lines);
  lines.insert(lines.end(), said.begin(), said.end());
  std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
    return a.relative_ms < b.relative_ms;
  });
  if (lines.size() > most) {
    const auto left_out = static_cast<std::int64_t>(lines.size() - most);
    lines.resize(most);
    lines.push_back({lines.back().relative_ms,
                     {"slotquake"},
                     Counted(left_out, "further line") + " in the logs below",
                     Speaker::kMeasured});
  }
  return lines;
}

std::string NamesOf(const StoryLine& line) {
  if (line.who.size() > 3) {
    return line.who.front() + " and " + std::to_string(line.who.size() - 1) + " more";
  }
  std::string names;
  for (const std::string& name : line.who) names += (names.empty() ? "" : ", ") + name;
  return names;
}

std::string LogExcerpt(const RunRecord& record, const TimeAxis& axis,
                       const std::string& node) {
  constexpr std::size_t kMargin = 5;
  constexpr std::size_t kMost = 150;
  constexpr std::size_t kTail = 30;
  const auto log = record.logs.find(node);
  if (log == record.logs.end()) return "";
  std::vector<std::string> lines;
  std::istringstream in(log->second);
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  const auto focus = FocusedLines(record, axis, node, lines);
  std::size_t begin = lines.size() - std::min(kTail, lines.size());
  std::size_t end = lines.size();
  if (focus) {
    begin = focus->first - std::min(kMargin, focus->first);
    end = std::min({focus->second + kMargin + 1, begin + kMost, lines.size()});
  }
  std::string excerpt;
  if (begin > 0)
    excerpt += "… " + Counted(static_cast<std::int64_t>(begin), "line") + " before\n";
  for (std::size_t i = begin; i < end; ++i) excerpt += lines[i] + "\n";
  if (end < lines.size()) {
    excerpt += "… " + Counted(static_cast<std::int64_t>(lines.size() - end), "line") +
               " after\n";
  }
  return excerpt;
}

}  // namespace slotquake
