#include "harness/load/recorder.h"

#include <utility>

namespace slotquake {
namespace {

// One writer: a plain addition is enough, and costs no locked instruction.
void Increase(std::atomic<std::int64_t>& counter) {
  counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

}  // namespace

Recorder::Recorder(const LoadConfig& config)
    : next_id_((std::int64_t{config.worker} << 48) +
               (std::int64_t{config.index} << 40) + 1) {}

void Recorder::Add(const Operation& operation) {
  if (blocks_.empty() || blocks_.back().size() == kBlock) {
    blocks_.emplace_back().reserve(kBlock);
  }
  blocks_.back().push_back(operation);
  switch (operation.outcome) {
    case Outcome::kAcked:
      Increase(counters_.acked);
      counters_.last_latency_ns.store(
          (operation.completed - operation.intended).count(),
          std::memory_order_relaxed);
      break;
    case Outcome::kRejected:
      Increase(counters_.rejected);
      break;
    case Outcome::kUnknown:
      Increase(counters_.unknown);
      break;
  }
}

History Recorder::Take() {
  History history = std::move(strings_);
  strings_ = History();
  std::size_t count = 0;
  for (const auto& block : blocks_) count += block.size();
  history.operations().reserve(count);
  while (!blocks_.empty()) {
    const std::vector<Operation>& block = blocks_.front();
    history.operations().insert(history.operations().end(), block.begin(), block.end());
    blocks_.pop_front();
  }
  return history;
}

}  // namespace slotquake
