#include "reports/terminal_summary.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <sstream>
#include <vector>

#include "reports/answers.h"
#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/headline.h"

namespace slotquake {
namespace {

constexpr std::size_t kColumns = 80;
// 24 less the line on which the shell prompts.
constexpr std::size_t kLines = 23;
constexpr std::size_t kHeadlineLines = 6;

// Code points; every one that the reports use is one column wide.
std::size_t Columns(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string OneLine(const std::string& text) {
  std::string line = Printable(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

// The first `columns` columns, an ellipsis the last of them if more follows.
std::string Cut(const std::string& text, std::size_t columns) {
  if (Columns(text) <= columns) return text;
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    if ((text[end] & 0xC0) != 0x80 && seen++ == columns - 1) break;
  }
  return text.substr(0, end) + "…";
}

std::vector<std::string> Wrap(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    word = Cut(word, columns);
    if (!lines.empty() && Columns(lines.back()) + 1 + Columns(word) <= columns) {
      lines.back() += " " + word;
    } else {
      lines.push_back(word);
    }
  }
  return lines;
}

std::string Word(Validity validity) {
  switch (validity) {
    case Validity::kPass:
      return "PASS";
    case Validity::kInconclusive:
      return "INCONCLUSIVE";
    case Validity::kFail:
      return "FAIL";
  }
  return "FAIL";
}

std::string Painted(const std::string& text, Validity validity, bool colour) {
  if (!colour) return text;
  const char* code = validity == Validity::kPass           ? "\x1b[32m"
                     : validity == Validity::kInconclusive ? "\x1b[33m"
                                                           : "\x1b[31m";
  return code + text + "\x1b[0m";
}

void AddHead(const RunRecord& record, const Judgement& judgement, bool colour,
             std::vector<std::string>& lines) {
  const std::string word = Word(judgement.validity);
  lines.push_back(Painted(word, judgement.validity, colour) +
                  Cut("  " + OneLine(record.scenario), kColumns - word.size()));
  lines.push_back(Cut(OneLine(SetUpLine(record)), kColumns));
  lines.push_back("");
  std::vector<std::string> headline =
      Wrap(OneLine(PlainText(Headline(record, judgement))), kColumns);
  if (headline.size() > kHeadlineLines) {
    headline.resize(kHeadlineLines);
    headline.back() = Cut(headline.back() + " ……", kColumns);
  }
  lines.insert(lines.end(), headline.begin(), headline.end());
  lines.push_back("");
}

// The text in at most `most` lines; of what does not fit, the end is cut.
std::vector<std::string> WrapAtMost(const std::string& text, std::size_t columns,
                                    std::size_t most) {
  std::vector<std::string> lines = Wrap(text, columns);
  if (lines.size() > most) {
    lines.resize(most);
    // Longer than any line, so that the ellipsis shows.
    lines.back() = Cut(lines.back() + " " + std::string(columns, '.'), columns);
    const std::size_t end = lines.back().find_last_not_of(".…");
    lines.back() = lines.back().substr(0, end) + "…";
  }
  return lines;
}

std::string AnswerText(const Answer& answer) {
  std::string text = answer.figure;
  if (!answer.unit.empty()) text += " " + answer.unit;
  if (!answer.bound.empty()) {
    text += (answer.unit.empty() ? ": " : ", ") + answer.bound;
  }
  return text;
}

void AddAnswers(const RunRecord& record, const Judgement& judgement, bool colour,
                std::vector<std::string>& lines) {
  constexpr std::size_t kWordColumns = 6;
  constexpr std::size_t kTitleColumns = 15;
  constexpr std::size_t kIndent = kWordColumns + kTitleColumns;
  for (const Answer& answer : ThreeAnswers(record, judgement)) {
    // A pass inside a run that proves nothing is in brackets.
    const bool proof = judgement.validity != Validity::kInconclusive;
    const std::string word = answer.validity == Validity::kPass
                                 ? (proof ? "ok  " : "(ok)")
                             : answer.validity == Validity::kInconclusive ? "?   "
                                                                          : "FAIL";
    std::string title = answer.title;
    title.resize(std::max(title.size(), kTitleColumns), ' ');
    const Validity shown =
        proof ? answer.validity : Merge(answer.validity, Validity::kInconclusive);
    std::string begin = Painted(word, shown, colour) + "  " + title;
    for (const std::string& line :
         WrapAtMost(OneLine(AnswerText(answer)), kColumns - kIndent, 2)) {
      lines.push_back(begin + line);
      begin = std::string(kIndent, ' ');
    }
  }
}

void AddComplaints(const Judgement& judgement, bool colour, std::size_t room,
                   std::vector<std::string>& lines) {
  std::vector<std::string> added;
  for (const Assumption& assumption : AssumptionsOf(judgement)) {
    if (assumption.holds) continue;
    added.push_back(
        Painted("?   ", Validity::kInconclusive, colour) + "  " +
        Cut(OneLine(assumption.name + ": " + assumption.text), kColumns - 6));
  }
  for (const Case& complaint : Complaints(judgement)) {
    // Broken assumptions stand above already.
    if (complaint.name.rfind("assumptions", 0) == 0 && !added.empty()) continue;
    const bool failed = complaint.validity == Validity::kFail;
    added.push_back(Painted(failed ? "FAIL" : "?   ", complaint.validity, colour) +
                    "  " +
                    Cut(OneLine(complaint.name + ": " + complaint.text), kColumns - 6));
  }
  if (added.empty()) return;
  lines.push_back("");
  const std::size_t shown = added.size() <= room ? added.size() : room - 1;
  lines.insert(lines.end(), added.begin(),
               added.begin() + static_cast<std::ptrdiff_t>(shown));
  if (shown < added.size()) {
    lines.push_back("      and " + std::to_string(added.size() - shown) +
                    " more, in the report");
  }
}

// How many lines of a terminal `text` takes.
std::size_t Rows(const std::string& text) {
  return std::max<std::size_t>(1, (Columns(text) + kColumns - 1) / kColumns);
}

}  // namespace

std::string TerminalSummary(const RunRecord& record, const Judgement& judgement,
                            const TerminalOptions& options) {
  std::vector<std::string> foot;
  if (!options.report.empty()) foot.push_back("Report: " + OneLine(options.report));
  if (!record.command.empty()) foot.push_back("Again:  " + OneLine(record.command));
  std::size_t foot_rows = foot.empty() ? 0 : 1;
  for (const std::string& line : foot) foot_rows += Rows(line);

  std::vector<std::string> lines;
  AddHead(record, judgement, options.colour, lines);
  AddAnswers(record, judgement, options.colour, lines);
  const std::size_t used = lines.size() + 1 + foot_rows;
  // Two lines at least: a verdict without its reason is worth little.
  const std::size_t room = used + 2 <= kLines ? kLines - used : 2;
  AddComplaints(judgement, options.colour, room, lines);
  if (!foot.empty()) lines.push_back("");
  lines.insert(lines.end(), foot.begin(), foot.end());

  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace slotquake
