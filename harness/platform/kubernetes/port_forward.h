#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_PORT_FORWARD_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_PORT_FORWARD_H_

#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/platform/kubernetes/kubectl.h"
#include "harness/redis/reach.h"

namespace slotquake {

// A way to a port of a pod, through `kubectl port-forward`, which begins at once and
// lives as long as any copy of the Reach. A call looks whether the tunnel lives; when
// it does not, it waits up to `limit` for a new one. The error says what kubectl said.
Reach ForwardTo(const Kubectl& kubectl, const std::string& pod, int port,
                Nanos limit = std::chrono::seconds(10));

// The local port in what port-forward has printed so far: "Forwarding from
// 127.0.0.1:41235 -> 7070". Nothing while there is no whole line of that form. Pure.
std::optional<int> ForwardedPort(std::string_view output);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_PORT_FORWARD_H_
