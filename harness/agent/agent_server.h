#ifndef SLOTQUAKE_HARNESS_AGENT_AGENT_SERVER_H_
#define SLOTQUAKE_HARNESS_AGENT_AGENT_SERVER_H_

#include <memory>
#include <string>

#include "harness/agent/agent.h"
#include "harness/api/server.h"
#include "harness/base/status.h"

namespace slotquake {

// An agent's HTTP API. Bodies are JSON; errors are {"error": "..."} with 400 (the
// request makes no sense), 404, 405, 409 (it could not be done) or 500. SERVER is
// {pod_uid, container_id}; times are raw MonotonicNow(). All but what sends a signal
// may be repeated.
//   GET  /clock                {monotonic_ns, boot_id, time_namespace}
//   POST /process/end          SERVER + {signal: "KILL" or "TERM", hold_port?}
//                              -> {pid, start_ticks, sent_ns}
//   POST /process/await_end    SERVER + {limit_ms} -> {sent_ns, gone_ns, held_ns}, null
//                              for what has not been
//   POST /process/release      {pod_uid} -> {here}
//   POST /process/await_start  SERVER + {limit_ms} -> {pid, start_ticks}
//   POST /process/stop         SERVER -> {pid, start_ticks, sent_ns}
//   POST /process/continue     SERVER
//   POST /process/state        SERVER -> {state: "running", "stopped" or "gone", pid,
//                              start_ticks, held}
//   POST /network/apply        {name, rules, pod_uids} -> {pods: [PodResult]}
//   POST /network/lift         {name, pod_uids} -> {pods: [PodResult]}
//   POST /network/stopped      {name, pod_uids} -> {pods: [PodResult]}
//   POST /network/connect      {pod_uid, host, port, limit_ms} -> {seen: "" or why not}
//   POST /machine/cut          {name, limit_ms, allow, interfaces?} -> {interfaces};
//                              answered before it is cut, because the answer may have
//                              to go through what is cut
//   POST /machine/heal         {name}
//   POST /machine/stopped      {name} -> {packets}
//   POST /undo_all             {pod_uids?, machine?} -> {tables, continued}
//   POST /remove_volumes       {path}
// What they do: process_power.h, network_power.h, agent.h. `agent` must outlive the
// server.
Result<std::unique_ptr<ApiServer>> ServeAgent(const std::string& listen, Agent* agent);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_AGENT_SERVER_H_
