#include "harness/cli/run_plan.h"

#include <random>

#include "harness/cli/fetched_servers.h"
#include "harness/cli/known_faults.h"
#include "harness/platform/kubernetes/deploy_folder.h"
#include "harness/scenario/parse.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

// Reads options and notes what is wrong with them, a line each.
class OptionChecker {
 public:
  explicit OptionChecker(const Arguments& arguments) : arguments_(arguments) {}

  std::int64_t Number(const std::string& name, std::int64_t fallback, std::int64_t min,
                      std::int64_t max) {
    const auto value = NumberOption(arguments_, name, fallback, min, max);
    if (!value.ok()) Note(value.message());
    return value.ok() ? *value : fallback;
  }

  std::string Path(const std::string& name, const std::string& fallback) {
    const std::string value = arguments_.Get(name, fallback);
    if (arguments_.Has(name) && value.empty()) Note("--" + name + " must not be empty");
    return value;
  }

  void Note(const std::string& mistake) { mistakes_ += mistake + "\n"; }
  const std::string& mistakes() const { return mistakes_; }

 private:
  const Arguments& arguments_;
  std::string mistakes_;
};

// Takes the options over into `plan`; a line for each mistake.
std::string ApplyOptions(const Arguments& arguments, RunPlan& plan) {
  OptionChecker options(arguments);
  plan.trials = static_cast<int>(options.Number("trials", 1, 1, 1000));
  plan.attempts = static_cast<int>(options.Number("attempts", 1, 1, 100));
  std::random_device entropy;
  plan.seed = static_cast<std::uint64_t>(
      options.Number("seed", entropy() % 1'000'000, 0, INT64_MAX));
  plan.metrics_port = static_cast<int>(options.Number("metrics-port", 0, 0, 65535));
  plan.ready_limit = std::chrono::seconds(options.Number("ready-limit-s", 60, 1, 3600));
  ClusterSpec& cluster = plan.scenario.cluster;
  cluster.engine = arguments.Get("engine", cluster.engine);
  if (cluster.engine != "redis" && cluster.engine != "valkey") {
    options.Note("--engine must be redis or valkey, not \"" + cluster.engine + "\"");
  }
  plan.platform = arguments.Get("platform", "local");
  if (plan.platform != "local" && plan.platform != "kubernetes") {
    options.Note("--platform must be local or kubernetes, not \"" + plan.platform +
                 "\"");
  }
  cluster.server = options.Path("server", cluster.server);
  if (!cluster.server.empty() && plan.platform == "local") {
    const auto server = ResolveServer(cluster.server, ServersFolder());
    if (!server.ok()) options.Note(server.message());
    if (server.ok()) cluster.server = *server;
  }
  plan.out = options.Path("out", "out");
  plan.turns = options.Path("turns", "");
  if (!plan.turns.empty() && plan.platform != "local") {
    options.Note("--turns goes with --platform=local: they are turns at this machine");
  }
  plan.keep = arguments.Has("keep");
  if (plan.keep && (plan.trials > 1 || plan.attempts > 1)) {
    options.Note(
        "--keep goes with one trial and one attempt: each has a cluster of its own");
  }
  return options.mistakes();
}

constexpr const char* kKubernetesOptions[] = {"context",      "kubeconfig", "namespace",
                                              "overlay",      "images",     "image",
                                              "server-image", "deploy"};

// The same for the options of one platform.
std::string ApplyKubernetesOptions(const Arguments& arguments, const fs::path& program,
                                   RunPlan& plan) {
  OptionChecker options(arguments);
  if (plan.platform != "kubernetes") {
    for (const char* name : kKubernetesOptions) {
      if (!arguments.Has(name)) continue;
      options.Note("--" + std::string(name) + " goes with --platform=kubernetes");
    }
    return options.mistakes();
  }
  KubernetesPlan& kubernetes = plan.kubernetes;
  kubernetes.context = options.Path("context", "");
  kubernetes.kubeconfig = options.Path("kubeconfig", "");
  kubernetes.name_space = options.Path("namespace", "");
  kubernetes.overlay = options.Path("overlay", "");
  kubernetes.image = options.Path("image", "");
  kubernetes.server_image = options.Path("server-image", "");
  kubernetes.images = arguments.Get("images", "auto");
  if (kubernetes.images != "auto" && kubernetes.images != "registry" &&
      kubernetes.images != "airgap") {
    options.Note("--images must be auto, registry or airgap, not \"" +
                 kubernetes.images + "\"");
  }
  if (!kubernetes.kubeconfig.empty() && kubernetes.context.empty()) {
    options.Note(
        "--kubeconfig needs --context=NAME: its current context is not taken "
        "unasked");
  }
  if (!kubernetes.name_space.empty() && kubernetes.context.empty()) {
    options.Note("--namespace needs --context=NAME: a new cluster has none to lend");
  }
  if (!plan.scenario.cluster.server.empty()) {
    options.Note("the server \"" + plan.scenario.cluster.server +
                 "\" is a program of this machine; on kubernetes --server-image=NAME "
                 "chooses one");
  }
  const auto deploy = FindDeployFolder(arguments.Get("deploy"), program);
  if (!deploy.ok()) options.Note(deploy.message());
  if (deploy.ok()) kubernetes.deploy = *deploy;
  return options.mistakes();
}

