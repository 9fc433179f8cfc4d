#include "harness/faults/restart_empty.h"

namespace slotquake {

FaultType RestartEmpty::Type() {
  return {
      .name = "restart_empty",
      .help = "the server ends, its disk is emptied, and it is started again",
      .how =
          "SIGKILL, then the dataset (RDB and AOF) is removed, with \"identity\" "
          "nodes.conf as well; the start when \"recover\" says so.",
      .interval = "from before the signal until the dataset is removed",
      .proof =
          "The process ended and its folder holds not one byte of a dataset. Undone: "
          "PING is answered by a process with another run id.",
      .teaches =
          "Inside the node timeout the empty master is still the master: its replica "
          "copies the emptiness, and every acknowledged write of the shard is gone.",
      .platforms = "Where the platform has power over processes and their files.",
      .options = {OptionSpec::Bool(
          "identity", false,
          "Whether nodes.conf goes too, so that it comes back as a stranger.")},
      .make = MakeFault<RestartEmpty>,
  };
}

RestartEmpty::RestartEmpty(const OptionValues& options)
    : identity_too_(options.Bool("identity")) {}

Status RestartEmpty::CheckSupported(Cluster& cluster) const {
  if (cluster.process_control() != nullptr && cluster.data_control() != nullptr) {
    return Status::Ok();
  }
  return Status::Error(
      "restart_empty: this platform has no power over the servers' files");
}

std::string RestartEmpty::Describe(const FaultContext& context) const {
  return "SIGKILL to " + JoinNames(context.nodes()) + ", and a new start without " +
         (identity_too_ ? "data and identity" : "data");
}

Status RestartEmpty::Change(FaultContext& context, const std::string& node) {
  return context.cluster.data_control()->Wipe(node, identity_too_);
}

std::vector<Proof> RestartEmpty::ProveChange(FaultContext& context,
                                             const std::string& node) {
  const auto bytes = context.cluster.data_control()->DatasetBytes(node);
  return {{.what = bytes.ok() ? "the dataset of " + node + " has " +
                                    std::to_string(*bytes) + " bytes"
                              : node + ": " + bytes.message(),
           .holds = bytes.ok() && *bytes == 0,
           .at = context.now()}};
}

}  // namespace slotquake
