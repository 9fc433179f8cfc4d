#include "harness/worker/worker_json.h"

#include <Poco/Base64Decoder.h>
#include <Poco/Base64Encoder.h>
#include <Poco/StreamCopier.h>

#include <array>
#include <sstream>
#include <utility>

namespace slotquake {
namespace {

using nlohmann::json;

json EndpointToJson(const Endpoint& endpoint) {
  return {{"host", endpoint.host}, {"port", endpoint.port}};
}

Endpoint EndpointFromJson(const json& value) {
  return {value.at("host").get<std::string>(), value.at("port").get<int>()};
}

json SeedsToJson(const std::vector<Endpoint>& seeds) {
  json array = json::array();
  for (const Endpoint& seed : seeds) array.push_back(EndpointToJson(seed));
  return array;
}

std::vector<Endpoint> SeedsFromJson(const json& array) {
  std::vector<Endpoint> seeds;
  for (const json& seed : array) seeds.push_back(EndpointFromJson(seed));
  return seeds;
}

Nanos NanosAt(const json& value, const char* name) {
  return Nanos(value.at(name).get<std::int64_t>());
}

// In the order of ReplyType.
constexpr std::array<const char*, 6> kReplyTypes = {"nil",   "string",  "status",
                                                    "error", "integer", "array"};

ReplyType ReplyTypeFromName(const std::string& name) {
  for (std::size_t i = 0; i < kReplyTypes.size(); ++i) {
    if (name == kReplyTypes[i]) return static_cast<ReplyType>(i);
  }
  throw json::other_error::create(501, "unknown type of reply: " + name, nullptr);
}

bool IsUtf8(const std::string& bytes) {
  try {
    const std::string strict = json(bytes).dump();
    return !strict.empty();
  } catch (const json::type_error&) {
    return false;
  }
}

OperationKind KindFromName(const std::string& name) {
  for (const OperationKind kind :
       {OperationKind::kIncr, OperationKind::kHttpHit, OperationKind::kAppend}) {
    if (Name(kind) == name) return kind;
  }
  throw json::other_error::create(501, "unknown kind of load: " + name, nullptr);
}

}  // namespace

json ToJson(const LoadConfig& config) {
  json keys = json::array();
  for (const LoadKey& key : config.keys) keys.push_back({key.key, key.slot});
  return {{"kind", Name(config.kind)},
          {"worker", config.worker},
          {"index", config.index},
          {"first_client", config.first_client},
          {"clients", config.clients},
          {"first_in_load", config.first_in_load},
          {"clients_in_load", config.clients_in_load},
          {"open_loop", config.open_loop},
          {"rate", config.rate},
          {"timeout_ns", config.timeout.count()},
          {"connect_timeout_ns", config.connect_timeout.count()},
          {"wait_replicas", config.wait_replicas},
          {"wait_timeout_ns", config.wait_timeout.count()},
          {"seeds", SeedsToJson(config.seeds)},
          {"password", BytesToJson(config.password)},
          {"http", EndpointToJson(config.http)},
          {"keys", std::move(keys)},
          {"shards", config.shards},
          {"seed", config.seed}};
}

LoadConfig LoadConfigFromJson(const json& value) {
  LoadConfig config;
  config.kind = KindFromName(value.at("kind").get<std::string>());
  value.at("worker").get_to(config.worker);
  value.at("index").get_to(config.index);
  value.at("first_client").get_to(config.first_client);
  value.at("clients").get_to(config.clients);
  value.at("first_in_load").get_to(config.first_in_load);
  value.at("clients_in_load").get_to(config.clients_in_load);
  value.at("open_loop").get_to(config.open_loop);
  value.at("rate").get_to(config.rate);
  config.timeout = NanosAt(value, "timeout_ns");
  config.connect_timeout = NanosAt(value, "connect_timeout_ns");
  value.at("wait_replicas").get_to(config.wait_replicas);
  config.wait_timeout = NanosAt(value, "wait_timeout_ns");
  config.seeds = SeedsFromJson(value.at("seeds"));
  config.password = BytesFromJson(value.at("password"));
  config.http = EndpointFromJson(value.at("http"));
  for (const json& key : value.at("keys")) {
    config.keys.push_back({key.at(0).get<std::string>(), key.at(1).get<int>()});
  }
  value.at("shards").get_to(config.shards);
  value.at("seed").get_to(config.seed);
  return config;
}

json ToJson(const ObserverOptions& options) {
  json nodes = json::array();
  for (const ObservedNode& node : options.nodes) {
    nodes.push_back(ToJson(node));
  }
  return {{"nodes", std::move(nodes)},
          {"password", BytesToJson(options.password)},
          {"interval_ns", options.interval.count()}};
}

ObserverOptions ObserverOptionsFromJson(const json& value) {
  ObserverOptions options;
  for (const json& node : value.at("nodes")) {
    options.nodes.push_back(ObservedNodeFromJson(node));
  }
  options.password = BytesFromJson(value.at("password"));
  options.interval = NanosAt(value, "interval_ns");
  return options;
}

json ToJson(const FinalReadConfig& config) {
  return {{"lists", config.lists},
          {"remove", config.remove},
          {"keys", config.keys},
          {"seeds", SeedsToJson(config.seeds)},
          {"password", BytesToJson(config.password)},
          {"timeout_ns", config.timeout.count()},
          {"limit_ns", config.limit.count()}};
}

FinalReadConfig FinalReadConfigFromJson(const json& value) {
  FinalReadConfig config;
  value.at("lists").get_to(config.lists);
  value.at("remove").get_to(config.remove);
  value.at("keys").get_to(config.keys);
  config.seeds = SeedsFromJson(value.at("seeds"));
  config.password = BytesFromJson(value.at("password"));
  config.timeout = NanosAt(value, "timeout_ns");
  config.limit = NanosAt(value, "limit_ns");
  return config;
}

json ToJson(const FinalRead& read) {
  return {{"key", read.key},
          {"node", read.node},
          {"error", read.error},
          {"value", read.value ? json(*read.value) : json()},
          {"tokens", read.tokens}};
}

FinalRead FinalReadFromJson(const json& value) {
  FinalRead read;
  value.at("key").get_to(read.key);
  value.at("node").get_to(read.node);
  value.at("error").get_to(read.error);
  const json& number = value.at("value");
  if (!number.is_null()) read.value = number.get<std::int64_t>();
  value.at("tokens").get_to(read.tokens);
  return read;
}

json ToJson(const ObservedNode& node) {
  return {{"name", node.name}, {"endpoint", EndpointToJson(node.endpoint)}};
}

ObservedNode ObservedNodeFromJson(const json& value) {
  return {value.at("name").get<std::string>(), EndpointFromJson(value.at("endpoint"))};
}

json ToJson(const std::vector<Endpoint>& seeds) {
  return {{"seeds", SeedsToJson(seeds)}};
}

std::vector<Endpoint> SeedListFromJson(const json& value) {
  return SeedsFromJson(value.at("seeds"));
}

json ToJson(const CommandRequest& request) {
  json command = json::array();
  for (const std::string& word : request.command) command.push_back(BytesToJson(word));
  return {{"endpoint", EndpointToJson(request.endpoint)},
          {"password", BytesToJson(request.password)},
          {"command", std::move(command)},
          {"limit_ns", request.limit.count()}};
}

CommandRequest CommandRequestFromJson(const json& value) {
  CommandRequest request;
  request.endpoint = EndpointFromJson(value.at("endpoint"));
  if (value.contains("password")) {
    request.password = BytesFromJson(value.at("password"));
  }
  for (const json& word : value.at("command")) {
    request.command.push_back(BytesFromJson(word));
  }
  request.limit = NanosAt(value, "limit_ns");
  return request;
}

json ToJson(const ProbeRequest& request) {
  return {{"endpoint", EndpointToJson(request.endpoint)},
          {"limit_ns", request.limit.count()}};
}

ProbeRequest ProbeRequestFromJson(const json& value) {
  return {EndpointFromJson(value.at("endpoint")), NanosAt(value, "limit_ns")};
}

json ToJson(const Reply& reply) {
  json elements = json::array();
  for (const Reply& element : reply.elements) elements.push_back(ToJson(element));
  return {{"type", kReplyTypes[static_cast<std::size_t>(reply.type)]},
          {"text", BytesToJson(reply.text)},
          {"integer", reply.integer},
          {"elements", std::move(elements)}};
}

Reply ReplyFromJson(const json& value) {
  Reply reply;
  reply.type = ReplyTypeFromName(value.at("type").get<std::string>());
  reply.text = BytesFromJson(value.at("text"));
  value.at("integer").get_to(reply.integer);
  for (const json& element : value.at("elements")) {
    reply.elements.push_back(ReplyFromJson(element));
  }
  return reply;
}

json BytesToJson(const std::string& bytes) {
  if (IsUtf8(bytes)) return bytes;
  std::ostringstream text;
  Poco::Base64Encoder encoder(text);
  encoder.rdbuf()->setLineLength(0);
  encoder << bytes;
  encoder.close();
  return {{"base64", text.str()}};
}

std::string BytesFromJson(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::istringstream text(value.at("base64").get<std::string>());
  Poco::Base64Decoder decoder(text);
  std::string bytes;
  Poco::StreamCopier::copyToString(decoder, bytes);
  return bytes;
}

}  // namespace slotquake
