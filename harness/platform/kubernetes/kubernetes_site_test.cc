#include "harness/platform/kubernetes/kubernetes_site.h"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "gtest/gtest.h"
#include "harness/platform/kubernetes/testing/fake_kubectl.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// Two machines of the kind cluster "tests", or of what `provider` says. While there is
// a file `silent` it does not reach the server.
const char* const kAnswers = R"(
if text_of("silent"):
    fail("Unable to connect to the server: dial tcp: i/o timeout")
if words[0] == "version":
    print('{"serverVersion": {"gitVersion": "v1.20.2"}}')
else:
    machine = {"metadata": {"name": "worker1"},
               "spec": {"providerID": text_of("provider") or "kind://docker/tests/worker1"},
               "status": {"nodeInfo": {"kubeletVersion": "v1.20.2"}}}
    print(json.dumps({"items": [machine, machine]}))
)";

void WriteScript(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << "#!/bin/sh\n" << text;
  chmod(file.c_str(), 0755);
}

class KubernetesSiteTest : public testing::Test {
 protected:
  KubernetesSiteTest() : fake_(kAnswers) {
    deploy_ = fake_.folder() / "deploy";
    WriteScript(deploy_ / "kind" / "cluster",
                "echo \"$@\" >>" + Calls() + "\n[ \"$1\" = up ] && [ -e " +
                    (fake_.folder() / "no-kind").string() + " ] && exit $(cat " +
                    (fake_.folder() / "no-kind").string() + ")\nexit 0\n");
    WriteScript(deploy_ / "images" / "build",
                "echo build \"$@\" >>" + Calls() + "\necho slotquake:abc\n");
    old_path_ = std::getenv("PATH");
    setenv("PATH", (fake_.folder().string() + ":" + old_path_).c_str(), 1);
  }
  ~KubernetesSiteTest() override { setenv("PATH", old_path_.c_str(), 1); }

  std::string Calls() const { return (fake_.folder() / "scripts").string(); }
  Result<std::unique_ptr<KubernetesSite>> Open(SiteOptions options) {
    options.deploy = deploy_;
    options.program = "/bin/slotquake";
    options.folder = fake_.folder();
    options.id = "1";
    return KubernetesSite::Open(
        options, {.say = [](const std::string&) {}, .show = [](const std::string&) {}},
        [] { return false; });
  }

  FakeKubectl fake_;
  fs::path deploy_;
  std::string old_path_;
};

TEST_F(KubernetesSiteTest, NamedKindClusterGetsTheImageAndIsNeverDeleted) {
  auto site = Open({.context = "kind-tests", .kubeconfig = "/k"});
  ASSERT_TRUE(site.ok()) << site.message();
  EXPECT_EQ("tests", (*site)->kind_name());
  EXPECT_EQ("v1.20.2", (*site)->server_version());
  EXPECT_EQ(2U, (*site)->machines().size());
  EXPECT_EQ("slotquake:abc", (*site)->image());
  EXPECT_EQ("", (*site)->HowToReuse());
  EXPECT_TRUE((*site)->Close().ok());
  EXPECT_EQ("build --program=/bin/slotquake\nload slotquake:abc --name=tests\n",
            fake_.Read("scripts"));
  for (const std::string& call : fake_.calls()) {
    EXPECT_TRUE(call.starts_with("--kubeconfig=/k --context=kind-tests ")) << call;
  }
}

TEST_F(KubernetesSiteTest, WithoutAContextItMakesAClusterAndDeletesIt) {
  auto site = Open({.images = "airgap"});
  ASSERT_TRUE(site.ok()) << site.message();
  const std::string up =
      "up --name=slotquake-1 --kubeconfig=" + (fake_.folder() / "kubeconfig").string() +
      " --source=airgap\n";
  EXPECT_TRUE(fake_.Read("scripts").starts_with(up)) << fake_.Read("scripts");
  EXPECT_EQ("kind-slotquake-1", (*site)->kubectl().target().context);
  EXPECT_NE("", (*site)->HowToReuse());
  EXPECT_TRUE((*site)->Close().ok());
  EXPECT_TRUE((*site)->Close().ok());
  EXPECT_TRUE(fake_.Read("scripts").ends_with("\ndown --name=slotquake-1\n"))
      << fake_.Read("scripts");
}

TEST_F(KubernetesSiteTest, WhereNoneCanBeMadeNothingIsDeletedOrSaidToBeThere) {
  fake_.Write("no-kind", "3");
  const auto site = Open({});
  ASSERT_FALSE(site.ok());
  EXPECT_TRUE(site.message().starts_with("no kind cluster can be made here; --context"))
      << site.message();
  EXPECT_EQ(std::string::npos, site.message().find("still there")) << site.message();
  EXPECT_EQ(std::string::npos, fake_.Read("scripts").find("down"));
}

TEST_F(KubernetesSiteTest, HalfAClusterIsDeletedToo) {
  fake_.Write("no-kind", "1");
  const auto site = Open({});
  ASSERT_FALSE(site.ok());
  EXPECT_NE(std::string::npos, site.message().find("exit code 1")) << site.message();
  EXPECT_TRUE(fake_.Read("scripts").ends_with("\ndown --name=slotquake-1\n"))
      << fake_.Read("scripts");
}

TEST_F(KubernetesSiteTest, ClusterThatDoesNotAnswer) {
  fake_.Write("silent", "x");
  const auto site = Open({.context = "kind-tests"});
  ASSERT_FALSE(site.ok());
  EXPECT_TRUE(site.message().starts_with("the cluster's API server does not answer"))
      << site.message();
}

TEST_F(KubernetesSiteTest, OtherClustersNeedAnImageThatIsNamed) {
  fake_.Write("provider", "gce://x/y/z");
  const auto site = Open({.context = "far"});
  ASSERT_FALSE(site.ok());
  EXPECT_NE(std::string::npos, site.message().find("--image=NAME"));
  const auto named = Open({.context = "far", .image = "registry.example/slotquake:1"});
  ASSERT_TRUE(named.ok()) << named.message();
  EXPECT_EQ("", fake_.Read("scripts"));
}

TEST(KindNameOfTest, TheSecondPart) {
  EXPECT_EQ("slotquake", KindNameOf("kind://docker/slotquake/slotquake-worker"));
  EXPECT_EQ("", KindNameOf("gce://a/b/c"));
  EXPECT_EQ("", KindNameOf("kind://docker"));
  EXPECT_EQ("", KindNameOf(""));
}

}  // namespace
}  // namespace slotquake
