#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_JOURNAL_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_JOURNAL_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "harness/cluster/fault_journal.h"
#include "harness/platform/kubernetes/kubectl.h"
#include "harness/platform/kubernetes/pod_directory.h"
#include "harness/platform/kubernetes/pods_control.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// The ConfigMap that a run keeps its journal in, in its own namespace.
inline constexpr const char* kJournalName = "slotquake-journal";

// A victim of a fault, where it was when the fault was noted.
struct JournalVictim {
  std::string node;
  std::string pod;
  std::string uid;        // of the pod
  std::string container;  // its id; "": none ran
  std::string machine;    // on kind the name of a container, too
};

// A fault, as far as who undoes it must know it.
struct JournalEntry {
  std::string key;   // in the ConfigMap: "fault-0"
  std::string type;  // "node_stop"
  std::string description;
  std::string started_at;  // "2026-11-25T02:15:00.123Z"
  std::string undone_at;   // "" while it may be in force
  std::vector<JournalVictim> victims;
  std::string name_space;    // of the victims' pods
  std::string stateful_set;  // of a fault that changes the scale; else ""
  int replicas = 0;          // what it was before

  // Of all victims.
  std::set<std::string> Machines() const;
};

// What a run has noted.
struct RunJournal {
  std::string run;
  std::string name_space;  // the run's own
  std::vector<JournalEntry> entries;
};

nlohmann::json ToJson(const JournalEntry& entry);
// Reads a ConfigMap object of the API. An error says what is wrong with it. Pure.
Result<RunJournal> ReadJournal(const nlohmann::json& config_map);

// Notes faults in a ConfigMap: who finds it can undo them, from any machine (`slotquake
// heal`). A note is one call of kubectl, 0.1 to 0.3 s. Not thread-safe.
class Journal : public FaultJournal {
 public:
  // `own` is in the run's namespace, `servers` in that of the servers' pods.
  // `directory` and `pods` must outlive this.
  Journal(Kubectl own, std::string run, std::string servers,
          const PodDirectory& directory, PodsControl& pods)
      : own_(std::move(own)),
        run_(std::move(run)),
        servers_(std::move(servers)),
        directory_(directory),
        pods_(pods) {}

  Status Begin(std::size_t index, const FaultRecord& fault) override;
  Status End(std::size_t index) override;

 private:
  Status Write(const JournalEntry& entry);
  Status Create(const JournalEntry& entry);

  Kubectl own_;
  std::string run_;
  std::string servers_;
  const PodDirectory& directory_;
  PodsControl& pods_;
  bool is_there_ = false;
  std::map<std::size_t, JournalEntry> entries_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_JOURNAL_H_
