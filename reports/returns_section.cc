#include <string>
#include <vector>

#include "reports/below.h"
#include "reports/details.h"
#include "reports/escape.h"
#include "reports/figures.h"
#include "reports/html.h"

namespace slotquake {

std::string ReturnsHtml(const Judgement& judgement, const TimeAxis& axis) {
  using Rows = std::vector<std::vector<std::string>>;
  const Verdict* verdict = judgement.Find("restart_or_failover");
  if (verdict == nullptr) return "";
  std::string body;
  for (const auto& victim : ListAt(verdict->details, "victims")) {
    body += "<h3>" +
            EscapeHtml(TextAt(victim, "type") + " of " + TextAt(victim, "victim") +
                       ": " + TextAt(victim, "kind")) +
            "</h3><p class=\"note\">" + EscapeHtml(TextAt(victim, "text")) + ".</p>";
    Rows rows;
    for (const auto& item : ListAt(victim, "evidence")) {
      const auto at = NumberAt(item, "at_ms");
      const auto margin = NumberAt(item, "uncertainty_ms");
      rows.push_back({at ? RelativeText(axis.RelativeMs(*at)) : "–",
                      margin ? "− " + ShortDuration(*margin) : "–",
                      TextAt(item, "what"), TextAt(item, "node"),
                      TextAt(item, "source")});
    }
    if (!rows.empty()) {
      body +=
          HtmlTable({"at the latest (s)", "at most earlier by", "", "node", "source"},
                    rows, {0, 1});
    }
  }
  if (body.empty()) body = "<p class=\"note\">There was no victim.</p>";
  return HtmlFold("Restart or failover", "how each victim came back", body);
}

}  // namespace slotquake