// Folders under scenarios/ are packages of their own.
std::string RepeatOf(const fs::path& file, const std::string& scenario) {
  const fs::path whole = fs::absolute(file).lexically_normal();
  std::string package;
  for (fs::path at = whole.parent_path(); at.has_relative_path();
       at = at.parent_path()) {
    package = "/" + at.filename().string() + package;
    if (at.filename() == "scenarios")
      return "bazel run /" + package + ":" + scenario + " --";
  }
  return "slotquake run " + whole.string();
}

}  // namespace

std::string RunPlan::CommandForTrial(int trial) const {
  return repeat + " --seed=" + std::to_string(SeedOf(trial)) + repeat_options;
}

std::string RunPlan::CommandForAll() const {
  const std::string one = CommandForTrial(1);
  return trials == 1 ? one : one + " --trials=" + std::to_string(trials);
}

void AddRunOptions(Poco::Util::OptionSet& options) {
  AddOption(options, "trials", "N",
            "How often to repeat it, each time on a new cluster (default: 1).");
  AddOption(options, "attempts", "N",
            "Run it again when it was inconclusive, up to N times in all, each in a "
            "folder of its own (default: 1).");
  AddOption(options, "seed", "S",
            "Decides every random choice of the harness (default: a new one, which is "
            "printed).");
  AddOption(options, "out", "FOLDER",
            "Where the run's folder goes: FOLDER/SCENARIO/TIME-SEED (default: out).");
  AddOption(options, "engine", "NAME", "redis or valkey, over the scenario's own.");
  AddOption(options, "server", "PATH",
            "The server program, over the scenario's own; or the name of one that "
            "bazel run //deploy/servers:fetch has fetched.");
  AddOption(options, "keep", "", "Leaves the cluster up and says how to enter it.");
  AddOption(options, "ready-limit-s", "S",
            "How many seconds a new cluster may take until it is ready (default: 60).");
  AddOption(options, "turns", "FILE",
            "Share the machine with other runs that name the same FILE: of all of them "
            "one at a time deploys, loads and judges, while others come to rest.");
  AddOption(options, "metrics-port", "PORT",
            "Serve live /metrics on this port of 127.0.0.1 (default: any free one).");
  AddOption(options, "platform", "NAME",
            "Where to run it; \"local\": in kernel namespaces of this machine "
            "(default); \"kubernetes\": in pods. The rest is for kubernetes.");
  AddOption(options, "context", "NAME",
            "The kubeconfig's context whose cluster to use (default: a kind cluster is "
            "made for the run and deleted after it).");
  AddOption(options, "kubeconfig", "FILE",
            "Where that context is (default: as kubectl's).");
  AddOption(options, "namespace", "NAME",
            "A namespace that is there, for who may not make one; it stays, and what "
            "else is in it is not touched (default: one of each trial's own).");
  AddOption(options, "overlay", "NAME",
            "Manifests of deploy/kubernetes/overlays, over the scenario's own.");
  AddOption(options, "images", "SOURCE",
            "Where a new kind cluster's images come from: registry, airgap (made of "
            "Debian's packages) or auto (default: what is there).");
  AddOption(options, "image", "NAME",
            "This program's image, for workers and agents, where the machines can pull "
            "it (default, on kind: built and loaded).");
  AddOption(options, "server-image", "NAME",
            "The servers' image, over the overlay's own.");
  AddOption(
      options, "deploy", "FOLDER",
      "The folder deploy/ of the sources (default: SLOTQUAKE_DEPLOY, else the one "
      "beside this program).");
}

Result<RunPlan> MakeRunPlan(const Arguments& arguments) {
  if (arguments.operands.size() != 1) {
    return Status::Error("name one scenario file (slotquake run FILE)");
  }
  const std::string& file = arguments.operands[0];
  const ParsedScenario parsed = ReadScenario(file, FaultsForScenarios());
  std::string mistakes;
  if (!parsed.ok()) mistakes = DescribeMistakes(file, parsed.mistakes);
  RunPlan plan;
  plan.scenario = parsed.scenario;
  mistakes += ApplyOptions(arguments, plan);
  plan.program = fs::read_symlink("/proc/self/exe").string();
  mistakes += ApplyKubernetesOptions(arguments, plan.program, plan);
  if (!mistakes.empty()) return Status::Error(mistakes);
  plan.repeat = RepeatOf(file, plan.scenario.name);
  for (const char* name : {"engine", "server", "platform", "context", "kubeconfig",
                           "namespace", "overlay", "image", "server-image"}) {
    if (!arguments.Has(name)) continue;
    plan.repeat_options += " --" + std::string(name) + "=" + arguments.Get(name);
  }
  return plan;
}

}  // namespace slotquake
