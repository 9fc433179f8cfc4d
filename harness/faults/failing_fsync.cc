#include "harness/faults/failing_fsync.h"

#include <cerrno>

namespace slotquake {

FaultType FailingFsync::Type() {
  return {
      .name = "failing_fsync",
      .help = "each fsync and fdatasync of the victims' servers fails",
      .how =
          "A library that is loaded into every server (LD_PRELOAD) returns the error "
          "in "
          "place of the call; what was written stays written. Undone by taking the "
          "order back; a server that has ended by itself meanwhile is started again.",
      .interval = "from before the first order until the last one is in force",
      .proof =
          "The library counts calls that it failed; a server that syncs nothing proves "
          "nothing. Undone: the server saves nodes.conf, fsync included.",
      .teaches =
          "With appendfsync everysec one failed fsync is enough: the master lives on "
          "and "
          "refuses writes (MISCONF), so that nobody is promoted, and Redis 7.0 does "
          "not "
          "try again, also when the disk works, until it is started anew. With always "
          "it ends itself.",
      .platforms = "local.",
      .options = {OptionSpec::OneOf("error", "EIO", {"EIO", "ENOSPC"},
                                    "What the call returns.")},
      .make = MakeFault<FailingFsync>,
      .interposes_calls = true,
  };
}

FailingFsync::FailingFsync(const OptionValues& options)
    : CallFault("failing_fsync",
                {.sync_error = options.String("error") == "EIO" ? EIO : ENOSPC}),
      error_(options.String("error")) {}

std::string FailingFsync::Describe(const FaultContext& context) const {
  return "each fsync of " + JoinNames(context.nodes()) + " fails with " + error_;
}

std::vector<Proof> FailingFsync::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveCounted(context, node, &CallCounts::failed,
                                  "fsyncs have failed with " + error_));
  }
  return proofs;
}

}  // namespace slotquake
