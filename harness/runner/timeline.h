#ifndef SLOTQUAKE_HARNESS_RUNNER_TIMELINE_H_
#define SLOTQUAKE_HARNESS_RUNNER_TIMELINE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/cluster/cluster.h"
#include "harness/faults/fault.h"
#include "harness/runner/stop.h"
#include "harness/runner/trigger_watch.h"
#include "harness/runner/watch_thread.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// How long a timeline goes on trying to undo a fault: at least three times, and then
// until the limit. Tests have less.
struct RecoverPatience {
  Nanos limit = std::chrono::seconds(15);              // from the first try
  Nanos first_pause = std::chrono::milliseconds(100);  // doubled after each try
  Nanos longest_pause = std::chrono::seconds(3);
};

// Carries out a scenario's timeline: waits for its instants and triggers, chooses
// victims, injects, proves, recovers, and writes a FaultRecord for each injection
// (several for an entry that is periodic). Whatever it has injected is recovered by
// Run() or by the destructor, what came last first, on every way out; where that is
// not enough, because the platform outlives the runner, each fault is noted in the
// cluster's journal from before it is injected until it is undone. What entries wait
// for is watched on a thread of its own while Run() goes on, so the cluster's nodes(),
// ClientEndpoint() and Command() must be thread-safe. This is not.
class Timeline {
 public:
  // `now` gives the time on the record's axis; `say` gets a line for each thing
  // that happens; `names` gives node names by id.
  Timeline(Cluster& cluster, const std::vector<TimelineEntry>& entries,
           std::map<std::string, std::string> names, std::uint64_t seed,
           std::function<Nanos()> now, std::function<void(const std::string&)> say,
           RecoverPatience patience = {});
  ~Timeline();
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  // Hosts of clients, which faults of the network cut off, too. Before Run().
  void SetClients(std::vector<std::string> clients) { clients_ = std::move(clients); }

  // Whether this platform can do every fault of the timeline; the error names all
  // that it can not, a line each. To be asked before any load starts.
  Status CheckSupported();

  // Runs the timeline from now on; returns when the last entry is recovered, or
  // early, with everything recovered that can be, when a stop is requested or a fault
  // can not be undone.
  void Run(const StopRequested& stop);

  // The fault that could not be undone, and why; "" when there is none. What is left
  // of the cluster is worth nothing then.
  const std::string& stuck() const { return stuck_; }

  const std::vector<FaultRecord>& records() const { return records_; }

  // Nodes that were broken and are meant to stay so.
  std::set<std::string> Absent() const;

 private:
  // One injection.
  struct Entry {
    TimelineEntry spec;
    int number = 0;      // of the scenario's entry
    int repetition = 0;  // of a periodic one
    std::unique_ptr<Fault> fault;
    std::unique_ptr<FaultContext> context;  // once the victim is known
    std::optional<Sighting> trigger;        // what it waited for, once seen
    bool waiting = false;                   // for its trigger
    Nanos inject_at{0};                     // MonotonicNow(); when not waiting
    Nanos began{0};                         // its injection
    Nanos recover_at{0};
    bool started = false;
    bool finished = false;  // recovered, or nothing to recover
    bool unproven = false;  // recovered, and to be proven as soon as that can be
    bool steps = false;     // it may have further steps
  };

  void Add(const TimelineEntry& spec, int number, int repetition);
  // Gives entries whose trigger has come their instant, and up those whose limit has
  // passed; ends the watch when nobody needs it any more.
  void CheckTriggers();
  // Sleeps until `due`, or less when something was seen. False if a stop is requested.
  bool AwaitDueOrNews(Nanos due, const StopRequested& stop);
  // Whether what happens in the cluster matters to an injection that is to come.
  bool NeedsWatch() const;
  std::optional<Sighting> Triggered(const TriggerSpec& when) const;
  // The same of another entry's doing.
  std::optional<Sighting> TriggeredByEntry(const TriggerSpec& when) const;
  // When the first injection of a scenario's entry began (MonotonicNow()): what it
  // brings about may be seen before it is done. Nothing if it was not injected.
  std::optional<Nanos> BeganOf(int number) const;
  void GiveUp(std::size_t index, const std::string& why);
  // Names in place of "promoted" and "victim_of".
  Result<std::vector<VictimSpec>> NameVictims(const Entry& entry) const;
  // Nodes that are broken now, or for good.
  std::set<std::string> Broken() const;
  // Injects all that is due now, back to back, and proves it only then: a proof
  // takes time, and faults of one instant belong together.
  void InjectDue(Nanos now);
  Status Choose(std::size_t index, const ClusterView& view);
  // Makes victims of exactly those whom the fault says that it hits.
  Status Aim(std::size_t index, const ClusterView& view);
  // Notes it in the cluster's journal, where there is one.
  Status Note(std::size_t index);
  void Inject(std::size_t index);
  void Prove(std::size_t index);
  void Step(std::size_t index);
  // When the next step of an entry is due; Nanos::max() when there is none.
  Nanos NextStepOf(const Entry& entry) const;
  void RecoverDue();
  void Recover(std::size_t index);
  // Proves what is undone, except on nodes that another fault still holds.
  void ProveRecoveries();
  void Conclude(std::size_t index, const Status& recovered);
  // Whether one of its nodes is also held by a fault that `holds` picks out.
  bool Shares(std::size_t index,
              const std::function<bool(std::size_t other)>& holds) const;
  // Tries until it succeeds or patience ends.
  Status TryToRecover(Entry& entry);
  void RecoverAll();
  // An instant of MonotonicNow() on the record's axis.
  Nanos OnAxis(Nanos monotonic) const { return now_() - (MonotonicNow() - monotonic); }
  // The next instant at which something is due; Nanos::max() if nothing is.
  Nanos NextDue() const;
  Result<ClusterView> AskView();

  Cluster& cluster_;
  std::vector<Entry> entries_;
  std::vector<FaultRecord> records_;
  std::map<std::string, std::string> names_;
  std::vector<std::string> clients_;
  std::uint64_t seed_;
  std::function<Nanos()> now_;
  std::function<void(const std::string&)> say_;
  RecoverPatience patience_;
  TriggerWatch watch_;
  WatchThread watching_;
  std::uint64_t news_ = 0;  // of the watch, that CheckTriggers() knows
  Nanos start_{0};
  std::vector<std::size_t> order_;  // of injections
  std::string stuck_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_TIMELINE_H_
