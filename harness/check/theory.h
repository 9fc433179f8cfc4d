#ifndef SLOTQUAKE_HARNESS_CHECK_THEORY_H_
#define SLOTQUAKE_HARNESS_CHECK_THEORY_H_

#include <string>

#include "harness/history/record.h"

namespace slotquake {

// An interval of milliseconds after the fault.
struct TheoryInterval {
  double min_ms = 0;
  double max_ms = 0;
};

// What an election's instants depend on.
struct TheoryInput {
  double min_timeout_ms = 15000;  // least cluster-node-timeout of the nodes
  double max_timeout_ms = 15000;  // greatest
  std::string engine = "redis";
  std::string version;     // "7.0.15"
  int rank = 0;            // of the promoted replica among those of its shard
  int failed_masters = 1;  // that were down at the same time
};

// When the phases of an automatic promotion may end, by section 5 of
// docs/checking.md: T node timeout, 100 ms tick, gossip up to max(1 s, T/2), election
// delay 500 + [0, 500] + 1000 * rank ms, votes within 2 T.
struct PromotionTheory {
  TheoryInterval first_pfail;
  TheoryInterval fail;
  TheoryInterval scheduled;
  TheoryInterval started;
  TheoryInterval won;
};

PromotionTheory ComputeTheory(const TheoryInput& input);

// The node's cluster-node-timeout in ms; the server's default of 15 000 where the
// record does not have it, or `node` is null.
double NodeTimeoutMs(const NodeRecord* node);

// The shortest of all nodes: nobody holds a node for failing before.
double LeastTimeoutMs(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_THEORY_H_
