#ifndef SLOTQUAKE_REPORTS_PLATFORM_LANES_H_
#define SLOTQUAKE_REPORTS_PLATFORM_LANES_H_

#include <string>
#include <vector>

#include "harness/history/record.h"

namespace slotquake {

// A pod or a machine was in one state from here to there, on the record's axis.
struct PlatformPart {
  Nanos from{0};
  Nanos to{0};
  std::string kind;  // "ready", "running", "pending", "gone", "ending", "down"
  std::string text;  // "Ready on worker2 (10.244.1.7)"
};

// Something that happened at one instant, for a tick: an event, a restart.
struct PlatformTick {
  Nanos at{0};
  std::string text;  // "Killing: Stopping container redis"
};

// What the orchestrator said of one node's pod, or of one machine.
struct PlatformLane {
  std::string label;
  std::vector<PlatformPart> parts;  // in order of time, without overlaps
  std::vector<PlatformTick> ticks;
};

// The pods of the nodes, in the nodes' order; then the machines that were not well at
// some time; then what was said of neither. Empty without any such observation: a
// platform that is no orchestrator. `end` closes the last part of each. Any field of
// an observation may be missing. Pure and thread-safe, like all below.
std::vector<PlatformLane> PlatformLanes(const RunRecord& record, Nanos end);

// Something that changed, in words, for the story.
struct PlatformNews {
  Nanos at{0};
  std::string text;  // "pod redis-0: scheduled on worker2"
};

// What changed of pods and machines, and the events that say more than these do, in
// order of time.
std::vector<PlatformNews> TellPlatform(const RunRecord& record);

// Where a node's pod was, first and last. Empty texts: not known.
struct PodPlacement {
  std::string node;
  std::string first_machine;
  std::string last_machine;
  std::string first_address;
  std::string last_address;
  int restarts = 0;  // of its container, at the end
  int pods = 0;      // how many incarnations were seen
};
std::vector<PodPlacement> PodPlacements(const RunRecord& record);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_PLATFORM_LANES_H_
