#include "harness/platform/local/calls.h"

namespace slotquake {
namespace {

CallChanges Sum(const std::map<std::string, CallChanges>& all) {
  CallChanges sum;
  for (const auto& [name, changes] : all) {
    sum.sync_delay += changes.sync_delay;
    sum.clock_offset += changes.clock_offset;
    if (sum.sync_error == 0) sum.sync_error = changes.sync_error;
    if (sum.write_error == 0) sum.write_error = changes.write_error;
  }
  return sum;
}

Status Without(const std::string& node) {
  return Status::Error("the server of " + node + " runs without the library");
}

}  // namespace

void LocalCalls::Enable(const std::filesystem::path& program) {
  const auto library = FindCallsLibrary(program);
  missing_ = library.status();
  if (library.ok()) library_ = *library;
}

Result<std::map<std::string, std::string>> LocalCalls::Prepare(
    const std::string& node, const std::filesystem::path& folder) {
  if (library_.empty()) return std::map<std::string, std::string>();
  auto orders = OrderFile::Make(folder.string() + ".calls", folder);
  if (!orders.ok()) return orders.status();
  const auto environment = orders->Environment(library_);
  nodes_.emplace(node, Node{.orders = std::move(*orders), .changes = {}});
  return environment;
}

std::string LocalCalls::AtTrueTimes(const std::string& node,
                                    const std::string& log) const {
  const auto it = nodes_.find(node);
  return it == nodes_.end() ? log : it->second.clock.AtTrueTimes(log);
}

Status LocalCalls::CanChange() {
  if (!missing_.ok()) return missing_;
  for (const auto& [name, node] : nodes_) {
    if (node.orders.process() != 0) continue;
    return Status::Error("the server of " + name + " has not loaded " +
                         library_.string());
  }
  return Status::Ok();
}

Status LocalCalls::Change(const std::string& name, const std::string& of,
                          const CallChanges& changes) {
  const auto it = nodes_.find(name);
  if (it == nodes_.end()) {
    return changes == CallChanges() ? Status::Ok() : Without(name);
  }
  Node& node = it->second;
  node.changes.erase(of);
  if (changes != CallChanges()) node.changes[of] = changes;
  const CallChanges sum = Sum(node.changes);
  const bool shifts = sum.clock_offset != node.sum.clock_offset;
  const Nanos at = WallNow();
  const std::size_t size = shifts ? log_size_(name) : 0;
  node.orders.Set(sum);
  node.sum = sum;
  if (shifts) node.clock.Shift(at, size, log_size_(name), sum.clock_offset);
  return Status::Ok();
}

Result<CallCounts> LocalCalls::Counts(const std::string& node) {
  const auto it = nodes_.find(node);
  if (it == nodes_.end()) return Without(node);
  return it->second.orders.Counts();
}

}  // namespace slotquake
