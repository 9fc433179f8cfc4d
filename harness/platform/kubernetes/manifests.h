#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_MANIFESTS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_MANIFESTS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/status.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// Objects of the API, as `kubectl create --dry-run=client -o json` prints them.
using Manifests = std::vector<nlohmann::json>;

// What one run makes of the manifests of deploy/kubernetes.
struct ManifestPlan {
  std::string run;         // "20261125t021500z-42"; of letters that labels may have
  std::string name_space;  // "slotquake-20261125t021500z-42"
  int masters = 3;
  int nodes = 6;    // replicas included; 0: servers are there already
  int clients = 1;  // workers that generate load
  std::map<std::string, std::string> settings;  // lines of redis.conf
  std::string server_image;                     // "": the manifests' own
  std::string server_program;                   // "valkey-server"; "": their own
  std::string own_image;                        // of this program
};

// The label that finds everything of a run: "slotquake/run".
inline constexpr const char* kRunLabel = "slotquake/run";
// Where the run's volumes are on the machines: "/var/local/slotquake/RUN".
std::string DataFolderOf(const std::string& run);

// Reads objects that follow each other, and those inside of a List. All of the
// following are pure.
Result<Manifests> ReadManifests(std::string_view printed);

// The same objects as one run's: in its namespace, labelled (pod templates too), with
// names of its own for what has no namespace and data folders of its own, so that a
// kept cluster never gives a new run old data; with as many nodes and volumes as
// planned, its images and its redis.conf. An error says what manifests of servers lack.
Result<Manifests> AdaptManifests(Manifests manifests, const ManifestPlan& plan);

// Of workers as a StatefulSet and as an Indexed Job those that this server
// ("v1.22.3") starts: a Job from 1.22 on, which never starts a lost one again.
void ChooseClients(Manifests& manifests, const std::string& server_version);

// The second number of a server's version; -1: it is of another form.
int MinorVersion(const std::string& server_version);

// Takes out the objects of one component ("hit-counter"), and returns them.
Manifests TakeComponent(Manifests& manifests, const std::string& component);

// Of a hit counter: which nodes it asks first, behind those that its manifests name if
// `keep_own`, and how long one attempt may take.
void SetHitCounterArguments(Manifests& manifests, const std::string& seeds,
                            bool keep_own, int timeout_ms);

// redis.conf with these settings in the place of its own lines, or behind them.
std::string WithSettings(const std::string& redis_conf,
                         const std::map<std::string, std::string>& settings);

// Whether a server of this image knows the settings of Redis 7: only a tag that says
// an older version (redis:6.2) speaks against it.
bool IsSevenOrLaterImage(const std::string& image);

// The servers' StatefulSet in the manifests: its name, whose pods are NAME-0, NAME-1
// and so on, and its image. Both "" where there is none.
struct ServerSet {
  std::string name;
  std::string image;
};
ServerSet FindServers(const Manifests& manifests);

// A List for `kubectl apply -f -`.
nlohmann::json AsList(const Manifests& manifests);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_MANIFESTS_H_
