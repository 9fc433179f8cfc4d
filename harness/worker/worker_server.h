#ifndef SLOTQUAKE_HARNESS_WORKER_WORKER_SERVER_H_
#define SLOTQUAKE_HARNESS_WORKER_WORKER_SERVER_H_

#include <memory>
#include <string>

#include "harness/base/status.h"
#include "harness/worker/worker.h"

namespace slotquake {

// A worker's HTTP API. Bodies are JSON; errors are {"error": "..."} with 400 (the
// request makes no sense), 404, 405, 409 (not in this state) or 500.
//   GET  /clock               {monotonic_ns, boot_id, time_namespace}
//   POST /load                LoadConfig -> {load}: its id; it runs. The same once more
//                             is no second load: the first one's id
//   POST /load/stop[?load=ID] all loads, or the one; answers when they are at rest
//   POST /load/seeds          {seeds}: further nodes to learn the cluster from, for all
//   GET  /status              {instance, loads, nodes, observing, observations}
//   GET  /history?load=ID     a stopped load's history, binary (History::Write)
//   POST /observe             ObserverOptions
//   POST /observe/move        ObservedNode: where one of them is from now on
//   POST /observe/stop
//   GET  /observations[?from=N&limit=M] one JSON object per line, in the order of
//                             writing: at most M, the first N left out. The last line
//                             is {end: how many there are in all}
//   POST /final_read          FinalReadConfig -> [FinalRead]
//   POST /command             CommandRequest -> {reply}: of one server to one command;
//                             an error *reply* is a reply, no reply is an error
//   POST /probe               ProbeRequest -> {probe}: "", "connection refused", ...
//   GET  /metrics             Prometheus' text format
//   POST /quit                the process ends, cleanly
// The forms are those of worker_json.h; times are raw MonotonicNow(). Histories and
// observations may be asked for any number of times. All but /command and /quit may be
// sent again when an answer was lost; `instance` tells a worker that was started anew,
// and has lost all it had, from the one before.
class WorkerServer {
 public:
  // `listen` is "address:port"; port 0: a free one. `worker` must outlive this.
  static Result<std::unique_ptr<WorkerServer>> Start(const std::string& listen,
                                                     Worker* worker);
  // Ends all connections.
  ~WorkerServer();

  // "127.0.0.1:40123".
  std::string address() const;
  // Whether /quit was asked for. Thread-safe.
  bool quit_requested() const;

 private:
  struct Impl;
  explicit WorkerServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_WORKER_WORKER_SERVER_H_
