#include "reports/first_screen.h"

#include <array>
#include <cctype>
#include <cstdint>
#include <iterator>
#include <map>
#include <vector>

#include "reports/answers.h"
#include "reports/details.h"
#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/headline.h"
#include "reports/page_data.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

// A sign beside the colour, for those who do not see colours.
const char* Sign(Validity validity) {
  switch (validity) {
    case Validity::kPass:
      return "✓";
    case Validity::kInconclusive:
      return "?";
    case Validity::kFail:
      return "✗";
  }
  return "✗";
}

std::string Signed(Validity validity) {
  return std::string("<b class=\"") + Name(validity) + "\" title=\"" + Name(validity) +
         "\">" + Sign(validity) + "</b>";
}

// A case that is met is said without its finding, which stands above it.
std::string CaseHtml(const Case& one) {
  const std::string& text = one.text.empty() ? one.name : one.text;
  const std::string shown =
      one.validity == Validity::kPass ? text.substr(0, text.find(": ")) : text;
  return "<li title=\"" + EscapeHtml(text) + "\">" + Signed(one.validity) +
         EscapeHtml(shown) + "</li>";
}

// What was expected: what was not met in full, then a few that were.
std::string CasesHtml(const Answer& answer) {
  constexpr std::size_t kMostUnmet = 4;
  constexpr std::size_t kMostMet = 2;
  std::string html;
  std::size_t shown = 0;
  std::size_t met = 0;
  for (const Case& one : answer.expectations) {
    const bool pass = one.validity == Validity::kPass;
    if (pass ? met >= kMostMet || shown >= kMostUnmet : shown >= kMostUnmet) continue;
    html += CaseHtml(one);
    ++shown;
    met += pass ? 1 : 0;
  }
  const std::size_t left = answer.expectations.size() - shown;
  const bool all_met = answer.validity == Validity::kPass;
  if (left > 0) {
    html += "<li class=\"more\">" +
            std::string(all_met ? Signed(Validity::kPass) : "<b></b>") +
            std::to_string(left) + " more below</li>";
  }
  if (answer.expectations.empty()) {
    html += "<li>" + Signed(answer.validity) +
            (all_met ? "nothing was expected of it" : Name(answer.validity)) + "</li>";
  }
  return html;
}

std::string CardHtml(const Answer& answer, Validity of_the_run) {
  std::string html = "<div class=\"card\"><h2>" + EscapeHtml(answer.title) +
                     "</h2><div class=\"figure\">" + EscapeHtml(answer.figure) +
                     " <small>" + EscapeHtml(answer.unit) + "</small></div>";
  std::string text = answer.bound;
  if (!text.empty()) {
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    text += ". ";
  }
  html += "<p>" + EscapeHtml(text + answer.text) + "</p><ul class=\"checks\">" +
          CasesHtml(answer);
  if (of_the_run == Validity::kInconclusive && answer.validity == Validity::kPass) {
    html += "<li>" + Signed(Validity::kInconclusive) +
            "no proof: the run is inconclusive</li>";
  }
  return html + "</ul></div>\n";
}

std::string ComplaintsHtml(const Judgement& judgement) {
  constexpr std::size_t kMost = 6;
  const std::vector<Case> complaints = Complaints(judgement);
  if (complaints.empty()) return "";
  std::string html =
      std::string("<ul class=\"why ") + Name(judgement.validity) + "\">\n";
  for (std::size_t i = 0; i < complaints.size(); ++i) {
    if (i == kMost) {
      html += "<li>and " + std::to_string(complaints.size() - i) +
              " more, under “Every check” below</li>\n";
      break;
    }
    html += "<li>" + Signed(complaints[i].validity) + " <b>" +
            EscapeHtml(complaints[i].name) + "</b> " + EscapeHtml(complaints[i].text) +
            "</li>\n";
  }
  return html + "</ul>\n";
}

// What must be true, for the name of the assumption that it is not.
std::string ClaimOf(const std::string& name) {
  static const std::map<std::string, std::string> kClaims = {
      {"fault_not_proven", "The fault happened"},
      {"unhealthy_before", "Healthy before"},
      {"load_too_thin", "Enough load"},
      {"observer_gap", "Nothing went unseen"},
      {"clock_bound", "The clocks agree"},
      {"harness_stall", "The harness kept up"},
      {"impossible_timing", "The timing is possible"},
      {"record_incomplete", "The record is complete"},
      {"checker_error", "Every check ran"},
      {"interrupted", "The run came to its end"}};
  const auto claim = kClaims.find(name);
  return claim == kClaims.end() ? name : claim->second;
}

struct Picture {
  std::string id;
  std::string title;
  std::string caption;
  std::string alternative;  // the picture in words, for who does not see it
  std::string key;          // HTML
};

