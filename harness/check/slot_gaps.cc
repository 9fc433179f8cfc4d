#include "harness/check/slot_gaps.h"

#include <algorithm>
#include <unordered_set>

namespace slotquake {
namespace {

// One operation as its slot felt it: an acknowledgement when it came, a failure when
// it was tried.
struct Event {
  Nanos at{0};
  Outcome outcome = Outcome::kUnknown;
};

double MedianOf(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

bool IsRedirection(const std::string& error) {
  return error.starts_with("MOVED") || error.starts_with("ASK");
}

// The ids of redirected operations that a child followed.
std::unordered_set<std::int64_t> FollowedRedirections(const History& history) {
  std::vector<bool> redirects;
  for (const std::string& error : history.errors().all()) {
    redirects.push_back(IsRedirection(error));
  }
  std::unordered_set<std::int64_t> redirected;
  for (const Operation& op : history.operations()) {
    if (op.outcome == Outcome::kRejected && redirects[op.error])
      redirected.insert(op.id);
  }
  std::unordered_set<std::int64_t> followed;
  for (const Operation& op : history.operations()) {
    if (op.parent >= 0 && redirected.contains(op.parent)) followed.insert(op.parent);
  }
  return followed;
}

// All events, those of one slot after another.
struct BySlot {
  std::vector<std::size_t> begin;
  std::vector<Event> events;
};

BySlot SortBySlot(const History& history, Nanos load_end) {
  // What was still in flight when the load ended says nothing of its slot.
  constexpr Nanos kCutOff{1'000'000};
  const auto followed = FollowedRedirections(history);
  const auto counts = [&](const Operation& op) {
    if (op.outcome == Outcome::kRejected) return !followed.contains(op.id);
    return op.outcome == Outcome::kAcked || op.completed < load_end - kCutOff;
  };
  BySlot sorted;
  sorted.begin.assign(kSlots + 1, 0);
  for (const Operation& op : history.operations()) {
    if (counts(op)) ++sorted.begin[op.slot + 1U];
  }
  for (std::size_t slot = 1; slot < sorted.begin.size(); ++slot) {
    sorted.begin[slot] += sorted.begin[slot - 1];
  }
  sorted.events.resize(sorted.begin.back());
  std::vector<std::size_t> next(sorted.begin.begin(), sorted.begin.end() - 1);
  for (const Operation& op : history.operations()) {
    if (!counts(op)) continue;
    const bool acked = op.outcome == Outcome::kAcked;
    sorted.events[next[op.slot]++] = {acked ? op.completed : op.invoked, op.outcome};
  }
  return sorted;
}

double UsualSpacing(const Event* begin, const Event* end, Nanos fault) {
  std::vector<double> before;
  std::vector<double> all;
  const Event* last = nullptr;
  for (const Event* event = begin; event != end; ++event) {
    if (event->outcome != Outcome::kAcked) continue;
    if (last != nullptr) {
      all.push_back(ToMillis(event->at - last->at));
      if (event->at < fault) before.push_back(all.back());
    }
    last = event;
  }
  return MedianOf(before.size() >= 2 ? before : all);
}

void Add(SlotGap gap, Nanos to, bool open, double spacing_ms, SlotGaps& result) {
  gap.to = to;
  gap.open = open;
  gap.lost_ms = ToMillis(gap.to - gap.from) - spacing_ms;
  if ((gap.silent || gap.refused) && gap.lost_ms > 0) result.gaps.push_back(gap);
}

void ScanSlot(int slot, const Event* begin, const Event* end, SlotGaps& result) {
  const double spacing = result.spacing_ms[static_cast<std::size_t>(slot)];
  SlotGap gap;
  gap.slot = slot;
  gap.from = begin->at;
  for (const Event* event = begin; event != end; ++event) {
    if (event->outcome == Outcome::kAcked) {
      Add(gap, event->at, false, spacing, result);
      gap = SlotGap();
      gap.slot = slot;
      gap.from = event->at;
    } else if (event->outcome == Outcome::kRejected) {
      if (!gap.refused) gap.refused_from = event->at;
      gap.refused = true;
    } else if (!gap.refused) {
      gap.silent = true;
    }
  }
  Add(gap, result.load_end, true, spacing, result);
}

}  // namespace

SlotGaps FindSlotGaps(const RunRecord& record) {
  SlotGaps result;
  for (const Operation& op : record.history.operations()) {
    result.load_end = std::max(result.load_end, op.completed);
    result.tested.set(op.slot);
  }
  BySlot sorted = SortBySlot(record.history, result.load_end);
  const FaultRecord* fault = FirstFault(record);
  const Nanos zero = fault == nullptr ? Nanos::max() : fault->asked;
  result.spacing_ms.assign(kSlots, 0);
  std::vector<double> spacings;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    Event* begin = sorted.events.data() + sorted.begin[slot];
    Event* end = sorted.events.data() + sorted.begin[slot + 1];
    std::sort(begin, end, [](const Event& a, const Event& b) { return a.at < b.at; });
    result.spacing_ms[slot] = UsualSpacing(begin, end, zero);
    if (result.spacing_ms[slot] > 0) spacings.push_back(result.spacing_ms[slot]);
  }
  result.resolution_ms = MedianOf(spacings);
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    if (sorted.begin[slot] == sorted.begin[slot + 1]) continue;
    // A slot with hardly any write has the usual spacing of the others.
    if (result.spacing_ms[slot] <= 0) result.spacing_ms[slot] = result.resolution_ms;
    ScanSlot(static_cast<int>(slot), sorted.events.data() + sorted.begin[slot],
             sorted.events.data() + sorted.begin[slot + 1], result);
  }
  return result;
}

}  // namespace slotquake
