#include "harness/platform/local/stranger.h"

#include <csignal>
#include <system_error>
#include <thread>

#include "harness/platform/local/layout.h"
#include "harness/redis/connection.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int kPort = 6379;

// The one node of a cluster of its own. Its id is above all others and its epoch below:
// where two clusters come to know each other, slots go to the higher epoch, and of two
// equal ones the smaller id takes a new one.
PlannedNode StrangerAt(const std::string& address) {
  PlannedNode node;
  node.name = "stranger";
  node.address = address;
  node.id = std::string(40, 'f');
  node.shard_id = std::string(40, 'e');
  node.slots = {0, kSlots - 1};
  return node;
}

}  // namespace

void LocalStrangers::Configure(const ServerProgram& program,
                               const std::map<std::string, std::string>& config,
                               const std::filesystem::path& folder) {
  program_ = program;
  config_ = config;
  folder_ = folder;
}

void LocalStrangers::SetAddress(const std::string& node, const std::string& address) {
  addresses_[node] = address;
}

bool LocalStrangers::IsSettled(const std::string& node) {
  const auto stranger = strangers_.find(node);
  return stranger != strangers_.end() && stranger->second.Runs();
}

Status LocalStrangers::Settle(const std::string& node) {
  if (IsSettled(node)) return Status::Ok();
  auto server = Server::Prepare(
      program_, {.name = "stranger at " + node,
                 .folder = folder_ / ("stranger-" + node),
                 .network_namespace = network_.NamespaceOf(node),
                 .config = config_,
                 .nodes_conf = NodesConf({StrangerAt(addresses_[node])}, 0, program_)});
  if (!server.ok()) return server.status();
  const auto [settled, is_new] = strangers_.insert_or_assign(node, std::move(*server));
  const Status started = settled->second.Start();
  if (!started.ok()) return started;
  const Nanos limit = MonotonicNow() + seconds(10);
  for (;;) {
    const auto reply = AskStranger(node, {"PING"}, milliseconds(500));
    if (reply.ok() && !reply->IsError()) return Status::Ok();
    if (!settled->second.Runs()) {
      return Status::Error(settled->second.name() + " died at its start (" +
                           *settled->second.AwaitEnd(Nanos(0)) + ")");
    }
    if (MonotonicNow() > limit) {
      return Status::Error(settled->second.name() + " does not answer");
    }
    std::this_thread::sleep_for(milliseconds(2));
  }
}

Status LocalStrangers::Evict(const std::string& node) {
  const auto stranger = strangers_.find(node);
  if (stranger == strangers_.end()) return Status::Ok();
  if (stranger->second.Runs()) {
    const Status killed = stranger->second.Signal(SIGKILL);
    if (!killed.ok()) return killed;
    const auto end = stranger->second.AwaitEnd(seconds(5));
    if (!end.ok()) return end.status().Annotate(stranger->second.name());
  }
  std::error_code error;
  std::filesystem::remove_all(stranger->second.folder(), error);
  strangers_.erase(stranger);
  return error ? Status::Error("cannot remove the stranger's files: " + error.message())
               : Status::Ok();
}

Result<Reply> LocalStrangers::AskStranger(const std::string& node,
                                          const std::vector<std::string>& command,
                                          Nanos limit) {
  if (!IsSettled(node)) return Status::Error("no stranger is at " + node);
  auto connection = Connection::Connect({addresses_[node], kPort}, limit);
  if (!connection.ok()) return connection.status();
  return connection->Command(command);
}

}  // namespace slotquake
