#ifndef SLOTQUAKE_REPORTS_ESCAPE_H_
#define SLOTQUAKE_REPORTS_ESCAPE_H_

#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace slotquake {

// The only ways by which foreign text (keys, logs, node names, error messages)
// gets into a report. All are pure and thread-safe.

// `text` with each byte that is no part of valid UTF-8, and each control
// character but tab and newline, replaced by U+FFFD.
std::string Printable(std::string_view text);

// Printable, and safe as the text of an HTML element or a quoted attribute.
std::string EscapeHtml(std::string_view text);

// The JSON text of `value`, safe inside <script type="application/json">: "<" is
// written as a \u escape, so that no string can close the element.
std::string JsonForScript(const nlohmann::json& value);

// The JSON text of `value`; bytes that are no UTF-8 become U+FFFD. A negative
// indent means one line.
std::string JsonText(const nlohmann::json& value, int indent = -1);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_ESCAPE_H_
