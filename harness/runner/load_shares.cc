#include "harness/runner/load_shares.h"

namespace slotquake {

std::vector<LoadShare> SpreadClients(int clients, int workers) {
  std::vector<LoadShare> shares;
  int first = 0;
  for (int worker = 0; worker < workers; ++worker) {
    const int count = clients / workers + (worker < clients % workers ? 1 : 0);
    if (count > 0) shares.push_back({worker, first, count});
    first += count;
  }
  return shares;
}

}  // namespace slotquake