// A picture without a key has nothing to draw: its caption says why.
std::string PictureHtml(const Picture& picture) {
  const std::string caption = "<figure><figcaption><b>" + EscapeHtml(picture.title) +
                              "</b> " + EscapeHtml(picture.caption) + "</figcaption>\n";
  if (picture.key.empty()) return caption + "</figure>\n";
  return caption + "<div class=\"chart\" id=\"" + picture.id +
         "\" role=\"img\" aria-label=\"" + EscapeHtml(picture.alternative) +
         "\"></div>\n<div class=\"foot\">" + picture.key +
         "<p class=\"readout\" aria-hidden=\"true\"></p></div></figure>\n";
}

using KeyEntries = std::vector<std::pair<std::string, std::string>>;

std::string Key(const KeyEntries& entries) {
  std::string html = "<div class=\"key\">";
  for (const auto& [variable, text] : entries) {
    html += "<span><i style=\"background:var(--" + variable + ")\"></i>" +
            EscapeHtml(text) + "</span>";
  }
  return html + "</div>\n";
}

Picture LoadPicture(const RunRecord& record, const Json& data) {
  std::array<std::int64_t, 3> counts{};
  for (const Operation& op : record.history.operations()) {
    ++counts[static_cast<std::size_t>(op.outcome)];
  }
  Picture picture{"load", "Hits per second by outcome.", "", "", ""};
  picture.caption = Grouped(counts[0]) + " acknowledged, " + Grouped(counts[1]) +
                    " rejected, " + Grouped(counts[2]) +
                    " unknown in all; by when the answer came, in steps of " +
                    ShortDuration(data["load"]["bucket_ms"].get<double>()) + ".";
  picture.alternative = picture.title + " " + picture.caption;
  KeyEntries entries = {{"acked", "acknowledged"},
                        {"rejected", "rejected (not executed)"},
                        {"unknown", "unknown (timed out, reset)"}};
  if (!data["losses"].empty()) entries.push_back({"loss", "lost-write window"});
  picture.key = Key(entries);
  return picture;
}

Picture LatencyPicture(const Json& data) {
  Picture picture{"latency", "Latency of acknowledged hits", "", "", ""};
  double worst = -1;
  for (const Json& value : data["latency"]["max"]) {
    if (value.is_number()) worst = std::max(worst, value.get<double>());
  }
  picture.caption =
      worst < 0 ? "Nothing was acknowledged."
                : "From when the client meant to send to the reply, logarithmic; " +
                      ShortDuration(worst) + " at most.";
  picture.alternative = picture.title + " " + picture.caption;
  picture.key = Key({{"p50", "p50"}, {"p99", "p99"}, {"max", "longest"}});
  return picture;
}

// Which part of what theory allows is whose: "detection 2.00 – 4.10 s, ...".
std::string TheoryParts(const Judgement& judgement) {
  struct Part {
    const char* phase;
    const char* name;
  };
  static constexpr Part kParts[] = {
      {"fail", "detection"}, {"started", "election delay"}, {"won", "votes"}};
  for (const Json& fault : ListAt(DetailsOf(judgement, "promotion_timing"), "faults")) {
    std::vector<std::string> parts;
    for (const Part& part : kParts) {
      const Json* phase = FindPhase(fault, part.phase);
      const auto most = phase == nullptr ? std::nullopt : NumberAt(*phase, "max_ms");
      if (most) parts.push_back(part.name + (" until " + ShortDuration(*most)));
    }
    if (parts.size() == std::size(kParts)) {
      return " Allowed at most: " + Enumerate(parts) + " after the fault.";
    }
  }
  return "";
}

Picture WaterfallPicture(const Judgement& judgement, const Json& data) {
  Picture picture{"waterfall", "The promotion, phase by phase.", "", "", ""};
  if (data["waterfall"].empty()) {
    const Json& faults = ListAt(DetailsOf(judgement, "promotion_timing"), "faults");
    const std::string reason =
        faults.empty() ? "" : TextAt(faults.front(), "none_reason");
    picture.caption =
        "No promotion to show" + (reason.empty() ? "." : ": " + reason + ".");
  } else {
    picture.caption =
        "Each bar ends when its phase ended; behind it, when the nodes’ configuration "
        "says it may end." +
        TheoryParts(judgement);
    picture.key = Key({{"phase", "measured"},
                       {"late", "outside theory"},
                       {"theory", "allowed by the nodes’ configuration"},
                       {"votes", "allowed while votes are missing"}});
  }
  picture.alternative = picture.title;
  for (const Json& bar : data["waterfall"]) {
    const std::string judged = TextAt(bar, "judgement");
    picture.alternative += " " + TextAt(bar, "label") + " " + TextAt(bar, "value") +
                           (judged.empty() ? "" : " (" + judged + ")") + ";";
  }
  return picture;
}

std::string LaneWords(const Json& lanes) {
  // More would be no help to a listener; the table below has all.
  constexpr std::size_t kMostParts = 60;
  std::string words;
  std::size_t parts = 0;
  for (const Json& lane : lanes) {
    words += " " + TextAt(lane, "label") + ":";
    for (const Json& part : lane["parts"]) {
      if (++parts > kMostParts) return words + " and so on.";
      words += " " + TextAt(part, "text") + " until " +
               RelativeText(part["to"].get<double>() * 1e3) + " s,";
    }
    if (words.back() == ',') words.back() = '.';
  }
  return words;
}

