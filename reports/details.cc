#include "reports/details.h"

#include <cmath>

namespace slotquake {
namespace {

// nullptr where `object` is no object or has no such member.
const nlohmann::json* MemberOf(const nlohmann::json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  const auto member = object.find(std::string(key));
  return member == object.end() ? nullptr : &*member;
}

}  // namespace

std::optional<double> NumberAt(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json* member = MemberOf(object, key);
  if (member == nullptr || !member->is_number()) return std::nullopt;
  const double number = member->get<double>();
  if (!std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<std::int64_t> CountAt(const nlohmann::json& object,
                                    std::string_view key) {
  const std::optional<double> number = NumberAt(object, key);
  if (!number) return std::nullopt;
  return static_cast<std::int64_t>(std::llround(*number));
}

std::string TextAt(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json* member = MemberOf(object, key);
  if (member == nullptr) return "";
  if (member->is_string()) return member->get<std::string>();
  if (member->is_number() || member->is_boolean()) return member->dump();
  return "";
}

std::optional<bool> FlagAt(const nlohmann::json& object, std::string_view key) {
  const nlohmann::json* member = MemberOf(object, key);
  if (member == nullptr || !member->is_boolean()) return std::nullopt;
  return member->get<bool>();
}

const nlohmann::json& ListAt(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json kNone = nlohmann::json::array();
  const nlohmann::json* member = MemberOf(object, key);
  return member != nullptr && member->is_array() ? *member : kNone;
}

const nlohmann::json& ObjectAt(const nlohmann::json& object, std::string_view key) {
  static const nlohmann::json kNone = nlohmann::json::object();
  const nlohmann::json* member = MemberOf(object, key);
  return member != nullptr && member->is_object() ? *member : kNone;
}

const nlohmann::json& DetailsOf(const Judgement& judgement, std::string_view checker) {
  static const nlohmann::json kNone = nlohmann::json::object();
  const Verdict* verdict = judgement.Find(checker);
  return verdict != nullptr && verdict->details.is_object() ? verdict->details : kNone;
}

const nlohmann::json* FindPhase(const nlohmann::json& fault, std::string_view name) {
  for (const nlohmann::json& phase : ListAt(fault, "phases")) {
    if (TextAt(phase, "name") == name && NumberAt(phase, "relative_ms")) return &phase;
  }
  return nullptr;
}

}  // namespace slotquake
