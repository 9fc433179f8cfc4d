#include "harness/history/address_book.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

constexpr const char* kA = "10.0.0.1:6379";
constexpr const char* kB = "10.0.0.2:6379";
constexpr const char* kC = "10.0.0.3:6379";

Nanos At(int seconds) { return std::chrono::seconds(seconds); }

TEST(AddressBookTest, KnowsWhoHadAnAddressWhen) {
  AddressBook book;
  book.Add("redis-0", kA, At(0));
  book.Add("redis-1", kB, At(0));
  EXPECT_EQ(book.NameOf(kA, At(5)), "redis-0");
  book.Add("redis-0", kC, At(10));  // kA is free
  book.Add("redis-1", kA, At(20));  // and is given to another
  EXPECT_EQ(book.NameOf(kA, At(9)), "redis-0");
  EXPECT_EQ(book.NameOf(kA, At(20)), "redis-1");
  EXPECT_EQ(book.NameOf(kC, At(10)), "redis-0");
  EXPECT_EQ(book.NameOf(kB, At(30)), "redis-1") << "nobody else ever had it";
}

// Loads may hear of an address before the platform tells: whoever is told to have it
// next was meant.
TEST(AddressBookTest, NewsMayComeLate) {
  AddressBook book;
  book.Add("redis-0", kA, At(0));
  book.Add("redis-0", kB, At(10));
  EXPECT_EQ(book.NameOf(kB, At(9)), "redis-0");
  book.Add("redis-1", kA, At(20));
  EXPECT_EQ(book.NameOf(kA, At(15)), "redis-1");
}

TEST(AddressBookTest, WhatNobodyHadIsItsOwnName) {
  AddressBook book;
  EXPECT_EQ(book.NameOf(kA, At(0)), kA);
}

TEST(AddressBookTest, SaysTheSameTwiceWithoutHarm) {
  AddressBook book;
  book.Add("redis-0", kA, At(0));
  book.Add("redis-0", kB, At(10));
  book.Add("redis-0", kB, At(20));
  EXPECT_EQ(book.NameOf(kB, At(12)), "redis-0");
  // Back to where it was.
  book.Add("redis-0", kA, At(30));
  EXPECT_EQ(book.NameOf(kA, At(40)), "redis-0");
}

// Two nodes that exchange their addresses: told one after the other.
TEST(AddressBookTest, AddressesMayBeExchanged) {
  AddressBook book;
  book.Add("redis-0", kA, At(0));
  book.Add("redis-1", kB, At(0));
  book.Add("redis-0", kB, At(10));
  book.Add("redis-1", kA, At(11));
  EXPECT_EQ(book.NameOf(kB, At(9)), "redis-1");
  EXPECT_EQ(book.NameOf(kB, At(12)), "redis-0");
  EXPECT_EQ(book.NameOf(kA, At(9)), "redis-0");
  EXPECT_EQ(book.NameOf(kA, At(12)), "redis-1");
}

TEST(AddressBookTest, RenamesAHistoryByTheTimeOfEachOperation) {
  AddressBook book;
  book.Add("redis-0", kA, At(0));
  book.Add("redis-0", kB, At(10));
  book.Add("redis-1", kA, At(20));
  History history;
  history.keys().Intern("hits");
  const auto add = [&](const char* node, int seconds) {
    Operation op;
    op.invoked = At(seconds);
    op.node = static_cast<std::int16_t>(history.nodes().Intern(node));
    history.operations().push_back(op);
  };
  add(kA, 1);
  add(kB, 11);
  add(kA, 21);
  add(kC, 21);
  Operation nobody;
  history.operations().push_back(nobody);
  book.Rename(history);
  std::vector<std::string> names;
  for (const Operation& op : history.operations()) names.push_back(history.NodeOf(op));
  EXPECT_EQ(names, (std::vector<std::string>{"redis-0", "redis-0", "redis-1", kC, ""}));
  EXPECT_EQ(history.nodes().size(), 3U) << "no address is left but the unknown one";
  book.Rename(history);
  EXPECT_EQ(history.NodeOf(history.operations()[0]), "redis-0") << "names stay";
}

}  // namespace
}  // namespace slotquake
