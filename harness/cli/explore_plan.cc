#include "harness/cli/explore_plan.h"

#include <algorithm>
#include <charconv>
#include <random>
#include <sstream>
#include <stdexcept>

#include "harness/base/suggest.h"
#include "harness/cli/fetched_servers.h"
#include "harness/cli/known_faults.h"
#include "harness/explore/composer.h"

namespace slotquake {
namespace {

using nlohmann::json;

class PlanReader {
 public:
  explicit PlanReader(const Arguments& arguments) : arguments_(arguments) {}

  Result<ExplorePlan> Read() {
    if (!arguments_.operands.empty()) {
      Note("takes no file: it composes scenarios itself");
    }
    ReadNumbers();
    ReadCluster();
    ReadFaults();
    ReadExpectations();
    if (mistakes_.empty()) TryToCompose();
    if (!mistakes_.empty()) return Status::Error(mistakes_);
    return std::move(plan_);
  }

 private:
  void Note(const std::string& mistake) {
    mistakes_ += (mistakes_.empty() ? "" : "\n") + mistake;
  }

  std::int64_t Number(const std::string& name, std::int64_t fallback, std::int64_t min,
                      std::int64_t max) {
    const auto value = NumberOption(arguments_, name, fallback, min, max);
    if (!value.ok()) Note(value.message());
    return value.ok() ? *value : fallback;
  }

  std::string Text(const std::string& name, const std::string& fallback) {
    const std::string value = arguments_.Get(name, fallback);
    if (arguments_.Has(name) && value.empty()) Note("--" + name + " must not be empty");
    return value;
  }

