#include "harness/runner/trigger_watch.h"

#include <algorithm>
#include <utility>

#include "harness/redis/cluster_nodes.h"
#include "harness/redis/info_reply.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;

// So many nodes are asked by one look: enough to hear of anything that is told to all
// at once, and no load of its own for a cluster of a hundred.
constexpr std::size_t kAsked = 3;
constexpr Nanos kPatience = milliseconds(50);
constexpr Nanos kSilence = milliseconds(500);

}  // namespace

TriggerWatch::TriggerWatch(Cluster& cluster, std::map<std::string, std::string> names)
    : cluster_(cluster), names_(std::move(names)) {}

void TriggerWatch::Look(const std::set<std::string>& broken) {
  std::vector<std::string> asked;
  for (const std::string& node : cluster_.nodes()) {
    if (!broken.contains(node)) asked.push_back(node);
  }
  if (asked.empty()) asked = cluster_.nodes();
  std::erase_if(witnesses_, [&](const auto& witness) {
    return std::find(asked.begin(), asked.end(), witness.first) == asked.end();
  });
  if (!started_) this_answer_ = MonotonicNow();
  for (std::size_t i = 0; i < std::min(kAsked, asked.size()); ++i) {
    if (Ask(asked[next_++ % asked.size()])) NoteAll();
  }
}

void TriggerWatch::NoteAll() {
  last_answer_ = std::exchange(this_answer_, MonotonicNow());
  if (!started_) TakeBaseline();
  NoteEpoch();
  NotePromotions();
  NoteFlags("failed", &NodeView::fail, &failed_);
  NoteFlags("pfail", &NodeView::pfail, &unreachable_);
  NoteCounts();
  started_ = true;
}

bool TriggerWatch::Ask(const std::string& node) {
  if (silent_.contains(node) && MonotonicNow() < silent_[node]) return false;
  const auto info = cluster_.Command(node, {"CLUSTER", "INFO"}, kPatience);
  const auto nodes = info.ok() ? cluster_.Command(node, {"CLUSTER", "NODES"}, kPatience)
                               : Result<Reply>(info.status());
  if (!nodes.ok() || info->IsError() || nodes->IsError()) {
    silent_[node] = MonotonicNow() + kSilence;
    witnesses_.erase(node);
    return false;
  }
  const auto state = ParseClusterInfo(info->text);
  auto view = ParseClusterNodes(nodes->text);
  if (!state.ok() || !view.ok()) return false;
  epoch_seen_ = std::max(epoch_seen_, state->current_epoch);
  witnesses_[node] = {.view = std::move(*view), .slots_ok = state->slots_ok};
  return true;
}

void TriggerWatch::TakeBaseline() {
  epoch_ = epoch_seen_;
  owners_.assign(kSlots, "");
  for (const NodeView& node : witnesses_.begin()->second.view.nodes) {
    shards_[node.id] = node.master ? node.id : node.master_id;
    roles_[node.id] = {.master = node.master, .config_epoch = node.config_epoch};
    for (const SlotRange& range : node.slots) {
      for (int slot = range.first; slot <= range.last; ++slot) {
        owners_[static_cast<std::size_t>(slot)] = shards_[node.id];
      }
    }
  }
}

void TriggerWatch::NoteEpoch() {
  if (epoch_seen_ <= epoch_) return;
  See("election_started", "",
      "the epoch rose from " + std::to_string(epoch_) + " to " +
          std::to_string(epoch_seen_) + ": an election");
  epoch_ = epoch_seen_;
}

void TriggerWatch::NotePromotions() {
  for (const auto& [witness, seen] : witnesses_) {
    for (const NodeView& node : seen.view.nodes) {
      Role& role = roles_[node.id];
      // A view that is behind says again what has been noted already.
      if (node.config_epoch < role.config_epoch) continue;
      const bool promoted = started_ && node.master && !node.slots.empty() &&
                            !role.master && shards_.contains(node.id);
      if (promoted) {
        See("promoted", NameOf(node.id),
            NameOf(node.id) + " was promoted (slots " + ToString(node.slots) +
                ", config epoch " + std::to_string(node.config_epoch) + ")");
      }
      role = {.master = node.master, .config_epoch = node.config_epoch};
    }
  }
}

