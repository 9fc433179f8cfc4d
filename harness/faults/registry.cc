#include "harness/faults/fault.h"
#include "harness/faults/kill.h"
#include "harness/faults/pause.h"
#include "harness/faults/power_cut.h"
#include "harness/faults/terminate.h"

namespace slotquake {
namespace {

// For faults that have no options of their own.
template <typename T>
std::unique_ptr<Fault> Make(OptionReader&) {
  return std::make_unique<T>();
}

}  // namespace

const std::vector<FaultType>& AllFaults() {
  static const std::vector<FaultType> kAll = {
      {"kill", "SIGKILL to the server's process; its host lives on", Make<Kill>},
      {"terminate", "SIGTERM to the server's process, and the wait until it is gone",
       Make<Terminate>},
      {"pause", "SIGSTOP to the server's process; its host lives on", Make<Pause>},
      {"power_cut", "the host vanishes: network first, then the process",
       Make<PowerCut>},
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
