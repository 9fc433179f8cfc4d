#include "harness/load/write_commands.h"

#include "gtest/gtest.h"
#include "harness/redis/nonblocking_connection.h"

namespace slotquake {
namespace {

const std::vector<LoadKey> kKeys = {{"hits", 4994}, {"hits:a b", 1}};

TEST(WriteCommandsTest, Increments) {
  const WriteCommands commands(OperationKind::kIncr, kKeys);
  std::string buffer;
  EXPECT_EQ(commands.Of(1, 7, false, buffer), FormatCommand({"INCR", "hits:a b"}));
  EXPECT_EQ(commands.Of(0, 7, true, buffer),
            FormatCommand({"ASKING"}) + FormatCommand({"INCR", "hits"}));
}

TEST(WriteCommandsTest, AppendsTheId) {
  const WriteCommands commands(OperationKind::kAppend, kKeys);
  std::string buffer;
  for (const std::int64_t id : {std::int64_t{1}, (std::int64_t{255} << 48) + 12345}) {
    const std::string push = FormatCommand({"RPUSH", "hits", std::to_string(id)});
    EXPECT_EQ(commands.Of(0, id, false, buffer), push);
    EXPECT_EQ(commands.Of(0, id, true, buffer), FormatCommand({"ASKING"}) + push);
  }
}

}  // namespace
}  // namespace slotquake
