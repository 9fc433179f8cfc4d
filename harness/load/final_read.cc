#include "harness/load/final_read.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <thread>
#include <utility>

#include "harness/redis/connection.h"
#include "harness/redis/slot.h"
#include "harness/redis/slot_map.h"

namespace slotquake {
namespace {

constexpr std::size_t kBatch = 1024;
constexpr Nanos kPause = std::chrono::milliseconds(20);

bool ReadNumber(const std::string& text, std::int64_t& number) {
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

// Fills in what the reply says; an error if it is no answer to the question.
Status Take(const Reply& reply, const FinalReadConfig& config, FinalRead& read) {
  if (config.remove) {
    if (reply.type != ReplyType::kInteger) return Status::Error("not deleted");
    read.value = reply.integer;
    return Status::Ok();
  }
  if (config.lists) {
    if (reply.type != ReplyType::kArray) return Status::Error("not a list");
    read.tokens.clear();
    for (const Reply& element : reply.elements) {
      std::int64_t token = 0;
      if (!ReadNumber(element.text, token)) {
        return Status::Error("'" + element.text + "' is no token");
      }
      read.tokens.push_back(token);
    }
    return Status::Ok();
  }
  if (reply.type == ReplyType::kNil) return Status::Ok();
  std::int64_t value = 0;
  if (reply.type != ReplyType::kString || !ReadNumber(reply.text, value)) {
    return Status::Error("'" + reply.text + "' is no counter");
  }
  read.value = value;
  return Status::Ok();
}

// Reads a set of keys round by round until none is left or the time is over.
class FinalReader {
 public:
  explicit FinalReader(const FinalReadConfig& config)
      : config_(config), deadline_(MonotonicNow() + config.limit) {
    for (const Endpoint& seed : config.seeds) map_.NumberOf(seed);
    for (const std::string& key : config.keys) {
      reads_.emplace_back().key = key;
      reads_.back().error = "not read: no node answered";
      pending_.push_back(pending_.size());
    }
  }

  std::vector<FinalRead> Run() {
    while (!pending_.empty()) {
      LearnSlots();
      const auto before = redirects_;
      ReadRound();
      if (pending_.empty() || MonotonicNow() >= deadline_) break;
      if (redirects_ == before) std::this_thread::sleep_for(kPause);
    }
    return std::move(reads_);
  }

 private:
  struct Target {
    int node = 0;
    bool ask = false;
    bool operator==(const Target&) const = default;
  };

  Nanos TimeLeft() const {
    return std::clamp(deadline_ - MonotonicNow(), Nanos(0), config_.timeout);
  }

  // nullptr where nothing listens.
  Connection* ConnectionTo(int node) {
    auto it = connections_.find(node);
    if (it != connections_.end() && it->second.usable()) return &it->second;
    if (it != connections_.end()) connections_.erase(it);
    auto connected =
        Connection::Connect(map_.EndpointOf(node), TimeLeft(), config_.password);
    if (!connected.ok()) {
      map_.SetSuspect(node, true);
      return nullptr;
    }
    return &connections_.emplace(node, std::move(*connected)).first->second;
  }

  bool KnowsAllOwners() const {
    return std::all_of(pending_.begin(), pending_.end(), [this](std::size_t i) {
      return map_.OwnerOf(SlotOf(reads_[i].key)) != SlotMap::kNobody;
    });
  }

  // Of the first node that answers; and of further ones as long as some key has no
  // owner: a node that came back without its nodes.conf knows of nobody.
  void LearnSlots() {
    for (const bool suspects : {false, true}) {
      for (int node = 0; node < map_.size(); ++node) {
        if (map_.IsSuspect(node) != suspects) continue;
        Connection* connection = ConnectionTo(node);
        if (connection == nullptr) continue;
        connection->set_timeout(TimeLeft());
        const auto reply = connection->Command({"CLUSTER", "SLOTS"});
        const Endpoint asked = map_.EndpointOf(node);
        if (!reply.ok() || !map_.Update(*reply, asked).ok()) continue;
        if (KnowsAllOwners()) return;
      }
    }
  }

  void ReadRound() {
    std::map<int, std::vector<std::size_t>> by_node;
    for (const std::size_t i : std::exchange(pending_, {})) {
      const auto redirect = redirects_.find(i);
      const int node = redirect != redirects_.end()
                           ? redirect->second.node
                           : map_.OwnerOf(SlotOf(reads_[i].key));
      if (node == SlotMap::kNobody) {
        reads_[i].error = "not read: nobody owns its slot";
        pending_.push_back(i);
      } else {
        by_node[node].push_back(i);
      }
    }
    for (const auto& [node, keys] : by_node) {
      for (std::size_t start = 0; start < keys.size(); start += kBatch) {
        const std::size_t end = std::min(keys.size(), start + kBatch);
        ReadBatch(node, {keys.begin() + static_cast<std::ptrdiff_t>(start),
                         keys.begin() + static_cast<std::ptrdiff_t>(end)});
      }
    }
  }

  void ReadBatch(int node, const std::vector<std::size_t>& keys) {
    std::string commands;
    std::vector<std::size_t> places;  // of each key's reply
    std::size_t count = 0;
    for (const std::size_t i : keys) {
      // Only where ASK said so: a node that imports the slot would otherwise
      // answer for a key that has not arrived yet, and say that it is absent.
      const auto redirect = redirects_.find(i);
      if (redirect != redirects_.end() && redirect->second.ask) {
        commands += FormatCommand({"ASKING"});
        ++count;
      }
      places.push_back(count++);
      const std::string& key = reads_[i].key;
      commands += CommandFor(key);
    }
    Connection* connection = ConnectionTo(node);
    if (connection == nullptr) {
      Postpone(keys, "cannot connect to " + ToString(map_.EndpointOf(node)));
      return;
    }
    connection->set_timeout(TimeLeft());
    const auto replies = connection->Batch(commands, count);
    if (!replies.ok()) {
      map_.SetSuspect(node, true);
      Postpone(keys, replies.message());
      return;
    }
    for (std::size_t n = 0; n < keys.size(); ++n) {
      TakeReply(node, keys[n], (*replies)[places[n]]);
    }
  }

  std::string CommandFor(const std::string& key) const {
    if (config_.remove) return FormatCommand({"DEL", key});
    return config_.lists ? FormatCommand({"LRANGE", key, "0", "-1"})
                         : FormatCommand({"GET", key});
  }

  void Postpone(const std::vector<std::size_t>& keys, const std::string& why) {
    for (const std::size_t i : keys) {
      redirects_.erase(i);
      reads_[i].error = "not read: " + why;
      pending_.push_back(i);
    }
  }

  void TakeReply(int node, std::size_t i, const Reply& reply) {
    FinalRead& read = reads_[i];
    redirects_.erase(i);
    if (reply.IsError()) {
      read.error = "not read: " + reply.text;
      pending_.push_back(i);
      auto redirect = ParseRedirect(reply.text);
      if (!redirect) return;
      if (redirect->target.host.empty()) {
        redirect->target.host = map_.EndpointOf(node).host;
      }
      // Kept for MOVED as well: the next CLUSTER SLOTS may be stale.
      redirects_[i] = {map_.NumberOf(redirect->target), redirect->ask};
      return;
    }
    read.node = ToString(map_.EndpointOf(node));
    read.error = Take(reply, config_, read).message();
  }

  const FinalReadConfig& config_;
  const Nanos deadline_;
  SlotMap map_;
  std::map<int, Connection> connections_;
  std::vector<FinalRead> reads_;
  std::vector<std::size_t> pending_;
  std::map<std::size_t, Target> redirects_;  // where a redirect says that a key is
};

}  // namespace

std::vector<FinalRead> ReadFinal(const FinalReadConfig& config) {
  return FinalReader(config).Run();
}

}  // namespace slotquake
