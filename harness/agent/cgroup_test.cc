#include "harness/agent/cgroup.h"

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using std::string;

const string kUid = "2dd3215a-3287-45a3-8c4c-b23723665918";
const string kSliceUid = "2dd3215a_3287_45a3_8c4c_b23723665918";
const string kId = "848e84349066c3e861f9d9656ad93f459ef347c346a11abebef8316b515e8312";
const string kOther(64, 'a');

TEST(CgroupTest, EveryDriverAndVersion) {
  const struct {
    const char* what;
    string text;
  } cases[] = {
      {"version 1, cgroupfs, containerd",
       "9:name=systemd:/kubepods/besteffort/pod" + kUid + "/" + kId +
           "\n8:pids:/kubepods/besteffort/pod" + kUid + "/" + kId + "\n"},
      {"kind: below a root of its own",
       "1:cpu:/kubelet/kubepods/besteffort/pod" + kUid + "/" + kId + "\n0::/\n"},
      {"kind, seen from outside: the node is a container too",
       "1:cpu:/docker/" + kOther + "/kubelet/kubepods/pod" + kUid + "/" + kId + "\n"},
      {"version 1, systemd, containerd",
       "12:memory:/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" +
           kSliceUid + ".slice/cri-containerd-" + kId + ".scope\n"},
      {"version 2, systemd, containerd", "0::/kubepods.slice/kubepods-pod" + kSliceUid +
                                             ".slice/cri-containerd-" + kId +
                                             ".scope\n"},
      {"version 2, systemd, CRI-O, a group below the container",
       "0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" +
           kSliceUid + ".slice/crio-" + kId + ".scope/container\n"},
      {"version 2, systemd, Docker", "0::/kubepods.slice/kubepods-pod" + kSliceUid +
                                         ".slice/docker-" + kId + ".scope\n"},
      {"containerd that was not told of systemd",
       "4:cpu:/system.slice/containerd.service/kubepods-besteffort-pod" + kSliceUid +
           ".slice:cri-containerd:" + kId + "\n"},
      {"from a cgroup namespace beside it", "0::/../../kubepods-besteffort-pod" +
                                                kSliceUid + ".slice/cri-containerd-" +
                                                kId + ".scope\n"},
      {"only one hierarchy goes down to the container",
       "2:rdma:/kubepods/pod" + kUid + "\n1:cpu:/kubepods/pod" + kUid + "/" + kId +
           "\n0::/kubepods/pod" + kUid + "\n"},
      {"a cluster in a pod of another cluster",
       "0::/kubepods/pod11111111-2222-3333-4444-555555555555/" + kOther +
           "/kubelet/kubepods/pod" + kUid + "/" + kId + "\n"},
  };
  for (const auto& c : cases) {
    const auto member = ParseCgroup(c.text);
    ASSERT_TRUE(member) << c.what;
    EXPECT_EQ(member->pod_uid, kUid) << c.what;
    EXPECT_EQ(member->container_id, kId) << c.what;
  }
}

TEST(CgroupTest, AStaticPodHasAHash) {
  const auto member =
      ParseCgroup("0::/kubepods/podb8a7c1de9e2a4c43b1d7f6a9c0e1d2f3/" + kId);
  ASSERT_TRUE(member);
  EXPECT_EQ(member->pod_uid, "b8a7c1de9e2a4c43b1d7f6a9c0e1d2f3");
}

TEST(CgroupTest, WhoIsOfNoPod) {
  for (const string& text :
       {string(), string("0::/\n"), string("0::/system.slice/containerd.service\n"),
        "0::/docker/" + kId + "\n", "0::/user.slice/pod" + kId + "\n",
        string("0::/kubepods.slice/kubepods-besteffort.slice\n")}) {
    EXPECT_FALSE(ParseCgroup(text)) << text;
  }
}

TEST(CgroupTest, APodWithoutAContainer) {
  const auto member = ParseCgroup("0::/kubepods/pod" + kUid + "\n");
  ASSERT_TRUE(member);
  EXPECT_EQ(member->container_id, "");
}

}  // namespace
}  // namespace slotquake
