#include "harness/history/record.h"

#include <fstream>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kHostile("\x00\xff\xfe \xc3(", 6);

class RecordTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void WriteFile(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  std::string ReadFile(const std::string& name) {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // The error of reading the folder, "" when there is none.
  std::string ReadError() { return ReadRecord(folder_).message(); }

  fs::path folder_;
};

FaultRecord MakeFault() {
  FaultRecord fault;
  fault.type = "kill";
  fault.effect = "process_gone";
  fault.description = "SIGKILL to redis-0";
  fault.options = {{"signal", 9}};
  fault.victims = {{"redis-0", "abc", true, 4, {{0, 5460}}}};
  fault.triggered_by = "redis-3 was promoted";
  fault.triggered_at = Nanos(90);
  fault.injected = true;
  fault.asked = Nanos(100);
  fault.done = Nanos(200);
  fault.proofs = {{"process 1 is gone", true, Nanos(210)}};
  fault.steps = {{"cut", Nanos(220), Nanos(230), "no"}};
  fault.error = "none";
  fault.recovery_wanted = true;
  fault.recovered = true;
  fault.recover_asked = Nanos(300);
  fault.recover_done = Nanos(400);
  fault.recovery_proofs = {{"it answers", false, Nanos(410)}};
  return fault;
}

// Nothing is left at its default.
RunRecord MakeRecord() {
  RunRecord record;
  record.id = "20261122T140200Z-42";
  record.scenario = "kill_master";
  record.scenario_json = {{"name", "kill_master"}};
  record.seed = 0xfedcba9876543210ULL;
  record.trial = 2;
  record.platform = "local";
  record.base_wall = Nanos(1'795'356'700'123'456'789);
  record.duration = std::chrono::seconds(30);
  record.command = "slotquake run x --seed=42";
  record.environment = {{"kernel", "6.18"}};
  record.interrupted = true;
  record.errors = {"the harness itself"};
  record.nodes = {{"redis-0",
                   "abc",
                   "10.77.1.1",
                   6380,
                   "7.0.15",
                   "valkey",
                   {{"cluster-node-timeout", "1000"}}}};
  record.workers = {{1, "client-0", "load", Nanos(-7), Nanos(9)}};
  record.loads = {{"append", 1, 16, true, 123.5, 32, Nanos(1), Nanos(2)}};
  record.phases = {{"warm_up", Nanos(3), Nanos(4)}};
  record.faults = {MakeFault()};
  record.rest = {true, Nanos(5), Nanos(6), Nanos(7), "nothing"};
  record.initial_values = {{"hits", 3}};
  record.final_reads = {{"hits", "redis-0", "", 17, {}},
                        {"log", "redis-1", "WRONGTYPE", std::nullopt, {1LL << 60, 2}}};
  record.history.keys().Intern(kHostile);
  Operation op;
  op.id = 5;
  op.invoked = Nanos(11);
  record.history.operations().push_back(op);
  Observation observation;
  observation.at = Nanos(12);
  observation.not_before = Nanos(10);
  observation.source = "log";
  observation.node = "redis-0";
  observation.kind = "log";
  observation.data = {{"event", "election_won"}};
  record.observations = {observation};
  record.logs = {{"redis-0", "a line\n" + kHostile + "\n"}, {"redis.1", ""}};
  return record;
}

void ExpectEqual(const std::vector<Proof>& a, const std::vector<Proof>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].what, b[i].what);
    EXPECT_EQ(a[i].holds, b[i].holds);
    EXPECT_EQ(a[i].at, b[i].at);
  }
}

