#include "harness/worker/run_worker.h"

#include <signal.h>

#include <cerrno>
#include <ctime>
#include <iostream>

#include "harness/worker/worker.h"
#include "harness/worker/worker_json.h"
#include "harness/worker/worker_server.h"

namespace slotquake {
namespace {

constexpr int kHarnessFailed = 255;
constexpr timespec kLookForQuit = {0, 20'000'000};

}  // namespace

int RunWorker(const WorkerOptions& options) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &ends, &before);

  Worker worker(options.name);
  const auto server = WorkerServer::Start(options.listen, &worker);
  if (!server.ok()) {
    std::cerr << "slotquake worker: " << server.message() << std::endl;
    return kHarnessFailed;
  }
  std::cout << Dump({{"listening", (*server)->address()}}) << std::endl;
  while (!(*server)->quit_requested()) {
    if (sigtimedwait(&ends, nullptr, &kLookForQuit) > 0) break;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return 0;
}

}  // namespace slotquake
