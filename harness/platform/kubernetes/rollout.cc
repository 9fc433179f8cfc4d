#include "harness/platform/kubernetes/rollout.h"

#include <algorithm>

#include "harness/platform/kubernetes/pod_trouble.h"

namespace slotquake {
namespace {

using nlohmann::json;
using std::chrono::seconds;

// How often those that do not run yet are looked at in full.
constexpr Nanos kInspection = seconds(5);
// At most so often a line says how far it is.
constexpr Nanos kTelling = seconds(5);

class Rollout {
 public:
  Rollout(const AwaitedPods& awaited, const PodWatch& watch, const Kubectl& kubectl)
      : awaited_(awaited), watch_(watch), kubectl_(kubectl) {}

  int Total() const { return static_cast<int>(awaited_.pods.size()) + awaited_.agents; }

  int Running() const {
    int running = 0;
    for (const AwaitedPod& pod : awaited_.pods) {
      const auto state = watch_.Look(pod.name);
      if (state && state->Runs() && (state->ready || !pod.must_be_ready)) ++running;
    }
    int agents = 0;
    for (const PodState& pod : watch_.OwnPods()) {
      if (pod.component == "agent" && pod.Runs() && pod.ready) ++agents;
    }
    return running + std::min(agents, awaited_.agents);
  }

  // All that is known of what does not run; `stuck`: whether any of it will not pass by
  // itself.
  std::string Explain(bool& stuck) const {
    stuck = false;
    const auto pods = kubectl_.Json({"get", "pods", "--output=json"});
    if (!pods.ok()) return "\n  " + ExplainKubectlError(pods.status()).message();
    const auto events = kubectl_.Json(
        {"get", "events", "--sort-by=.metadata.creationTimestamp", "--output=json"});
    for (const json& pod : pods->value("items", json::array())) {
      stuck = stuck || IsStuck(pod);
    }
    std::vector<std::string> missing;
    for (const AwaitedPod& pod : awaited_.pods) {
      if (!watch_.Look(pod.name)) missing.push_back(watch_.PodOf(pod.name));
    }
    stuck = stuck || !missing.empty();
    return DescribeTrouble(*pods, events.ok() ? *events : json::object(), missing);
  }

 private:
  const AwaitedPods& awaited_;
  const PodWatch& watch_;
  const Kubectl& kubectl_;
};

}  // namespace

Status AwaitPods(const AwaitedPods& awaited, const PodWatch& watch,
                 const Kubectl& kubectl, Nanos limit, Nanos patience,
                 const Narrator& narrator, const std::function<bool()>& stop) {
  const Rollout rollout(awaited, watch, kubectl);
  const Nanos begin = MonotonicNow();
  Nanos moved = begin;
  Nanos inspected = begin;
  Nanos told = begin;
  int running = -1;
  for (;;) {
    const int now = rollout.Running();
    if (now != running) {
      running = now;
      moved = inspected = MonotonicNow();
      const std::string text = std::to_string(running) + " of " +
                               std::to_string(rollout.Total()) + " pods run";
      narrator.show(text);
      // For who sees no line that is rewritten.
      if (moved - told >= kTelling) narrator.say(text);
      if (moved - told >= kTelling) told = moved;
    }
    if (running == rollout.Total()) return Status::Ok();
    if (stop()) return Status::Error("interrupted while pods were starting");
    const Nanos at = MonotonicNow();
    const bool late = at - begin >= limit;
    if (late || (at - moved >= patience && at - inspected >= kInspection)) {
      inspected = at;
      bool stuck = false;
      const std::string trouble = rollout.Explain(stuck);
      if (late || stuck) {
        return Status::Error(std::to_string(running) + " of " +
                             std::to_string(rollout.Total()) + " pods run after " +
                             std::to_string((at - begin) / seconds(1)) +
                             " s:" + trouble);
      }
    }
    watch.Await([&] { return rollout.Running() != running; },
                std::chrono::milliseconds(200));
  }
}

}  // namespace slotquake
