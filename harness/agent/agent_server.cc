#include "harness/agent/agent_server.h"

#include <algorithm>
#include <csignal>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "harness/agent/agent_json.h"

namespace slotquake {
namespace {

using nlohmann::json;

// A request that waits occupies a thread.
constexpr int kThreads = 32;
constexpr std::int64_t kLongestWaitMs = 60000;
// Through the kubelet and the API server.
constexpr Nanos kAnswerOnItsWay = std::chrono::milliseconds(250);

std::string Text(const json& body, const char* key) {
  return body.at(key).get<std::string>();
}

std::vector<std::string> PodUids(const json& body) {
  return body.at("pod_uids").get<std::vector<std::string>>();
}

Endpoint To(const json& body) {
  return {Text(body, "host"), body.at("port").get<int>()};
}

Nanos Limit(const json& body) {
  const auto limit = body.at("limit_ms").get<std::int64_t>();
  return std::chrono::milliseconds(std::min(limit, kLongestWaitMs));
}

// A POST: its body goes in, what comes out is the answer.
Route Post(const char* path, std::function<Result<json>(const json&)> act) {
  return {"POST", path, [act = std::move(act)](Exchange& exchange) {
            const auto answer = act(exchange.ReadBody());
            if (answer.ok()) {
              exchange.Send(*answer);
            } else {
              exchange.SendStatus(answer.status());
            }
          }};
}

template <typename T>
Result<json> AsJson(const Result<T>& result) {
  if (!result.ok()) return result.status();
  return ToJson(*result);
}

Result<json> Done(const Status& status) {
  if (!status.ok()) return status;
  return json::object();
}

template <typename T>
Result<json> Keyed(const char* key, const Result<T>& result) {
  if (!result.ok()) return result.status();
  return json{{key, *result}};
}

Result<json> EndProcess(Agent& agent, const json& body) {
  const std::string signal = Text(body, "signal");
  if (signal != "KILL" && signal != "TERM") {
    return Status::Error("signal: KILL or TERM, not \"" + signal + "\"");
  }
  std::optional<int> port;
  if (body.contains("hold_port")) port = body["hold_port"].get<int>();
  return AsJson(agent.processes().End(ServerNameFromJson(body),
                                      signal == "KILL" ? SIGKILL : SIGTERM, port));
}

std::vector<Route> ProcessRoutes(Agent* agent) {
  ProcessPower* power = &agent->processes();
  return {
      Post("/process/end", [agent](const json& b) { return EndProcess(*agent, b); }),
      Post("/process/await_end",
           [power](const json& b) {
             return AsJson(power->AwaitEnd(ServerNameFromJson(b), Limit(b)));
           }),
      Post("/process/release",
           [power](const json& b) {
             return Keyed("here", power->Release(Text(b, "pod_uid")));
           }),
      Post("/process/await_start",
           [power](const json& b) {
             return AsJson(power->AwaitStart(ServerNameFromJson(b), Limit(b)));
           }),
      Post("/process/stop",
           [power](const json& b) {
             return AsJson(power->Stop(ServerNameFromJson(b)));
           }),
      Post("/process/continue",
           [power](const json& b) {
             return Done(power->Continue(ServerNameFromJson(b)));
           }),
      Post("/process/state",
           [power](const json& b) {
             return AsJson(power->State(ServerNameFromJson(b)));
           }),
      Post("/process/starve",
           [power](const json& b) {
             return Done(
                 power->Starve(ServerNameFromJson(b), b.at("share").get<double>()));
           }),
      Post("/process/end_starving",
           [power](const json& b) {
             return Done(power->EndStarving(Text(b, "pod_uid")));
           }),
      Post(
          "/process/use",
          [power](const json& b) { return AsJson(power->Use(ServerNameFromJson(b))); }),
  };
}

// The answer may have to go through what is cut, so it goes first.
void CutMachine(NetworkPower& power, Exchange& exchange) {
  const auto cut = power.PrepareCut(MachineCutFromJson(exchange.ReadBody()));
  if (!cut.ok()) return exchange.SendStatus(cut.status());
  exchange.SendAtOnce({{"interfaces", cut->interfaces}});
  std::this_thread::sleep_for(kAnswerOnItsWay);
  const Status done = power.CutMachine(*cut);
  if (!done.ok()) std::cerr << "slotquake agent: " << done.message() << std::endl;
}

std::vector<Route> NetworkRoutes(Agent* agent) {
  NetworkPower* power = &agent->networks();
  return {
      Post("/network/apply",
           [power](const json& b) {
             return AsJson(power->Apply(Text(b, "name"), Text(b, "rules"), PodUids(b)));
           }),
      Post("/network/lift",
           [power](const json& b) {
             return AsJson(power->Lift(Text(b, "name"), PodUids(b)));
           }),
      Post("/network/stopped",
           [power](const json& b) {
             return AsJson(power->Stopped(Text(b, "name"), PodUids(b)));
           }),
      Post("/network/connect",
           [power](const json& b) {
             return Keyed("seen", power->Connect(Text(b, "pod_uid"), To(b), Limit(b)));
           }),
      {"POST", "/machine/cut",
       [power](Exchange& exchange) { CutMachine(*power, exchange); }},
      Post(
          "/machine/heal",
          [power](const json& b) { return Done(power->HealMachine(Text(b, "name"))); }),
      Post("/machine/stopped",
           [power](const json& b) {
             return Keyed("packets", power->StoppedAtMachine(Text(b, "name")));
           }),
  };
}

Result<json> RoundTrip(const ShapePower& power, const json& body) {
  const auto least = power.RoundTrip(Text(body, "pod_uid"), To(body),
                                     body.at("times").get<int>(), Limit(body));
  if (!least.ok()) return least.status();
  return json{{"least_ns", least->count()}};
}

Result<json> Speed(const ShapePower& power, const json& body) {
  return Keyed("bits_per_second", power.Speed(Text(body, "pod_uid"), To(body),
                                              body.at("bytes").get<std::size_t>(),
                                              Limit(body), Text(body, "password")));
}

std::vector<Route> ShapeRoutes(Agent* agent) {
  ShapePower* power = &agent->shapes();
  return {
      Post("/shape/can", [power](const json&) { return Done(power->CanShape()); }),
      Post(
          "/shape/apply",
          [power](const json& b) { return AsJson(power->Apply(PodShapeFromJson(b))); }),
      Post("/shape/lift",
           [power](const json& b) {
             return AsJson(power->Lift(Text(b, "name"), PodUids(b)));
           }),
      Post("/shape/shaped",
           [power](const json& b) {
             return Keyed("packets", power->Shaped(Text(b, "name")));
           }),
      Post("/shape/round_trip",
           [power](const json& b) { return RoundTrip(*power, b); }),
      Post("/shape/speed", [power](const json& b) { return Speed(*power, b); }),
  };
}

Result<json> UndoAll(Agent& agent, const json& body) {
  std::optional<std::vector<std::string>> pods;
  if (body.contains("pod_uids")) pods = PodUids(body);
  const auto undone = agent.Undo(pods, body.value("machine", true));
  if (!undone.ok()) return undone.status();
  return json{{"tables", undone->tables}, {"continued", undone->continued}};
}

}  // namespace

Result<std::unique_ptr<ApiServer>> ServeAgent(const std::string& listen, Agent* agent) {
  std::vector<Route> routes = {
      ClockRoute(),
      Post("/undo_all", [agent](const json& b) { return UndoAll(*agent, b); }),
      Post("/remove_volumes",
           [agent](const json& b) {
             return Done(agent->RemoveVolumes(Text(b, "path")));
           }),
  };
  for (auto& more : {ProcessRoutes(agent), NetworkRoutes(agent), ShapeRoutes(agent)}) {
    routes.insert(routes.end(), more.begin(), more.end());
  }
  return ApiServer::Start(listen, std::move(routes), kThreads);
}

}  // namespace slotquake
