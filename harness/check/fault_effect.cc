#include "harness/check/fault_effect.h"

#include <functional>
#include <initializer_list>
#include <map>
#include <set>
#include <string>

namespace slotquake {
namespace {

bool HasAny(const std::string& text, std::initializer_list<const char*> words) {
  for (const char* word : words) {
    if (text.find(word) != std::string::npos) return true;
  }
  return false;
}

// The order matters: a power cut is no cut of the network alone, "node_pause" stops
// no machine.
FaultEffect ByType(const std::string& type) {
  if (HasAny(type, {"failover", "takeover", "shutdown", "switchover"})) {
    return FaultEffect::kHandover;
  }
  if (HasAny(type, {"scale", "latency", "delay", "loss", "bandwidth", "slow", "disk",
                    "corrupt", "memory", "clock"})) {
    return FaultEffect::kOther;
  }
  if (HasAny(type, {"pause", "freeze"})) return FaultEffect::kPaused;
  if (HasAny(type, {"power_cut", "node_stop", "host", "machine_stop", "vanish"})) {
    return FaultEffect::kHostGone;
  }
  if (HasAny(type, {"partition", "isolate", "cut", "link_down", "split", "blackhole",
                    "one_way", "drop"})) {
    return FaultEffect::kNetworkCut;
  }
  if (HasAny(type, {"kill", "pod", "rollout", "restart", "drain", "evict", "crash"})) {
    return FaultEffect::kProcessGone;
  }
  return FaultEffect::kUnknown;
}

}  // namespace

FaultEffect EffectOf(const FaultRecord& fault) {
  static const std::map<std::string, FaultEffect, std::less<>> kNames = {
      {"process_gone", FaultEffect::kProcessGone},
      {"host_gone", FaultEffect::kHostGone},
      {"network_cut", FaultEffect::kNetworkCut},
      {"network_impaired", FaultEffect::kOther},
      {"paused", FaultEffect::kPaused},
      {"degraded", FaultEffect::kOther},
      {"handover", FaultEffect::kHandover},
      {"none", FaultEffect::kOther}};
  const auto named = kNames.find(fault.effect);
  return named == kNames.end() ? ByType(fault.type) : named->second;
}

bool HitsAll(const RunRecord& record, const FaultRecord& fault) {
  std::set<std::string> hit;
  for (const Victim& victim : fault.victims) hit.insert(victim.node);
  for (const NodeRecord& node : record.nodes) {
    if (!hit.contains(node.name)) return false;
  }
  return !record.nodes.empty();
}

}  // namespace slotquake
