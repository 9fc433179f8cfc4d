#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_SECRET_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_SECRET_H_

#include <optional>
#include <string>
#include <string_view>

#include "harness/platform/kubernetes/kubectl.h"

namespace slotquake {

// The value of `key` in a Secret of the namespace that `kubectl` works in. It is kept
// in memory alone; no error has it.
Result<std::string> ReadSecret(const Kubectl& kubectl, const std::string& name,
                               const std::string& key);

// Base64 with padding, as the API has it; nothing when it is not of that form. Pure.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_SECRET_H_
