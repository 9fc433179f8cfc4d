// What is wrong with the command line or a scenario is said all at once, and
// nothing is started.
#include <fstream>

#include "gtest/gtest.h"
#include "harness/cli/testing/slotquake_program.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr int kPass = 0;
constexpr int kBadInput = 254;

// Runs it to its end, holds exit code and stderr against what is expected, and
// that stdout stays empty and no process is left.
void ExpectRefused(const Words& words, const Words& texts) {
  StartedProgram program(Slotquake(words));
  SCOPED_TRACE(testing::PrintToString(words));
  EXPECT_EQ(program.Wait(), kBadInput);
  for (const std::string& text : texts) {
    EXPECT_NE(program.Err().find(text), std::string::npos)
        << "\"" << text << "\" is not in:\n"
        << program.Err();
  }
  EXPECT_EQ(program.Out(), "");
  EXPECT_TRUE(AllDescendantsEnd());
}

TEST(BadInputTest, UnknownCommandsAndOptionsAreNamedWithASuggestion) {
  ExpectRefused({}, {"usage: slotquake COMMAND", "exit codes:"});
  ExpectRefused({"rnu"}, {"unknown command \"rnu\"", "did you mean \"run\"?"});
  ExpectRefused(
      {"run", "x.json", "--tirals=2", "--nosuch", "--keep=yes"},
      {"unknown option --tirals; did you mean \"trials\"?", "unknown option --nosuch",
       "--keep takes no value", "slotquake run --help"});
  ExpectRefused({"run", "x.json", "--se=2"},
                {"--se is short for more than one option: --seed --server "
                 "--server-image"});
  ExpectRefused({"run", "x.json", "--seed=1", "--seed=2"}, {"--seed is given twice"});
  ExpectRefused({"run", "x.json", "--seed"}, {"--seed requires S"});
}

TEST(BadInputTest, OperandsThatAreMissingOrTooMany) {
  ExpectRefused({"run"}, {"name one scenario file"});
  ExpectRefused({"run", "a.json", "b.json"}, {"name one scenario file"});
  ExpectRefused({"check"}, {"name one run's folder"});
  ExpectRefused({"report"}, {"name one run's folder"});
  ExpectRefused({"validate"}, {"name at least one scenario file"});
  ExpectRefused({"list", "x"}, {"takes no operands"});
  ExpectRefused({"list", "--faults=kil"}, {"no fault \"kil\"; did you mean \"kill\"?"});
  ExpectRefused({"worker", "x"}, {"takes no operands"});
  ExpectRefused({"hit-counter"}, {"--seeds"});
}

TEST(BadInputTest, FilesAndFoldersThatAreNotThere) {
  ExpectRefused({"run", "/no/such.json"}, {"can not read /no/such.json"});
  ExpectRefused({"validate", "/no/such.json"}, {"can not read /no/such.json"});
  ExpectRefused({"check", "/no/such"}, {"/no/such holds no record.json"});
  ExpectRefused({"report", "/no/such"}, {"/no/such holds no record.json"});
  ExpectRefused({"list", "--scenarios=/no/such"}, {"cannot read /no/such"});
}

TEST(BadInputTest, EveryWrongOptionOfARunAtOnce) {
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  const fs::path out = NewPath("out");
  ExpectRefused(
      {"run", scenario, "--out=" + out.string(), "--seed=-1", "--trials=0",
       "--attempts=many", "--metrics-port=70000", "--ready-limit-s=0", "--engine=mysql",
       "--platform=moon", "--server="},
      {"--seed must be a whole number", "--trials must be a whole number from 1",
       "--attempts must be a whole number", "--metrics-port must be a whole number",
       "--ready-limit-s must be a whole number", "--engine must be redis or valkey",
       "--platform must be local or kubernetes", "--server must not be empty"});
  ExpectRefused({"run", scenario, "--out="}, {"--out must not be empty"});
  ExpectRefused({"run", scenario, "--out=" + out.string(), "--server=redis-0.1"},
                {"no server \"redis-0.1\" in ", "bazel run //deploy/servers:fetch"});
  ExpectRefused({"run", scenario, "--out=" + out.string(), "--keep", "--trials=2"},
                {"--keep goes with one trial"});
  ExpectRefused({"run", scenario, "--out=" + out.string(), "--keep", "--attempts=2"},
                {"--keep goes with one trial and one attempt"});
  EXPECT_FALSE(fs::exists(out));
}

TEST(BadInputTest, OptionsOfAPlatform) {
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  const fs::path out = NewPath("out");
  const std::string to = "--out=" + out.string();
  ExpectRefused({"run", scenario, to, "--context=x", "--overlay=kind"},
                {"--context goes with --platform=kubernetes",
                 "--overlay goes with --platform=kubernetes"});
  ExpectRefused(
      {"run", scenario, to, "--platform=kubernetes", "--kubeconfig=/x", "--images=moon",
       "--server=/bin/redis-server", "--deploy=/nowhere", "--turns=/x"},
      {"--turns goes with --platform=local", "--kubeconfig needs --context=NAME",
       "--images must be auto, registry or airgap", "--server-image=NAME",
       "--deploy=/nowhere has no kubernetes/overlays"});
  EXPECT_FALSE(fs::exists(out));
}

