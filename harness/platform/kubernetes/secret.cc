#include "harness/platform/kubernetes/secret.h"

namespace slotquake {

std::optional<std::string> DecodeBase64(std::string_view text) {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  unsigned bits = 0;
  int held = 0;
  int padding = 0;
  for (const char c : text) {
    if (c == '=') {
      ++padding;
      continue;
    }
    const auto value = kLetters.find(c);
    if (value == std::string_view::npos || padding > 0) return std::nullopt;
    bits = (bits << 6U) | static_cast<unsigned>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xffU);
  }
  return padding > 2 ? std::nullopt : std::optional<std::string>(bytes);
}

Result<std::string> ReadSecret(const Kubectl& kubectl, const std::string& name,
                               const std::string& key) {
  const auto secret = kubectl.Json({"get", "secret", name, "--output=json"});
  if (!secret.ok()) return secret.status();
  const nlohmann::json data = secret->value("data", nlohmann::json::object());
  const std::string where =
      "Secret " + name + " in namespace " + kubectl.target().name_space;
  if (!data.contains(key) || !data[key].is_string()) {
    return Status::Error(where + " has no key " + key + "; password_key names it");
  }
  auto value = DecodeBase64(data[key].get<std::string>());
  if (!value) return Status::Error(where + ": key " + key + " is not base64");
  return *value;
}

}  // namespace slotquake
