#include "harness/faults/read_only.h"

#include <cerrno>

namespace slotquake {

FaultType ReadOnly::Type() {
  return {
      .name = "read_only",
      .help = "the disk of the victims' servers takes no writes",
      .how =
          "A library that is loaded into every server (LD_PRELOAD) fails with EROFS "
          "each "
          "call that writes to, makes, renames, shortens or removes a file in the "
          "node's folder, also files that are open. The server's log is not there, and "
          "goes on. Undone by taking the order back; a server that has ended by itself "
          "meanwhile is started again.",
      .interval = "from before the first order until the last one is in force",
      .proof =
          "The server, told to save nodes.conf, says \"Read-only file system\", and "
          "the library counts the calls that it failed. Undone: it saves it.",
      .teaches =
          "A master whose disk is read-only lives on and refuses writes (MISCONF), so "
          "that nobody is promoted, until it must save nodes.conf: then it ends "
          "itself.",
      .platforms = "local.",
      .options = {},
      .make = MakeFault<ReadOnly>,
      .interposes_calls = true,
  };
}

ReadOnly::ReadOnly() : CallFault("read_only", {.write_error = EROFS}) {}

std::string ReadOnly::Describe(const FaultContext& context) const {
  return "the disk of " + JoinNames(context.nodes()) + " is read-only";
}

std::vector<Proof> ReadOnly::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    const auto said = SaveNodesConf(context.cluster, node);
    proofs.push_back(
        {.what = node + " saves nodes.conf: " + (said.ok() ? *said : said.message()),
         .holds = said.ok() && said->find("Read-only file system") != std::string::npos,
         .at = context.now()});
    proofs.push_back(ProveCounted(context, node, &CallCounts::writes_failed,
                                  "calls that write have failed"));
  }
  return proofs;
}

}  // namespace slotquake