TEST(BadInputTest, EveryMistakeOfAScenarioAtOnceWithItsPlace) {
  const fs::path out = NewPath("out");
  const fs::path scenario = WriteTinyScenario(
      NewPath("given"),
      {.config = R"({"maxmemory policy": 1})",
       .timeline = R"([{"at_ms": 0, "fault": "kil", "victim": {"node": "redis-77"},
                        "recover": "none"}])",
       .warm_up_ms = "\"soon\"",
       .expect = R"({"lost_wirtes": {}})"});
  const Words mistakes = {
      "/timeline/0/fault: unknown fault \"kil\"; did you mean \"kill\"?",
      "/timeline/0/victim/node: no node \"redis-77\"",
      "/warm_up_ms: ",
      "/expect/lost_wirtes: unknown key; did you mean \"lost_writes\"?",
      "/cluster/config/maxmemory policy: ",
  };
  Words with_option = mistakes;
  with_option.push_back("--trials must be");
  ExpectRefused({"run", scenario, "--out=" + out.string(), "--trials=x"}, with_option);
  ExpectRefused({"validate", scenario}, mistakes);
  EXPECT_FALSE(fs::exists(out));
}

TEST(BadInputTest, ScenarioFilesThatAreNone) {
  const fs::path folder = NewPath("given");
  fs::create_directories(folder);
  std::ofstream(folder / "empty.json").flush();
  std::ofstream(folder / "cut.json") << R"({"name": "cut", )";
  std::ofstream(folder / "bytes.json") << "\xff\xfe\x00{";
  ExpectRefused({"run", folder / "empty.json"}, {"the file is empty"});
  ExpectRefused({"run", folder / "cut.json"}, {"cut.json: 1 mistake"});
  ExpectRefused({"run", folder / "bytes.json"}, {"bytes.json: 1 mistake"});
  ExpectRefused({"run", folder}, {"can not read " + folder.string()});
}

TEST(BadInputTest, ValidateSaysWhichFilesAreValid) {
  const fs::path good = WriteTinyScenario(NewPath("good"));
  StartedProgram program(Slotquake({"validate", good}));
  EXPECT_EQ(program.Wait(), kPass);
  EXPECT_EQ(program.Out(), good.string() + ": valid\n");
}

TEST(ListTest, TellsOneFaultOrAllOfThem) {
  StartedProgram one(Slotquake({"list", "--faults=power_cut"}));
  EXPECT_EQ(one.Wait(), kPass);
  EXPECT_EQ(one.Out().rfind("power_cut\n  The host vanishes", 0), 0u) << one.Out();
  EXPECT_EQ(one.Out().find("\nkill\n"), std::string::npos) << one.Out();
  StartedProgram all(Slotquake({"list", "--faults"}));
  EXPECT_EQ(all.Wait(), kPass);
  EXPECT_EQ(all.Out().rfind("kill\n", 0), 0u) << all.Out();
  EXPECT_NE(all.Out().find(one.Out()), std::string::npos) << all.Out();
}

TEST(HelpTest, EveryCommandNamesEveryOption) {
  const std::vector<std::pair<std::string, Words>> commands = {
      {"run",
       {"--trials=N", "--attempts=N", "--seed=S", "--out=FOLDER", "--engine=NAME",
        "--server=PATH", "--keep", "--ready-limit-s=S", "--metrics-port=PORT",
        "--turns=FILE", "--platform=NAME", "--context=NAME", "--kubeconfig=FILE",
        "--overlay=NAME", "--images=SOURCE", "--image=NAME", "--server-image=NAME",
        "--deploy=FOLDER", "--namespace=NAME"}},
      {"heal",
       {"--context=NAME", "--kubeconfig=FILE", "--run=ID", "--dry-run",
        "--namespace=NAME"}},
      {"agent", {"--listen=ADDRESS:PORT"}},
      {"check", {}},
      {"report", {}},
      {"list", {"--scenarios=FOLDER", "--faults", "--servers"}},
      {"validate", {}},
      {"worker", {"--listen=ADDRESS:PORT", "--name=NAME"}},
      {"hit-counter", {"--listen=ADDRESS:PORT", "--seeds=", "--timeout-ms=N"}},
  };
  StartedProgram overview(Slotquake({"--help"}));
  EXPECT_EQ(overview.Wait(), kPass);
  for (const auto& [command, options] : commands) {
    SCOPED_TRACE(command);
    EXPECT_NE(overview.Out().find("\n  " + command + " "), std::string::npos);
    StartedProgram help(Slotquake({command, "--help"}));
    EXPECT_EQ(help.Wait(), kPass);
    EXPECT_EQ(help.Err(), "");
    const std::string usage = "usage: slotquake " + command;
    EXPECT_EQ(help.Out().substr(0, usage.size()), usage);
    for (const std::string& option : options) {
      EXPECT_NE(help.Out().find("\n" + option), std::string::npos) << option;
    }
    // The options that the program itself knows.
    StartedProgram refused(Slotquake({command, "--zzzzzzzzzz"}));
    EXPECT_EQ(refused.Wait(), kBadInput);
    const std::string said = refused.Err().substr(0, refused.Err().find('\n'));
    const auto count = [](const std::string& text, const std::string& what) {
      int n = 0;
      for (auto at = text.find(what); at != std::string::npos;
           at = text.find(what, at + 1)) {
        ++n;
      }
      return n;
    };
    EXPECT_EQ(count(said, ", ") + 1, count(help.Out(), "\n--")) << said;
    EXPECT_EQ(count(help.Out(), "\n--"), static_cast<int>(options.size()) + 1);
  }
}

}  // namespace
}  // namespace slotquake
