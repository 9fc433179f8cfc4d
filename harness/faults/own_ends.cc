#include "harness/faults/own_ends.h"

namespace slotquake {
namespace {

// By how the platform describes it: a server that is asked to end does so with exit
// code 0.
bool WasSentAway(const std::string& end) {
  return end.find("signal 9") != std::string::npos ||
         end.find("signal 15") != std::string::npos || end == "exit code 0";
}

}  // namespace

Status StartWhoEndedItself(FaultContext& context) {
  ProcessControl* processes = context.cluster.process_control();
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    const auto state = processes->State(node);
    Status status = state.status();
    if (state.ok() && *state == ProcessState::kGone) {
      const auto end = processes->AwaitEnd(node, std::chrono::seconds(1));
      status = !end.ok()           ? end.status()
               : WasSentAway(*end) ? Status::Ok()
                                   : processes->Start(node);
    }
    if (first.ok()) first = status;
  }
  return first;
}

}  // namespace slotquake
