#ifndef SLOTQUAKE_HARNESS_CLI_COMMAND_LINE_H_
#define SLOTQUAKE_HARNESS_CLI_COMMAND_LINE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "Poco/Util/OptionSet.h"
#include "harness/base/status.h"

namespace slotquake {

// Exit codes: a verdict's, and two for what is none.
inline constexpr int kExitPass = 0;
inline constexpr int kExitFail = 1;
inline constexpr int kExitInconclusive = 2;
inline constexpr int kExitBadInput = 254;
inline constexpr int kExitHarnessFailed = 255;

// What was given to a command.
struct Arguments {
  std::map<std::string, std::string> options;  // by full name; "" for a flag
  std::vector<std::string> operands;           // the rest, in order

  bool Has(const std::string& name) const { return options.contains(name); }
  std::string Get(const std::string& name, const std::string& fallback = "") const;
};

// A command of the program: `slotquake NAME ...`.
struct Command {
  std::string name;
  std::string operands;  // for the usage line: "FILE"
  std::string help;      // one sentence
  std::string footer;    // further help; may be empty
  void (*options)(Poco::Util::OptionSet&);
  int (*run)(const Arguments&);  // returns the exit code
};

// Reads the arguments after the command's name. Every mistake is in the error, a
// line each, with a suggestion where one is close.
Result<Arguments> ReadArguments(const Command& command,
                                const std::vector<std::string>& words);

// What `slotquake NAME --help` prints.
std::string HelpFor(const Command& command);

// A whole number within [min, max], or an error that names the option.
Result<std::int64_t> NumberOption(const Arguments& arguments, const std::string& name,
                                  std::int64_t fallback, std::int64_t min,
                                  std::int64_t max);

// Adds an option to a set; `value` names its argument, "" for a flag, "[NAME]" for one
// that may be left out.
void AddOption(Poco::Util::OptionSet& options, const std::string& name,
               const std::string& value, const std::string& help);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_COMMAND_LINE_H_