void ExpectEqual(const FaultRecord& a, const FaultRecord& b) {
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.description, b.description);
  EXPECT_EQ(a.options, b.options);
  ASSERT_EQ(a.victims.size(), b.victims.size());
  for (std::size_t i = 0; i < a.victims.size(); ++i) {
    EXPECT_EQ(a.victims[i].node, b.victims[i].node);
    EXPECT_EQ(a.victims[i].id, b.victims[i].id);
    EXPECT_EQ(a.victims[i].was_master, b.victims[i].was_master);
    EXPECT_EQ(a.victims[i].config_epoch, b.victims[i].config_epoch);
    EXPECT_EQ(a.victims[i].slots, b.victims[i].slots);
  }
  EXPECT_EQ(a.injected, b.injected);
  EXPECT_EQ(a.asked, b.asked);
  EXPECT_EQ(a.done, b.done);
  ExpectEqual(a.proofs, b.proofs);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.recovery_wanted, b.recovery_wanted);
  EXPECT_EQ(a.recovered, b.recovered);
  EXPECT_EQ(a.recover_asked, b.recover_asked);
  EXPECT_EQ(a.recover_done, b.recover_done);
  ExpectEqual(a.recovery_proofs, b.recovery_proofs);
}

TEST_F(RecordTest, ComesBackWhole) {
  const RunRecord record = MakeRecord();
  const Status written = WriteRecord(record, folder_);
  ASSERT_TRUE(written.ok()) << written.message();
  const auto back = ReadRecord(folder_);
  ASSERT_TRUE(back.ok()) << back.message();

  // Written once more it is the same, byte for byte: no field was forgotten
  // between reading and writing.
  const fs::path again = folder_ / "again";
  fs::create_directories(again);
  ASSERT_TRUE(WriteRecord(*back, again).ok());
  for (const std::string name :
       {"record.json", "scenario.json", "history.sq", "observations.jsonl",
        "logs/redis-0.log", "logs/redis.1.log"}) {
    EXPECT_EQ(ReadFile("again/" + name), ReadFile(name)) << name;
  }

  ExpectEqual(back->faults.at(0), record.faults.at(0));
  EXPECT_EQ(back->id, record.id);
  EXPECT_EQ(back->scenario, record.scenario);
  EXPECT_EQ(back->trial, record.trial);
  EXPECT_EQ(back->platform, record.platform);
  EXPECT_EQ(back->duration, record.duration);
  EXPECT_EQ(back->command, record.command);
  EXPECT_EQ(back->environment, record.environment);
  EXPECT_EQ(back->errors, record.errors);
  EXPECT_EQ(back->seed, record.seed);
  EXPECT_EQ(back->scenario_json, record.scenario_json);
  EXPECT_EQ(back->base_wall, record.base_wall);
  EXPECT_EQ(back->interrupted, true);
  const NodeRecord& node = back->nodes.at(0);
  EXPECT_EQ(node.name + node.id + node.address, "redis-0abc10.77.1.1");
  EXPECT_EQ(node.port, 6380);
  EXPECT_EQ(node.engine + node.version, "valkey7.0.15");
  EXPECT_EQ(node.config, record.nodes[0].config);
  const WorkerRecord& worker = back->workers.at(0);
  EXPECT_EQ(worker.name + worker.role, "client-0load");
  EXPECT_EQ(worker.index, 1);
  EXPECT_EQ(worker.clock_offset, Nanos(-7));
  EXPECT_EQ(worker.clock_bound, Nanos(9));
  const LoadRecord& load = back->loads.at(0);
  EXPECT_EQ(load.kind, "append");
  EXPECT_EQ(load.worker, 1);
  EXPECT_EQ(load.clients, 16);
  EXPECT_TRUE(load.open_loop);
  EXPECT_EQ(load.rate_per_second, 123.5);
  EXPECT_EQ(load.keys, 32);
  EXPECT_EQ(load.end - load.begin, Nanos(1));
  EXPECT_EQ(back->phases.at(0).name, "warm_up");
  EXPECT_EQ(back->phases[0].end - back->phases[0].begin, Nanos(1));
  EXPECT_TRUE(back->rest.reached);
  EXPECT_EQ(back->rest.since, Nanos(5));
  EXPECT_EQ(back->rest.until, Nanos(6));
  EXPECT_EQ(back->rest.required, Nanos(7));
  EXPECT_EQ(back->rest.missing, "nothing");
  EXPECT_EQ(back->initial_values, record.initial_values);
  EXPECT_EQ(back->final_reads[0].value, 17);
  EXPECT_EQ(back->final_reads[1].value, std::nullopt);
  EXPECT_EQ(back->final_reads[1].tokens, record.final_reads[1].tokens);
  EXPECT_EQ(back->history.keys()[0], kHostile);
  EXPECT_EQ(back->observations[0].data["event"], "election_won");
  EXPECT_EQ(back->logs, record.logs);
}