void TriggerWatch::NoteFlags(const std::string& event, bool NodeView::*flag,
                             std::set<std::string>* known) {
  std::set<std::string> now;
  std::map<std::string, std::string> by;
  for (const auto& [witness, seen] : witnesses_) {
    for (const NodeView& node : seen.view.nodes) {
      if (!(node.*flag)) continue;
      now.insert(node.id);
      by[node.id] = witness;
    }
  }
  for (const std::string& id : now) {
    if (known->contains(id) || !started_) continue;
    See(event, NameOf(id),
        event == "failed" ? NameOf(id) + " is marked FAIL"
                          : by[id] + " finds " + NameOf(id) + " unreachable (PFAIL)");
  }
  *known = std::move(now);
}

void TriggerWatch::NoteCounts() {
  NoteCount(LeastSlotsOk(), &slots_ok_);
  NoteCount(MigratedSlots(), &migrated_);
}

void TriggerWatch::NoteCount(int value, std::vector<Count>* counts) {
  const std::lock_guard lock(mutex_);
  if (!counts->empty() && counts->back().value == value) return;
  counts->push_back({.value = value, .not_before = last_answer_, .at = this_answer_});
  ++news_;
  changed_.notify_all();
}

int TriggerWatch::LeastSlotsOk() const {
  int least = kSlots;
  for (const auto& [name, seen] : witnesses_) least = std::min(least, seen.slots_ok);
  return least;
}

int TriggerWatch::MigratedSlots() const {
  int most = 0;
  for (const auto& [name, seen] : witnesses_) {
    int moved = 0;
    for (const NodeView& node : seen.view.nodes) {
      const auto shard = shards_.find(node.id);
      const std::string& now = shard == shards_.end() ? node.id : shard->second;
      for (const SlotRange& range : node.slots) {
        for (int slot = range.first; slot <= range.last; ++slot) {
          moved += owners_[static_cast<std::size_t>(slot)] == now ? 0 : 1;
        }
      }
    }
    most = std::max(most, moved);
  }
  return most;
}

std::optional<Sighting> TriggerWatch::FindCount(
    const TriggerSpec& when, Nanos since, const std::vector<Count>& counts) const {
  bool was_below = false;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    // A number holds until the next one.
    if (i + 1 < counts.size() && counts[i + 1].at <= since) continue;
    const Count& count = counts[i];
    const bool enough = count.value >= when.slots;
    const bool wanted = when.event == "slots_ok_below" ? !enough
                        : when.event == "slots_ok"     ? enough && was_below
                                                       : enough;
    was_below = was_below || !enough;
    if (!wanted) continue;
    return Sighting{
        when.event, "",
        std::to_string(count.value) + (when.event == "migrated_slots"
                                           ? " slots have changed their shard"
                                           : " slots are served"),
        std::max(count.not_before, since), std::max(count.at, since)};
  }
  return std::nullopt;
}

std::optional<Sighting> TriggerWatch::Find(const TriggerSpec& when, Nanos since) const {
  const std::lock_guard lock(mutex_);
  if (when.event == "migrated_slots") return FindCount(when, since, migrated_);
  if (when.event == "slots_ok_below" || when.event == "slots_ok") {
    return FindCount(when, since, slots_ok_);
  }
  for (const Sighting& seen : sightings_) {
    if (seen.event == when.event && seen.at >= since) return seen;
  }
  return std::nullopt;
}

std::optional<Sighting> TriggerWatch::LastPromotion() const {
  const std::lock_guard lock(mutex_);
  for (auto seen = sightings_.rbegin(); seen != sightings_.rend(); ++seen) {
    if (seen->event == "promoted") return *seen;
  }
  return std::nullopt;
}

void TriggerWatch::See(const std::string& event, const std::string& node,
                       const std::string& what) {
  const std::lock_guard lock(mutex_);
  sightings_.push_back({event, node, what, last_answer_, this_answer_});
  ++news_;
  changed_.notify_all();
}

std::uint64_t TriggerWatch::news() const {
  const std::lock_guard lock(mutex_);
  return news_;
}

void TriggerWatch::AwaitNews(std::uint64_t known, Nanos limit) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [&] { return news_ != known; });
}

std::string TriggerWatch::NameOf(const std::string& id) const {
  const auto name = names_.find(id);
  return name == names_.end() ? id : name->second;
}

}  // namespace slotquake
