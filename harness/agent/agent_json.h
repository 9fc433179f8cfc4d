#ifndef SLOTQUAKE_HARNESS_AGENT_AGENT_JSON_H_
#define SLOTQUAKE_HARNESS_AGENT_AGENT_JSON_H_

#include <optional>

#include "harness/agent/agent.h"
#include "harness/agent/network_power.h"
#include "harness/agent/process_power.h"
#include "nlohmann/json.hpp"

// The JSON that runner and agent exchange; both sides use these. Reading what lacks a
// field, or has one of another type, throws nlohmann::json::exception.
namespace slotquake {

nlohmann::json ToJson(const ServerName& server);
ServerName ServerNameFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const ProcessId& process);
ProcessId ProcessIdFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const SentSignal& sent);
SentSignal SentSignalFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const EndView& view);
EndView EndViewFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const ServerState& state);
ServerState ServerStateFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const CpuUse& use);
CpuUse CpuUseFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const std::vector<PodResult>& pods);
std::vector<PodResult> PodResultsFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const PodShape& shape);
PodShape PodShapeFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const MachineCut& cut);
MachineCut MachineCutFromJson(const nlohmann::json& json);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_AGENT_JSON_H_