TEST_F(RecordTest, TakesAnyBytes) {
  RunRecord record = MakeRecord();
  record.observations[0].data["text"] = kHostile;
  record.final_reads[0].key = kHostile;
  record.errors = {kHostile};
  ASSERT_TRUE(WriteRecord(record, folder_).ok());
  const auto back = ReadRecord(folder_);
  ASSERT_TRUE(back.ok()) << back.message();
  EXPECT_EQ(back->logs.at("redis-0"), record.logs.at("redis-0"));
  EXPECT_EQ(back->history.keys()[0], kHostile);
}

TEST_F(RecordTest, AFolderWithoutRecordIsNotARun) {
  EXPECT_NE(ReadError().find("no record.json"), std::string::npos) << ReadError();
  ASSERT_TRUE(WriteRecord(MakeRecord(), folder_).ok());
  EXPECT_EQ(ReadError(), "");
  EXPECT_FALSE(fs::exists(folder_ / "record.json.part"));
  fs::rename(folder_ / "record.json", folder_ / "record.json.part");
  EXPECT_NE(ReadError().find("no record.json"), std::string::npos) << ReadError();
}

TEST_F(RecordTest, CannotBeWrittenWhereNothingCanBe) {
  EXPECT_FALSE(WriteRecord(MakeRecord(), "/proc/no such folder").ok());
}

TEST_F(RecordTest, ErrorsNameTheFile) {
  const struct {
    const char* file;
    const char* text;
    const char* error;
  } cases[] = {
      {"record.json", "{", "record.json"},
      {"record.json", "{}", "record.json"},
      {"scenario.json", "nonsense", "scenario.json"},
      {"history.sq", "SQHIST01", "history.sq: the history file is damaged"},
      {"observations.jsonl", "{}\n", "observations.jsonl:1: "},
      {"observations.jsonl", "{\"at_ns\":", "observations.jsonl:1: "},
  };
  for (const auto& c : cases) {
    ASSERT_TRUE(WriteRecord(MakeRecord(), folder_).ok());
    WriteFile(c.file, c.text);
    EXPECT_NE(ReadError().find(c.error), std::string::npos) << ReadError();
  }
}

TEST_F(RecordTest, RefusesAnotherFormat) {
  RunRecord record = MakeRecord();
  record.format = 2;
  ASSERT_TRUE(WriteRecord(record, folder_).ok());
  EXPECT_NE(ReadError().find("format 2"), std::string::npos) << ReadError();
}

TEST_F(RecordTest, RefusesWhenAFileIsMissing) {
  for (const char* name : {"scenario.json", "history.sq", "observations.jsonl"}) {
    ASSERT_TRUE(WriteRecord(MakeRecord(), folder_).ok());
    fs::remove(folder_ / name);
    EXPECT_NE(ReadError().find(name), std::string::npos) << ReadError();
  }
}

TEST(FaultRecordTest, IsProvenByEveryProof) {
  FaultRecord fault = MakeFault();
  EXPECT_TRUE(fault.IsProven());
  fault.proofs.push_back({"it is unreachable", false, Nanos(0)});
  EXPECT_FALSE(fault.IsProven());
  fault.proofs.clear();
  EXPECT_FALSE(fault.IsProven()) << "no proof is no proof";
  fault = MakeFault();
  fault.injected = false;
  EXPECT_FALSE(fault.IsProven());
}

TEST(RunRecordTest, Finds) {
  const RunRecord record = MakeRecord();
  EXPECT_EQ(record.FindNode("redis-0"), &record.nodes[0]);
  EXPECT_EQ(record.FindNode("redis-9"), nullptr);
  EXPECT_EQ(record.FindNodeById("abc"), &record.nodes[0]);
  EXPECT_EQ(record.FindNodeById("x"), nullptr);
  EXPECT_EQ(record.FindPhase("warm_up"), &record.phases[0]);
  EXPECT_EQ(record.FindPhase("x"), nullptr);
}

}  // namespace
}  // namespace slotquake
