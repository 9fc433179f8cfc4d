#ifndef SLOTQUAKE_REPORTS_HTML_H_
#define SLOTQUAKE_REPORTS_HTML_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace slotquake {

// Pieces of HTML from plain text: every argument called text, cell, title or
// column is escaped here; `html` and `body` are HTML already. Pure, thread-safe.

// A table that scrolls sideways by itself. The columns whose number is in
// `figures` hold figures and are aligned right.
std::string HtmlTable(const std::vector<std::string>& columns,
                      const std::vector<std::vector<std::string>>& cells,
                      const std::vector<std::size_t>& figures = {});

// A section that is folded until the reader opens it.
std::string HtmlFold(std::string_view title, std::string_view text,
                     const std::string& body, bool open = false);

// <pre> with the text in it.
std::string HtmlPre(std::string_view text, std::string_view css_class = "");

// Puts values (HTML) in the place of {{name}} in one pass: a value's own braces
// mean nothing. A name without a value stops the program: the templates are part
// of it.
std::string FillTemplate(std::string_view html,
                         const std::map<std::string, std::string, std::less<>>& values);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_HTML_H_
