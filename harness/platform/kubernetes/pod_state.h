#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_STATE_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_STATE_H_

#include <string>

#include "nlohmann/json.hpp"

namespace slotquake {

// What matters of a pod object of the API, and of one container in it.
struct PodState {
  std::string name;
  // "client-0" of a pod of an Indexed Job, whose own name ends at random; else its
  // name.
  std::string known_as;
  std::string uid;
  std::string component;  // label app.kubernetes.io/component
  std::string phase;      // "Pending", "Running", ...
  std::string address;    // "" while it has none
  std::string machine;    // "" while it is not scheduled
  bool ready = false;
  bool deleting = false;  // it has been deleted and is ending
  // Of the container:
  std::string state;         // "running", "waiting", "terminated"; "": not told yet
  std::string reason;        // "CrashLoopBackOff", "OOMKilled", ...; "" while it runs
  std::string container_id;  // without "containerd://"; "": it does not run
  int exit_code = -1;        // of the last end that the API tells; -1: none
  int restarts = 0;

  bool operator==(const PodState&) const = default;
  bool Runs() const { return phase == "Running" && state == "running" && !deleting; }
};

// Reads a pod object; `container` is the name of the one to look at, "" or one that
// is not there: the first. Fields that are missing stay empty. Pure.
PodState ReadPod(const nlohmann::json& pod, const std::string& container = "");

// The data of an observation of kind "pod"; `what` is "added", "changed" or "deleted".
nlohmann::json PodData(const PodState& pod, const std::string& what);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_POD_STATE_H_
