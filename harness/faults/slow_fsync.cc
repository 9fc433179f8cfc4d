#include "harness/faults/slow_fsync.h"

namespace slotquake {
namespace {

std::string Millis(Nanos time) {
  return std::to_string(time / std::chrono::milliseconds(1)) + " ms";
}

}  // namespace

FaultType SlowFsync::Type() {
  return {
      .name = "slow_fsync",
      .help = "each fsync and fdatasync of the victims' servers takes longer",
      .how =
          "A library that is loaded into every server (LD_PRELOAD) waits before the "
          "call. Undone by taking the order back, which also ends waits under way; "
          "a server that has ended by itself meanwhile is started again.",
      .interval = "from before the first order until the last one is in force",
      .proof =
          "The library counts calls that it makes wait; a server that syncs nothing "
          "proves nothing. Undone: the server saves nodes.conf, fsync included.",
      .teaches =
          "With appendfsync always every write waits for the disk, and a stall longer "
          "than the node timeout looks like a dead master; with everysec a thread "
          "beside the server waits, and clients hardly notice.",
      .platforms = "local.",
      .options = {OptionSpec::Int("delay_ms", 1000, 1, 600'000,
                                  "How much longer each call takes.")},
      .make = MakeFault<SlowFsync>,
      .interposes_calls = true,
  };
}

SlowFsync::SlowFsync(const OptionValues& options)
    : CallFault("slow_fsync", {.sync_delay = options.Ms("delay_ms")}) {}

std::string SlowFsync::Describe(const FaultContext& context) const {
  return "each fsync of " + JoinNames(context.nodes()) + " takes " +
         Millis(changes().sync_delay) + " longer";
}

std::vector<Proof> SlowFsync::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(
        ProveCounted(context, node, &CallCounts::delayed,
                     "fsyncs were made to wait " + Millis(changes().sync_delay)));
  }
  return proofs;
}

}  // namespace slotquake
