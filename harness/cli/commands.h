#ifndef SLOTQUAKE_HARNESS_CLI_COMMANDS_H_
#define SLOTQUAKE_HARNESS_CLI_COMMANDS_H_

#include <vector>

#include "harness/cli/command_line.h"

namespace slotquake {

// One function per command; each is in the file of its name.
Command RunCommandSpec();
Command ExploreCommandSpec();
Command CheckCommandSpec();
Command ReportCommandSpec();
Command ListCommandSpec();
Command ValidateCommandSpec();
Command WorkerCommandSpec();
Command HitCounterCommandSpec();
Command AgentCommandSpec();
Command HealCommandSpec();

// All of them, in the order of the help.
const std::vector<Command>& AllCommands();

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_COMMANDS_H_
