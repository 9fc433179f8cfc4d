#include "harness/runner/status_ticker.h"

#include <utility>

#include "harness/runner/stop.h"

namespace slotquake {
namespace {

constexpr Nanos kPeriod = std::chrono::milliseconds(250);

}  // namespace

StatusTicker::StatusTicker(const Fleet& fleet, std::vector<LoadPart> parts,
                           Progress& progress, LiveMetrics& metrics)
    : fleet_(fleet),
      parts_(std::move(parts)),
      progress_(progress),
      metrics_(metrics),
      thread_([this] { Run(); }) {}

StatusTicker::~StatusTicker() {
  stop_ = true;
  thread_.join();
}

void StatusTicker::Run() {
  do {
    const std::map<std::string, Count> counts = Sum();
    if (!counts.empty()) Show(counts);
  } while (SleepUntil(MonotonicNow() + kPeriod, [this] { return stop_.load(); }));
}

std::map<std::string, StatusTicker::Count> StatusTicker::Sum() const {
  std::map<std::string, Count> counts;
  for (int worker = 0; worker < fleet_.loading(); ++worker) {
    // There is a next time: nothing is looked for here.
    const auto status = fleet_.client(worker).GetStatus(Again::kNever);
    if (!status.ok()) {
      progress_.Show("a worker does not answer: " + status.message());
      return {};
    }
    for (const LoadPart& part : parts_) {
      for (const LoadStatus& load : status->loads) {
        if (part.worker != worker || part.id != load.id) continue;
        Count& count = counts[part.load];
        count.acked += load.acked;
        count.rejected += load.rejected;
        count.unknown += load.unknown;
      }
    }
  }
  return counts;
}

void StatusTicker::Show(const std::map<std::string, Count>& counts) const {
  Count all;
  for (const auto& [load, count] : counts) {
    metrics_.SetOperations(load, "acked", static_cast<double>(count.acked));
    metrics_.SetOperations(load, "rejected", static_cast<double>(count.rejected));
    metrics_.SetOperations(load, "unknown", static_cast<double>(count.unknown));
    all.acked += count.acked;
    all.rejected += count.rejected;
    all.unknown += count.unknown;
  }
  progress_.Show(std::to_string(all.acked) + " acknowledged, " +
                 std::to_string(all.rejected) + " rejected, " +
                 std::to_string(all.unknown) + " unknown");
}

}  // namespace slotquake
