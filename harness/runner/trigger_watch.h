#ifndef SLOTQUAKE_HARNESS_RUNNER_TRIGGER_WATCH_H_
#define SLOTQUAKE_HARNESS_RUNNER_TRIGGER_WATCH_H_

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/cluster/cluster.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// Something that a timeline can wait for, as it was seen. It happened between two
// answers, or at a node that was asked later than others: after `not_before` as far as
// this watch can tell.
struct Sighting {
  std::string event;    // of TriggerSpec, "promoted"
  std::string node;     // whom it is about; "": nobody in particular
  std::string what;     // "redis-3 was promoted (config epoch 7)"
  Nanos not_before{0};  // MonotonicNow() of the answer before
  Nanos at{0};          // of the answer that showed it
};

// Watches a cluster for what entries of a timeline wait for, by asking nodes CLUSTER
// INFO and CLUSTER NODES. The first answer is what later ones are held against. Look()
// is for one thread at a time; what was seen may be asked for by any thread meanwhile,
// and is there as soon as the answer that shows it is read.
class TriggerWatch {
 public:
  // How long from one look to the next.
  static constexpr Nanos kInterval = std::chrono::milliseconds(5);

  // `names` gives node names by id.
  TriggerWatch(Cluster& cluster, std::map<std::string, std::string> names);

  // Asks some nodes, others each time, and notes what is new. `broken` are left out:
  // a node that is cut off has a view of its own. They are asked all the same when
  // no other is left.
  void Look(const std::set<std::string>& broken);

  // The first sighting, at `since` or later, of what `when` waits for ("fault" is not
  // for this watch).
  std::optional<Sighting> Find(const TriggerSpec& when, Nanos since) const;

  // The last promotion seen.
  std::optional<Sighting> LastPromotion() const;

  // How often something was seen so far.
  std::uint64_t news() const;
  // Waits until that is more than `known`, but no longer than `limit`.
  void AwaitNews(std::uint64_t known, Nanos limit) const;

 private:
  struct Witness {
    ClusterView view;
    int slots_ok = 0;
  };
  // What is known of a node's role, by the newest config epoch.
  struct Role {
    bool master = false;
    std::int64_t config_epoch = 0;
  };
  // A number that changed: slots served, slots that have gone to another shard.
  struct Count {
    int value = 0;
    Nanos not_before{0};
    Nanos at{0};
  };

  std::optional<Sighting> FindCount(const TriggerSpec& when, Nanos since,
                                    const std::vector<Count>& counts) const;
  // Asks one node; whether it answered.
  bool Ask(const std::string& node);
  void NoteAll();
  void TakeBaseline();
  void NoteEpoch();
  void NotePromotions();
  void NoteFlags(const std::string& event, bool NodeView::*flag,
                 std::set<std::string>* known);
  void NoteCounts();
  void NoteCount(int value, std::vector<Count>* counts);
  int LeastSlotsOk() const;
  int MigratedSlots() const;
  void See(const std::string& event, const std::string& node, const std::string& what);
  std::string NameOf(const std::string& id) const;

  Cluster& cluster_;
  const std::map<std::string, std::string> names_;
  std::size_t next_ = 0;  // the node whose turn it is
  bool started_ = false;
  Nanos last_answer_{0};
  Nanos this_answer_{0};
  std::map<std::string, Witness> witnesses_;  // the latest answers, by node
  std::map<std::string, Nanos> silent_;       // did not answer: not asked until then
  std::int64_t epoch_ = 0;
  std::int64_t epoch_seen_ = 0;
  std::map<std::string, Role> roles_;          // by id
  std::map<std::string, std::string> shards_;  // node id -> its master's, at first
  std::vector<std::string> owners_;            // slot -> shard, at first
  std::set<std::string> failed_;
  std::set<std::string> unreachable_;

  // What others may ask for while Look() goes on.
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<Count> slots_ok_;
  std::vector<Count> migrated_;
  std::vector<Sighting> sightings_;
  std::uint64_t news_ = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_TRIGGER_WATCH_H_
