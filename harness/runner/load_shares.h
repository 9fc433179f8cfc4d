#ifndef SLOTQUAKE_HARNESS_RUNNER_LOAD_SHARES_H_
#define SLOTQUAKE_HARNESS_RUNNER_LOAD_SHARES_H_

#include <vector>

namespace slotquake {

// The part of a load that one worker has.
struct LoadShare {
  int worker = 0;
  int first = 0;  // of the load's clients
  int clients = 0;
};

// Spreads a load's clients over so many workers as evenly as possible; a worker that
// gets none is left out. Pure.
std::vector<LoadShare> SpreadClients(int clients, int workers);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_LOAD_SHARES_H_
