#include "reports/trials_writer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>

#include "reports/details.h"
#include "reports/embedded.h"
#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/headline.h"
#include "reports/html.h"
#include "reports/junit_writer.h"

namespace slotquake {
namespace {

using Json = nlohmann::json;

std::optional<double> Greater(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

// One figure of all trials; those that do not have it are left out and counted.
struct Spread {
  std::vector<double> values;
  std::size_t missing = 0;

  void Add(std::optional<double> value) {
    if (value) {
      values.push_back(*value);
    } else {
      ++missing;
    }
  }
};

std::string SpreadRow(const std::string& title, Spread spread,
                      std::string (*show)(double)) {
  std::string html = "<tr><td>" + EscapeHtml(title) + "</td>";
  std::vector<double>& values = spread.values;
  std::sort(values.begin(), values.end());
  if (values.empty()) {
    html += "<td class=\"n\">–</td><td class=\"n\">–</td><td class=\"n\">–</td>";
  } else {
    // The lower of two middle ones: a figure that really occurred.
    for (const double value :
         {values.front(), values[(values.size() - 1) / 2], values.back()}) {
      html += "<td class=\"n\">" + EscapeHtml(show(value)) + "</td>";
    }
  }
  return html + "<td class=\"n\">" + std::to_string(values.size()) + " of " +
         std::to_string(values.size() + spread.missing) + "</td></tr>\n";
}

std::string Whole(double value) {
  return Grouped(static_cast<std::int64_t>(value + 0.5));
}

std::string SpreadsHtml(const TrialsSummary& summary) {
  Spread lower;
  Spread upper;
  Spread promotion;
  Spread slot_seconds;
  Spread outage;
  for (const TrialSummary& trial : summary.trials) {
    const auto as_double = [](std::optional<std::int64_t> n) {
      return n ? std::optional<double>(static_cast<double>(*n)) : std::nullopt;
    };
    lower.Add(as_double(trial.lost.lower));
    upper.Add(as_double(trial.lost.upper));
    promotion.Add(trial.promotion_ms);
    slot_seconds.Add(trial.slot_seconds);
    outage.Add(trial.outage_ms);
  }
  return "<section><h2>All trials</h2><div class=\"scroll\"><table "
         "class=\"table\"><thead><tr><th></th>"
         "<th class=\"n\">least</th><th class=\"n\">median</th><th "
         "class=\"n\">greatest</th><th>known "
         "in</th></tr></thead><tbody>\n" +
         SpreadRow("Lost acknowledged writes, at least", lower, Whole) +
         SpreadRow("Lost acknowledged writes, at most", upper, Whole) +
         SpreadRow("Promotion", promotion, Duration) +
         SpreadRow("Longest time a client went without", outage, Duration) +
         SpreadRow("Slot-seconds lost", slot_seconds, Whole) +
         "</tbody></table></div></section>\n";
}

// The folder is a name of ours, but a space or a quote in it must not end the
// attribute or the path.
std::string LinkTo(const std::string& folder) {
  std::string url;
  for (const char c : folder + "/report.html") {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        std::isalnum(byte) || c == '-' || c == '_' || c == '.' || c == '/';
    constexpr char kDigits[] = "0123456789ABCDEF";
    if (plain) {
      url += c;
    } else {
      url += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  // "./" keeps a folder called "javascript:..." from being a scheme.
  return "./" + url;
}

std::string TrialsHtml(const TrialsSummary& summary) {
  std::string html =
      "<section><h2>Each trial</h2><div class=\"scroll\"><table "
      "class=\"table\"><thead><tr><th>trial</th>"
      "<th>verdict</th><th class=\"n\">lost writes</th><th "
      "class=\"n\">promotion</th><th class=\"n\">client outage</th>"
      "<th class=\"n\">slot-seconds</th><th "
      "class=\"n\">seed</th><th></th></tr></thead><tbody>\n";
  for (const TrialSummary& trial : summary.trials) {
    const auto duration = [](std::optional<double> ms) {
      return ms ? Duration(*ms) : "–";
    };
    html += "<tr><td><a href=\"" + LinkTo(trial.folder) + "\">" +
            std::to_string(trial.trial) + "</a></td><td class=\"" +
            Name(trial.judgement.validity) + "\">" + Name(trial.judgement.validity) +
            "</td><td class=\"n\">" + EscapeHtml(FigureOf(trial.lost)) +
            "</td><td class=\"n\">" + EscapeHtml(duration(trial.promotion_ms)) +
            "</td><td class=\"n\">" + EscapeHtml(duration(trial.outage_ms)) +
            "</td><td class=\"n\">" +
            EscapeHtml(trial.slot_seconds ? Whole(*trial.slot_seconds) : "–") +
            "</td><td class=\"n\">" + std::to_string(trial.seed) + "</td><td>" +
            EscapeHtml(trial.headline) + "</td></tr>\n";
  }
  return html + "</tbody></table></div></section>\n";
}

std::string PageOf(const TrialsSummary& summary) {
  const std::string name = Name(summary.validity());
  const int missing = summary.wanted - static_cast<int>(summary.trials.size());
  std::array<int, 3> counts{};
  for (const TrialSummary& trial : summary.trials) {
    ++counts[static_cast<std::size_t>(trial.judgement.validity)];
  }
  std::string body =
      "<header><span class=\"badge " + name + "\">" + name + "</span><h1>" +
      EscapeHtml(summary.scenario) + "</h1><span class=\"sub\">" +
      (missing > 0 ? std::to_string(missing) + " of " + std::to_string(summary.wanted) +
                         " trials did not take place, "
                   : "") +
      Counted(static_cast<std::int64_t>(summary.trials.size()), "trial") + ": " +
      std::to_string(counts[0]) + " passed, " + std::to_string(counts[1]) +
      " inconclusive, " + std::to_string(counts[2]) + " failed</span></header>\n";
  body += SpreadsHtml(summary) + TrialsHtml(summary);
  if (!summary.command.empty()) {
    body += "<section><h2>Run them again</h2>" + HtmlPre(summary.command, "command") +
            "</section>\n";
  }
  return FillTemplate(
      kIndexHtml,
      {{"title", EscapeHtml(name + " · " + summary.scenario + " · Slotquake")},
       {"css", std::string(kReportCss)},
       {"body", body}});
}

}  // namespace

TrialSummary SummarizeTrial(const RunRecord& record, const Judgement& judgement,
                            std::string folder) {
  TrialSummary summary;
  summary.trial = record.trial;
  summary.seed = record.seed;
  summary.folder = std::move(folder);
  summary.seconds = ToSeconds(record.duration);
  summary.judgement = judgement;
  summary.headline = PlainText(Headline(record, judgement));
  summary.lost = LossBoundsOf(judgement);
  for (const Json& fault : ListAt(DetailsOf(judgement, "promotion_timing"), "faults")) {
    summary.promotion_ms =
        Greater(summary.promotion_ms, NumberAt(fault, "promotion_ms"));
    summary.outage_ms =
        Greater(summary.outage_ms, NumberAt(ObjectAt(fault, "outage"), "max_ms"));
  }
  summary.slot_seconds =
      NumberAt(DetailsOf(judgement, "slot_coverage"), "slot_seconds_lost");
  return summary;
}

Validity TrialsSummary::validity() const {
  const bool all = !trials.empty() && static_cast<int>(trials.size()) >= wanted;
  Validity worst = all ? Validity::kPass : Validity::kInconclusive;
  for (const TrialSummary& trial : trials)
    worst = Merge(worst, trial.judgement.validity);
  return worst;
}

Status WriteTrials(const TrialsSummary& summary, const std::filesystem::path& folder) {
  const std::filesystem::path index = folder / "index.html";
  std::ofstream page(index, std::ios::binary | std::ios::trunc);
  page << PageOf(summary);
  page.close();
  if (!page) return Status::Error("cannot write " + index.string());
  std::vector<JunitSuite> suites;
  for (const TrialSummary& trial : summary.trials) {
    suites.push_back({summary.scenario + " trial " + std::to_string(trial.trial),
                      summary.scenario, "", trial.seconds, &trial.judgement});
  }
  const std::filesystem::path junit = folder / "junit.xml";
  std::ofstream xml(junit, std::ios::binary | std::ios::trunc);
  if (Status status = WriteJunitSuites(suites, xml); !status.ok()) {
    return status.Annotate(junit.string());
  }
  xml.close();
  return xml ? Status::Ok() : Status::Error("cannot write " + junit.string());
}

}  // namespace slotquake
