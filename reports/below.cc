#include "reports/below.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "reports/details.h"
#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html.h"
#include "reports/page_data.h"
#include "reports/story.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

std::string RelativeOrDash(std::optional<double> ms) {
  return ms ? RelativeText(*ms) : "–";
}

std::string GroupedOrDash(std::optional<std::int64_t> n) {
  return n ? Grouped(*n) : "–";
}

// An instant on the record's axis.
std::string At(const Json& object, const char* key, const TimeAxis& axis) {
  const auto ms = NumberAt(object, key);
  return ms ? RelativeText(axis.RelativeMs(*ms)) : "–";
}

// "in_time" as "in time".
std::string Spaced(std::string word) {
  std::replace(word.begin(), word.end(), '_', ' ');
  return word;
}

std::string OpenGaps(const Json& shards, const TimeAxis& axis) {
  Rows rows;
  for (const Json& shard : shards) {
    for (const Json& gap : ListAt(shard, "uncovered")) {
      rows.push_back({EnDashed(TextAt(shard, "slots")), TextAt(gap, "state"),
                      TextAt(gap, "slots"), At(gap, "from_ms", axis),
                      At(gap, "to_ms", axis)});
    }
  }
  if (rows.empty())
    return "<p class=\"note\">Every slot with load was served throughout.</p>";
  return HtmlTable({"shard", "how", "slots", "from (s)", "to (s)"}, rows, {2, 3, 4});
}

// What each load tells of losses; the append load's list is exact by itself.
std::string LossesByLoad(const Json& details) {
  Rows rows;
  const Json& counter = ObjectAt(details, "counter");
  if (CountAt(counter, "acked")) {
    rows.push_back({"hits (INCR, values compared)",
                    GroupedOrDash(CountAt(counter, "acked")),
                    GroupedOrDash(CountAt(counter, "lower")),
                    GroupedOrDash(CountAt(counter, "upper")),
                    GroupedOrDash(CountAt(counter, "rejected")),
                    GroupedOrDash(CountAt(counter, "unknown"))});
  }
  const Json& append = ObjectAt(details, "append");
  if (const auto lost = CountAt(append, "lost"); lost && CountAt(append, "acked")) {
    rows.push_back({"append (every token read back)",
                    GroupedOrDash(CountAt(append, "acked")), Grouped(*lost),
                    Grouped(*lost + CountAt(append, "undecided").value_or(0)),
                    GroupedOrDash(CountAt(append, "rejected")),
                    GroupedOrDash(CountAt(append, "unknown"))});
  }
  if (rows.empty()) return "";
  return HtmlTable(
      {"load", "acknowledged", "lost, at least", "at most", "rejected", "unknown"},
      rows, {1, 2, 3, 4, 5});
}

}  // namespace

std::string StoryHtml(const RunRecord& record, const Judgement& judgement,
                      const TimeAxis& axis) {
  std::string rows;
  for (const StoryLine& line : TellStory(record, judgement, axis)) {
    const char* css_class = line.speaker == Speaker::kFault      ? "fault"
                            : line.speaker == Speaker::kMeasured ? "measured"
                            : line.speaker == Speaker::kPlatform ? "platform"
                                                                 : "node";
    rows += std::string("<tr class=\"") + css_class + "\"><td>" +
            RelativeText(line.relative_ms) + "</td><td>" + EscapeHtml(NamesOf(line)) +
            "</td><td>" + EscapeHtml(line.text) + "</td></tr>\n";
  }
  const std::string body =
      rows.empty() ? "<p class=\"note\">No line of any log falls into this time.</p>"
                   : "<table class=\"story\"><tbody>\n" + rows + "</tbody></table>\n";
  std::string html = HtmlFold("What the nodes said",
                              "their own words, in seconds after 0", body, true);
  if (!record.command.empty()) {
    html += "<section><h2>Run it again</h2>" + HtmlPre(record.command, "command") +
            "</section>\n";
  }
  return html;
}

std::string LostWritesHtml(const RunRecord& record, const Judgement& judgement,
                           const TimeAxis& axis) {
  const Json& details = DetailsOf(judgement, "lost_writes");
  // All on the page's axis, whichever fault they belong to.
  const auto at = [&](const Json& entry, const char* key) {
    const auto ms = NumberAt(entry, key);
    return ms ? RelativeText(RelativeOriginMs(record, axis, entry) + *ms) : "–";
  };
  Rows windows;
  for (const Json& window : ListAt(details, "windows")) {
    windows.push_back({TextAt(window, "fault"), EnDashed(TextAt(window, "slots")),
                       at(window, "first_relative_ms"), at(window, "last_relative_ms"),
                       GroupedOrDash(CountAt(window, "lost")),
                       GroupedOrDash(CountAt(window, "acks_inside"))});
  }
  Rows rows;
  for (const Json& write : ListAt(details, "writes")) {
    const auto acked = NumberAt(write, "acked_ms");
    rows.push_back({acked ? RelativeText(axis.RelativeMs(*acked)) : "–",
                    TextAt(write, "key"), TextAt(write, "slot"), TextAt(write, "node"),
                    TextAt(write, "value"), TextAt(write, "cause"),
                    TextAt(write, "evidence")});
  }
  const std::int64_t total =
      CountAt(details, "writes_total").value_or(static_cast<std::int64_t>(rows.size()));
  std::string body = LossesByLoad(details);
  if (!windows.empty()) {
    body += HtmlTable(
        {"fault", "slots", "first (s)", "last (s)", "lost", "acknowledged inside"},
        windows, {2, 3, 4, 5});
  }
  if (rows.empty()) {
    body += "<p class=\"note\">No single write is known to be lost.</p>";
  } else {
    body += HtmlTable(
        {"acknowledged (s)", "key", "slot", "by", "value", "cause", "evidence"}, rows,
        {0, 2, 4});
  }
  std::string note =
      total == 0 ? "none is known" : Grouped(total) + " known one by one";
  if (total > static_cast<std::int64_t>(rows.size())) {
    note += ", the first " + Grouped(static_cast<std::int64_t>(rows.size())) + " here";
  }
  return HtmlFold("Lost writes", note, body);
}

