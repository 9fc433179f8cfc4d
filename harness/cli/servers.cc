// The commands that the harness starts next to a cluster, and a person may too.
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "harness/cli/commands.h"
#include "harness/hit_counter/hit_counter_app.h"
#include "harness/worker/run_worker.h"

namespace slotquake {
namespace {

int FailWith(const std::string& message) {
  std::fprintf(stderr, "slotquake: %s\n", message.c_str());
  return kExitBadInput;
}

void WorkerFlags(Poco::Util::OptionSet& options) {
  AddOption(options, "listen", "ADDRESS:PORT",
            "Where its HTTP API listens (default: a free port of 127.0.0.1).");
  AddOption(options, "name", "NAME", "How the record calls it (default: worker).");
}

int Worker(const Arguments& arguments) {
  if (!arguments.operands.empty()) return FailWith("worker takes no operands");
  WorkerOptions options;
  options.listen = arguments.Get("listen", options.listen);
  options.name = arguments.Get("name", options.name);
  return RunWorker(options);
}

void HitCounterFlags(Poco::Util::OptionSet& options) {
  AddOption(options, "listen", "ADDRESS:PORT",
            "Where it listens (default: 0.0.0.0:5000).");
  AddOption(options, "seeds", "ADDRESS:PORT,...",
            "Nodes of the cluster to learn the others from.");
  AddOption(options, "timeout-ms", "N",
            "Of one attempt at the cluster (default: 500).");
}

Result<HitCounterOptions> ReadHitCounterOptions(const Arguments& arguments) {
  HitCounterOptions options;
  const auto listen = ParseEndpoint(arguments.Get("listen", "0.0.0.0:5000"));
  if (!listen) return Status::Error("--listen must be ADDRESS:PORT");
  options.address = listen->host;
  options.port = listen->port;
  std::istringstream seeds(arguments.Get("seeds"));
  for (std::string text; std::getline(seeds, text, ',');) {
    const auto seed = ParseEndpoint(text);
    if (!seed) return Status::Error("--seeds: \"" + text + "\" is not ADDRESS:PORT");
    options.seeds.push_back(*seed);
  }
  if (options.seeds.empty()) {
    return Status::Error("name nodes of the cluster with --seeds=ADDRESS:PORT,...");
  }
  const auto timeout = NumberOption(arguments, "timeout-ms", 500, 1, 600000);
  if (!timeout.ok()) return timeout.status();
  // Not an option: every process of a machine can read a command line.
  const char* password = std::getenv("REDIS_PASSWORD");
  if (password != nullptr) options.password = password;
  options.timeout_ms = options.connect_timeout_ms = static_cast<int>(*timeout);
  return options;
}

int HitCounter(const Arguments& arguments) {
  const auto options = ReadHitCounterOptions(arguments);
  if (!options.ok()) return FailWith(options.message());
  const Status served = RunHitCounter(*options);
  if (served.ok()) return kExitPass;
  FailWith(served.message());
  return kExitHarnessFailed;
}

}  // namespace

Command WorkerCommandSpec() {
  return {.name = "worker",
          .operands = "",
          .help = "Generates load and polls nodes, driven over HTTP by a runner.",
          .footer = "",
          .options = WorkerFlags,
          .run = Worker};
}

Command HitCounterCommandSpec() {
  return {.name = "hit-counter",
          .operands = "",
          .help = "The web app in front of the cluster: GET / adds one to a counter.",
          .footer = "REDIS_PASSWORD, in the environment, is the servers' password.",
          .options = HitCounterFlags,
          .run = HitCounter};
}

}  // namespace slotquake
