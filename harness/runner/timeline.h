#ifndef SLOTQUAKE_HARNESS_RUNNER_TIMELINE_H_
#define SLOTQUAKE_HARNESS_RUNNER_TIMELINE_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "harness/base/rng.h"
#include "harness/cluster/cluster.h"
#include "harness/faults/fault.h"
#include "harness/runner/stop.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// Carries out a scenario's timeline: chooses victims, injects, proves, recovers,
// and writes a FaultRecord for each entry. Whatever it has injected is recovered
// by Run() or by the destructor, on every way out; where that is not enough, because
// the platform outlives the runner, each fault is noted in the cluster's journal from
// before it is injected until it is undone. Not thread-safe.
class Timeline {
 public:
  // `now` gives the time on the record's axis; `say` gets a line for each thing
  // that happens; `names` gives node names by id.
  Timeline(Cluster& cluster, const std::vector<TimelineEntry>& entries,
           std::map<std::string, std::string> names, std::uint64_t seed,
           std::function<Nanos()> now, std::function<void(const std::string&)> say);
  ~Timeline();

  // Hosts of clients, which faults of the network cut off, too. Before Run().
  void SetClients(std::vector<std::string> clients) { clients_ = std::move(clients); }

  // Whether this platform can do every fault of the timeline; the error names all
  // that it can not.
  Status CheckSupported();

  // Runs the timeline from now on; returns when the last entry is recovered, or
  // early, with everything recovered, when a stop is requested.
  void Run(const StopRequested& stop);

  const std::vector<FaultRecord>& records() const { return records_; }

  // Nodes that were broken and are meant to stay so.
  std::set<std::string> Absent() const;

 private:
  struct Entry {
    TimelineEntry spec;
    std::unique_ptr<Fault> fault;
    std::unique_ptr<FaultContext> context;  // once the victim is known
    Nanos inject_at{0};                     // MonotonicNow()
    Nanos recover_at{0};
    bool started = false;
    bool finished = false;  // recovered, or nothing to recover
    bool steps = false;     // it may have further steps
  };

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
  void Recover(std::size_t index);
  void RecoverAll();
  // The next instant at which something is due; Nanos::max() if nothing is.
  Nanos NextDue() const;
  Result<ClusterView> AskView();

  Cluster& cluster_;
  std::vector<Entry> entries_;
  std::vector<FaultRecord> records_;
  std::map<std::string, std::string> names_;
  std::vector<std::string> clients_;
  Rng rng_;
  std::function<Nanos()> now_;
  std::function<void(const std::string&)> say_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_TIMELINE_H_
