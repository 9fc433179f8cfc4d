#ifndef SLOTQUAKE_HARNESS_CHECK_EVIDENCE_H_
#define SLOTQUAKE_HARNESS_CHECK_EVIDENCE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/history/record.h"

namespace slotquake {

// Something that happened in [lo, hi], and who says so.
struct Instant {
  Nanos lo{0};
  Nanos hi{0};
  std::string source;  // "log", "poll", "history", "process", "platform", "fault", ...
  std::string node;
};

// A node's CLUSTER NODES as it was polled. The change it shows happened in
// [not_before, at].
struct TimedView {
  Nanos at{0};
  Nanos not_before{0};
  std::string node;
  ClusterView view;
};

// Every polled view of the record, in order of time.
std::vector<TimedView> AllViews(const RunRecord& record);

// The log observations with this event, in order of time. The pointers are valid as
// long as the record.
std::vector<const Observation*> LogEvents(const RunRecord& record,
                                          std::string_view event);

// A field of an observation's data; empty or `absent` where it is not there or of
// another type. A node's own words are data: they never make a checker throw.
std::string Text(const Observation& observation, const char* field);
std::int64_t Number(const Observation& observation, const char* field,
                    std::int64_t absent = -1);
bool Flag(const Observation& observation, const char* field, bool absent = false);

// How far apart two instants that were taken by different processes may seem to be
// though they are one: twice the widest clock bound of the record's workers.
Nanos ClockSlack(const RunRecord& record);

// The clock bound between two workers: 0 within one.
Nanos ClockBound(const RunRecord& record, int worker_a, int worker_b);

// The name of the node with this id, or the id itself.
std::string NameOf(const RunRecord& record, const std::string& id);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_EVIDENCE_H_
