// A runner that is killed (SIGKILL) on a real kind cluster at bad moments, and
// `slotquake heal` after it. The test's arguments --context=NAME and --kubeconfig=FILE
// name a kind cluster with two workers or more that may be broken.
#include <unistd.h>

#include <csignal>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/base/subprocess.h"
#include "harness/cli/testing/slotquake_program.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

struct Moment {
  const char* name;
  const char* timeline;
  const char* said;  // by the runner, when it is killed
};

void PrintTo(const Moment& moment, std::ostream* out) { *out << moment.name; }

std::string Fault(const std::string& type, const std::string& options = "{}") {
  return R"([{"at_ms": 0, "fault": ")" + type + R"(", "options": )" + options +
         R"(, "victim": {"node": "redis-1"},
             "recover": {"how": "restart", "after_ms": 600000}}])";
}

const std::string kFreeze = Fault("node_pause");
const std::string kStop = Fault("node_stop");
const std::string kCut = Fault("node_partition");
const std::string kDrain = Fault("node_drain");
const std::string kPause = Fault("pause");
const std::string kIsolate = Fault("isolate");

const Moment kMoments[] = {
    {"Deploying", "[]", "deploying 3 masters"},
    {"WarmingUp", "[]", "warming up"},
    {"PausedProcess", kPause.c_str(), "proven"},
    {"PartitionInForce", kIsolate.c_str(), "proven"},
    {"MachineCut", kCut.c_str(), "proven"},
    {"MachinePaused", kFreeze.c_str(), "proven"},
    {"MachineStopped", kStop.c_str(), "proven"},
    {"MachineDrained", kDrain.c_str(), "proven"},
};

std::string Run(const std::vector<std::string>& command) {
  const auto said = RunCommand(command, "", seconds(60));
  EXPECT_TRUE(said.ok()) << said.message();
  return said.ok() ? *said : "";
}

std::string Kubectl(std::vector<std::string> words, const std::string& input = "") {
  words.insert(words.begin(), "kubectl");
  for (const std::string& word : KubernetesArguments()) words.push_back(word);
  const auto said = RunCommand(words, input, seconds(60));
  EXPECT_TRUE(said.ok()) << said.message();
  return said.ok() ? *said : "";
}

// "NAME STATE" of every machine, a line each; and their tables of ours.
std::string Machines() {
  std::string text;
  std::istringstream machines(
      Kubectl({"get", "nodes", "--output=jsonpath={.items[*].metadata.name}"}));
  for (std::string machine; machines >> machine;) {
    text += machine + " " +
            Run({"docker", "inspect", "--format={{.State.Status}}", machine});
    text += Run({"docker", "exec", machine, "sh", "-c",
                 "nft list tables | grep slotquake_ || true; "
                 "ls /var/local/slotquake 2>/dev/null || true"});
  }
  return text;
}

std::string Cordoned() {
  return Kubectl(
      {"get", "nodes", "--field-selector=spec.unschedulable=true", "--output=name"});
}

constexpr const char* kBystander =
    R"json({"apiVersion": "v1", "kind": "List", "items": [
{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "bystander-of-crashes",
  "labels": {"app.kubernetes.io/managed-by": "slotquake"}}},
{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept",
  "namespace": "bystander-of-crashes",
  "labels": {"app.kubernetes.io/managed-by": "slotquake"}}}]})json";

class KubernetesCrashTest : public testing::TestWithParam<Moment> {
 protected:
  void SetUp() override {
    ASSERT_FALSE(KubernetesArguments().empty())
        << "name a cluster: --test_arg=--context=NAME --test_arg=--kubeconfig=FILE";
    Kubectl({"apply", "--filename=-"}, kBystander);
  }
  void TearDown() override {
    Kubectl({"delete", "namespace", "bystander-of-crashes", "--ignore-not-found"});
  }

  static std::string Bystander() {
    return Kubectl({"get", "namespace", "bystander-of-crashes",
                    "--output=jsonpath={.metadata.uid}"}) +
           Kubectl({"--namespace=bystander-of-crashes", "get", "configmap", "kept",
                    "--output=jsonpath={.metadata.uid}"});
  }

  // The label of the run with this seed; "" where nothing is left of one.
  static std::string RunWith(const std::string& seed) {
    std::istringstream runs(
        Kubectl({"get", "namespaces,persistentvolumes,storageclasses",
                 "--selector=slotquake/run",
                 "--output=jsonpath={.items[*].metadata.labels.slotquake/run}"}));
    for (std::string run; runs >> run;) {
      if (run.ends_with("-" + seed)) return run;
    }
    return "";
  }

  static int Heal(const std::string& run, std::string* said) {
    std::vector<std::string> words = {"heal", "--run=" + run};
    for (const std::string& word : KubernetesArguments()) words.push_back(word);
    StartedProgram heal(Slotquake(words));
    const int code = heal.Wait(seconds(300));
    *said = heal.Out() + heal.Err();
    std::printf("%s", said->c_str());
    return code;
  }
};

TEST_P(KubernetesCrashTest, NothingIsLeftAndNobodyElseIsTouched) {
  const std::string machines = Machines();
  const std::string bystander = Bystander();
  const std::string seed = std::to_string(getpid()) + "31";
  const fs::path scenario = WriteTinyScenario(
      NewPath("given"),
      {.timeline = GetParam().timeline, .expect = R"({"rest": "any"})"});
  std::vector<std::string> words = {"run", scenario, "--platform=kubernetes",
                                    "--seed=" + seed,
                                    "--out=" + NewPath("out").string()};
  for (const std::string& word : KubernetesArguments()) words.push_back(word);
  {
    StartedProgram runner(Slotquake(words));
    bool said = false;
    for (int i = 0; i < 5 && !said; ++i) said = runner.AwaitSaid(GetParam().said);
    ASSERT_TRUE(said) << runner.Err();
    if (std::string(GetParam().said).rfind("deploying", 0) == 0) {
      // Something of it must be there.
      ASSERT_TRUE(WaitUntil([&] { return !RunWith(seed).empty(); }, seconds(60)));
    }
    runner.Signal(SIGKILL);
    EXPECT_EQ(1000 + SIGKILL, runner.Wait());
    std::printf("%s", runner.Err().c_str());
  }
  const std::string run = RunWith(seed);
  ASSERT_NE("", run) << "there is nothing to heal";
  std::string said;
  EXPECT_EQ(0, Heal(run, &said)) << said;
  EXPECT_EQ("", RunWith(seed));
  EXPECT_EQ("", Cordoned());
  EXPECT_EQ(machines, Machines());
  EXPECT_EQ(bystander, Bystander());
  EXPECT_EQ(0, Heal(run, &said)) << said;
  EXPECT_NE(std::string::npos, said.find("nothing to heal")) << said;
}

INSTANTIATE_TEST_SUITE_P(Moments, KubernetesCrashTest, testing::ValuesIn(kMoments),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace slotquake
