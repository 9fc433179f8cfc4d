#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_TROUBLE_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_TROUBLE_H_

#include <string>
#include <vector>

#include "harness/base/status.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// Why pods do not run, and what to do about it, from the objects of the API. All pure.

// Whether waiting longer is of no use by itself: no image, no machine that would take
// it, a volume that is not there, a server that ends again and again.
bool IsStuck(const nlohmann::json& pod);

// One pod: "redis-cluster-0: its image redis:9 can not be had (ErrImagePull: not
// found); ...", with its last events. "" for one that runs.
std::string DescribePodTrouble(const nlohmann::json& pod,
                               const std::vector<nlohmann::json>& events);

// All pods of a list, and what keeps controllers from making more (a quota, an
// admission rule); `missing` are the pods that are not there at all.
std::string DescribeTrouble(const nlohmann::json& pods, const nlohmann::json& events,
                            const std::vector<std::string>& missing);

// An error of kubectl in words that say what to do: no such context, an API server that
// does not answer, a right that is missing. Others stay as they are.
Status ExplainKubectlError(const Status& error);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_TROUBLE_H_
