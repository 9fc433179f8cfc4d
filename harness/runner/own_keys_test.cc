#include "harness/runner/own_keys.h"

#include <algorithm>
#include <map>
#include <utility>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

// A cluster of keys, each with a value or what reading it says.
class FakeKeys {
 public:
  std::map<std::string, std::string> errors;
  std::map<std::string, std::int64_t> values;
  std::vector<FinalReadConfig> asked;
  bool silent = false;

  OwnKeys::Read Read() {
    return [this](const FinalReadConfig& config) -> Result<std::vector<FinalRead>> {
      asked.push_back(config);
      if (silent) return Status::Error("the worker does not answer");
      std::vector<FinalRead> reads;
      for (const std::string& key : config.keys) {
        FinalRead& read = reads.emplace_back();
        read.key = key;
        if (errors.contains(key)) read.error = errors[key];
        if (!config.remove && values.contains(key)) read.value = values[key];
        if (config.remove && read.error.empty()) values.erase(key);
      }
      return reads;
    };
  }
};

std::vector<LoadSpec> Loads() {
  LoadSpec hits;
  hits.keys.per_shard = 2;
  LoadSpec append = hits;
  append.kind = "append";
  return {hits, append, hits};
}

LoadTarget Target() {
  LoadTarget target;
  target.seeds = {{"10.0.0.1", 6379}};
  target.password = "secret";
  target.shards = {{{0, 8191}}, {{8192, 16383}}};
  return target;
}

TEST(OwnKeysTest, FreeKeysAreClaimedAndRemoved) {
  FakeKeys cluster;
  OwnKeys keys(Loads(), Target(), cluster.Read());
  EXPECT_TRUE(keys.Claim().ok());
  EXPECT_TRUE(keys.Remove().ok());
  ASSERT_EQ(cluster.asked.size(), 2u);
  EXPECT_FALSE(cluster.asked[0].remove);
  EXPECT_TRUE(cluster.asked[1].remove);
  EXPECT_EQ(cluster.asked[0].password, "secret");
  std::vector<std::string> all = cluster.asked[0].keys;
  EXPECT_EQ(all, cluster.asked[1].keys);
  for (const char* key : {"hits", "log"}) {
    EXPECT_EQ(std::count(all.begin(), all.end(), key), 1) << key;
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::unique(all.begin(), all.end()), all.end()) << "a key twice";
}

TEST(OwnKeysTest, KeysOfOthersAreNamedAndNeverRemoved) {
  for (const bool other_type : {false, true}) {
    FakeKeys cluster;
    if (other_type) {
      cluster.errors["log"] = "not read: WRONGTYPE Operation against a key";
    } else {
      cluster.values["log"] = 0;
    }
    OwnKeys keys(Loads(), Target(), cluster.Read());
    const Status claimed = keys.Claim();
    ASSERT_FALSE(claimed.ok());
    EXPECT_NE(claimed.message().find("would write: log;"), std::string::npos)
        << claimed.message();
    EXPECT_TRUE(keys.Remove().ok());
    EXPECT_EQ(cluster.asked.size(), 1u) << "it removed what is not its own";
  }
}

TEST(OwnKeysTest, WhatCanNotBeReadIsNotTakenForFree) {
  FakeKeys cluster;
  cluster.errors["hits"] = "not read: CLUSTERDOWN";
  OwnKeys keys(Loads(), Target(), cluster.Read());
  EXPECT_NE(keys.Claim().message().find("hits is free can not be told"),
            std::string::npos);
  cluster.silent = true;
  OwnKeys unasked(Loads(), Target(), cluster.Read());
  EXPECT_NE(unasked.Claim().message().find("does not answer"), std::string::npos);
}

TEST(OwnKeysTest, WhatStaysIsSaid) {
  FakeKeys cluster;
  OwnKeys keys(Loads(), Target(), cluster.Read());
  ASSERT_TRUE(keys.Claim().ok());
  cluster.errors["hits"] = "not read: nobody owns its slot";
  const Status removed = keys.Remove();
  EXPECT_NE(removed.message().find("stay in the cluster: hits (not read: nobody"),
            std::string::npos)
      << removed.message();
}

}  // namespace
}  // namespace slotquake
