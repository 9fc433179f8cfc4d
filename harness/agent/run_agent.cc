#include "harness/agent/run_agent.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "harness/agent/agent.h"
#include "harness/agent/agent_server.h"
#include "harness/api/dump.h"
#include "harness/api/end_signals.h"

namespace slotquake {
namespace {

constexpr int kHarnessFailed = 255;
// Below the seconds that a pod has between SIGTERM and SIGKILL.
constexpr unsigned kUndoLimitS = 4;

int Fail(const std::string& message) {
  std::cerr << "slotquake agent: " << message << std::endl;
  return kHarnessFailed;
}

}  // namespace

int RunAgent(const AgentOptions& options) {
  EndSignals ends;
  Agent agent({});
  const auto server = ServeAgent(options.listen, &agent);
  if (!server.ok()) return Fail(server.message());
  std::cout << Dump({{"listening", (*server)->address()}}) << std::endl;
  while (!ends.AwaitBriefly()) {
  }
  alarm(kUndoLimitS);  // SIGALRM ends the process if the undo hangs
  const auto undone = agent.UndoOwn();
  if (!undone.ok()) Fail("not all is undone: " + undone.message());
  // Not to wait for requests that wait for something.
  std::_Exit(undone.ok() ? 0 : kHarnessFailed);
}

}  // namespace slotquake
