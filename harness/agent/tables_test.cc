#include "harness/agent/tables.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using std::string;

bool Has(const string& text, const string& part) {
  return text.find(part) != string::npos;
}

TEST(TablesTest, AHoldKnowsBothPortsAndSparesTheLoopback) {
  const string table = HoldTable(7000);
  EXPECT_TRUE(Has(table,
                  "tcp dport { 7000, 17000 } tcp flags & (fin | syn | rst | ack) "
                  "== syn counter name stopped reject with tcp reset"));
  EXPECT_TRUE(Has(table, "iifname \"lo\" accept\n"));
  EXPECT_TRUE(Has(table, "oifname \"lo\" accept\n"));
}

TEST(TablesTest, ACutEndsByItselfAndSparesWhomItMust) {
  const auto table =
      MachineTable("a", {"eth0", "eth1"}, {"10.0.0.1"}, std::chrono::seconds(3));
  ASSERT_TRUE(table.ok()) << table.message();
  EXPECT_TRUE(Has(*table, "table inet slotquake_machine_a {"));
  EXPECT_TRUE(Has(*table, "\"eth0\" timeout 3000ms, \"eth1\" timeout 3000ms"));
  EXPECT_TRUE(Has(*table, "iifname @cut ip saddr != { 10.0.0.1 } counter"));
  EXPECT_TRUE(Has(*table, "oifname @cut ip daddr != { 10.0.0.1 } counter"));
  EXPECT_TRUE(Has(*table, "iifname @cut meta nfproto ipv6 counter"));
}

TEST(TablesTest, ACutThatMakesNoSenseIsRefused) {
  const auto message = [](const std::vector<string>& interfaces,
                          const std::vector<string>& allow, Nanos limit) {
    return MachineTable("a", interfaces, allow, limit).message();
  };
  using std::chrono::seconds;
  EXPECT_TRUE(Has(message({}, {}, seconds(1)), "no interface"));
  EXPECT_TRUE(Has(message({"e\" } drop"}, {}, seconds(1)), "no interface's name"));
  EXPECT_TRUE(Has(message({"eth0"}, {"0.0.0.0/0"}, seconds(1)), "no IPv4 address"));
  EXPECT_TRUE(Has(message({"eth0"}, {}, Nanos(0)), "limit_ms"));
}

TEST(TablesTest, NamesAreHarmless) {
  EXPECT_TRUE(IsTableName("kill_2"));
  for (const string& name :
       {string(), string("a b"), string("A"), string("a;"), string(101, 'a')}) {
    EXPECT_FALSE(IsTableName(name)) << name;
  }
}

}  // namespace
}  // namespace slotquake
