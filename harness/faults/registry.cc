#include "harness/faults/blackhole_address.h"
#include "harness/faults/fault.h"
#include "harness/faults/flap.h"
#include "harness/faults/isolate.h"
#include "harness/faults/kill.h"
#include "harness/faults/partition.h"
#include "harness/faults/pause.h"
#include "harness/faults/power_cut.h"
#include "harness/faults/restart.h"
#include "harness/faults/restart_empty.h"
#include "harness/faults/restart_new_address.h"
#include "harness/faults/terminate.h"

namespace slotquake {

const std::vector<FaultType>& AllFaults() {
  static const std::vector<FaultType> kAll = {
      Kill::Type(),
      Terminate::Type(),
      Pause::Type(),
      PowerCut::Type(),
      Partition::Type(),
      Isolate::Type(),
      BlackholeAddress::Type(),
      Flap::Type(),
      Restart::Type(),
      RestartEmpty::Type(),
      RestartNewAddress::Type(),
      RestartNewAddress::AllType(),
  };
  return kAll;
}

const FaultType* FindFault(std::string_view name) {
  for (const FaultType& type : AllFaults()) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

}  // namespace slotquake
