#include "harness/platform/kubernetes/resource_watch.h"

#include "harness/platform/kubernetes/json_splitter.h"
#include "harness/platform/kubernetes/piped_process.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;

constexpr Nanos kGlance = milliseconds(100);
constexpr Nanos kPause = milliseconds(500);  // before a watch is started again

std::vector<std::string> Get(const std::vector<std::string>& resource,
                             const std::vector<std::string>& more) {
  std::vector<std::string> line = {"get"};
  line.insert(line.end(), resource.begin(), resource.end());
  line.insert(line.end(), {"--output=json"});
  line.insert(line.end(), more.begin(), more.end());
  return line;
}

}  // namespace

ResourceWatch::ResourceWatch(const Kubectl& kubectl, std::vector<std::string> resource,
                             WatchHandler handler)
    : kubectl_(kubectl),
      resource_(std::move(resource)),
      handler_(std::move(handler)),
      thread_([this] { Run(); }) {}

ResourceWatch::~ResourceWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopped_.notify_all();
  thread_.join();
}

std::string ResourceWatch::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

bool ResourceWatch::Stops() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void ResourceWatch::Run() {
  for (bool again = false; !Stops(); again = true) {
    RunOnce(again);
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, kPause, [this] { return stopping_; });
  }
}

void ResourceWatch::RunOnce(bool again) {
  auto kubectl = PipedProcess::Spawn(
      kubectl_.CommandLine(Get(resource_, {"--watch", "--output-watch-events"})));
  JsonSplitter splitter;
  std::string ended = kubectl.ok() ? "" : kubectl.message();
  while (kubectl.ok() && !Stops()) {
    const auto piece = kubectl->Read(kGlance);
    if (!piece) {
      ended = kubectl->Complaint();
      break;
    }
    for (const nlohmann::json& event : splitter.Feed(*piece)) Tell(event);
    // Only now: what went before the new watch began is missing in this list, what
    // goes from here on is told by the watch.
    if (again && !piece->empty()) {
      TellWhatIsLeft();
      again = false;
    }
  }
  const std::lock_guard lock(mutex_);
  trouble_ = ended;
}

void ResourceWatch::Tell(const nlohmann::json& event) {
  static const std::set<std::string> kTypes = {"ADDED", "MODIFIED", "DELETED"};
  // Of type ERROR: a Status, when the server ends the watch.
  const std::string type = event.value("type", "");
  if (!kTypes.contains(type) || !event.contains("object")) return;
  try {
    handler_.seen(type, event["object"]);
  } catch (const nlohmann::json::exception& e) {
    // An object of a form that nobody knows must not end the whole run.
    const std::lock_guard lock(mutex_);
    trouble_ = e.what();
  }
}

void ResourceWatch::TellWhatIsLeft() {
  if (!handler_.left) return;
  const auto list = kubectl_.Json(Get(resource_, {}));
  if (!list.ok() || !list->contains("items")) return;
  std::set<std::string> uids;
  for (const nlohmann::json& item : (*list)["items"]) {
    uids.insert(item.at("metadata").at("uid").get<std::string>());
  }
  handler_.left(uids);
}

}  // namespace slotquake
