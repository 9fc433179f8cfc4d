#include "harness/check/expectations.h"

namespace slotquake {
namespace {

using nlohmann::json;

// The member `key` of an object, or null.
const json& At(const json& object, const char* key) {
  static const json kNull;
  if (!object.is_object()) return kNull;
  const auto it = object.find(key);
  return it == object.end() ? kNull : *it;
}

template <typename T>
std::optional<T> Optional(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<T>();
}

}  // namespace

ExpectedOutcome ReadExpectations(const RunRecord& record) {
  const json& expect = At(record.scenario_json, "expect");
  ExpectedOutcome outcome;
  const json& lost = At(expect, "lost_writes");
  outcome.lost_max_count = Optional<std::int64_t>(At(lost, "max_count"));
  outcome.lost_min_count = Optional<std::int64_t>(At(lost, "min_count"));
  outcome.lost_max_window_ms = Optional<double>(At(lost, "max_window_ms"));
  outcome.promotion = Optional<std::string>(At(expect, "promotion")).value_or("any");
  outcome.way_back = Optional<std::string>(At(expect, "return")).value_or("any");
  const json& max = At(At(expect, "promotion_ms"), "max");
  outcome.promotion_within_theory = max.is_string();
  if (!max.is_string()) outcome.promotion_max_ms = Optional<double>(max);
  const json& coverage = At(expect, "slot_coverage");
  outcome.max_slot_seconds = Optional<double>(At(coverage, "max_slot_seconds"));
  outcome.max_uncovered_ms = Optional<double>(At(coverage, "max_uncovered_ms"));
  outcome.must_stay_down =
      Optional<bool>(At(coverage, "stays_down_until_recovery")).value_or(false);
  const auto rest = Optional<std::string>(At(expect, "rest")).value_or("required");
  outcome.rest_required = rest == "required";
  outcome.rest_forbidden = rest == "never";
  outcome.min_acked_before =
      Optional<std::int64_t>(At(At(expect, "load"), "min_acked_before")).value_or(50);
  return outcome;
}

}  // namespace slotquake
