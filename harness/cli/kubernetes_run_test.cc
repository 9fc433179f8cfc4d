// Runs on a real kind cluster, which the test's arguments --context=NAME and
// --kubeconfig=FILE name.
#include <unistd.h>

#include <cctype>
#include <csignal>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/base/subprocess.h"
#include "harness/cli/testing/slotquake_program.h"
#include "harness/history/record.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr int kPass = 0;
constexpr int kInconclusive = 2;
constexpr int kHarnessFailed = 255;

std::vector<std::string> OnKubernetes(const fs::path& scenario, const fs::path& out,
                                      const std::vector<std::string>& more = {}) {
  std::vector<std::string> words = {"run", scenario, "--platform=kubernetes",
                                    "--out=" + out.string()};
  for (const std::string& word : KubernetesArguments()) words.push_back(word);
  words.insert(words.end(), more.begin(), more.end());
  return Slotquake(words);
}

std::string Kubectl(std::vector<std::string> words) {
  words.insert(words.begin(), "kubectl");
  for (const std::string& word : KubernetesArguments()) words.push_back(word);
  const auto said = RunCommand(words);
  EXPECT_TRUE(said.ok()) << said.message();
  return said.ok() ? *said : "";
}

// What has the label of a run, its name a line.
std::string LeftOf(const std::string& run) {
  return Kubectl({"get", "namespaces,persistentvolumes,storageclasses",
                  "--selector=slotquake/run=" + run, "--output=name",
                  "--ignore-not-found"});
}

// The only run in `out`, as its label has it.
std::string RunIn(const fs::path& out) {
  std::string run = fs::canonical(out / "tiny" / "latest").filename();
  for (char& c : run) c = static_cast<char>(std::tolower(c));
  return run;
}

// The namespace of the run with this seed; "" while there is none.
std::string SpaceOf(const std::string& seed) {
  std::istringstream spaces(
      Kubectl({"get", "namespaces",
               R"(--output=jsonpath={range .items[*]}{.metadata.name}{"\n"}{end})"}));
  for (std::string space; std::getline(spaces, space);) {
    if (space.ends_with("-" + seed)) return space;
  }
  return "";
}

class KubernetesRunTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_FALSE(KubernetesArguments().empty())
        << "name a cluster: --test_arg=--context=NAME --test_arg=--kubeconfig=FILE";
    out_ = NewPath("out");
  }
  fs::path Scenario(const ScenarioParts& parts = {}) {
    return WriteTinyScenario(NewPath("given"), parts);
  }
  fs::path out_;
};

TEST_F(KubernetesRunTest, PassesWithEvidenceAndLeavesNothing) {
  StartedProgram program(OnKubernetes(Scenario(), out_));
  EXPECT_EQ(kPass, program.Wait(seconds(300))) << program.Out() << program.Err();
  const fs::path folder = fs::canonical(out_ / "tiny" / "latest");
  EXPECT_TRUE(fs::exists(folder / "report.html"));
  EXPECT_TRUE(fs::exists(folder / "kubernetes" / "manifests.json"));
  const auto record = ReadRecord(folder);
  ASSERT_TRUE(record.ok()) << record.message();
  EXPECT_EQ("kubernetes", record->platform);
  EXPECT_EQ(6U, record->nodes.size());
  EXPECT_EQ(6U, record->logs.size());
  bool has_pods = false;
  for (const Observation& one : record->observations) {
    has_pods = has_pods || one.kind == observation_kind::kPod;
  }
  EXPECT_TRUE(has_pods);
  EXPECT_EQ("", LeftOf(RunIn(out_)));
}

TEST_F(KubernetesRunTest, InterruptedUnderLoadItSavesARecordAndLeavesNothing) {
  StartedProgram program(OnKubernetes(Scenario({.warm_up_ms = "600000"}), out_));
  for (int i = 0; i < 4 && !program.AwaitSaid("warming up"); ++i) {
  }
  program.Signal(SIGINT);
  EXPECT_EQ(kInconclusive, program.Wait(seconds(120))) << program.Err();
  const auto record = ReadRecord(fs::canonical(out_ / "tiny" / "latest"));
  ASSERT_TRUE(record.ok()) << record.message();
  EXPECT_TRUE(record->interrupted);
  EXPECT_EQ("", LeftOf(RunIn(out_)));
}

TEST_F(KubernetesRunTest, InterruptedWhileDeployingItLeavesNothing) {
  // No folder is left that would say which run it was.
  const std::string seed = std::to_string(getpid()) + "777";
  StartedProgram program(OnKubernetes(Scenario(), out_, {"--seed=" + seed}));
  EXPECT_TRUE(program.AwaitSaid("deploying 3 masters")) << program.Err();
  program.Signal(SIGTERM);
  EXPECT_EQ(kHarnessFailed, program.Wait(seconds(120))) << program.Err();
  EXPECT_FALSE(fs::exists(out_ / "tiny" / "latest"));
  EXPECT_EQ("", SpaceOf(seed));
}

