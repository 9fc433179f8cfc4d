#include "reports/html_writer.h"

#include <ostream>
#include <string>

#include "reports/below.h"
#include "reports/embedded.h"
#include "reports/escape.h"
#include "reports/first_screen.h"
#include "reports/html.h"
#include "reports/page_data.h"
#include "reports/time_axis.h"

namespace slotquake {

Status WriteHtml(const RunRecord& record, const Judgement& judgement,
                 std::ostream& out) {
  const TimeAxis axis = MakeTimeAxis(record, judgement);
  const nlohmann::json data = PageData(record, judgement, axis);
  const std::string below =
      KnowledgeHtml(judgement) + StoryHtml(record, judgement, axis) +
      LostWritesHtml(record, judgement, axis) + PromotionsHtml(judgement) +
      ReturnsHtml(judgement, axis) + CoverageHtml(judgement, axis) +
      TopologyHtml(record, judgement, axis) + LogsHtml(record, axis) +
      ChecksHtml(judgement) + HowItWasMadeHtml(record, axis);
  out << FillTemplate(
      kReportHtml, {{"title", EscapeHtml(std::string(Name(judgement.validity)) + " · " +
                                         record.scenario + " · Slotquake")},
                    {"uplot_css", std::string(kUplotCss)},
                    {"css", std::string(kReportCss)},
                    {"first_screen", VerdictHtml(record, judgement)},
                    {"pictures", PicturesHtml(record, judgement, axis, data)},
                    {"below", below},
                    {"data", JsonForScript(data)},
                    {"uplot_js", std::string(kUplotJs)},
                    {"js", std::string(kReportJs)}});
  return out ? Status::Ok() : Status::Error("cannot write the page");
}

}  // namespace slotquake
