#include "harness/base/suggest.h"

#include <algorithm>
#include <numeric>

namespace slotquake {
namespace {

// A shorter beginning says too little to be a hint.
constexpr std::size_t kMinCommon = 3;

std::string_view FirstWord(std::string_view name) {
  return name.substr(0, name.find_first_of("_-"));
}

// One mistake is forgiven, more of them the longer the name is; but something must
// be left of it.
bool IsNear(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  const std::size_t distance = EditDistance(a, b);
  return distance < shorter && distance <= std::max<std::size_t>(1, shorter / 3);
}

bool GoesOn(std::string_view a, std::string_view b) {
  return std::min(a.size(), b.size()) >= kMinCommon &&
         (a.substr(0, b.size()) == b || b.substr(0, a.size()) == a);
}

bool SharesFirstWord(std::string_view a, std::string_view b) {
  const std::string_view first_a = FirstWord(a);
  const std::string_view first_b = FirstWord(b);
  return std::min(first_a.size(), first_b.size()) >= kMinCommon &&
         IsNear(first_a, first_b);
}

// The nearest of those that `fits` accepts.
template <typename Fits>
std::optional<std::string> Nearest(std::string_view wrong,
                                   const std::vector<std::string>& known, Fits fits) {
  std::optional<std::string> best;
  std::size_t best_distance = 0;
  for (const std::string& name : known) {
    if (!fits(wrong, name)) continue;
    const std::size_t distance = EditDistance(wrong, name);
    if (!best || distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace

std::size_t EditDistance(std::string_view a, std::string_view b) {
  // Row i holds the distances of a's first i characters to all beginnings of b.
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::optional<std::string> Suggest(std::string_view wrong,
                                   const std::vector<std::string>& known) {
  // A name that came out of a broken file can be of any length.
  if (wrong.size() > 100) return std::nullopt;
  if (auto best = Nearest(wrong, known, IsNear)) return best;
  if (auto best = Nearest(wrong, known, GoesOn)) return best;
  return Nearest(wrong, known, SharesFirstWord);
}

std::string SuggestText(std::string_view wrong, const std::vector<std::string>& known) {
  if (const auto best = Suggest(wrong, known))
    return "; did you mean \"" + *best + "\"?";
  std::string text;
  for (const std::string& name : known)
    text += (text.empty() ? "; known: " : ", ") + name;
  return text;
}

}  // namespace slotquake