Picture LanesPicture(const Json& data) {
  Picture picture{"lanes", "Who served which slots.", "", "", ""};
  picture.caption = data["lanes"].empty() ? "Not judged."
                                          : "One lane per shard: the node that "
                                            "acknowledged writes, or how it failed to.";
  picture.alternative = picture.title + LaneWords(data["lanes"]);
  if (!data["lanes"].empty()) {
    picture.key =
        Key({{"refused", "refused (only errors)"}, {"silent", "silent (no answer)"}});
  }
  return picture;
}

Picture PlatformPicture(const RunRecord& record, const Json& data) {
  Picture picture{"platform", "What " + record.platform + " saw.", "", "", ""};
  picture.caption =
      "One lane per node’s pod, and per machine that was not well; ticks are events.";
  picture.alternative = picture.title + LaneWords(data["platform"]);
  picture.key = Key({{"ok", "Ready"},
                     {"pod-running", "Running, not Ready"},
                     {"pod-pending", "Pending or waiting"},
                     {"pod-ending", "given time to end"},
                     {"unreachable", "gone"},
                     {"state-fail", "machine down"}});
  return picture;
}

}  // namespace

std::string VerdictHtml(const RunRecord& record, const Judgement& judgement) {
  std::string word = Name(judgement.validity);
  for (char& c : word)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::string html = std::string("<header><span class=\"badge ") +
                     Name(judgement.validity) + "\">" + Sign(judgement.validity) + " " +
                     word + "</span><h1>" + EscapeHtml(record.scenario) +
                     "</h1><span class=\"sub\">" + EscapeHtml(SetUpLine(record));
  if (record.base_wall.count() != 0) {
    std::string began = FormatUtc(record.base_wall);
    // "2026-11-22T14:02:00.123Z" without what nobody reads.
    began = began.substr(0, 19);
    if (began.size() > 10) began[10] = ' ';
    html += " · " + EscapeHtml(began) + " UTC";
  }
  html += "</span></header>\n<p class=\"say\">";
  for (const Phrase& phrase : Headline(record, judgement)) {
    const std::string text = EscapeHtml(phrase.text);
    html += phrase.strong ? "<strong>" + text + "</strong>" : text;
  }
  html += "</p>\n" + ComplaintsHtml(judgement) + "<div class=\"cards\">\n";
  for (const Answer& answer : ThreeAnswers(record, judgement)) {
    html += CardHtml(answer, judgement.validity);
  }
  return html + "</div>\n";
}

std::string PicturesHtml(const RunRecord& record, const Judgement& judgement,
                         const TimeAxis& axis, const nlohmann::json& data) {
  std::string html =
      "<section><h2>The run in one picture</h2><p class=\"note\">One time axis for "
      "all; 0 is " +
      EscapeHtml(axis.zero_text);
  if (const FaultRecord* fault = FirstInjectedFault(record)) {
    html += EscapeHtml(": " + fault->description + ", asked for " +
                       ShortDuration(ToMillis(fault->done - fault->asked)) + " before");
  }
  html += ". Drag to look closer.</p>\n";
  if (axis.focus_first != axis.first || axis.focus_last != axis.last) {
    html +=
        "<div class=\"buttons\"><button id=\"focus\" aria-pressed=\"true\">Around the "
        "fault</button>"
        "<button id=\"whole\" aria-pressed=\"false\">Whole run</button></div>\n";
  }
  html +=
      "<noscript><p>The pictures need JavaScript; all figures are in the tables "
      "below.</p></noscript>\n";
  html += PictureHtml(LoadPicture(record, data));
  html += PictureHtml(WaterfallPicture(judgement, data));
  html += PictureHtml(LanesPicture(data));
  if (!data["platform"].empty()) html += PictureHtml(PlatformPicture(record, data));
  const Picture latency = LatencyPicture(data);
  return html + "<details class=\"more\"><summary>" + EscapeHtml(latency.title) +
         "</summary>" + PictureHtml(latency) + "</details></section>\n";
}

std::string KnowledgeHtml(const Judgement& judgement) {
  std::string html =
      "<section><h2>How do you know?</h2><p class=\"note\">What this verdict rests on. "
      "Any of these broken makes a run inconclusive, never passed.</p>\n<ul "
      "class=\"know\">\n";
  const std::vector<Assumption> assumptions = AssumptionsOf(judgement);
  for (const Assumption& one : assumptions) {
    const std::string claim = ClaimOf(one.name);
    html += "<li>" + Signed(one.holds ? Validity::kPass : Validity::kInconclusive) +
            "<span class=\"claim\">" + EscapeHtml(claim) + (one.holds ? "" : "?") +
            "</span> — " + EscapeHtml(one.text);
    if (!one.holds) html += " <small>" + EscapeHtml(one.name) + "</small>";
    html += "</li>\n";
  }
  if (assumptions.empty()) {
    html += "<li>" + Signed(Validity::kInconclusive) +
            "The assumptions were not judged.</li>\n";
  }
  return html + "</ul></section>\n";
}

}  // namespace slotquake
