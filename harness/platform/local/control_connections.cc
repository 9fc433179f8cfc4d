#include "harness/platform/local/control_connections.h"

#include <optional>
#include <utility>

namespace slotquake {

void ControlConnections::SetAddress(const std::string& node, const Endpoint& at) {
  const std::lock_guard lock(mutex_);
  Node& known = nodes_[node];
  known.at = at;
  known.idle.clear();
  ++known.generation;
}

Endpoint ControlConnections::AddressOf(const std::string& node) const {
  const std::lock_guard lock(mutex_);
  return nodes_.at(node).at;
}

void ControlConnections::Forget(const std::string& node) {
  const std::lock_guard lock(mutex_);
  Node& known = nodes_.at(node);
  known.idle.clear();
  ++known.generation;
}

Result<Reply> ControlConnections::Command(const std::string& node,
                                          const std::vector<std::string>& command,
                                          Nanos limit) {
  std::optional<Connection> connection;
  Endpoint at;
  int generation = 0;
  {
    const std::lock_guard lock(mutex_);
    Node& known = nodes_.at(node);
    at = known.at;
    generation = known.generation;
    if (!known.idle.empty()) {
      connection.emplace(std::move(known.idle.back()));
      known.idle.pop_back();
    }
  }
  if (!connection) {
    auto fresh = Connection::Connect(at, limit);
    if (!fresh.ok()) return fresh.status().Annotate(node);
    connection.emplace(std::move(*fresh));
  }
  connection->set_timeout(limit);
  auto reply = connection->Command(command);
  const std::lock_guard lock(mutex_);
  Node& known = nodes_.at(node);
  if (known.generation != generation) return reply;
  if (reply.ok()) {
    known.idle.push_back(std::move(*connection));
  } else {
    // The others were opened to the same server, and would fail alike.
    known.idle.clear();
  }
  return reply;
}

}  // namespace slotquake
