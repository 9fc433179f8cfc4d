#ifndef SLOTQUAKE_HARNESS_FAULTS_FAULT_H_
#define SLOTQUAKE_HARNESS_FAULTS_FAULT_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/option_reader.h"
#include "harness/base/status.h"
#include "harness/cluster/cluster.h"
#include "harness/history/record.h"

namespace slotquake {

// What a fault works on. `now` gives the time on the record's axis.
struct FaultContext {
  Cluster& cluster;
  std::vector<Victim> victims;  // at least one
  std::function<Nanos()> now;
  std::string name;  // of this injection, "fault_0": names what it leaves behind

  // The first victim, for faults that break one node.
  const std::string& node() const { return victims.front().node; }
  std::vector<std::string> nodes() const;
};

// "redis-0", "redis-0 and redis-1", "redis-0, redis-1 and redis-2". Pure.
std::string JoinNames(const std::vector<std::string>& names);

// One way to break nodes. The runner chooses the victims, calls Aim, Inject, Prove
// and, later and on every way out of the run, Recover; it stamps the intervals and
// keeps the record. One object per injection; not thread-safe.
class Fault {
 public:
  virtual ~Fault() = default;

  // Whether this platform can do it; the error says what is missing. Called
  // before anything is deployed under load.
  virtual Status CheckSupported(Cluster& cluster) const = 0;

  // Looks at its victims as they are before it breaks them; outside of what is
  // measured. Returns whom it really hits: by default the victims; also all others on
  // a machine that it stops, or only those that a smaller scale has no place for. They
  // become the victims. After an error nothing is injected.
  virtual Result<std::vector<std::string>> Aim(FaultContext& context) {
    return context.nodes();
  }

  // What it will do, for the report: "SIGKILL to redis-0".
  virtual std::string Describe(const FaultContext& context) const = 0;

  // Breaks it. Returns as soon as the effect is under way: the interval from
  // call to return is the fault's uncertainty.
  virtual Status Inject(FaultContext& context) = 0;

  // Shows from the inside that it took effect; each proof says if it holds.
  virtual std::vector<Proof> Prove(FaultContext& context) = 0;

  // Undoes it. Idempotent; right also after an Inject that failed half-way.
  virtual Status Recover(FaultContext& context) = 0;

  // Shows that it is undone.
  virtual std::vector<Proof> ProveRecovery(FaultContext& context) = 0;
};

// A kind of fault, as scenarios name it.
struct FaultType {
  std::string_view name;  // the file's name, "power_cut"
  std::string_view help;  // one sentence
  // Reads the fault's own options; mistakes go to the reader.
  std::unique_ptr<Fault> (*make)(OptionReader& options);
  // It breaks the cluster as a whole: a scenario names no victim, and every node
  // counts as one.
  bool whole_cluster = false;
};

// All faults. A plain table (registry.cc).
const std::vector<FaultType>& AllFaults();

// nullptr where there is none of that name.
const FaultType* FindFault(std::string_view name);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_FAULT_H_
