#include "harness/runner/fleet.h"

#include <algorithm>
#include <utility>

namespace slotquake {
namespace {

constexpr const char* kObserver = "observer";
constexpr Nanos kProbeLimit = std::chrono::seconds(1);
constexpr Nanos kProbePause = std::chrono::milliseconds(50);

Result<Fleet::Member> Meet(int index, const WorkerSpec& spec, const Reach& reach) {
  Fleet::Member member = {.record = {}, .client = WorkerClient(reach), .instance = ""};
  const auto status = member.client.GetStatus();
  if (!status.ok()) return status.status().Annotate(spec.name);
  member.instance = status->instance;
  const auto clock = member.client.EstimateClock();
  if (!clock.ok()) return clock.status().Annotate(spec.name);
  member.record = {.index = index,
                   .name = spec.name,
                   .role = spec.observer ? "observer" : "load",
                   .clock_offset = clock->offset,
                   .clock_bound = clock->bound};
  return member;
}

}  // namespace

ClockEstimate Span(const ClockEstimate& a, const ClockEstimate& b) {
  const Nanos low = std::min(a.offset - a.bound, b.offset - b.bound);
  const Nanos high = std::max(a.offset + a.bound, b.offset + b.bound);
  const Nanos width = high - low;
  return {.offset = low + width / 2,
          .bound = width / 2 + width % 2,
          .same_clock = a.same_clock && b.same_clock};
}

Result<Fleet> Fleet::Start(Platform& platform, int loading) {
  std::vector<WorkerSpec> specs;
  for (int i = 0; i < loading; ++i) {
    specs.push_back({.name = "client-" + std::to_string(i), .observer = false});
  }
  specs.push_back({.name = kObserver, .observer = true});
  const auto reaches = platform.StartWorkers(specs);
  if (!reaches.ok()) return reaches.status();
  Fleet fleet;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    auto member = Meet(static_cast<int>(i), specs[i], reaches->at(i));
    if (!member.ok()) return member.status();
    fleet.members_.push_back(std::move(*member));
  }
  return fleet;
}

std::vector<WorkerRecord> Fleet::Records() const {
  std::vector<WorkerRecord> records;
  for (const Member& member : members_) records.push_back(member.record);
  return records;
}

Status Fleet::AwaitReachable(const Endpoint& at, Nanos limit,
                             const StopRequested& stop) const {
  const Nanos end = MonotonicNow() + limit;
  for (int i = 0; i < loading(); ++i) {
    while (true) {
      const auto seen = client(i).Probe(at, kProbeLimit);
      if (seen.ok() && seen->empty()) break;
      if (MonotonicNow() >= end) {
        return Status::Error(members_[static_cast<std::size_t>(i)].record.name +
                             " can not reach " + ToString(at) + ": " +
                             (seen.ok() ? *seen : seen.message()));
      }
      if (!SleepUntil(MonotonicNow() + kProbePause, stop)) {
        return Status::Error("interrupted before " + ToString(at) +
                             " could be reached");
      }
    }
  }
  return Status::Ok();
}

std::vector<std::string> Fleet::Verify() {
  std::vector<std::string> errors;
  for (Member& member : members_) {
    const std::string& name = member.record.name;
    const auto status = member.client.GetStatus();
    if (!status.ok()) {
      errors.push_back("worker " + name + " is gone: " + status.message());
      continue;
    }
    if (status->instance != member.instance) {
      errors.push_back(
          "worker " + name + " was restarted; its " +
          (member.record.role == kObserver ? "observations are" : "history is") +
          " gone");
      continue;
    }
    const auto clock = member.client.EstimateClock();
    if (!clock.ok()) {
      errors.push_back("worker " + name + ": " + clock.message());
      continue;
    }
    const ClockEstimate whole =
        Span({.offset = member.record.clock_offset, .bound = member.record.clock_bound},
             *clock);
    member.record.clock_offset = whole.offset;
    member.record.clock_bound = whole.bound;
  }
  return errors;
}

}  // namespace slotquake