std::string PromotionsHtml(const Judgement& judgement) {
  std::string body;
  const Json& faults = ListAt(DetailsOf(judgement, "promotion_timing"), "faults");
  for (const Json& fault : faults) {
    body += "<h3>" +
            EscapeHtml(TextAt(fault, "type") + " of " + TextAt(fault, "victim")) +
            "</h3>";
    const std::string reason = TextAt(fault, "none_reason");
    if (!reason.empty())
      body += "<p class=\"note\">No promotion: " + EscapeHtml(reason) + "</p>";
    Rows rows;
    for (const Json& phase : ListAt(fault, "phases")) {
      const auto margin = NumberAt(phase, "uncertainty_ms");
      const auto least = NumberAt(phase, "min_ms");
      const auto most = NumberAt(phase, "max_ms");
      rows.push_back({PhaseLabel(TextAt(phase, "name")),
                      RelativeOrDash(NumberAt(phase, "relative_ms")),
                      margin ? "± " + ShortDuration(*margin) : "–",
                      least && most ? DurationRange(*least, *most) : "–",
                      Spaced(TextAt(phase, "judgement")), TextAt(phase, "rule"),
                      TextAt(phase, "node"), TextAt(phase, "source")});
    }
    body += HtmlTable(
        {"phase", "ended (s)", "", "theory", "judged", "rule", "node", "source"}, rows,
        {1, 2, 3});
  }
  if (faults.empty()) body = "<p class=\"note\">There is nothing to show.</p>";
  return HtmlFold("Promotion timing", "phases against theory", body);
}

std::string CoverageHtml(const Judgement& judgement, const TimeAxis& axis) {
  const Json& details = DetailsOf(judgement, "slot_coverage");
  std::string body = OpenGaps(ListAt(details, "shards"), axis);
  Rows claims;
  for (const Json& claim : ListAt(details, "doubly_claimed")) {
    std::vector<std::string> nodes;
    for (const Json& node : ListAt(claim, "nodes")) {
      nodes.push_back(node.is_string() ? node.get<std::string>() : JsonText(node));
    }
    claims.push_back({TextAt(claim, "slots"), Enumerate(nodes),
                      At(claim, "from_ms", axis), At(claim, "to_ms", axis),
                      FlagAt(claim, "both_acked").value_or(false)
                          ? "both acknowledged writes"
                          : "only one acknowledged writes"});
  }
  if (!claims.empty()) {
    body += "<h3>Claimed by two masters at once</h3>" +
            HtmlTable({"slots", "nodes", "from (s)", "to (s)", ""}, claims, {2, 3});
  }
  Rows rows;
  for (const Json& node : ListAt(details, "declared")) {
    for (const Json& segment : ListAt(node, "segments")) {
      rows.push_back({TextAt(node, "node"), TextAt(segment, "state"),
                      At(segment, "from_ms", axis), At(segment, "to_ms", axis),
                      GroupedOrDash(CountAt(segment, "slots_ok")),
                      GroupedOrDash(CountAt(segment, "slots_pfail")),
                      GroupedOrDash(CountAt(segment, "slots_fail"))});
    }
  }
  if (!rows.empty()) {
    body +=
        "<h3>What each node declared</h3><figure><div class=\"chart\" id=\"declared\" "
        "role=\"img\" "
        "aria-label=\"The state that each node declared over time; the table below "
        "says the same\"></div>"
        "<div class=\"foot\"><p class=\"readout\" "
        "aria-hidden=\"true\"></p></div></figure>" +
        HtmlTable({"node", "state", "from (s)", "to (s)", "slots ok", "pfail", "fail"},
                  rows, {2, 3, 4, 5, 6});
  }
  return HtmlFold("Slot coverage", "as felt by clients, as declared by each node",
                  body);
}

std::string LogsHtml(const RunRecord& record, const TimeAxis& axis) {
  std::string body;
  for (const auto& [node, log] : record.logs) {
    body +=
        "<h3>" + EscapeHtml(node) + "</h3>" + HtmlPre(LogExcerpt(record, axis, node));
  }
  if (body.empty()) body = "<p class=\"note\">No logs were collected.</p>";
  return HtmlFold("Logs", "of each node, around the fault", body);
}

std::string ChecksHtml(const Judgement& judgement) {
  Rows rows;
  for (const Verdict& verdict : judgement.verdicts) {
    rows.push_back({verdict.checker, "", Name(verdict.validity), verdict.summary});
    for (const Case& one : verdict.cases) {
      rows.push_back({"", one.name, Name(one.validity), one.text});
    }
  }
  return HtmlFold(
      "Every check",
      Counted(static_cast<std::int64_t>(judgement.verdicts.size()), "checker"),
      HtmlTable({"checker", "case", "verdict", ""}, rows));
}

}  // namespace slotquake
