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
    if (spec.role == "master") {
      fit.push_back(masters[i]);
    } else {
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

}  // namespace

Result<Victim> SelectVictim(const VictimSpec& spec, const ClusterView& view,
                            const std::map<std::string, std::string>& names, Rng& rng) {
  auto fit = Candidates(spec, view, names);
  if (!fit.ok()) return fit.status();
  const std::size_t index = spec.pick == "random" ? rng.Below(fit->size()) : 0;
  const NodeView& chosen = *(*fit)[index];
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

}  // namespace slotquake
