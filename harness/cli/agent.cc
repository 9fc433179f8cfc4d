// `slotquake agent`: started on every machine of a Kubernetes cluster.
#include <cstdio>

#include "harness/agent/run_agent.h"
#include "harness/cli/commands.h"

namespace slotquake {
namespace {

void AgentFlags(Poco::Util::OptionSet& options) {
  AddOption(options, "listen", "ADDRESS:PORT",
            "Where its HTTP API listens (default: 127.0.0.1:7071).");
}

int Agent(const Arguments& arguments) {
  if (!arguments.operands.empty()) {
    std::fputs("slotquake: agent takes no operands\n", stderr);
    return kExitBadInput;
  }
  AgentOptions options;
  options.listen = arguments.Get("listen", options.listen);
  return RunAgent(options);
}

}  // namespace

Command AgentCommandSpec() {
  return {.name = "agent",
          .operands = "",
          .help = "Breaks pods of its machine, driven over HTTP by a runner.",
          .footer = "It must be root, with the machine's processes and network.",
          .options = AgentFlags,
          .run = Agent};
}

}  // namespace slotquake
