#ifndef SLOTQUAKE_HARNESS_CLI_TESTING_SLOTQUAKE_PROGRAM_H_
#define SLOTQUAKE_HARNESS_CLI_TESTING_SLOTQUAKE_PROGRAM_H_

#include <filesystem>
#include <string>
#include <vector>

#include "harness/cli/testing/started_program.h"

namespace slotquake {

// The slotquake program and the server program that the test's BUILD entry names:
//   args = ["--slotquake=$(rootpath :slotquake)",
//           "--server=$(rootpath @redis//:redis-server)"]
// A further --as-ordinary-user makes the test, and all that it starts, run as one.
std::string SlotquakeProgram();
std::string RealServer();

// --context=NAME and --kubeconfig=FILE among the test's own arguments: the Kubernetes
// cluster that it may use.
std::vector<std::string> KubernetesArguments();

// `slotquake` and these words, as a command.
std::vector<std::string> Slotquake(const std::vector<std::string>& words);

// `slotquake run SCENARIO --out=OUT --server=...` and further words.
std::vector<std::string> SlotquakeRun(const std::filesystem::path& scenario,
                                      const std::filesystem::path& out,
                                      const std::vector<std::string>& more = {});

// An absolute name for a file or folder of this test's own that is not there yet.
std::filesystem::path NewPath(const std::string& name);

// Parts of a scenario file, as JSON.
struct ScenarioParts {
  std::string config = "{}";    // of redis.conf
  std::string timeline = "[]";  // faults
  std::string warm_up_ms = "1000";
  std::string expect = R"({"lost_writes": {"max_count": 0}})";
};

// Writes FOLDER/tiny.json, a scenario of few seconds: six nodes with a node
// timeout of one second, some clients. FOLDER is made.
std::filesystem::path WriteTinyScenario(const std::filesystem::path& folder,
                                        const ScenarioParts& parts = {});

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLI_TESTING_SLOTQUAKE_PROGRAM_H_
