#include "harness/faults/add_node.h"
#include "harness/faults/address_reuse.h"
#include "harness/faults/all_pods_delete.h"
#include "harness/faults/bandwidth.h"
#include "harness/faults/blackhole_address.h"
#include "harness/faults/client_pause.h"
#include "harness/faults/clock_skew.h"
#include "harness/faults/config_set.h"
#include "harness/faults/corrupt_nodes_conf.h"
#include "harness/faults/cpu_starve.h"
#include "harness/faults/crash_loop.h"
#include "harness/faults/disk_full.h"
#include "harness/faults/failing_fsync.h"
#include "harness/faults/failover.h"
#include "harness/faults/fault.h"
#include "harness/faults/flap.h"
#include "harness/faults/isolate.h"
#include "harness/faults/kill.h"
#include "harness/faults/latency.h"
#include "harness/faults/loss.h"
#include "harness/faults/max_memory.h"
#include "harness/faults/node_drain.h"
#include "harness/faults/node_partition.h"
#include "harness/faults/node_pause.h"
#include "harness/faults/node_stop.h"
#include "harness/faults/out_of_memory.h"
#include "harness/faults/partition.h"
#include "harness/faults/pause.h"
#include "harness/faults/pod_delete.h"
#include "harness/faults/power_cut.h"
#include "harness/faults/read_only.h"
#include "harness/faults/remove_node.h"
#include "harness/faults/reshard.h"
#include "harness/faults/restart.h"
#include "harness/faults/restart_empty.h"
#include "harness/faults/restart_new_address.h"
#include "harness/faults/rollout_restart.h"
#include "harness/faults/scale_down.h"
#include "harness/faults/scale_up.h"
#include "harness/faults/slow_fsync.h"
#include "harness/faults/slow_script.h"
#include "harness/faults/terminate.h"
#include "harness/faults/wrong_announce_address.h"

namespace slotquake {

const std::vector<FaultType>& AllFaults() {
  static const std::vector<FaultType> kAll = {
      Kill::Type(),
      Terminate::Type(),
      Pause::Type(),
      PowerCut::Type(),
      Partition::Type(),
      Isolate::Type(),
      BlackholeAddress::Type(),
      Flap::Type(),
      Latency::Type(),
      Loss::Type(),
      Bandwidth::Type(),
      SlowFsync::Type(),
      FailingFsync::Type(),
      ReadOnly::Type(),
      DiskFull::Type(),
      MaxMemory::Type(),
      OutOfMemory::Type(),
      CpuStarve::Type(),
      ClockSkew::Type(),
      Restart::Type(),
      RestartEmpty::Type(),
      RestartNewAddress::Type(),
      RestartNewAddress::AllType(),
      PodDelete::Type(),
      AllPodsDelete::Type(),
      RolloutRestart::Type(),
      ScaleDown::Type(),
      ScaleUp::Type(),
      NodeStop::Type(),
      NodePause::Type(),
      NodePartition::Type(),
      NodeDrain::Type(),
      Failover::Type(),
      ClientPause::Type(),
      ConfigSet::Type(),
      SlowScript::Type(),
      RemoveNode::Type(),
      AddNode::Type(),
      Reshard::Type(),
      CrashLoop::Type(),
      CorruptNodesConf::Type(),
      WrongAnnounceAddress::Type(),
      AddressReuse::Type(),
  };
  return kAll;
}

const FaultType* FindFault(std::string_view name) {
  for (const FaultType& type : AllFaults()) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

}  // namespace slotquake
