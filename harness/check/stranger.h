#ifndef SLOTQUAKE_HARNESS_CHECK_STRANGER_H_
#define SLOTQUAKE_HARNESS_CHECK_STRANGER_H_

#include <string>
#include <vector>

#include "harness/history/record.h"

namespace slotquake {

// Another node answered where `node` of the record is: by its views it has another id.
struct Stranger {
  std::string node;
  std::string id;
  Nanos from{0};               // the first view that shows it
  Nanos until = Nanos::max();  // the node itself starts, or answers, again
};

// All of them, in order of time.
std::vector<Stranger> FindStrangers(const RunRecord& record);

// The one of them that acknowledged `op`, whose node only lent its address; nullptr
// where it may have been the node itself.
const Stranger* AckedBy(const std::vector<Stranger>& strangers, const RunRecord& record,
                        const Operation& op);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_STRANGER_H_
