#include "harness/cluster/node_selector.h"

#include <algorithm>

#include "harness/redis/slot.h"

namespace slotquake {
namespace {

// Masters that own slots, by their lowest slot: the shards' order.
std::vector<const NodeView*> Masters(const ClusterView& view) {
  std::vector<const NodeView*> masters;
  for (const NodeView& node : view.nodes) {
    if (node.master && !node.slots.empty()) masters.push_back(&node);
  }
  std::sort(masters.begin(), masters.end(), [](const NodeView* a, const NodeView* b) {
    return a->slots.front().first < b->slots.front().first;
  });
  return masters;
}

std::vector<const NodeView*> ReplicasOf(const ClusterView& view,
                                        const std::string& master_id) {
  std::vector<const NodeView*> replicas;
  for (const NodeView& node : view.nodes) {
    if (!node.master && node.master_id == master_id) replicas.push_back(&node);
  }
  return replicas;
}

// Every node that fits, before "pick".
Result<std::vector<const NodeView*>> Candidates(
    const VictimSpec& spec, const ClusterView& view,
    const std::map<std::string, std::string>& names) {
  std::vector<const NodeView*> fit;
  const auto masters = Masters(view);
  if (!spec.node.empty()) {
    for (const NodeView& node : view.nodes) {
      const auto name = names.find(node.id);
      if (name != names.end() && name->second == spec.node) fit.push_back(&node);
    }
    if (fit.empty()) return Status::Error("no node is called \"" + spec.node + "\"");
    return fit;
  }
  if (spec.slot || spec.key) {
    const int slot = spec.slot ? *spec.slot : SlotOf(*spec.key);
    const NodeView* owner = view.OwnerOf(slot);
    if (owner == nullptr) {
      return Status::Error("slot " + std::to_string(slot) + " has no master now");
    }
    fit.push_back(owner);
    return fit;
  }
  for (std::size_t i = 0; i < masters.size(); ++i) {
    if (spec.shard && *spec.shard != static_cast<int>(i)) continue;
    if (spec.role != "replica") fit.push_back(masters[i]);
    if (spec.role != "master") {
      for (const NodeView* replica : ReplicasOf(view, masters[i]->id)) {
        fit.push_back(replica);
      }
    }
  }
  if (fit.empty()) {
    return Status::Error(
        "no " + spec.role + " fits" +
        (spec.shard ? " in shard " + std::to_string(*spec.shard) : "") + " (" +
        std::to_string(masters.size()) + " masters now)");
  }
  return fit;
}

Result<Victim> Describe(const NodeView& chosen, const ClusterView& view,
                        const std::map<std::string, std::string>& names) {
  const auto name = names.find(chosen.id);
  if (name == names.end()) {
    return Status::Error("node " + chosen.id + " is not one this run deployed");
  }
  const NodeView* master = chosen.master ? &chosen : view.Find(chosen.master_id);
  return Victim{.node = name->second,
                .id = chosen.id,
                .was_master = chosen.master,
                .config_epoch = chosen.config_epoch,
                .slots = master != nullptr ? master->slots : std::vector<SlotRange>{}};
}

}  // namespace

Result<std::vector<Victim>> SelectVictims(
    const std::vector<VictimSpec>& specs, const ClusterView& view,
    const std::map<std::string, std::string>& names, Rng& rng) {
  std::vector<const NodeView*> chosen;
  const auto choose = [&chosen](const NodeView* node) {
    if (std::find(chosen.begin(), chosen.end(), node) == chosen.end()) {
      chosen.push_back(node);
    }
  };
  for (const VictimSpec& spec : specs) {
    const auto fit = Candidates(spec, view, names);
    if (!fit.ok()) return fit.status();
    if (spec.pick == "all") {
      for (const NodeView* node : *fit) choose(node);
    } else {
      choose((*fit)[spec.pick == "random" ? rng.Below(fit->size()) : 0]);
    }
  }
  if (specs.empty()) {
    for (const NodeView& node : view.nodes) {
      if (names.contains(node.id)) choose(&node);
    }
  }
  std::vector<Victim> victims;
  for (const NodeView* node : chosen) {
    auto victim = Describe(*node, view, names);
    if (!victim.ok()) return victim.status();
    victims.push_back(std::move(*victim));
  }
  if (victims.empty()) return Status::Error("no node is known");
  return victims;
}

}  // namespace slotquake
