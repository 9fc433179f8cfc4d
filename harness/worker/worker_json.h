#ifndef SLOTQUAKE_HARNESS_WORKER_WORKER_JSON_H_
#define SLOTQUAKE_HARNESS_WORKER_WORKER_JSON_H_

#include <string>
#include <vector>

#include "harness/api/dump.h"  // IWYU pragma: export
#include "harness/history/record.h"
#include "harness/load/final_read.h"
#include "harness/load/load.h"
#include "harness/observe/observer.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/reply.h"
#include "nlohmann/json.hpp"

// The JSON that runner and worker exchange; both sides use these. Reading what lacks
// a field, or has one of another type, throws nlohmann::json::exception. Durations
// are whole nanoseconds, under keys that end in _ns.
namespace slotquake {

nlohmann::json ToJson(const LoadConfig& config);
LoadConfig LoadConfigFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const ObserverOptions& options);
ObserverOptions ObserverOptionsFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const FinalReadConfig& config);
FinalReadConfig FinalReadConfigFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const FinalRead& read);
FinalRead FinalReadFromJson(const nlohmann::json& json);

// A node that has moved, and where to.
nlohmann::json ToJson(const ObservedNode& node);
ObservedNode ObservedNodeFromJson(const nlohmann::json& json);

// Seeds alone, for loads that run: {"seeds": [...]}.
nlohmann::json ToJson(const std::vector<Endpoint>& seeds);
std::vector<Endpoint> SeedListFromJson(const nlohmann::json& json);

// One command for one server, and how long it may take.
struct CommandRequest {
  Endpoint endpoint;
  std::string password;  // "": none
  std::vector<std::string> command;
  Nanos limit{0};
};
nlohmann::json ToJson(const CommandRequest& request);
CommandRequest CommandRequestFromJson(const nlohmann::json& json);

// The question whether something listens there.
struct ProbeRequest {
  Endpoint endpoint;
  Nanos limit{0};
};
nlohmann::json ToJson(const ProbeRequest& request);
ProbeRequest ProbeRequestFromJson(const nlohmann::json& json);

nlohmann::json ToJson(const Reply& reply);
Reply ReplyFromJson(const nlohmann::json& json);

// Any bytes, unharmed: a string where they are UTF-8, else {"base64": "..."}.
nlohmann::json BytesToJson(const std::string& bytes);
std::string BytesFromJson(const nlohmann::json& json);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_WORKER_WORKER_JSON_H_
