#include "harness/redis/info_reply.h"

#include <algorithm>
#include <charconv>

namespace slotquake {
namespace {

// Reads fields and keeps the first thing that was wrong.
class FieldReader {
 public:
  FieldReader(std::string_view command, std::string_view text)
      : command_(command), fields_(ParseInfo(text)) {}

  // Whether the optional field is there.
  bool Has(std::string_view name) const { return fields_.contains(name); }

  std::string Text(std::string_view name) {
    const auto it = fields_.find(name);
    if (it != fields_.end()) return it->second;
    Fail("no field ", name);
    return "";
  }

  template <typename Number>
  void Read(std::string_view name, Number& number) {
    const std::string text = Text(name);
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) Fail("not a number: ", name);
  }

  Status status() const {
    return error_.empty() ? Status::Ok() : Status::Error(error_);
  }

 private:
  void Fail(std::string_view what, std::string_view name) {
    if (!error_.empty()) return;
    error_ = command_ + ": ";
    error_.append(what).append(name);
  }

  std::string command_;
  InfoFields fields_;
  std::string error_;
};

}  // namespace

InfoFields ParseInfo(std::string_view text) {
  InfoFields fields;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    fields.insert_or_assign(std::string(line.substr(0, colon)),
                            std::string(line.substr(colon + 1)));
  }
  return fields;
}

Result<ClusterInfo> ParseClusterInfo(std::string_view text) {
  FieldReader reader("CLUSTER INFO", text);
  ClusterInfo info;
  info.state = reader.Text("cluster_state");
  reader.Read("cluster_slots_ok", info.slots_ok);
  reader.Read("cluster_slots_pfail", info.slots_pfail);
  reader.Read("cluster_slots_fail", info.slots_fail);
  reader.Read("cluster_current_epoch", info.current_epoch);
  reader.Read("cluster_my_epoch", info.my_epoch);
  reader.Read("cluster_known_nodes", info.known_nodes);
  reader.Read("cluster_size", info.size);
  if (!reader.status().ok()) return reader.status();
  return info;
}

Result<ReplicationInfo> ParseReplicationInfo(std::string_view text) {
  FieldReader reader("INFO", text);
  ReplicationInfo info;
  const bool is_master = reader.Text("role") == "master";
  info.role = is_master ? "master" : "replica";
  info.run_id = reader.Text("run_id");
  info.replid = reader.Text("master_replid");
  reader.Read("connected_slaves", info.connected_replicas);
  if (is_master) {
    reader.Read("master_repl_offset", info.offset);
  } else {
    reader.Read("slave_repl_offset", info.offset);
    info.link_up = reader.Text("master_link_status") == "up";
    info.syncing = reader.Text("master_sync_in_progress") != "0";
  }
  // "keys=12,expires=0,avg_ttl=0"; the line is missing when there are none.
  if (reader.Has("db0")) {
    const std::string keyspace = reader.Text("db0");
    if (!keyspace.starts_with("keys=")) return Status::Error("INFO: cannot read db0");
    const std::size_t digits = keyspace.find(',', 5);
    const char* end = keyspace.data() + std::min(digits, keyspace.size());
    const auto [stop, error] = std::from_chars(keyspace.data() + 5, end, info.keys);
    if (error != std::errc() || stop != end)
      return Status::Error("INFO: cannot read db0");
  }
  if (!reader.status().ok()) return reader.status();
  return info;
}

}  // namespace slotquake
