#include "harness/testing/fake_cluster.h"

#include <algorithm>

namespace slotquake {
namespace {

Reply Text(const std::string& text) {
  Reply reply;
  reply.type = ReplyType::kString;
  reply.text = text;
  return reply;
}

std::string InfoOf(const std::string& section, bool master) {
  if (section == "keyspace") return "db0:keys=1,expires=0,avg_ttl=0\r\n";
  return std::string("role:") + (master ? "master" : "slave") +
         "\r\nmaster_link_status:up\r\nmaster_sync_in_progress:0\r\n"
         "slave_repl_offset:10\r\nmaster_replid:def\r\nmaster_repl_offset:10\r\n"
         "connected_slaves:1\r\n";
}

}  // namespace

FakeCluster::FakeCluster() {
  for (int i = 0; i < 6; ++i) names_.push_back("redis-" + std::to_string(i));
}

std::string FakeCluster::IdOf(int index) {
  return std::string(39, 'a') + static_cast<char>('0' + index);
}

std::map<std::string, std::string> FakeCluster::NamesById() const {
  std::map<std::string, std::string> names;
  for (int i = 0; i < 6; ++i) names[IdOf(i)] = names_[static_cast<std::size_t>(i)];
  return names;
}

std::string FakeCluster::RangeOf(int shard) const {
  const std::string border = std::to_string(5461 + moved_slots);
  if (shard == 2) return "10923-16383";
  return shard == 0 ? "0-" + std::to_string(5460 + moved_slots) : border + "-10922";
}

std::string FakeCluster::ClusterNodes(int self) const {
  std::string text;
  for (int i = 0; i < 6; ++i) {
    const int shard = i % 3;
    const bool taken = promoted.contains(shard + 3);
    const bool master = i < 3 || taken;
    const bool owner = (i < 3) != taken;
    text += IdOf(i) + " 10.0.0." + std::to_string(i + 1) + ":6379@16379 " +
            (i == self ? "myself," : "") + (master ? "master" : "slave") +
            (failed.contains(i)    ? ",fail"
             : pfailed.contains(i) ? ",fail?"
                                   : "") +
            (master ? " -" : " " + IdOf(shard)) + " 0 0 " +
            std::to_string(owner && taken ? promoted.at(i) : shard + 1) + " connected" +
            (owner ? " " + RangeOf(shard) : "") + "\n";
  }
  return text;
}

std::string FakeCluster::ClusterInfo() const {
  return "cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_slots_ok:" +
         std::to_string(slots_ok) +
         "\r\ncluster_slots_pfail:0\r\ncluster_slots_fail:0\r\ncluster_known_nodes:6"
         "\r\ncluster_size:3\r\ncluster_current_epoch:" +
         std::to_string(epoch) + "\r\ncluster_my_epoch:1\r\n";
}

Result<Reply> FakeCluster::Command(const std::string& node,
                                   const std::vector<std::string>& command, Nanos) {
  const std::lock_guard lock(mutex_);
  if (on_command) on_command(node);
  if (dead.contains(node) || paused.contains(node) || IsCut(node) ||
      unreachable.contains(node)) {
    return Status::Error(node + ": connection refused");
  }
  const int self = node.back() - '0';
  if (command[0] == "PING") return Text("PONG");
  if (command[0] == "INFO" && command[1] == "server") {
    const auto known = run_ids.find(node);
    return Text("redis_version:7.0.15\r\nrun_id:" +
                (known == run_ids.end() ? "abc" : known->second) + "\r\n");
  }
  if (command[0] == "INFO") return Text(InfoOf(command[1], self < 3));
  if (command[1] == "NODES") return Text(ClusterNodes(self));
  return Text(ClusterInfo());
}

std::string FakeCluster::ProbeClientPort(const std::string& node, Nanos) {
  const std::lock_guard lock(mutex_);
  if (IsCut(node) || unreachable.contains(node)) return "timed out";
  return dead.contains(node) ? "connection refused" : "";
}

Result<std::string> FakeCluster::ReadLog(const std::string& node) const {
  return "log of " + node + "\n";
}

Status FakeCluster::Kill(const std::string& node) {
  const std::lock_guard lock(mutex_);
  diary.push_back("kill " + node);
  if (kill_fails) return Status::Error("no such process");
  if (!immortal.contains(node)) {
    dead.insert(node);
    paused.erase(node);
  }
  return Status::Ok();
}

Result<std::string> FakeCluster::AwaitEnd(const std::string& node, Nanos) {
  const std::lock_guard lock(mutex_);
  if (dead.contains(node)) return std::string("killed by signal 9");
  // What a platform that can not be trusted would say.
  if (immortal.contains(node)) return std::string("killed by signal 9");
  return Status::Error("the process still runs");
}

Status FakeCluster::Start(const std::string& node) {
  const std::lock_guard lock(mutex_);
  diary.push_back("start " + node);
  if (start_fails || start_fails_times > 0) {
    start_fails_times -= start_fails ? 0 : 1;
    return Status::Error("no such program");
  }
  dead.erase(node);
  return Status::Ok();
}

Status FakeCluster::Terminate(const std::string& node) {
  const std::lock_guard lock(mutex_);
  diary.push_back("terminate " + node);
  if (!immortal.contains(node)) dead.insert(node);
  return Status::Ok();
}

Status FakeCluster::Pause(const std::string& node) {
  const std::lock_guard lock(mutex_);
  diary.push_back("pause " + node);
  if (!immortal.contains(node)) paused.insert(node);
  return Status::Ok();
}

Status FakeCluster::Resume(const std::string& node) {
  const std::lock_guard lock(mutex_);
  diary.push_back("resume " + node);
  paused.erase(node);
  return Status::Ok();
}

Result<ProcessState> FakeCluster::State(const std::string& node) {
  const std::lock_guard lock(mutex_);
  if (dead.contains(node)) return ProcessState::kGone;
  return paused.contains(node) ? ProcessState::kStopped : ProcessState::kRunning;
}

bool FakeCluster::IsCut(const std::string& node) const {
  for (const auto& [name, set] : blocks) {
    for (const Block& block : set) {
      const bool from_all = block.from == std::vector<std::string>{kEveryone};
      if (from_all && std::count(block.to.begin(), block.to.end(), node) > 0)
        return true;
    }
  }
  return false;
}

Status FakeCluster::Apply(const std::string& name, const std::vector<Block>& set) {
  const std::lock_guard lock(mutex_);
  std::string line = "apply " + name;
  for (const Block& block : set) {
    for (const std::string& from : block.from) line += " " + from;
    line += ">";
    for (const std::string& to : block.to) line += to + " ";
    line.pop_back();
  }
  diary.push_back(line);
  blocks[name] = set;
  return Status::Ok();
}

Status FakeCluster::Lift(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (lifts_that_fail > 0) {
    --lifts_that_fail;
    return Status::Error("nft is busy");
  }
  diary.push_back("lift " + name);
  blocks.erase(name);
  return Status::Ok();
}

const Block* FakeCluster::StoppedBy(const std::string& from, const std::string& to,
                                    Plane plane) const {
  if (toothless) return nullptr;
  const auto holds = [](const std::vector<std::string>& names,
                        const std::string& name) {
    return std::count(names.begin(), names.end(), name) > 0 ||
           std::count(names.begin(), names.end(), kEveryone) > 0;
  };
  for (const auto& [name, set] : blocks) {
    for (const Block& block : set) {
      if (holds(block.from, from) && holds(block.to, to) && block.percent >= 100 &&
          (block.plane == Plane::kAll || block.plane == plane)) {
        return &block;
      }
    }
  }
  return nullptr;
}

Result<std::string> FakeCluster::Probe(const std::string& from, const std::string& to,
                                       Plane plane, Nanos) {
  const std::lock_guard lock(mutex_);
  if (const Block* block = StoppedBy(from, to, plane)) {
    return std::string(block->refuse ? "connection refused" : "timed out");
  }
  if (StoppedBy(to, from, plane) != nullptr) return std::string("timed out");
  return std::string(dead.contains(to) ? "connection refused" : "");
}

Result<BlockCount> FakeCluster::Count(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (!blocks.contains(name)) return Status::Error("no rule " + name);
  return BlockCount{stopped, passed};
}

Result<std::int64_t> FakeCluster::Stopped(const std::string& name) {
  const std::lock_guard lock(mutex_);
  if (!blocks.contains(name)) return Status::Error("no rule " + name);
  return stopped;
}

Status FakeCluster::Begin(std::size_t index, const FaultRecord& fault) {
  std::string line = "note " + std::to_string(index);
  for (const Victim& victim : fault.victims) line += " " + victim.node;
  diary.push_back(line);
  return journal_fails ? Status::Error("read-only") : Status::Ok();
}

Status FakeCluster::End(std::size_t index) {
  diary.push_back("undone " + std::to_string(index));
  return Status::Ok();
}

}  // namespace slotquake
