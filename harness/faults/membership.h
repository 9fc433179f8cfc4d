#ifndef SLOTQUAKE_HARNESS_FAULTS_MEMBERSHIP_H_
#define SLOTQUAKE_HARNESS_FAULTS_MEMBERSHIP_H_

#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// The steps by which a node leaves a cluster and joins it, as administrators take them
// and faults do. Each asks only nodes that answer, unless it says otherwise.

// Why `victim` can not leave: it owns slots, or nobody else is there. Ok if it can.
Status CanLeave(Cluster& cluster, const Victim& victim);

// CLUSTER FORGET of it by everybody else, and CLUSTER RESET at the node, which keeps
// its id and loses its keys.
Status Leave(Cluster& cluster, const Victim& victim);

// Until when a node is kept out that is forgotten now: Redis from 7.2 on, and Valkey,
// tell with each ping whom they forgot in the last minute, and who hears that forgets
// it too, whatever MEET said. By MonotonicNow(); 0 where there is no such ban.
Nanos EndOfBan(Cluster& cluster, const Victim& victim);

// Waits until then, or until the fault's patience has an end.
void AwaitEndOfBan(const FaultContext& context, Nanos until);

// CLUSTER MEET of it by everybody else: gossip does not bring back who was forgotten
// less than a minute ago. Waits until everybody knows it and it knows everybody.
Status Join(Cluster& cluster, const Victim& victim, Nanos limit);

// CLUSTER REPLICATE at the node, of whoever owns the slots of its shard now, and the
// wait until its link is up. Nothing where it owns them itself.
Status ReplicateItsShard(Cluster& cluster, const Victim& victim, Nanos limit);

// All of it: the end of its ban, which passes at `banned_until`, Join, and
// ReplicateItsShard where it is not to be a master.
Status BringIn(const FaultContext& context, const Victim& victim, bool as_master,
               Nanos banned_until);

// Who still knows the node, and whom it knows: names of nodes.
struct Acquaintance {
  std::vector<std::string> known_by;
  std::vector<std::string> unknown_to;
  int knows = 0;  // others, by its own word
};
Acquaintance AskAcquaintance(Cluster& cluster, const Victim& victim);

// Nobody knows it, and it knows nobody.
std::vector<Proof> ProveLeft(FaultContext& context, const Victim& victim);

// Everybody knows it, and goes on knowing it for the half node timeout in which every
// node has heard from every other; it is a replica whose link is up, or a master that
// owns slots or, with `as_master`, any.
std::vector<Proof> ProveJoined(FaultContext& context, const Victim& victim,
                               bool as_master);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_MEMBERSHIP_H_
