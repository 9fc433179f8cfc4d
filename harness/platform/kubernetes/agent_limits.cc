#include "harness/platform/kubernetes/agent_limits.h"

namespace slotquake {

Status AgentLimits::CanLimitCpu() {
  for (const std::string& node : directory_->nodes()) {
    const auto use = Use(node);
    if (!use.ok()) return use.status().Annotate(node);
  }
  return Status::Ok();
}

Status AgentLimits::CanLimitMemory() {
  return Status::Error("the memory of a server in a pod can not be limited here");
}

Status AgentLimits::LimitMemory(const std::string&, std::int64_t) {
  return CanLimitMemory();
}

Status AgentLimits::LiftMemory(const std::string&) { return Status::Ok(); }

Status AgentLimits::LimitCpu(const std::string& node, double share) {
  const auto place = directory_->Find(node);
  if (!place.ok()) return place.status();
  return agents_->AgentOf(place->machine)
      .Starve({place->uid, place->container_id}, share)
      .Annotate(node);
}

// A pod that is gone has taken its limit along.
Status AgentLimits::LiftCpu(const std::string& node) {
  const auto place = directory_->Find(node);
  if (!place.ok()) return Status::Ok();
  return agents_->AgentOf(place->machine).EndStarving(place->uid).Annotate(node);
}

Result<CpuUse> AgentLimits::Use(const std::string& node) const {
  const auto place = directory_->Find(node);
  if (!place.ok()) return place.status();
  return agents_->AgentOf(place->machine).Use({place->uid, place->container_id});
}

Result<Nanos> AgentLimits::Starved(const std::string& node) {
  const auto use = Use(node);
  if (!use.ok()) return use.status();
  return use->starved;
}

Result<Nanos> AgentLimits::CpuTime(const std::string& node) {
  const auto use = Use(node);
  if (!use.ok()) return use.status();
  return use->used;
}

}  // namespace slotquake
