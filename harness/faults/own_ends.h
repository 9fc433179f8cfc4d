#ifndef SLOTQUAKE_HARNESS_FAULTS_OWN_ENDS_H_
#define SLOTQUAKE_HARNESS_FAULTS_OWN_ENDS_H_

#include "harness/faults/fault.h"

namespace slotquake {

// Starts the victims' servers that have ended by themselves: some faults make a server
// give up. One that was killed or asked to end belongs to another fault, and stays
// away.
Status StartWhoEndedItself(FaultContext& context);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_OWN_ENDS_H_
