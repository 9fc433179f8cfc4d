#ifndef SLOTQUAKE_HARNESS_LOAD_FINAL_READ_H_
#define SLOTQUAKE_HARNESS_LOAD_FINAL_READ_H_

#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/history/record.h"
#include "harness/redis/endpoint.h"

namespace slotquake {

struct FinalReadConfig {
  bool lists = false;  // LRANGE key 0 -1 of an append load, else GET of a counter
  // Deletes each key instead of reading it; its value is 1 if it was there.
  bool remove = false;
  std::vector<std::string> keys;
  std::vector<Endpoint> seeds;
  std::string password;                     // of the servers; "": none
  Nanos timeout = std::chrono::seconds(2);  // of one batch
  Nanos limit = std::chrono::seconds(10);   // of all, retries included
};

// Reads every key from the node that owns its slot, many at a time, following
// redirects and trying again until `limit`. One result per key, in their order; a
// key that could not be read, or whose value is no number, says why in `error`. Nodes
// are "ip:port".
std::vector<FinalRead> ReadFinal(const FinalReadConfig& config);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_FINAL_READ_H_
