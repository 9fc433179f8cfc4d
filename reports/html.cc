#include "reports/html.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "reports/escape.h"

namespace slotquake {

std::string HtmlTable(const std::vector<std::string>& columns,
                      const std::vector<std::vector<std::string>>& cells,
                      const std::vector<std::size_t>& figures) {
  std::string html = "<div class=\"scroll\"><table class=\"table\"><thead><tr>";
  const auto is_figure = [&](std::size_t column) {
    return std::find(figures.begin(), figures.end(), column) != figures.end();
  };
  for (std::size_t i = 0; i < columns.size(); ++i) {
    html += is_figure(i) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">";
    html += EscapeHtml(columns[i]) + "</th>";
  }
  html += "</tr></thead><tbody>\n";
  for (const std::vector<std::string>& row : cells) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      html +=
          (is_figure(i) ? "<td class=\"n\">" : "<td>") + EscapeHtml(row[i]) + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string HtmlFold(std::string_view title, std::string_view text,
                     const std::string& body, bool open) {
  return std::string("<section><details") + (open ? " open" : "") + "><summary>" +
         EscapeHtml(title) + "<small>" + EscapeHtml(text) + "</small></summary>\n" +
         body + "</details></section>\n";
}

std::string HtmlPre(std::string_view text, std::string_view css_class) {
  return "<pre class=\"" + EscapeHtml(css_class) + "\">" + EscapeHtml(text) +
         "</pre>\n";
}

std::string FillTemplate(
    std::string_view html,
    const std::map<std::string, std::string, std::less<>>& values) {
  std::string out;
  while (true) {
    const std::size_t begin = html.find("{{");
    const std::size_t end = html.find("}}", begin == html.npos ? html.size() : begin);
    if (begin == html.npos || end == html.npos) break;
    const std::string_view name = html.substr(begin + 2, end - begin - 2);
    const auto value = values.find(name);
    if (value == values.end()) {
      std::cerr << "template: no value for {{" << name << "}}\n";
      std::abort();
    }
    out += html.substr(0, begin);
    out += value->second;
    html.remove_prefix(end + 2);
  }
  out += html;
  return out;
}

}  // namespace slotquake
