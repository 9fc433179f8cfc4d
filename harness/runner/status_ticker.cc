#include "harness/runner/status_ticker.h"

#include <utility>

#include "harness/runner/stop.h"

namespace slotquake {
namespace {

constexpr Nanos kPeriod = std::chrono::milliseconds(250);

}  // namespace

StatusTicker::StatusTicker(const WorkerClient& worker, std::map<int, std::string> names,
                           Progress& progress, LiveMetrics& metrics)
    : worker_(worker),
      names_(std::move(names)),
      progress_(progress),
      metrics_(metrics),
      thread_([this] { Run(); }) {}

StatusTicker::~StatusTicker() {
  stop_ = true;
  thread_.join();
}

void StatusTicker::Run() {
  do {
    const auto status = worker_.GetStatus();
    if (!status.ok()) {
      progress_.Show("the worker does not answer: " + status.message());
      continue;
    }
    std::int64_t acked = 0;
    std::int64_t rejected = 0;
    std::int64_t unknown = 0;
    for (const LoadStatus& load : status->loads) {
      const auto known = names_.find(load.id);
      if (known == names_.end()) continue;
      const std::string& name = known->second;
      metrics_.SetOperations(name, "acked", static_cast<double>(load.acked));
      metrics_.SetOperations(name, "rejected", static_cast<double>(load.rejected));
      metrics_.SetOperations(name, "unknown", static_cast<double>(load.unknown));
      acked += load.acked;
      rejected += load.rejected;
      unknown += load.unknown;
    }
    progress_.Show(std::to_string(acked) + " acknowledged, " +
                   std::to_string(rejected) + " rejected, " + std::to_string(unknown) +
                   " unknown");
  } while (SleepUntil(MonotonicNow() + kPeriod, [this] { return stop_.load(); }));
}

}  // namespace slotquake
