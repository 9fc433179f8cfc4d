#ifndef SLOTQUAKE_HARNESS_REDIS_ENDPOINT_H_
#define SLOTQUAKE_HARNESS_REDIS_ENDPOINT_H_

#include <optional>
#include <string>
#include <string_view>

namespace slotquake {

// Where a server listens for clients.
struct Endpoint {
  std::string host;  // an address or a name
  int port = 0;
  bool operator==(const Endpoint&) const = default;
};

// "10.77.1.1:6379".
std::string ToString(const Endpoint& endpoint);

// Reads "host:port", split at the last colon, so that IPv6 addresses need no
// brackets. The host may be empty: MOVED and CLUSTER SLOTS use that for "the
// node you asked". Nothing if it is not of that form.
std::optional<Endpoint> ParseEndpoint(std::string_view text);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_ENDPOINT_H_
