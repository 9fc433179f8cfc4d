#ifndef SLOTQUAKE_REPORTS_DETAILS_H_
#define SLOTQUAKE_REPORTS_DETAILS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/check/checker.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// Reading of verdicts' details. Any member may be missing, null or of another
// type (an older run, a checker that could not tell): then there is nothing,
// and the report says so. All are pure and thread-safe.

std::optional<double> NumberAt(const nlohmann::json& object, std::string_view key);
std::optional<std::int64_t> CountAt(const nlohmann::json& object, std::string_view key);

// A string as it is, a number or truth value as its text, else "".
std::string TextAt(const nlohmann::json& object, std::string_view key);

// nothing where it is no truth value.
std::optional<bool> FlagAt(const nlohmann::json& object, std::string_view key);

// An empty list, or object, where there is none.
const nlohmann::json& ListAt(const nlohmann::json& object, std::string_view key);
const nlohmann::json& ObjectAt(const nlohmann::json& object, std::string_view key);

// The details of one checker; an empty object where there is no such verdict.
const nlohmann::json& DetailsOf(const Judgement& judgement, std::string_view checker);

// The phase of this name in one entry of promotion_timing's "faults" that has a
// time; nullptr where there is none.
const nlohmann::json* FindPhase(const nlohmann::json& fault, std::string_view name);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_DETAILS_H_