TEST_F(KubernetesRunTest, ServerThatHasNoImageIsNamedAndRemoved) {
  StartedProgram program(
      OnKubernetes(Scenario(), out_, {"--server-image=redis:none-such"}));
  EXPECT_EQ(kHarnessFailed, program.Wait(seconds(240))) << program.Out();
  EXPECT_NE(std::string::npos,
            program.Err().find("its image redis:none-such can not be had"))
      << program.Err();
}

// A namespace that is there for the time of a test.
class LentNamespace {
 public:
  LentNamespace() : name_("lent-" + std::to_string(getpid())) {
    Kubectl({"create", "namespace", name_});
    Kubectl({"create", "configmap", "theirs", "--namespace=" + name_});
  }
  ~LentNamespace() { Kubectl({"delete", "namespace", name_, "--wait=false"}); }
  LentNamespace(const LentNamespace&) = delete;
  LentNamespace& operator=(const LentNamespace&) = delete;

  std::string name() const { return name_; }
  // Names of what is there, of the kinds that a run makes.
  std::string Holds(const std::string& selector) const {
    return Kubectl({"get",
                    "pods,statefulsets,deployments,daemonsets,jobs,services,configmaps,"
                    "serviceaccounts,persistentvolumeclaims,poddisruptionbudgets",
                    "--namespace=" + name_, "--selector=" + selector, "--output=name",
                    "--ignore-not-found"});
  }

 private:
  std::string name_;
};

TEST_F(KubernetesRunTest, ALentNamespaceStaysAndWhatElseIsInItToo) {
  const LentNamespace lent;
  StartedProgram program(
      OnKubernetes(Scenario(), out_, {"--namespace=" + lent.name()}));
  EXPECT_EQ(kPass, program.Wait(seconds(300))) << program.Out() << program.Err();
  EXPECT_EQ("", lent.Holds("slotquake/run"));
  EXPECT_NE(std::string::npos, lent.Holds("").find("configmap/theirs"));
  EXPECT_EQ("", LeftOf(RunIn(out_)));

  Kubectl({"create", "service", "clusterip", "redis-cluster", "--tcp=1",
           "--namespace=" + lent.name()});
  StartedProgram refused(
      OnKubernetes(Scenario(), out_, {"--namespace=" + lent.name()}));
  EXPECT_EQ(kHarnessFailed, refused.Wait(seconds(100)));
  EXPECT_NE(std::string::npos, refused.Err().find("\n  Service redis-cluster"))
      << refused.Err();
  EXPECT_NE(std::string::npos, lent.Holds("").find("service/redis-cluster"));
}

// Something that nobody takes away holds the run's namespace.
TEST_F(KubernetesRunTest, ARunThatPassesButStaysIsNoSuccess) {
  const std::string seed = std::to_string(getpid()) + "778";
  StartedProgram program(
      OnKubernetes(Scenario({.warm_up_ms = "8000"}), out_, {"--seed=" + seed}));
  for (int i = 0; i < 4 && !program.AwaitSaid("warming up"); ++i) {
  }
  const std::string space = SpaceOf(seed);
  ASSERT_NE("", space) << program.Err();
  Kubectl({"create", "configmap", "holder", "--namespace=" + space});
  const auto finalize = [&](const std::string& finalizers) {
    Kubectl({"patch", "configmap", "holder", "--namespace=" + space, "--type=merge",
             R"(--patch={"metadata": {"finalizers": )" + finalizers + "}}"});
  };
  finalize(R"(["slotquake.test/holds"])");
  EXPECT_EQ(kHarnessFailed, program.Wait(seconds(300))) << program.Out();
  EXPECT_NE(std::string::npos, program.Out().find("PASS")) << program.Out();
  EXPECT_NE(std::string::npos,
            program.Err().find("not all that the run made was removed"))
      << program.Err();
  EXPECT_NE(std::string::npos, program.Err().find("kubectl delete namespace " + space));
  finalize("null");
}

TEST_F(KubernetesRunTest, ContextThatIsNotThere) {
  StartedProgram program(Slotquake({"run", Scenario(), "--platform=kubernetes",
                                    "--context=no-such", "--out=" + out_.string()}));
  EXPECT_EQ(kHarnessFailed, program.Wait(seconds(60)));
  EXPECT_NE(std::string::npos, program.Err().find("there is no context no-such"))
      << program.Err();
}

}  // namespace
}  // namespace slotquake
