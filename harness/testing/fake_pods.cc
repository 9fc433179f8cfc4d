#include "harness/testing/fake_pods.h"

namespace slotquake {
namespace {

constexpr int kLooksUntilBack = 2;

int OrdinalOf(const std::string& node) { return node.back() - '0'; }

}  // namespace

FakePods::FakePods(FakeCluster& cluster)
    : cluster_(cluster), wanted_(static_cast<int>(cluster.nodes().size())) {
  cluster.pods = this;
  for (const std::string& node : cluster.nodes()) incarnation_[node] = 1;
}

void FakePods::Remove(const std::string& node) {
  if (immortal.contains(node)) return;
  absent_[node] = kLooksUntilBack;
  cluster_.dead.insert(node);
}

void FakePods::Return(const std::string& node) {
  absent_.erase(node);
  cluster_.dead.erase(node);
  cluster_.run_ids[node] = "run" + std::to_string(++incarnation_[node]);
}

Result<PodView> FakePods::Look(const std::string& node) {
  if (absent_.contains(node) && OrdinalOf(node) < wanted_ &&
      !never_back.contains(node) && --absent_[node] < 0) {
    Return(node);
  }
  PodView view;
  view.name = "redis-cluster-" + std::to_string(OrdinalOf(node));
  if (absent_.contains(node)) return view;
  view.exists = true;
  view.ready = true;
  view.uid = "uid" + std::to_string(incarnation_[node]);
  view.machine = "worker";
  return view;
}

Status FakePods::Delete(const std::vector<std::string>& nodes,
                        std::optional<std::chrono::seconds> grace) {
  std::string line = "delete";
  for (const std::string& node : nodes) line += " " + node;
  if (grace) line += " grace " + std::to_string(grace->count());
  cluster_.diary.push_back(line);
  if (delete_fails) {
    Remove(nodes.front());
    return Status::Error("the API server does not answer");
  }
  for (const std::string& node : nodes) Remove(node);
  return Status::Ok();
}

Status FakePods::RolloutRestart() {
  cluster_.diary.emplace_back("rollout restart");
  for (const std::string& node : cluster_.nodes()) Remove(node);
  return Status::Ok();
}

Status FakePods::Scale(int wanted) {
  cluster_.diary.push_back("scale " + std::to_string(wanted));
  wanted_ = wanted;
  for (const std::string& node : cluster_.nodes()) {
    if (OrdinalOf(node) >= wanted) Remove(node);
  }
  return Status::Ok();
}

Result<PodScale> FakePods::CurrentScale() {
  int nodes = 0;
  for (const auto& [node, _] : incarnation_) nodes += absent_.contains(node) ? 0 : 1;
  const int extra = std::max(0, wanted_ - static_cast<int>(incarnation_.size()));
  const int there = nodes + (immortal.contains("redis-6") ? 0 : extra);
  return PodScale{.wanted = wanted_, .existing = there, .ready = there};
}

}  // namespace slotquake
