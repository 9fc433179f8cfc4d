#include "harness/load/load.h"

#include <utility>

#include "harness/load/http_load.h"
#include "harness/load/redis_load.h"

namespace slotquake {

std::unique_ptr<Load> MakeLoad(LoadConfig config) {
  if (config.kind == OperationKind::kHttpHit) {
    return std::make_unique<HttpLoad>(std::move(config));
  }
  return std::make_unique<RedisLoad>(std::move(config));
}

}  // namespace slotquake
