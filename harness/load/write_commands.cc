#include "harness/load/write_commands.h"

#include "harness/redis/nonblocking_connection.h"

namespace slotquake {

WriteCommands::WriteCommands(OperationKind kind, const std::vector<LoadKey>& keys)
    : append_(kind == OperationKind::kAppend) {
  constexpr std::string_view kEmptyToken = "$0\r\n\r\n";
  for (const LoadKey& key : keys) {
    std::string command =
        FormatCommand(append_ ? std::vector<std::string>{"RPUSH", key.key, ""}
                              : std::vector<std::string>{"INCR", key.key});
    if (append_) command.resize(command.size() - kEmptyToken.size());
    commands_.push_back(std::move(command));
  }
}

std::string_view WriteCommands::Of(std::size_t key, std::int64_t id, bool asking,
                                   std::string& buffer) const {
  const std::string& command = commands_[key];
  if (!asking && !append_) return command;
  buffer.clear();
  if (asking) buffer += "*1\r\n$6\r\nASKING\r\n";
  buffer += command;
  if (append_) {
    const std::string token = std::to_string(id);
    buffer += "$" + std::to_string(token.size()) + "\r\n" + token + "\r\n";
  }
  return buffer;
}

}  // namespace slotquake
