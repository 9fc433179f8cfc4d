#include "harness/platform/packet_filter.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using std::string;

const std::map<string, string> kAddresses = {
    {"redis-0", "10.0.0.1"}, {"redis-1", "10.0.0.2"}, {"client-0", "10.0.0.9"}};
const std::vector<string> kNodes = {"redis-0", "redis-1"};

string Table(const std::vector<Block>& blocks) {
  const auto table = FilterTable("test", blocks, kAddresses, kNodes, 6379);
  return table.ok() ? *table : "error: " + table.message();
}

bool Has(const string& text, const string& part) {
  return text.find(part) != string::npos;
}

TEST(PacketFilterTest, IsolationMatchesOneEndOnly) {
  const string table = Table(Isolation("redis-0"));
  EXPECT_TRUE(Has(table, "\nip saddr { 10.0.0.1 } counter name stopped drop\n"))
      << table;
  EXPECT_TRUE(Has(table, "\nip daddr { 10.0.0.1 } counter name stopped drop\n"));
  EXPECT_TRUE(Has(table, "table inet slotquake_test {"));
}

TEST(PacketFilterTest, OneDirectionNamesBothEndsInOrder) {
  const string table = Table({{{"redis-0", "client-0"}, {"redis-1"}}});
  EXPECT_TRUE(Has(table, "ip saddr { 10.0.0.1, 10.0.0.9 } ip daddr { 10.0.0.2 } "));
  EXPECT_FALSE(Has(table, "ip saddr { 10.0.0.2 }"));
}

TEST(PacketFilterTest, PlanesDifferInPortAndEnds) {
  const auto with = [](Plane plane) {
    return Table({{{"redis-0"}, {kEveryone}, plane, false}});
  };
  EXPECT_TRUE(Has(with(Plane::kBus), "tcp dport 16379"));
  EXPECT_FALSE(Has(with(Plane::kBus), "6379 drop") && Has(with(Plane::kBus), " 6379"));
  const string nodes = "{ 10.0.0.1, 10.0.0.2 }";
  EXPECT_TRUE(Has(with(Plane::kReplication),
                  "ip saddr " + nodes + " ip daddr " + nodes + " tcp sport 6379"));
  EXPECT_TRUE(Has(with(Plane::kClient), "ip daddr != " + nodes + " tcp sport 6379"));
}

TEST(PacketFilterTest, ARefusalIsAResetOfTcp) {
  EXPECT_TRUE(Has(Table({{{"redis-0"}, {"redis-1"}, Plane::kBus, true}}),
                  "tcp sport 16379 counter name stopped meta l4proto tcp reject with "
                  "tcp reset"));
}

TEST(PacketFilterTest, ResetsPassWhereSomethingIsRefused) {
  const string reset = "policy accept;\ntcp flags & rst == rst accept\n";
  EXPECT_TRUE(Has(Table({{{"redis-0"}, {"redis-1"}},
                         {{"redis-1"}, {"redis-0"}, Plane::kAll, true}}),
                  reset));
  EXPECT_FALSE(Has(Table(Isolation("redis-0")), reset));
}

TEST(PacketFilterTest, AnEarlierSetIsReplacedInOneStep) {
  const string table = Table(Isolation("redis-0"));
  EXPECT_EQ(table.find("table inet slotquake_test\ndelete table inet slotquake_test\n"),
            0u);
}

TEST(PacketFilterTest, WhoHasNoAddressIsNamed) {
  EXPECT_EQ(Table(Isolation("redis-7")), "error: redis-7 has no address to block");
  EXPECT_EQ(Table({{{}, {"redis-0"}}}), "error: a block without an end");
}

TEST(PacketFilterTest, APercentageIsDrawnAndTheRestIsCounted) {
  const string table = Table({{{"redis-0"}, {kEveryone}, Plane::kAll, false, 12.5}});
  EXPECT_TRUE(
      Has(table,
          "\nip saddr { 10.0.0.1 } numgen random mod 100000 < 12500 counter "
          "name stopped drop\nip saddr { 10.0.0.1 } counter name passed accept\n"))
      << table;
}

TEST(PacketFilterTest, ReadsTheCounters) {
  const string answer =
      R"({"nftables":[{"metainfo":{}},{"counter":{"name":"passed","packets":2}},)"
      R"({"counter":{"name":"stopped","packets":7}}]})";
  const auto both = ReadFilterCount(answer);
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->stopped, 7);
  EXPECT_EQ(both->passed, 2);
  const auto count = ReadFilterCounter(answer);
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(*count, 7);
  EXPECT_FALSE(ReadFilterCounter("").ok());
  EXPECT_FALSE(ReadFilterCounter("{}").ok());
}

}  // namespace
}  // namespace slotquake
