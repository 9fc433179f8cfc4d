#include "harness/faults/disk_full.h"

#include "harness/faults/own_ends.h"
#include "harness/faults/process_proofs.h"

namespace slotquake {
namespace {

Proof ProveRoom(FaultContext& context, const std::string& node, bool wanted) {
  const auto free = context.cluster.disk_control()->FreeBytes(node);
  return {.what = free.ok()
                      ? node + "'s disk has " + std::to_string(*free) + " bytes of room"
                      : free.message(),
          .holds = free.ok() && (*free > 0) == wanted,
          .at = context.now()};
}

Proof ProveWrite(FaultContext& context, const std::string& node,
                 const std::string& wanted) {
  const auto said = context.cluster.disk_control()->TryWrite(node);
  return {.what = !said.ok()      ? said.message()
                  : said->empty() ? "a file can be written on " + node + "'s disk"
                                  : "a file on " + node + "'s disk: " + *said,
          .holds = said.ok() && *said == wanted,
          .at = context.now()};
}

}  // namespace

FaultType DiskFull::Type() {
  return {
      .name = "disk_full",
      .help = "no room is left on the victims' disks",
      .how =
          "Every node has a disk of its own, a tmpfs, which is made as small as what "
          "is "
          "on it. The server's log is not there, and goes on. Undone by giving the "
          "disk "
          "its size back; a server that has ended by itself meanwhile is started "
          "again.",
      .interval = "from before the first disk is made smaller until the last one is",
      .proof =
          "The disk has 0 bytes of room, and a file there can not be written: \"No "
          "space left on device\". Undone: it can.",
      .teaches =
          "A master that can not write its AOF refuses writes (MISCONF) and answers "
          "the "
          "cluster as if nothing were wrong: nobody is promoted, and its slots take no "
          "write until somebody makes room.",
      .platforms = "local, where the system lets the harness mount.",
      .options = {},
      .make = MakeFault<DiskFull>,
  };
}

Status DiskFull::CheckSupported(Cluster& cluster) const {
  if (cluster.disk_control() == nullptr || cluster.process_control() == nullptr) {
    return Status::Error("disk_full: this platform has no power over the nodes' disks");
  }
  return cluster.disk_control()->CanFill().Annotate("disk_full");
}

std::string DiskFull::Describe(const FaultContext& context) const {
  return "no room on the disk of " + JoinNames(context.nodes());
}

Status DiskFull::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const Status filled = context.cluster.disk_control()->Fill(node);
    if (!filled.ok()) return filled;
  }
  return Status::Ok();
}

std::vector<Proof> DiskFull::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveRoom(context, node, false));
    proofs.push_back(ProveWrite(context, node, "No space left on device"));
  }
  return proofs;
}

Status DiskFull::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    const Status freed = context.cluster.disk_control()->Free(node);
    if (first.ok()) first = freed;
  }
  const Status started = StartWhoEndedItself(context);
  return first.ok() ? started : first;
}

std::vector<Proof> DiskFull::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs = ProveAllAnswer(context);
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveRoom(context, node, true));
    proofs.push_back(ProveWrite(context, node, ""));
  }
  return proofs;
}

}  // namespace slotquake
