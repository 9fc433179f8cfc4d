#include "harness/platform/kubernetes/journal.h"

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

using nlohmann::json;

// Keeps the one ConfigMap in a file.
constexpr const char* kScript = R"py(
if words[0] == "create":
    if text_of("refuse"):
        fail("Error from server (Forbidden): no")
    if text_of("map"):
        fail('Error from server (AlreadyExists): configmaps "slotquake-journal" exists')
    open(here + "/map", "w").write(given())
elif words[0] == "patch":
    map = json.loads(text_of("map"))
    patch = [w for w in words if w.startswith("--patch=")][0][len("--patch="):]
    map["data"].update(json.loads(patch)["data"])
    open(here + "/map", "w").write(json.dumps(map))
elif words[:2] == ["get", "pod"]:
    print('{"metadata": {"ownerReferences": [{"kind": "StatefulSet", "name": "set"}]}}')
elif words[:2] == ["get", "statefulset"]:
    print('{"spec": {"replicas": 6}}')
)py";

class Directory : public PodDirectory {
 public:
  Result<PodPlace> Find(const std::string& name) const override {
    if (name != "redis-1") return Status::Error("there is no pod of " + name);
    return PodPlace{.name = "set-1",
                    .uid = "u1",
                    .container_id = "c1",
                    .machine = "worker",
                    .address = "10.1.2.3"};
  }
  const std::vector<std::string>& nodes() const override { return nodes_; }
  std::map<std::string, std::string> Addresses() const override { return {}; }
  Result<Reach> AgentOn(const std::string&) const override {
    return Status::Error("none");
  }
  int client_port() const override { return 6379; }

 private:
  std::vector<std::string> nodes_ = {"redis-0", "redis-1"};
};

class JournalTest : public testing::Test {
 protected:
  static FaultRecord Fault(const std::string& type) {
    FaultRecord fault;
    fault.type = type;
    fault.description = type + " of redis-1";
    for (const char* node : {"redis-1", "redis-0"}) {
      fault.victims.emplace_back();
      fault.victims.back().node = node;
    }
    return fault;
  }

  RunJournal Read() {
    json map = json::parse(fake_.Read("map"));
    map["metadata"]["namespace"] = "own";
    const auto journal = ReadJournal(map);
    EXPECT_TRUE(journal.ok()) << journal.message();
    return journal.ok() ? *journal : RunJournal();
  }

  FakeKubectl fake_{kScript};
  Directory directory_;
  PodsControl pods_{fake_.kubectl("servers"), {{"redis-1", "set-1"}}};
  Journal journal_{fake_.kubectl("own"), "run-7", "servers", directory_, pods_};
};

TEST_F(JournalTest, WhatIsNotedCanBeReadByAnybody) {
  ASSERT_TRUE(journal_.Begin(0, Fault("node_stop")).ok());
  ASSERT_TRUE(journal_.Begin(1, Fault("pause")).ok());
  ASSERT_TRUE(journal_.End(1).ok());
  const RunJournal read = Read();
  EXPECT_EQ(read.run, "run-7");
  EXPECT_EQ(read.name_space, "own");
  ASSERT_EQ(read.entries.size(), 2u);
  const JournalEntry& stop = read.entries[0];
  EXPECT_EQ(stop.type, "node_stop");
  EXPECT_EQ(stop.description, "node_stop of redis-1");
  EXPECT_EQ(stop.name_space, "servers");
  EXPECT_FALSE(stop.started_at.empty());
  EXPECT_EQ(stop.undone_at, "");
  ASSERT_EQ(stop.victims.size(), 2u);
  EXPECT_EQ(stop.victims[0].uid, "u1");
  EXPECT_EQ(stop.victims[0].container, "c1");
  EXPECT_EQ(stop.victims[1].uid, "") << "a victim without a pod is noted all the same";
  EXPECT_EQ(stop.Machines(), std::set<std::string>{"worker"});
  EXPECT_NE(read.entries[1].undone_at, "");
}

TEST_F(JournalTest, ANoteIsOneCallOfKubectl) {
  ASSERT_TRUE(journal_.Begin(0, Fault("node_stop")).ok());
  EXPECT_EQ(fake_.calls().size(), 1u);
  ASSERT_TRUE(journal_.End(0).ok());
  EXPECT_EQ(fake_.calls().size(), 2u);
}

TEST_F(JournalTest, TheOldScaleIsNoted) {
  ASSERT_TRUE(journal_.Begin(0, Fault("scale_up")).ok());
  EXPECT_EQ(Read().entries.at(0).stateful_set, "set");
  EXPECT_EQ(Read().entries.at(0).replicas, 6);
}

TEST_F(JournalTest, AJournalThatIsThereIsGoneOnWith) {
  ASSERT_TRUE(journal_.Begin(0, Fault("pause")).ok());
  Journal second(fake_.kubectl("own"), "run-7", "servers", directory_, pods_);
  ASSERT_TRUE(second.Begin(1, Fault("kill")).ok());
  EXPECT_EQ(Read().entries.size(), 2u);
}

TEST_F(JournalTest, WhatCouldNotBeWrittenIsAnError) {
  fake_.Write("refuse", "1");
  EXPECT_NE(journal_.Begin(0, Fault("pause")).message().find("Forbidden"),
            std::string::npos);
  EXPECT_TRUE(journal_.End(5).ok()) << "never begun";
}

TEST(ReadJournal, SaysWhatIsWrong) {
  const json map = {
      {"metadata", {{"namespace", "n"}, {"labels", {{"slotquake/run", "r"}}}}},
      {"data", {{"fault-3", "{}"}}}};
  EXPECT_NE(ReadJournal(map).message().find("fault-3"), std::string::npos);
  EXPECT_FALSE(ReadJournal(json::object()).ok());
}

}  // namespace
}  // namespace slotquake
