#include "harness/worker/run_worker.h"

#include <iostream>

#include "harness/api/end_signals.h"
#include "harness/worker/worker.h"
#include "harness/worker/worker_json.h"
#include "harness/worker/worker_server.h"

namespace slotquake {
namespace {

constexpr int kHarnessFailed = 255;

}  // namespace

int RunWorker(const WorkerOptions& options) {
  EndSignals ends;
  Worker worker(options.name);
  const auto server = WorkerServer::Start(options.listen, &worker);
  if (!server.ok()) {
    std::cerr << "slotquake worker: " << server.message() << std::endl;
    return kHarnessFailed;
  }
  std::cout << Dump({{"listening", (*server)->address()}}) << std::endl;
  while (!(*server)->quit_requested() && !ends.AwaitBriefly()) {
  }
  return 0;
}

}  // namespace slotquake
