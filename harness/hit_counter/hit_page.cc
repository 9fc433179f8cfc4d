#include "harness/hit_counter/hit_page.h"

#include <charconv>

namespace slotquake {
namespace {

constexpr std::string_view kBefore = "I have been hit ";
constexpr std::string_view kAfter = " times since deployment.";

}  // namespace

std::string FormatHitPage(std::int64_t hits) {
  return std::string(kBefore) + std::to_string(hits) + std::string(kAfter);
}

std::optional<std::int64_t> ParseHitPage(std::string_view page) {
  const std::size_t start = page.find(kBefore);
  if (start == std::string_view::npos) return std::nullopt;
  page.remove_prefix(start + kBefore.size());
  std::int64_t hits = 0;
  const auto [rest, error] =
      std::from_chars(page.data(), page.data() + page.size(), hits);
  if (error != std::errc()) return std::nullopt;
  page.remove_prefix(static_cast<std::size_t>(rest - page.data()));
  if (!page.starts_with(kAfter)) return std::nullopt;
  return hits;
}

}  // namespace slotquake
