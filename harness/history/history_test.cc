#include "harness/history/history.h"

#include <limits>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/base/rng.h"

namespace slotquake {
namespace {

const std::string kHostile("\x00\xff\xfe\n\"key\r\n", 10);

void ExpectEqual(const Operation& a, const Operation& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.parent, b.parent);
  EXPECT_EQ(a.intended, b.intended);
  EXPECT_EQ(a.invoked, b.invoked);
  EXPECT_EQ(a.completed, b.completed);
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.client, b.client);
  EXPECT_EQ(a.node, b.node);
  EXPECT_EQ(a.slot, b.slot);
  EXPECT_EQ(a.worker, b.worker);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.outcome, b.outcome);
}

// Every field of every operation has a value of its own.
History MakeHistory(int operations) {
  History history;
  history.keys().Intern("hits");
  history.keys().Intern(kHostile);
  history.nodes().Intern("redis-0");
  history.nodes().Intern("redis-1");
  history.errors().Intern("MOVED 1 h:1");
  for (int i = 0; i < operations; ++i) {
    Operation op;
    op.id = (1LL << 48) + i;
    op.parent = i - 1;
    op.intended = Nanos(1000 + i);
    op.invoked = Nanos(2000 + i);
    op.completed = Nanos(3000 + i);
    op.value = i % 2 == 0 ? i : -1;
    op.key = static_cast<std::uint32_t>(i % 2);
    op.error = static_cast<std::uint32_t>((i + 1) % 2);
    op.client = i % 16;
    op.node = static_cast<std::int16_t>(i % 3 - 1);
    op.slot = static_cast<std::uint16_t>(i % 16384);
    op.worker = static_cast<std::uint8_t>(i % 4);
    op.kind = static_cast<OperationKind>(i % 3);
    op.outcome = static_cast<Outcome>(i % 3);
    history.operations().push_back(op);
  }
  return history;
}

std::string Write(const History& history) {
  std::ostringstream out;
  history.Write(out);
  return out.str();
}

Result<History> Read(const std::string& bytes) {
  std::istringstream in(bytes);
  return History::Read(in);
}

TEST(HistoryTest, ComesBack) {
  for (const int operations : {0, 1, 7, 70'000}) {
    const History history = MakeHistory(operations);
    const auto back = Read(Write(history));
    ASSERT_TRUE(back.ok()) << back.message();
    EXPECT_EQ(back->keys().all(), history.keys().all());
    EXPECT_EQ(back->nodes().all(), history.nodes().all());
    EXPECT_EQ(back->errors().all(), history.errors().all());
    ASSERT_EQ(back->operations().size(), history.operations().size());
    for (std::size_t i = 0; i < history.operations().size(); ++i) {
      ExpectEqual(back->operations()[i], history.operations()[i]);
    }
  }
}

TEST(HistoryTest, NumbersStringsOnce) {
  History history;
  EXPECT_EQ(history.errors().size(), 1U) << "0 is no error";
  EXPECT_EQ(history.errors()[0], "");
  EXPECT_EQ(history.keys().Intern("a"), 0U);
  EXPECT_EQ(history.keys().Intern("b"), 1U);
  EXPECT_EQ(history.keys().Intern("a"), 0U);
  EXPECT_EQ(history.keys().size(), 2U);
}

TEST(HistoryTest, ResolvesStrings) {
  const History history = MakeHistory(3);
  EXPECT_EQ(history.KeyOf(history.operations()[1]), kHostile);
  EXPECT_EQ(history.NodeOf(history.operations()[0]), "") << "not known";
  EXPECT_EQ(history.NodeOf(history.operations()[2]), "redis-1");
  EXPECT_EQ(history.ErrorOf(history.operations()[0]), "MOVED 1 h:1");
  EXPECT_EQ(history.ErrorOf(history.operations()[1]), "");
}

TEST(HistoryTest, MergeRenumbersAndShifts) {
  History history = MakeHistory(2);
  History other;
  other.keys().Intern("other");
  other.keys().Intern("hits");
  other.nodes().Intern("redis-2");
  other.nodes().Intern("redis-0");
  other.errors().Intern("CLUSTERDOWN");
  Operation op;
  op.id = 99;
  op.parent = 98;
  op.intended = Nanos(10);
  op.invoked = Nanos(20);
  op.completed = Nanos(30);
  op.worker = 2;
  op.key = 1;
  op.node = 1;
  op.error = 1;
  other.operations().push_back(op);
  op.key = 0;
  op.node = -1;
  op.error = 0;
  other.operations().push_back(op);

  history.Merge(other, Nanos(-5));
  ASSERT_EQ(history.operations().size(), 4U);
  const Operation& first = history.operations()[2];
  EXPECT_EQ(first.id, 99);
  EXPECT_EQ(first.parent, 98);
  EXPECT_EQ(first.worker, 2);
  EXPECT_EQ(first.intended, Nanos(5));
  EXPECT_EQ(first.invoked, Nanos(15));
  EXPECT_EQ(first.completed, Nanos(25));
  EXPECT_EQ(history.KeyOf(first), "hits");
  EXPECT_EQ(first.key, 0U) << "the number that it had there already";
  EXPECT_EQ(history.NodeOf(first), "redis-0");
  EXPECT_EQ(history.ErrorOf(first), "CLUSTERDOWN");
  const Operation& second = history.operations()[3];
  EXPECT_EQ(history.KeyOf(second), "other");
  EXPECT_EQ(second.node, -1);
  EXPECT_EQ(second.error, 0U);
  ExpectEqual(history.operations()[0], MakeHistory(2).operations()[0]);
}

TEST(HistoryTest, EveryTruncationIsRefused) {
  const std::string bytes = Write(MakeHistory(5));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(Read(bytes.substr(0, size)).ok()) << size;
  }
  EXPECT_TRUE(Read(bytes).ok());
}

