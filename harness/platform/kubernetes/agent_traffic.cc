#include "harness/platform/kubernetes/agent_traffic.h"

#include <set>

namespace slotquake {
Status AgentTraffic::CanShape() {
  std::set<std::string> machines;
  for (const std::string& node : directory_->nodes()) {
    const auto place = directory_->Find(node);
    if (!place.ok()) return place.status();
    machines.insert(place->machine);
  }
  for (const std::string& machine : machines) {
    const Status can = agents_->AgentOf(machine).CanShape();
    if (!can.ok()) return can.Annotate(machine);
  }
  return Status::Ok();
}

Result<PodShape> AgentTraffic::Prepare(const std::string& name,
                                       const Shape& shape) const {
  const bool narrow = shape.bits_per_second > 0;
  // A packet that waits where it was sent keeps its TCP from sending more (small
  // queues), which a long way does not.
  const bool inward = !narrow || shape.to.size() == 1;
  if (!inward && shape.from.size() != 1) {
    return Status::Error("a narrow way has one host at one of its ends");
  }
  PodShape prepared = {
      .pod_uids = {},
      .rule = {.name = name, .peers = {}, .inward = inward, .narrow = narrow},
      .pace = {shape.delay, shape.jitter, shape.bits_per_second}};
  for (const std::string& peer : inward ? shape.from : shape.to) {
    const auto place = directory_->Find(peer);
    if (!place.ok()) return place.status();
    if (place->address.empty()) return Status::Error(peer + " has no address now");
    prepared.rule.peers.push_back(place->address);
  }
  return prepared;
}

Result<AgentControl::PodsByMachine> AgentTraffic::PodsOf(
    const std::vector<std::string>& names) const {
  AgentControl::PodsByMachine pods;
  for (const std::string& name : names) {
    const auto place = directory_->Find(name);
    if (!place.ok()) return place.status();
    pods[place->machine].push_back(place->uid);
  }
  return pods;
}

Status AgentTraffic::SetShapes(const std::string& name,
                               const std::vector<Shape>& shapes) {
  if (sets_.contains(name)) return Status::Error(name + " is in force already");
  std::vector<Part>& parts = sets_[name];
  for (const Shape& shape : shapes) {
    const auto prepared = Prepare(name + "_s" + std::to_string(parts.size()), shape);
    if (!prepared.ok()) return prepared.status();
    const auto pods = PodsOf(prepared->rule.inward ? shape.to : shape.from);
    if (!pods.ok()) return pods.status();
    // Noted first: an agent's answer may be lost on its way.
    parts.push_back({prepared->rule.name, *pods});
    const Status applied = agents_->OnMachines(
        *pods, /*all_or_none=*/true,
        [&](const AgentClient& agent, const auto& uids,
            const AgentClient::Ready& ready) {
          return agent.ApplyShape({uids, prepared->rule, prepared->pace}, ready)
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
                              return agent.LiftShape(part.name, uids, ready).status();
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
      const auto shaped = agents_->AgentOf(machine).Shaped(part.name);
      if (!shaped.ok()) return shaped.status().Annotate(machine);
      packets += *shaped;
    }
  }
  return packets;
}

Result<Nanos> AgentTraffic::RoundTrip(const std::string& from, const std::string& to,
                                      int times, Nanos limit) {
  const auto place = directory_->Find(from);
  if (!place.ok()) return place.status();
  const auto server = directory_->ServerOf(to);
  if (!server.ok()) return server.status();
  return agents_->AgentOf(place->machine).RoundTrip(place->uid, *server, times, limit);
}

Result<double> AgentTraffic::EchoSpeed(const std::string& from, const std::string& to,
                                       std::size_t bytes, Nanos limit) {
  const auto place = directory_->Find(from);
  if (!place.ok()) return place.status();
  const auto server = directory_->ServerOf(to);
  if (!server.ok()) return server.status();
  return agents_->AgentOf(place->machine)
      .Speed(place->uid, *server, bytes, limit, password_);
}

}  // namespace slotquake
