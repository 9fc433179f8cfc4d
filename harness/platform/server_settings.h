#ifndef SLOTQUAKE_HARNESS_PLATFORM_SERVER_SETTINGS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_SERVER_SETTINGS_H_

#include <map>
#include <string>

#include "harness/history/cluster_view.h"
#include "harness/scenario/scenario.h"

namespace slotquake {

// What every platform does alike when it makes a cluster. All pure.

// The slots of master `index` of `masters`, dealt out as `redis-cli --cluster create`
// does.
SlotRange SlotsOf(int index, int masters);

// The node timeout to boot with: large clusters count late starters as failed when
// they boot with a short one. Set the scenario's own when all of them answer.
int BootNodeTimeout(const ClusterSpec& spec);

// Lines of redis.conf that every platform sets, over what it has itself: the
// scenario's own, and what the harness needs. `seven_or_later`: the server is a Redis
// of 7.0 or later, or a Valkey.
std::map<std::string, std::string> SharedSettings(const ClusterSpec& spec,
                                                  bool seven_or_later);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_SERVER_SETTINGS_H_
