#include "harness/explore/draw.h"

#include <algorithm>
#include <cmath>

namespace slotquake {
namespace {

using nlohmann::json;

// Factors from a table and not by a function: they are the same on every machine.
const std::vector<double> kNearDefault = {0.25, 0.5, 0.75, 1.5, 2, 4};
const std::vector<double> kNearTimeout = {0.1, 0.25, 0.5, 0.8, 1, 1.2, 1.5};
const std::vector<double> kShares = {5, 10, 20, 35, 50, 70, 90};

double DrawNumber(const OptionSpec& option, int node_timeout_ms, Rng& rng) {
  if (option.name.ends_with("percent")) return OneOf(kShares, rng);
  const bool known = option.fallback.is_number();
  const double fallback = known ? option.fallback.get<double>() : 0;
  const bool time = option.name.ends_with("_ms");
  if (time && (fallback == 0 || rng.Chance(0.5))) {
    // What is nothing by default is an addition to something else: a jitter.
    const double most = known && fallback == 0 ? 0.1 : 1;
    return most * OneOf(kNearTimeout, rng) * node_timeout_ms;
  }
  const double least = std::isfinite(option.min) ? std::max(option.min, 1.0) : 1;
  return OneOf(kNearDefault, rng) * (known && fallback != 0 ? fallback : 4 * least);
}

json DrawValue(const OptionSpec& option, int node_timeout_ms, Rng& rng) {
  switch (option.kind) {
    case OptionKind::kBool:
      return rng.Chance(0.5);
    case OptionKind::kOneOf:
      return OneOf(option.choices, rng);
    case OptionKind::kString:
      return option.fallback;
    case OptionKind::kInt:
    case OptionKind::kNumber:
      break;
  }
  const double value =
      std::clamp(DrawNumber(option, node_timeout_ms, rng), option.min, option.max);
  if (option.kind == OptionKind::kNumber) return value;
  return static_cast<std::int64_t>(std::llround(value));
}

// Whether the fault's own table takes them; all of them, with defaults, in `values`.
bool Fit(const FaultType& type, const json& options, json* values) {
  std::vector<Mistake> mistakes;
  OptionReader::ReadObject(options, "", &mistakes, [&](OptionReader& reader) {
    *values = ReadOptions(type, reader).values();
  });
  return mistakes.empty();
}

}  // namespace

int Between(int low, int high, Rng& rng) {
  return low + static_cast<int>(rng.Below(static_cast<std::uint64_t>(high - low + 1)));
}

int DrawDuration(int node_timeout_ms, Rng& rng) {
  const std::uint64_t kind = rng.Below(20);
  const std::vector<int> below = {10, 25, 50, 80};
  const std::vector<int> around = {100, 120, 150};
  const std::vector<int> above = {160, 200, 300};
  const int percent = OneOf(kind < 7 ? below : kind < 11 ? around : above, rng);
  return node_timeout_ms / 100 * percent + (percent >= 160 ? kElection : 0);
}

json DrawOptions(const FaultType& type, int node_timeout_ms, Rng& rng) {
  constexpr int kTries = 20;
  json values;
  for (int i = 0; i < kTries; ++i) {
    json drawn = json::object();
    for (const OptionSpec& option : type.options) {
      if (!option.fallback.is_null() && rng.Chance(0.5)) continue;
      drawn[option.name] = DrawValue(option, node_timeout_ms, rng);
    }
    if (Fit(type, drawn, &values)) return values;
  }
  Fit(type, json::object(), &values);
  return values;
}

std::string_view EffectOf(const FaultType& type, const json& options) {
  std::string_view effect;
  std::vector<Mistake> mistakes;
  OptionReader::ReadObject(options, "", &mistakes, [&](OptionReader& reader) {
    // The names of effects outlive the fault.
    effect = type.make(ReadOptions(type, reader))->effect();
  });
  return effect;
}

}  // namespace slotquake
