#ifndef SLOTQUAKE_HARNESS_CLUSTER_CLUSTER_H_
#define SLOTQUAKE_HARNESS_CLUSTER_CLUSTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/history/record.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/reply.h"

namespace slotquake {

// Power over the servers' processes. Every call names a node of the cluster.
class ProcessControl {
 public:
  virtual ~ProcessControl() = default;

  // SIGKILL. Returns when the signal is sent, not when the process is gone.
  virtual Status Kill(const std::string& node) = 0;
  // Waits until the process has ended; says how it did. An error when the limit
  // passed first.
  virtual Result<std::string> AwaitEnd(const std::string& node, Nanos limit) = 0;
  // Starts it again with the data it left. Harmless when it runs.
  virtual Status Start(const std::string& node) = 0;
  // "process 4711", for messages.
  virtual std::string Describe(const std::string& node) const = 0;
};

// Power over the nodes' network.
class NetworkControl {
 public:
  virtual ~NetworkControl() = default;

  // The node's host vanishes from the network: packets go nowhere, unanswered.
  virtual Status Cut(const std::string& node) = 0;
  // Undoes Cut. Harmless when there is none.
  virtual Status Heal(const std::string& node) = 0;
  // Packets dropped by Cut so far.
  virtual Result<std::int64_t> DroppedPackets() const = 0;
};

// A deployed cluster, as the runner and the faults see it. Not thread-safe.
class Cluster {
 public:
  virtual ~Cluster() = default;

  // Names, the first masters first.
  virtual const std::vector<std::string>& nodes() const = 0;
  virtual Endpoint ClientEndpoint(const std::string& node) const = 0;
  // Asks one node one command, within `limit`, over the control plane (which
  // partitions between nodes do not touch). A failed command is a Reply.
  virtual Result<Reply> Command(const std::string& node,
                                const std::vector<std::string>& command,
                                Nanos limit) = 0;
  // Whether something accepts connections at the node's client port right now:
  // "" if so, else the error ("connection refused", "timed out").
  virtual std::string ProbeClientPort(const std::string& node, Nanos limit) = 0;
  // The server's whole log so far.
  virtual Result<std::string> ReadLog(const std::string& node) const = 0;
  // What the platform itself saw since the last call (process starts, ends).
  virtual std::vector<Observation> TakeObservations() = 0;

  // What this platform can do; nullptr: it can not.
  virtual ProcessControl* process_control() { return nullptr; }
  virtual NetworkControl* network_control() { return nullptr; }
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_CLUSTER_H_
