#ifndef SLOTQUAKE_HARNESS_FAULTS_FAULT_H_
#define SLOTQUAKE_HARNESS_FAULTS_FAULT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/option_table.h"
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
  std::vector<std::string> clients{};  // hosts of clients: workers, the hit counter
  // Nothing that waits for the platform waits longer than this; tests have less.
  Nanos patience = std::chrono::hours(1);
  std::uint64_t seed{0};  // of its own choices by chance, another for each injection
  // By Inject, where it knows better than from its call to its return when all took
  // effect.
  std::optional<EffectTime> measured{};

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

  // What it does to its victims, for who judges; of fault_effect.
  virtual std::string_view effect() const { return ""; }

  // What it will do, for the report: "SIGKILL to redis-0".
  virtual std::string Describe(const FaultContext& context) const = 0;

  // Breaks it. Returns as soon as the effect is under way: the interval from
  // call to return is the fault's uncertainty, or what of it is in context.measured.
  virtual Status Inject(FaultContext& context) = 0;

  // Shows from the inside that it took effect; each proof says if it holds.
  virtual std::vector<Proof> Prove(FaultContext& context) = 0;

  // For a fault that goes on changing until it is undone: when its next step is due
  // (MonotonicNow()), Nanos::max() for none; and that step, which says what it did.
  // An error ends the steps, and the fault does not count as proven.
  virtual Nanos NextStep() const { return Nanos::max(); }
  virtual Result<std::string> Step(FaultContext& /*context*/) { return std::string(); }

  // Undoes it. Idempotent; right also after an Inject that failed half-way.
  virtual Status Recover(FaultContext& context) = 0;

  // Shows that it is undone.
  virtual std::vector<Proof> ProveRecovery(FaultContext& context) = 0;
};

// A kind of fault, as scenarios name it. One table of options is what is read and
// what is refused; it and the words are also the help of `slotquake list`,
// docs/faults.md and the fault's part of scenario.schema.json.
struct FaultType {
  std::string_view name;       // the file's name, "power_cut"
  std::string_view help;       // one sentence: what happens
  std::string_view how;        // how it is done, per platform where that differs
  std::string_view interval;   // what [asked, done] means for this fault
  std::string_view proof;      // how it shows that it took effect, and is undone
  std::string_view teaches;    // what a run with it shows
  std::string_view platforms;  // where it works, and what it needs there
  std::vector<OptionSpec> options;
  std::unique_ptr<Fault> (*make)(const OptionValues& options) = nullptr;
  // What does not fit together among the options; "" if all does. May be null.
  std::string (*check)(const OptionValues& options) = nullptr;
  // It breaks the cluster as a whole: a scenario names no victim, and every node
  // counts as one.
  bool whole_cluster = false;
  // It needs servers that run with the library that slows, fails and changes their
  // calls (CallControl).
  bool interposes_calls = false;
  // On Kubernetes its API alone does it: no privileged agent is needed.
  bool by_api = false;
};

// A `make` for a fault with a constructor from OptionValues, or one without options.
template <typename T>
std::unique_ptr<Fault> MakeFault(const OptionValues& options) {
  if constexpr (std::is_constructible_v<T, const OptionValues&>) {
    return std::make_unique<T>(options);
  } else {
    return std::make_unique<T>();
  }
}

// Reads and checks a fault's options by its table; mistakes go to the reader.
OptionValues ReadOptions(const FaultType& type, OptionReader& reader);

// All faults. A plain table (registry.cc).
const std::vector<FaultType>& AllFaults();

// nullptr where there is none of that name.
const FaultType* FindFault(std::string_view name);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_FAULT_H_
