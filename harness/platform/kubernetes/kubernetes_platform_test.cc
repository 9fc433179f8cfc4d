#include "harness/platform/kubernetes/kubernetes_platform.h"

#include <filesystem>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

using nlohmann::json;

TEST(OverlayForTest, AnOlderServerGetsTheOlderFormWhereThereIsOne) {
  const std::filesystem::path overlays =
      std::filesystem::path(testing::TempDir()) / "overlays";
  std::filesystem::create_directories(overlays / "hardened-before-1.21");
  EXPECT_EQ(OverlayFor(overlays, "hardened", "v1.20.2"), "hardened-before-1.21");
  EXPECT_EQ(OverlayFor(overlays, "hardened", "v1.21.0"), "hardened");
  EXPECT_EQ(OverlayFor(overlays, "hardened", "v1.34.0-gke.7"), "hardened");
  EXPECT_EQ(OverlayFor(overlays, "kind", "v1.20.2"), "kind");
  EXPECT_EQ(OverlayFor(overlays, "hardened", ""), "hardened");
}

TEST(ForeignObjectsTest, WhatIsOfNoRunOrOfAnotherIsNamed) {
  const auto object = [](const std::string& kind, const std::string& run) {
    json one = {{"kind", kind}, {"metadata", {{"name", "redis-cluster"}}}};
    if (!run.empty()) one["metadata"]["labels"]["slotquake/run"] = run;
    return one;
  };
  const json list = {
      {"kind", "List"},
      {"items",
       {object("StatefulSet", "1"), object("Service", ""), object("ConfigMap", "2")}}};
  EXPECT_EQ(ForeignObjects(list, "1"),
            "\n  Service redis-cluster\n  ConfigMap redis-cluster, of run 2");
  EXPECT_EQ(ForeignObjects(object("Service", "1"), "1"), "");
  EXPECT_EQ(ForeignObjects(object("Service", ""), "1"), "\n  Service redis-cluster")
      << "one object comes without a list";
  EXPECT_EQ(ForeignObjects(json::object(), "1"), "");
}

}  // namespace
}  // namespace slotquake
