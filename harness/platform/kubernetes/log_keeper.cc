#include "harness/platform/kubernetes/log_keeper.h"

#include <algorithm>

#include "harness/platform/kubernetes/piped_process.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;

constexpr Nanos kGlance = milliseconds(200);

}  // namespace

LogKeeper::LogKeeper(const Kubectl& servers, std::string container,
                     std::shared_ptr<const PodWatch> watch)
    : servers_(servers), container_(std::move(container)), watch_(std::move(watch)) {
  for (const std::string& node : watch_->nodes()) {
    threads_.emplace_back([this, node] { Follow(node); });
  }
}

LogKeeper::~LogKeeper() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void LogKeeper::Follow(const std::string& node) {
  std::string followed;
  while (!stopping_) {
    std::string id;
    std::string pod;
    watch_->Await(
        [&] {
          const auto now = watch_->Look(node);
          id = now ? now->container_id : "";
          pod = now ? now->name : "";
          return stopping_ || (!id.empty() && id != followed);
        },
        kGlance);
    if (stopping_ || id.empty() || id == followed) continue;
    FollowContainer(node, pod, id);
    const auto now = watch_->Look(node);
    // Of one that goes on running the way to it broke: once more, from its beginning.
    if (!now || now->container_id != id) followed = id;
    if (followed != id) std::this_thread::sleep_for(kGlance);
  }
}

void LogKeeper::FollowContainer(const std::string& node, const std::string& pod,
                                const std::string& id) {
  std::vector<std::string> line = {"logs", pod, "--follow"};
  if (!container_.empty()) line.push_back("--container=" + container_);
  auto kubectl = PipedProcess::Spawn(servers_.CommandLine(line));
  if (!kubectl.ok()) return;
  std::string text;
  while (!stopping_) {
    const auto piece = kubectl->Read(kGlance);
    if (!piece) return;
    if (piece->empty()) continue;
    text += *piece;
    Keep(node, id, text);
  }
}

void LogKeeper::Keep(const std::string& node, const std::string& id,
                     const std::string& text) {
  const std::lock_guard lock(mutex_);
  Texts& texts = texts_[node];
  const auto known = std::find_if(texts.begin(), texts.end(),
                                  [&](const auto& one) { return one.first == id; });
  if (known == texts.end()) {
    texts.emplace_back(id, text);
  } else if (text.size() > known->second.size()) {
    known->second = text;
  }
}

std::string LogKeeper::Before(const std::string& node, const std::string& now) const {
  const std::lock_guard lock(mutex_);
  std::string before;
  const auto texts = texts_.find(node);
  if (texts == texts_.end()) return before;
  // By its words, not its id: kubectl may have found the next container already.
  for (const auto& [id, text] : texts->second) {
    if (!now.starts_with(text)) before += text;
  }
  return before;
}

}  // namespace slotquake
