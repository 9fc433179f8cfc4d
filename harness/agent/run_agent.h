#ifndef SLOTQUAKE_HARNESS_AGENT_RUN_AGENT_H_
#define SLOTQUAKE_HARNESS_AGENT_RUN_AGENT_H_

#include <string>

namespace slotquake {

// `slotquake agent`.
struct AgentOptions {
  std::string listen = "127.0.0.1:7071";  // "address:port"; port 0: a free one
};

// Serves until SIGTERM or SIGINT; then takes back what it has done to this machine and
// its pods, within seconds, and ends. (What one before it has left is for /undo_all.)
// Prints {"listening": "address:port"} as one line on stdout when it is ready. The
// process' exit code: 0, or 255 with a message on stderr when it can not listen or
// something could not be undone. Call it from the main thread, before any other thread
// is there.
int RunAgent(const AgentOptions& options);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_RUN_AGENT_H_