  void ReadNumbers() {
    std::random_device entropy;
    plan_.seed =
        static_cast<std::uint64_t>(Number("seed", entropy() % 1'000'000, 0, INT64_MAX));
    plan_.runs = static_cast<int>(Number("runs", 20, 1, 100'000));
    plan_.shrink_tries = static_cast<int>(Number("shrink-tries", 60, 0, 10'000));
    plan_.attempts = static_cast<int>(Number("attempts", 2, 1, 100));
    plan_.ready_limit = std::chrono::seconds(Number("ready-limit-s", 60, 1, 3600));
    plan_.budget_text = Text("budget", plan_.budget_text);
    const auto budget = ParseBudget(plan_.budget_text);
    if (budget) {
      plan_.budget = *budget;
    } else {
      Note("--budget must be a time as 90s, 30m or 2h, up to a week, not \"" +
           plan_.budget_text + "\"");
    }
    plan_.out = Text("out", "out");
  }

  void ReadCluster() {
    ClusterSpec& cluster = plan_.space.cluster;
    cluster.masters = static_cast<int>(Number("masters", 3, 3, 100));
    cluster.replicas_per_master = static_cast<int>(Number("replicas", 1, 0, 30));
    cluster.node_timeout_ms =
        static_cast<int>(Number("node-timeout-ms", 2000, 500, 60'000));
    cluster.engine = arguments_.Get("engine", cluster.engine);
    if (cluster.engine != "redis" && cluster.engine != "valkey") {
      Note("--engine must be redis or valkey, not \"" + cluster.engine + "\"");
    }
    cluster.server = Text("server", "");
    if (!cluster.server.empty()) {
      const auto server = ResolveServer(cluster.server, ServersFolder());
      if (!server.ok()) Note(server.message());
      if (server.ok()) cluster.server = *server;
    }
    plan_.space.most_faults = static_cast<int>(Number("max-faults", 3, 1, 20));
  }

  void ReadFaults() {
    plan_.faults_named = arguments_.Has("faults");
    if (!plan_.faults_named) {
      for (const FaultType& type : AllFaults()) {
        if (WhyNotByDefault(type.name).empty() && WhyNotComposable(type).empty()) {
          plan_.space.faults.push_back(&type);
        }
      }
      return;
    }
    std::vector<std::string> names;
    for (const FaultType& type : AllFaults()) names.emplace_back(type.name);
    std::istringstream list(arguments_.Get("faults"));
    for (std::string name; std::getline(list, name, ',');) {
      const FaultType* type = FindFault(name);
      if (type == nullptr) {
        Note("--faults: unknown fault \"" + name + "\"" + SuggestText(name, names));
      } else if (const std::string why = WhyNotComposable(*type); !why.empty()) {
        Note("--faults: " + name + " can not be composed: " + why);
      } else {
        plan_.space.faults.push_back(type);
      }
    }
    if (plan_.space.faults.empty() && mistakes_.empty()) Note("--faults names none");
  }

  void ReadExpectations() {
    Expectations& expect = plan_.space.expect;
    expect = DefaultExpectations(plan_.space.cluster.node_timeout_ms);
    if (arguments_.Has("expect") && arguments_.Has("lost-max-window-ms")) {
      Note("--lost-max-window-ms is said by --expect already");
    }
    if (arguments_.Has("lost-max-window-ms")) {
      expect.lost_max_window_ms =
          static_cast<double>(Number("lost-max-window-ms", 0, 0, 3'600'000));
    }
    if (arguments_.Has("expect")) ReadExpect(arguments_.Get("expect"), expect);
  }

  // By the parser of scenarios, which knows all about it.
  void ReadExpect(const std::string& text, Expectations& expect) {
    json whole = {{"name", "explored"},
                  {"teaches", "what it finds"},
                  {"load", {{{"kind", "append"}}}},
                  {"timeline",
                   {{{"at_ms", 0},
                     {"fault", "kill"},
                     {"victim", {{"slot", 0}}},
                     {"recover", {{"after_ms", 3'000'000}}}}}}};
    whole["expect"] = json::parse(text, nullptr, false);
    if (whole["expect"].is_discarded()) {
      Note("--expect must be the \"expect\" of a scenario, as JSON, not " + text);
      return;
    }
    const ParsedScenario parsed = ParseScenario(whole.dump(), FaultsForScenarios());
    for (const Mistake& mistake : parsed.mistakes)
      Note("--expect: " + ToString(mistake));
    expect = parsed.scenario.expect;
    if (expect.promotion == "required" || expect.way_back != "any" ||
        expect.lost_min_count || expect.must_stay_down || expect.rest == "never") {
      Note(
          "--expect asks for what not every timeline brings about: it must hold for "
          "all "
          "of them");
    }
  }

  // What options do not go together the parser of scenarios knows.
  void TryToCompose() {
    constexpr int kTried = 100;
    try {
      for (int run = 1; run <= std::min(plan_.runs, kTried); ++run) {
        Compose(plan_.space, "explored_0_0", SeedOfRun(plan_.seed, run));
      }
    } catch (const std::logic_error& error) {
      Note(error.what());
    }
  }

  const Arguments& arguments_;
  ExplorePlan plan_;
  std::string mistakes_;
};

}  // namespace

std::optional<Nanos> ParseBudget(const std::string& text) {
  std::int64_t number = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  const std::string unit(end, last);
  const std::int64_t seconds = unit == "h" ? 3600 : unit == "m" ? 60 : 1;
  const bool known = unit.empty() || unit == "s" || unit == "m" || unit == "h";
  constexpr std::int64_t kWeek = 7 * 24 * 3600;
  if (error != std::errc() || !known || number < 1 || number > kWeek / seconds) {
    return std::nullopt;
  }
  return std::chrono::seconds(number * seconds);
}

void AddExploreOptions(Poco::Util::OptionSet& options) {
  AddOption(options, "seed", "S",
            "Decides what is composed: the same seed composes the same scenarios "
            "(default: a random one, which is printed).");
  AddOption(options, "runs", "N", "How many scenarios are composed (default: 20).");
  AddOption(options, "budget", "TIME",
            "No run is begun after that time: 90s, 30m, 2h (default: 30m).");
  AddOption(options, "shrink-tries", "N",
            "Runs for making one finding simpler (default: 60).");
  AddOption(options, "attempts", "N",
            "An inconclusive run is made again, up to N times in all (default: 2).");
  AddOption(options, "masters", "N", "Masters of each cluster (default: 3).");
  AddOption(options, "replicas", "N", "Replicas of each master (default: 1).");
  AddOption(options, "node-timeout-ms", "T",
            "cluster-node-timeout, which times are drawn around (default: 2000).");
  AddOption(
      options, "faults", "A,B,C",
      "Only these faults (default: all that this platform can do, but those whose "
      "purpose is what is looked for).");
  AddOption(options, "max-faults", "N", "Entries of a timeline at most (default: 3).");
  AddOption(
      options, "lost-max-window-ms", "MS",
      "The longest window of lost writes that a fault may cost (default: two node "
      "timeouts).");
  AddOption(options, "expect", "JSON",
            "What must hold, as \"expect\" of a scenario, in place of the default.");
  AddOption(options, "engine", "ENGINE", "redis or valkey (default: redis).");
  AddOption(options, "server", "PATH",
            "The server program, or the name of one that bazel run "
            "//deploy/servers:fetch has fetched (default: found on PATH).");
  AddOption(options, "out", "FOLDER", "Where results go (default: out).");
  AddOption(options, "ready-limit-s", "S",
            "How long a new cluster may take until it is ready (default: 60).");
}

Result<ExplorePlan> MakeExplorePlan(const Arguments& arguments) {
  auto plan = PlanReader(arguments).Read();
  if (plan.ok()) {
    plan->program = std::filesystem::read_symlink("/proc/self/exe").string();
  }
  return plan;
}

}  // namespace slotquake
