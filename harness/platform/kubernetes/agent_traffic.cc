#include "harness/platform/kubernetes/agent_traffic.h"

#include <set>

namespace slotquake {
namespace {

Status NotLimited() {
  return Status::Error("how wide the way between pods is can not be changed here");
}

}  // namespace

Status AgentTraffic::CanDelay() {
  std::set<std::string> machines;
  for (const std::string& node : directory_->nodes()) {
    const auto place = directory_->Find(node);
    if (!place.ok()) return place.status();
    machines.insert(place->machine);
  }
  for (const std::string& machine : machines) {
    const Status can = agents_->AgentOf(machine).CanDelay();
    if (!can.ok()) return can.Annotate(machine);
  }
  return Status::Ok();
}

Status AgentTraffic::CanLimit() { return NotLimited(); }

Result<AgentTraffic::Part> AgentTraffic::Prepare(const std::string& name,
                                                 const Shape& shape,
                                                 std::vector<std::string>* to) const {
  Part part{.name = name, .pods = {}};
  for (const std::string& sender : shape.from) {
    const auto place = directory_->Find(sender);
    if (!place.ok()) return place.status();
    part.pods[place->machine].push_back(place->uid);
  }
  for (const std::string& receiver : shape.to) {
    const auto place = directory_->Find(receiver);
    if (!place.ok()) return place.status();
    if (place->address.empty()) return Status::Error(receiver + " has no address now");
    to->push_back(place->address);
  }
  if (part.pods.empty() || to->empty()) return Status::Error("a shape without an end");
  return part;
}

Status AgentTraffic::SetShapes(const std::string& name,
                               const std::vector<Shape>& shapes) {
  if (sets_.contains(name)) return Status::Error(name + " is in force already");
  for (const Shape& shape : shapes) {
    if (shape.bits_per_second > 0) return NotLimited();
  }
  std::vector<Part>& parts = sets_[name];
  for (const Shape& shape : shapes) {
    std::vector<std::string> to;
    const auto part = Prepare(name + "_s" + std::to_string(parts.size()), shape, &to);
    if (!part.ok()) return part.status();
    // Noted first: an agent's answer may be lost on its way.
    parts.push_back(*part);
    const Status applied = agents_->OnMachines(
        part->pods, /*all_or_none=*/true,
        [&](const AgentClient& agent, const auto& uids,
            const AgentClient::Ready& ready) {
          return agent
              .ApplyDelay({part->name, uids, to, shape.delay, shape.jitter}, ready)
              .status();
        });
    if (!applied.ok()) return applied;
  }
  return Status::Ok();
}

Status AgentTraffic::ClearShapes(const std::string& name) {
  const auto found = sets_.find(name);
  if (found == sets_.end()) return Status::Ok();
  for (const Part& part : found->second) {
    const Status lifted =
        agents_->OnMachines(part.pods, /*all_or_none=*/false,
                            [&](const AgentClient& agent, const auto& uids,
                                const AgentClient::Ready& ready) {
                              return agent.LiftDelay(part.name, uids, ready).status();
                            });
    if (!lifted.ok()) return lifted;
  }
  sets_.erase(found);
  return Status::Ok();
}

Result<std::int64_t> AgentTraffic::Shaped(const std::string& name) {
  const auto found = sets_.find(name);
  if (found == sets_.end()) return Status::Error(name + " is not in force");
  std::int64_t packets = 0;
  for (const Part& part : found->second) {
    for (const auto& [machine, uids] : part.pods) {
      const auto delayed = agents_->AgentOf(machine).Delayed(part.name);
      if (!delayed.ok()) return delayed.status().Annotate(machine);
      packets += *delayed;
    }
  }
  return packets;
}

Result<Nanos> AgentTraffic::RoundTrip(const std::string& from, const std::string& to,
                                      int times, Nanos limit) {
  const auto place = directory_->Find(from);
  if (!place.ok()) return place.status();
  const auto target = directory_->Find(to);
  if (!target.ok()) return target.status();
  if (target->address.empty()) return Status::Error(to + " has no address now");
  return agents_->AgentOf(place->machine)
      .RoundTrip(place->uid, {target->address, directory_->client_port()}, times,
                 limit);
}

Result<double> AgentTraffic::EchoSpeed(const std::string&, const std::string&,
                                       std::size_t, Nanos) {
  return NotLimited();
}

}  // namespace slotquake
