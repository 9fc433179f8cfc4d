#include "harness/agent/pod_networks.h"

#include <thread>
#include <utility>

namespace slotquake {

std::vector<PodResult> InEach(
    const PodProcesses& processes, const std::vector<std::string>& pod_uids,
    const std::function<Status(const NetworkNamespace&, PodResult&)>& act) {
  const std::vector<PodProcess> all = processes.All();
  std::vector<PodResult> results(pod_uids.size());
  std::vector<std::pair<NetworkNamespace, PodResult*>> networks;
  for (std::size_t i = 0; i < pod_uids.size(); ++i) {
    results[i].pod_uid = pod_uids[i];
    const auto keeper = KeeperAmong(all, pod_uids[i]);
    if (!keeper.ok()) continue;
    results[i].here = true;
    auto network = NetworkNamespace::OfPod(keeper->id.pid);
    if (network.ok()) {
      networks.emplace_back(std::move(*network), &results[i]);
    } else {
      results[i].problem = network.message();
    }
  }
  std::vector<std::thread> threads;
  for (const auto& [network, result] : networks) {
    threads.emplace_back([&act, &network = network, result = result] {
      result->begin = MonotonicNow();
      result->problem = act(network, *result).message();
      result->end = MonotonicNow();
    });
  }
  for (std::thread& thread : threads) thread.join();
  return results;
}

}  // namespace slotquake
