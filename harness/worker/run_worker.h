#ifndef SLOTQUAKE_HARNESS_WORKER_RUN_WORKER_H_
#define SLOTQUAKE_HARNESS_WORKER_RUN_WORKER_H_

#include <string>

namespace slotquake {

// `slotquake worker`.
struct WorkerOptions {
  std::string listen = "127.0.0.1:0";  // "address:port"; port 0: a free one
  std::string name = "worker";         // how the record calls it
};

// Serves until POST /quit, SIGTERM or SIGINT. Prints {"listening": "address:port"}
// as one line on stdout when it is ready. The process' exit code: 0, or 255 with a
// message on stderr when it can not listen. Call it from the main thread, before any
// other thread is there: it blocks those signals for the threads that it makes.
int RunWorker(const WorkerOptions& options);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_WORKER_RUN_WORKER_H_
