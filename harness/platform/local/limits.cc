#include "harness/platform/local/limits.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "harness/platform/process_state.h"

namespace slotquake {
namespace {

Status Gone(const std::string& node) { return Status::Error(node + " does not run"); }

// Bytes of address space that a process has.
Result<std::int64_t> AddressSpace(pid_t pid) {
  std::int64_t pages = 0;
  if (!(std::ifstream("/proc/" + std::to_string(pid) + "/statm") >> pages)) {
    return Status::Error("cannot read the size of process " + std::to_string(pid));
  }
  return pages * sysconf(_SC_PAGESIZE);
}

}  // namespace

void LocalLimits::Hold(const std::string& node) {
  held_.insert(node);
  const auto it = starvers_.find(node);
  if (it != starvers_.end()) it->second->Hold();
}

void LocalLimits::Release(const std::string& node) {
  held_.erase(node);
  const auto it = starvers_.find(node);
  if (it != starvers_.end()) it->second->Release();
}

Status LocalLimits::LimitCpu(const std::string& node, double share) {
  const pid_t pid = pid_of_(node);
  if (pid == 0) return Gone(node);
  starvers_[node] = nullptr;  // one that is there ends first
  starvers_[node] = std::make_unique<Starver>(pid, share, held_.contains(node));
  return Status::Ok();
}

Status LocalLimits::LiftCpu(const std::string& node) {
  starvers_.erase(node);
  return Status::Ok();
}

Result<Nanos> LocalLimits::Starved(const std::string& node) {
  const auto it = starvers_.find(node);
  return it == starvers_.end() ? Nanos(0) : it->second->Starved();
}

Result<Nanos> LocalLimits::CpuTime(const std::string& node) {
  const pid_t pid = pid_of_(node);
  if (pid == 0) return Gone(node);
  return CpuTimeOfProcess(pid);
}

Status LocalLimits::LimitMemory(const std::string& node, std::int64_t headroom) {
  const pid_t pid = pid_of_(node);
  if (pid == 0) return Gone(node);
  const auto now = AddressSpace(pid);
  if (!now.ok()) return now.status();
  rlimit before{};
  if (prlimit(pid, RLIMIT_AS, nullptr, &before) == 0) {
    const rlimit wanted{static_cast<rlim_t>(*now + headroom), before.rlim_max};
    if (allowed_[node].pid != pid) allowed_[node] = {pid, before};
    if (prlimit(pid, RLIMIT_AS, &wanted, nullptr) == 0) return Status::Ok();
  }
  return Status::Error("cannot limit the memory of process " + std::to_string(pid) +
                       ": " + std::strerror(errno));
}

Status LocalLimits::LiftMemory(const std::string& node) {
  const auto it = allowed_.find(node);
  if (it == allowed_.end()) return Status::Ok();
  const Allowed before = it->second;
  if (pid_of_(node) == before.pid &&
      prlimit(before.pid, RLIMIT_AS, &before.limit, nullptr) != 0) {
    return Status::Error("cannot lift the limit of process " +
                         std::to_string(before.pid) + ": " + std::strerror(errno));
  }
  allowed_.erase(it);
  return Status::Ok();
}

}  // namespace slotquake
