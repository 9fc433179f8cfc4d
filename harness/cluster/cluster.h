#ifndef SLOTQUAKE_HARNESS_CLUSTER_CLUSTER_H_
#define SLOTQUAKE_HARNESS_CLUSTER_CLUSTER_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/cluster/address_control.h"
#include "harness/cluster/call_control.h"
#include "harness/cluster/data_control.h"
#include "harness/cluster/disk_control.h"
#include "harness/cluster/fault_journal.h"
#include "harness/cluster/limit_control.h"
#include "harness/cluster/machine_control.h"
#include "harness/cluster/network_control.h"
#include "harness/cluster/pod_control.h"
#include "harness/cluster/process_control.h"
#include "harness/cluster/stranger_control.h"
#include "harness/cluster/traffic_control.h"
#include "harness/history/record.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/reply.h"

namespace slotquake {

// A deployed cluster, as the runner and the faults see it. nodes(), ClientEndpoint()
// and Command() are thread-safe, all else is not.
class Cluster {
 public:
  virtual ~Cluster() = default;

  // Names, the first masters first.
  virtual const std::vector<std::string>& nodes() const = 0;
  // Where clients reach the node now; an empty host: nowhere.
  virtual Endpoint ClientEndpoint(const std::string& node) const = 0;
  // What clients log in with (AUTH); "": nothing.
  virtual std::string password() const { return ""; }
  // From now on `moved` is called whenever a node has another address; possibly from
  // another thread. An empty one: nobody wants to know any more. Nodes of some
  // platforms never move.
  virtual void OnMoved(
      std::function<void(const std::string& node, const Endpoint& now)> /*moved*/) {}
  // Asks one node one command, within `limit`, over the control plane (which
  // partitions between nodes do not touch). A failed command is a Reply.
  virtual Result<Reply> Command(const std::string& node,
                                const std::vector<std::string>& command,
                                Nanos limit) = 0;
  // Whether something accepts connections at the node's client port right now:
  // "" if so, else the error ("connection refused", "timed out").
  virtual std::string ProbeClientPort(const std::string& node, Nanos limit) = 0;
  // The server's whole log so far, that of earlier processes included where the
  // platform has kept it.
  virtual Result<std::string> ReadLog(const std::string& node) const = 0;
  // What the platform itself saw since the last call (process starts, ends).
  virtual std::vector<Observation> TakeObservations() = 0;

  // What this platform can do; nullptr: it can not.
  virtual ProcessControl* process_control() { return nullptr; }
  virtual NetworkControl* network_control() { return nullptr; }
  virtual TrafficControl* traffic_control() { return nullptr; }
  virtual DataControl* data_control() { return nullptr; }
  virtual AddressControl* address_control() { return nullptr; }
  virtual DiskControl* disk_control() { return nullptr; }
  virtual CallControl* call_control() { return nullptr; }
  virtual LimitControl* limit_control() { return nullptr; }
  virtual StrangerControl* stranger_control() { return nullptr; }
  virtual PodControl* pod_control() { return nullptr; }
  virtual MachineControl* machine_control() { return nullptr; }

  // Where faults are noted before they are injected; nullptr: nothing that is broken
  // here outlives the runner.
  virtual FaultJournal* fault_journal() { return nullptr; }
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_CLUSTER_H_
