#include "harness/worker/node_connections.h"

namespace slotquake {

Result<Reply> NodeConnections::Command(const Endpoint& endpoint,
                                       const std::string& password,
                                       const std::vector<std::string>& command,
                                       Nanos limit) {
  if (command.empty()) return Status::Error("the command is empty");
  const std::shared_ptr<Line> line = LineTo(endpoint);
  const std::unique_lock lock(line->mutex, limit);
  if (!lock.owns_lock()) {
    return Status::Error(ToString(endpoint) +
                         ": still busy with an earlier command; try again");
  }
  std::optional<Connection>& connection = line->connection;
  if (connection && (connection->IsStale() || line->password != password)) {
    connection.reset();
  }
  if (!connection) {
    auto fresh = Connection::Connect(endpoint, limit, password);
    if (!fresh.ok()) return fresh.status();
    connection.emplace(std::move(*fresh));
    line->password = password;
  }
  connection->set_timeout(limit);
  auto reply = connection->Command(command);
  if (!reply.ok()) connection.reset();
  return reply;
}

std::shared_ptr<NodeConnections::Line> NodeConnections::LineTo(
    const Endpoint& endpoint) {
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Line>& line = lines_[ToString(endpoint)];
  if (line == nullptr) line = std::make_shared<Line>();
  return line;
}

}  // namespace slotquake