// The place of the first byte of `field` of the first operation.
std::size_t PlaceOf(const std::string& bytes, std::size_t bytes_from_end) {
  return bytes.size() - 8 - bytes_from_end;
}

TEST(HistoryTest, WhatRefersToNothingIsRefused) {
  const std::string whole = Write(MakeHistory(1));
  // From the end: outcome, kind, worker (1 each), slot, node (2), client, error,
  // key (4).
  const struct {
    const char* field;
    std::size_t from_end;
    char value;
  } cases[] = {{"outcome", 1, 3}, {"kind", 2, 3},   {"slot", 4, 0x40},
               {"node", 7, 2},    {"error", 15, 2}, {"key", 19, 2}};
  for (const auto& c : cases) {
    std::string bytes = whole;
    bytes[PlaceOf(bytes, c.from_end)] = c.value;
    EXPECT_FALSE(Read(bytes).ok()) << c.field;
  }
}

// A number that a damaged table gives to two strings would shift all after it.
TEST(HistoryTest, ATableWithAStringTwiceIsRefused) {
  History history;
  history.keys().Intern("hits:a");
  history.keys().Intern("hits:b");
  std::string bytes = Write(history);
  const std::size_t at = bytes.find("hits:b");
  ASSERT_NE(at, std::string::npos);
  bytes[at + 5] = 'a';
  EXPECT_FALSE(Read(bytes).ok());
}

TEST(HistoryTest, ADamagedCountDoesNotTakeAllMemory) {
  std::string bytes = Write(MakeHistory(0));
  // The number of operations stands before the end mark.
  bytes[PlaceOf(bytes, 5)] = 0x7f;
  EXPECT_FALSE(Read(bytes).ok());
}

TEST(HistoryTest, SurvivesMutations) {
  const std::string whole = Write(MakeHistory(20));
  Rng rng(4711);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = whole;
    for (std::uint64_t edits = 1 + rng.Below(3); edits > 0; --edits) {
      bytes[rng.Below(bytes.size())] = static_cast<char>(rng.Below(256));
    }
    const auto history = Read(bytes);
    if (!history.ok()) continue;
    for (const Operation& op : history->operations()) {
      ASSERT_LE(history->KeyOf(op).size() + history->NodeOf(op).size() +
                    history->ErrorOf(op).size(),
                bytes.size());
    }
  }
}

TEST(OperationTest, HasNames) {
  EXPECT_EQ(Name(Outcome::kAcked), "acked");
  EXPECT_EQ(Name(Outcome::kRejected), "rejected");
  EXPECT_EQ(Name(Outcome::kUnknown), "unknown");
  EXPECT_EQ(Name(OperationKind::kIncr), "incr");
  EXPECT_EQ(Name(OperationKind::kHttpHit), "http_hit");
  EXPECT_EQ(Name(OperationKind::kAppend), "append");
}

}  // namespace
}  // namespace slotquake
