#include "harness/runner/rest.h"

#include <algorithm>

#include "harness/cluster/health.h"
#include "harness/cluster/log_tail.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

Nanos RequiredRest(int node_timeout_ms) {
  return std::max<Nanos>(milliseconds(2 * node_timeout_ms), seconds(5));
}

RestRecord AwaitRest(Cluster& cluster, const std::set<std::string>& absent,
                     Nanos required, Nanos limit, const std::function<Nanos()>& now,
                     const StopRequested& stop) {
  RestRecord rest;
  rest.required = required;
  const Nanos end = now() + limit;
  bool calm = false;
  for (;;) {
    const Nanos asked = now();
    const HealthReport health = CheckHealth(cluster, absent, true);
    if (!health.Healthy()) {
      calm = false;
      rest.missing = health.problem;
    } else if (!calm) {
      calm = true;
      rest.since = asked;
    }
    rest.until = now();
    if (calm && asked - rest.since >= required) {
      rest.reached = true;
      rest.missing.clear();
      return rest;
    }
    if (rest.until >= end || !SleepUntil(MonotonicNow() + milliseconds(100), stop)) {
      break;
    }
  }
  if (calm) rest.missing = "it was not watched at rest for long enough";
  return rest;
}

Status AwaitReady(Cluster& cluster, Nanos limit, const StopRequested& stop) {
  const Nanos end = MonotonicNow() + limit;
  for (;;) {
    const HealthReport health = CheckHealth(cluster, {}, false);
    if (health.Healthy()) return Status::Ok();
    if (MonotonicNow() >= end) {
      const std::string node =
          health.culprit.empty() ? cluster.nodes().front() : health.culprit;
      return Status::Error("the cluster did not become ready within " +
                           std::to_string(limit / seconds(1)) +
                           " s: " + health.problem + "\n" +
                           LogTail(node, cluster.ReadLog(node), 10));
    }
    if (!SleepUntil(MonotonicNow() + milliseconds(10), stop)) {
      return Status::Error("interrupted before the cluster was ready");
    }
  }
}

}  // namespace slotquake
