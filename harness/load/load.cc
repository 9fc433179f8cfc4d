#include "harness/load/load.h"

#include <string>
#include <utility>

#include "harness/load/http_load.h"
#include "harness/load/redis_load.h"

namespace slotquake {

Status Validate(const LoadConfig& config, int max_clients) {
  if (config.worker < 0 || config.worker > 255 || config.index < 0 ||
      config.index > 255) {
    return Status::Error("a load's worker and index must be 0 to 255");
  }
  if (config.keys.empty()) return Status::Error("the load has no keys");
  if (config.clients < 1 || config.clients > max_clients) {
    return Status::Error("clients of this load must be 1 to " +
                         std::to_string(max_clients));
  }
  if (config.first_in_load < 0 ||
      config.first_in_load + config.clients > config.AllClients()) {
    return Status::Error("the load has no clients " +
                         std::to_string(config.first_in_load) + " to " +
                         std::to_string(config.first_in_load + config.clients - 1));
  }
  if (config.open_loop && !(config.rate > 0)) {
    return Status::Error("an open loop needs a rate above 0");
  }
  if (config.rate < 0) return Status::Error("a load's rate must not be below 0");
  if (config.wait_replicas > 0 &&
      (config.kind == OperationKind::kHttpHit ||
       config.wait_timeout < std::chrono::milliseconds(1))) {
    return Status::Error(
        "WAIT goes with writes straight to the nodes, and needs a time-out of 1 ms or "
        "more (0 would be for ever)");
  }
  return Status::Ok();
}

Nanos Pause(const LoadConfig& config) {
  if (config.open_loop || config.rate == 0) return Nanos(0);
  return Nanos(static_cast<std::int64_t>(config.AllClients() * 1e9 / config.rate));
}

Nanos FirstStart(const LoadConfig& config, Nanos begin, int client) {
  return begin + Pause(config) * (config.first_in_load + client) / config.AllClients();
}

std::unique_ptr<Load> MakeLoad(LoadConfig config) {
  if (config.kind == OperationKind::kHttpHit) {
    return std::make_unique<HttpLoad>(std::move(config));
  }
  return std::make_unique<RedisLoad>(std::move(config));
}

}  // namespace slotquake
