#include "harness/cluster/log_tail.h"

#include <algorithm>
#include <deque>
#include <sstream>

namespace slotquake {

std::string LogTail(const std::string& node, const Result<std::string>& log,
                    int lines) {
  if (!log.ok()) return "  (" + log.message() + ")";
  std::deque<std::string> last;
  std::istringstream in(*log);
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    last.push_back(line);
    if (static_cast<int>(last.size()) > lines) last.pop_front();
  }
  std::string text = "  the last words of " + node + ":";
  for (const std::string& line : last) text += "\n    " + line;
  return text;
}

}  // namespace slotquake
