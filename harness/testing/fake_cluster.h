#ifndef SLOTQUAKE_HARNESS_TESTING_FAKE_CLUSTER_H_
#define SLOTQUAKE_HARNESS_TESTING_FAKE_CLUSTER_H_

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/cluster/cluster.h"
#include "harness/testing/fake_traffic.h"

namespace slotquake {

// A cluster of three masters and three replicas that is only told to be one:
// answers what a healthy cluster would, and keeps a diary of what was done to it. As
// with real ones, commands may be given by several threads, and while it is broken.
class FakeCluster : public Cluster,
                    public ProcessControl,
                    public NetworkControl,
                    public FaultJournal {
 public:
  FakeCluster();

  const std::vector<std::string>& nodes() const override { return names_; }
  Endpoint ClientEndpoint(const std::string&) const override {
    return {"10.0.0.1", 6379};
  }
  Result<Reply> Command(const std::string& node,
                        const std::vector<std::string>& command, Nanos limit) override;
  std::string ProbeClientPort(const std::string& node, Nanos limit) override;
  Result<std::string> ReadLog(const std::string& node) const override;
  std::vector<Observation> TakeObservations() override { return {}; }
  ProcessControl* process_control() override { return can_kill ? this : nullptr; }
  NetworkControl* network_control() override { return can_cut ? this : nullptr; }
  PodControl* pod_control() override { return pods; }
  MachineControl* machine_control() override { return machines; }
  TrafficControl* traffic_control() override { return can_cut ? &traffic : nullptr; }
  FaultJournal* fault_journal() override { return has_journal ? this : nullptr; }

  Status Kill(const std::string& node) override;
  Result<std::string> AwaitEnd(const std::string& node, Nanos limit) override;
  std::optional<EffectTime> Measured(const std::string&) override { return measured; }
  Status Start(const std::string& node) override;
  std::string Describe(const std::string& node) const override {
    return "process of " + node;
  }
  Status Terminate(const std::string& node) override;
  Status Pause(const std::string& node) override;
  Status Resume(const std::string& node) override;
  Result<ProcessState> State(const std::string& node) override;
  // Commands heed only what isolates a node (kEveryone).
  Status Apply(const std::string& name, const std::vector<Block>& blocks) override;
  std::optional<EffectTime> MeasuredCut(const std::string&) override {
    return measured_cut;
  }
  Status Lift(const std::string& name) override;
  Result<std::int64_t> Stopped(const std::string& name) override;
  Result<BlockCount> Count(const std::string& name) override;
  // Heeds every block of 100 percent.
  Result<std::string> Probe(const std::string& from, const std::string& to, Plane plane,
                            Nanos limit) override;

  Status Begin(std::size_t index, const FaultRecord& fault) override;
  Status End(std::size_t index) override;

  // The id of redis-`index`.
  static std::string IdOf(int index);
  std::map<std::string, std::string> NamesById() const;

  std::vector<std::string> diary;  // "kill redis-0", in order
  std::set<std::string> dead;
  std::set<std::string> paused;
  std::map<std::string, std::vector<Block>> blocks;  // in force, by name
  std::set<std::string> unreachable;                 // whose host is gone
  std::map<std::string, std::string> run_ids;  // of servers that were started again
  PodControl* pods = nullptr;
  MachineControl* machines = nullptr;
  std::set<std::string> immortal;  // kill succeeds and changes nothing: a lie
  std::int64_t stopped = 3;        // packets, by any set of blocks in force
  std::int64_t passed = 0;         // and let through by them
  bool toothless = false;          // blocks stop nothing: a lie
  FakeTraffic traffic;
  bool can_kill = true;
  bool can_cut = true;
  int lifts_that_fail = 0;  // the next so many
  bool kill_fails = false;
  std::optional<EffectTime> measured;      // of every end
  std::optional<EffectTime> measured_cut;  // of every cut
  bool start_fails = false;
  bool has_journal = false;
  bool journal_fails = false;
  int start_fails_times = 0;  // so many Start() fail, then they do not

  // What the nodes say of the cluster. A replica in `promoted` has taken over its
  // master's slots, with that config epoch.
  std::map<int, std::int64_t> promoted;
  std::set<int> failed;   // marked FAIL by everybody
  std::set<int> pfailed;  // PFAIL
  std::int64_t epoch = 3;
  int slots_ok = 16384;
  int moved_slots = 0;  // of the second shard, which are the first one's now
  // Called before every command, with the node: lets a test change the above.
  std::function<void(const std::string& node)> on_command;

 private:
  std::string RangeOf(int shard) const;
  std::string ClusterNodes(int self) const;
  std::string ClusterInfo() const;
  bool IsCut(const std::string& node) const;
  // The block that stops a packet, or nullptr.
  const Block* StoppedBy(const std::string& from, const std::string& to,
                         Plane plane) const;

  std::recursive_mutex mutex_;  // on_command may do things to the cluster
  std::vector<std::string> names_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_FAKE_CLUSTER_H_
