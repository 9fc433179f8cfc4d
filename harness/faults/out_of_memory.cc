#include "harness/faults/out_of_memory.h"

#include "harness/faults/process_proofs.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kHeadroom = 4 << 20;
// What a request wants room for as soon as its length is read: more than there is.
constexpr std::size_t kRequest = 96 << 20;

// "Out Of Memory allocating 100663298 bytes!" of what was logged since; "" if it is not
// there.
std::string Complaint(Cluster& cluster, const std::string& node, std::size_t from) {
  const auto log = cluster.ReadLog(node);
  if (!log.ok() || log->size() < from) return "";
  const std::size_t begin = log->find("Out Of Memory", from);
  if (begin == std::string::npos) return "";
  return log->substr(begin, log->find('\n', begin) - begin);
}

}  // namespace

FaultType OutOfMemory::Type() {
  return {
      .name = "out_of_memory",
      .help =
          "the system gives the victims' servers no more memory: they end themselves",
      .how =
          "RLIMIT_AS of each server is set to 4 MiB above what it has, and a request "
          "of "
          "96 MiB is sent to it (ECHO, which touches no key), for which it can not "
          "make "
          "room. Undone by starting it again.",
      .interval = "from before the first limit until the last process is gone",
      .proof =
          "The process has ended, its log says \"Out Of Memory\", and a connection to "
          "its port is refused. Undone: it answers PING.",
      .teaches =
          "What a server does that can not get memory, where the system refuses it "
          "rather than kill it: it writes a crash report and aborts. It takes as much "
          "with it as one that is killed.",
      .platforms = "local.",
      .options = {},
      .make = MakeFault<OutOfMemory>,
  };
}

Status OutOfMemory::CheckSupported(Cluster& cluster) const {
  if (cluster.limit_control() == nullptr || cluster.process_control() == nullptr) {
    return Status::Error(
        "out_of_memory: this platform can not limit a server's memory");
  }
  return cluster.limit_control()->CanLimitMemory().Annotate("out_of_memory");
}

Result<std::vector<std::string>> OutOfMemory::Aim(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const auto log = context.cluster.ReadLog(node);
    if (!log.ok()) return log.status();
    log_before_[node] = log->size();
  }
  return context.nodes();
}

std::string OutOfMemory::Describe(const FaultContext& context) const {
  return "no memory for " + JoinNames(context.nodes());
}

Status OutOfMemory::Inject(FaultContext& context) {
  const std::string request(kRequest, 'x');
  for (const std::string& node : context.nodes()) {
    const Status limited =
        context.cluster.limit_control()->LimitMemory(node, kHeadroom);
    if (!limited.ok()) return limited;
    const auto reply = context.cluster.Command(node, {"ECHO", request}, seconds(10));
    if (reply.ok()) {
      return Status::Error(node + " had room for " + std::to_string(kRequest) +
                           " bytes more");
    }
  }
  for (const std::string& node : context.nodes()) {
    const auto end = context.cluster.process_control()->AwaitEnd(node, seconds(10));
    if (!end.ok()) return end.status().Annotate(node);
  }
  return Status::Ok();
}

std::vector<Proof> OutOfMemory::Prove(FaultContext& context) {
  std::vector<Proof> proofs = ProveGoneAndRefusing(context);
  for (const std::string& node : context.nodes()) {
    const std::string said = Complaint(context.cluster, node, log_before_[node]);
    proofs.push_back({.what = node + "'s log: " +
                              (said.empty() ? "nothing of memory" : "\"" + said + "\""),
                      .holds = !said.empty(),
                      .at = context.now()});
  }
  return proofs;
}

Status OutOfMemory::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const std::string& node : context.nodes()) {
    const Status lifted = context.cluster.limit_control()->LiftMemory(node);
    if (first.ok()) first = lifted;
  }
  const Status started = StartAll(context);
  return first.ok() ? started : first;
}

std::vector<Proof> OutOfMemory::ProveRecovery(FaultContext& context) {
  return ProveAllAnswer(context);
}

}  // namespace slotquake
