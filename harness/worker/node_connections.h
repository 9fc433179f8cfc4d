#ifndef SLOTQUAKE_HARNESS_WORKER_NODE_CONNECTIONS_H_
#define SLOTQUAKE_HARNESS_WORKER_NODE_CONNECTIONS_H_

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/connection.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

// Single commands to servers, over one kept connection per endpoint: dropped when it
// failed or the server hung up, and made anew by the next command. Commands to one
// endpoint wait for each other, those to several do not. Never sends anything twice.
// Thread-safe.
class NodeConnections {
 public:
  // `limit` bounds the waiting for the connection, the connecting and the command,
  // each. With a password it logs in first.
  Result<Reply> Command(const Endpoint& endpoint, const std::string& password,
                        const std::vector<std::string>& command, Nanos limit);

 private:
  struct Line {
    std::timed_mutex mutex;
    std::optional<Connection> connection;  // guarded by mutex
    std::string password;                  // it was made with; guarded by mutex
  };

  std::shared_ptr<Line> LineTo(const Endpoint& endpoint);

  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Line>> lines_;  // guarded by mutex_
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_WORKER_NODE_CONNECTIONS_H_
