#ifndef SLOTQUAKE_HARNESS_FAULTS_SLOT_MOVES_H_
#define SLOTQUAKE_HARNESS_FAULTS_SLOT_MOVES_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/faults/fault.h"

namespace slotquake {

// The steps by which slots go from one master to another while clients use them, as
// `redis-cli --cluster reshard` and `fix` take them (spec: "Cluster live
// reconfiguration").

// A node of the cluster by name and id.
struct Member {
  std::string node;
  std::string id;
};

// The open (migrating, importing) slots in a node's own line of CLUSTER NODES:
// "[93->-ID]", "[77-<-ID]". Pure.
std::set<int> OpenSlotsIn(const std::string& cluster_nodes);
// Of them the importing ones.
std::set<int> ImportingIn(const std::string& cluster_nodes);

// IMPORTING at `to`, MIGRATING at `from`.
Status OpenSlot(Cluster& cluster, int slot, const Member& from, const Member& to);

// Moves up to `count` keys of the slot; returns how many there were. A key that `to`
// has already keeps that one's value, and is removed at `from`.
Result<int> MoveKeys(Cluster& cluster, int slot, const Member& from, const Member& to,
                     int count);

// SETSLOT NODE at the new owner, at the old one, then at the other masters.
Status HandOver(Cluster& cluster, int slot, const Member& from, const Member& to);

// Everything of the slot, from open to handed over.
Status MoveSlot(Cluster& cluster, int slot, const Member& from, const Member& to,
                int keys_at_once);

// What every master that lives says: who it is and its map of the cluster.
struct MasterSays {
  Member master;
  ClusterView view;
  std::set<int> open;       // slots that it holds open
  std::set<int> importing;  // those of them that it is to get
};
std::vector<MasterSays> AskMasters(Cluster& cluster);

// Who owns the slot by the word of every live master but those that import it, whose
// map of that slot stands still; an error while they do not agree or nobody who lives
// does. Pure.
Result<Member> OwnerByAll(const std::vector<MasterSays>& masters, int slot);

// Closes every slot that a live master holds open. Where the owner does, and another
// has keys of it, the slot goes there; else keys that others hold of it go to the
// owner, and all hold it for stable and for the owner's.
Status CloseOpenSlots(Cluster& cluster, int keys_at_once);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_SLOT_MOVES_H_
