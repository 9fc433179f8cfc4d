#ifndef SLOTQUAKE_HARNESS_LOAD_WRITE_COMMANDS_H_
#define SLOTQUAKE_HARNESS_LOAD_WRITE_COMMANDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/history/operation.h"
#include "harness/load/key_plan.h"

namespace slotquake {

// The bytes of each key's INCR, or RPUSH of an operation's id, put together once:
// an INCR then costs nothing but a look-up. Thread-safe once made.
class WriteCommands {
 public:
  WriteCommands(OperationKind kind, const std::vector<LoadKey>& keys);

  // The command for the key of that index, behind ASKING if `asking`. Valid as
  // long as `buffer` is left alone, where it is put if it had to be put together.
  std::string_view Of(std::size_t key, std::int64_t id, bool asking,
                      std::string& buffer) const;

 private:
  bool append_;
  std::vector<std::string> commands_;  // of RPUSH all but the token
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_WRITE_COMMANDS_H_
