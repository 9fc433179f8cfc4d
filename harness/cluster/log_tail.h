#ifndef SLOTQUAKE_HARNESS_CLUSTER_LOG_TAIL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_LOG_TAIL_H_

#include <string>

#include "harness/base/status.h"

namespace slotquake {

// The last `lines` lines of a server's log, indented, under a heading, for an
// error message. Pure.
std::string LogTail(const std::string& node, const Result<std::string>& log, int lines);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_LOG_TAIL_H_
