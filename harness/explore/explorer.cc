#include "harness/explore/explorer.h"

#include "harness/explore/composer.h"

namespace slotquake {
namespace {

std::string VictimsOf(const TimelineEntry& entry) {
  std::string text;
  for (const VictimSpec& victim : entry.victims) {
    text += text.empty() ? " of " : " and ";
    if (!victim.node.empty()) {
      text += victim.node;
    } else if (victim.promoted) {
      text += "who was promoted";
    } else if (victim.victim_of) {
      text += "the victims of " + std::to_string(*victim.victim_of);
    } else {
      text += (victim.pick == "random" ? "any " : "a ") + victim.role;
      if (victim.shard) text += " of shard " + std::to_string(*victim.shard);
    }
  }
  return text;
}

std::string TimeOf(const TimelineEntry& entry) {
  if (!entry.when) return " at " + std::to_string(entry.at_ms);
  std::string text =
      entry.when->event == "fault"
          ? " when " + std::to_string(entry.when->entry) + " is " + entry.when->is
          : " when " + entry.when->event;
  if (entry.when->after_ms > 0) text += " + " + std::to_string(entry.when->after_ms);
  return text;
}

std::string Times(int count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

class Explorer {
 public:
  Explorer(const Space& space, const ExploreSettings& settings,
           const std::function<TryOutcome(const Scenario&, std::uint64_t)>& run)
      : space_(space), settings_(settings), run_(run) {}

  Exploration Run() {
    for (int i = 1; i <= settings_.runs && settings_.go_on(); ++i) RunOne(i);
    return std::move(done_);
  }

 private:
  void RunOne(int number) {
    const std::uint64_t seed = SeedOfRun(settings_.seed, number);
    const std::string name =
        "explored_" + std::to_string(settings_.seed) + "_" + std::to_string(number);
    const Scenario scenario = Compose(space_, name, seed);
    const std::string place = "run " + std::to_string(number) + " of " +
                              std::to_string(settings_.runs) + ": ";
    settings_.say(place + InShort(scenario.timeline));
    TryOutcome outcome = run_(scenario, seed);
    for (int made = 1; made < settings_.attempts && settings_.go_on() &&
                       outcome.validity == Validity::kInconclusive;
         ++made) {
      settings_.say(place + "inconclusive, once more (" + outcome.why + ")");
      outcome = run_(scenario, seed);
    }
    if (outcome.interrupted && outcome.validity != Validity::kFail) return;
    settings_.say(place + Name(outcome.validity) +
                  (outcome.why.empty() ? "" : ": " + outcome.why));
    if (outcome.validity == Validity::kPass) ++done_.passed;
    if (outcome.validity == Validity::kInconclusive) ++done_.inconclusive;
    if (outcome.validity != Validity::kFail) return;
    ++done_.failed;
    done_.findings.push_back(ShrinkIt(scenario, outcome, seed));
  }

  Finding ShrinkIt(const Scenario& scenario, const TryOutcome& outcome,
                   std::uint64_t seed) {
    Finding finding{.name = scenario.name, .why = outcome.why};
    Save(scenario, outcome.why, 0, seed);
    const Shrunk shrunk = Shrink(
        scenario, outcome, [&](const Scenario& simpler) { return run_(simpler, seed); },
        {.tries = settings_.shrink_tries,
         .go_on = settings_.go_on,
         .say = [this](const std::string& text) { settings_.say("  " + text); },
         .keep = [&](const Scenario& simpler,
                     int tries) { Save(simpler, outcome.why, tries, seed); }});
    Save(shrunk.scenario, outcome.why, shrunk.tries, seed);
    finding.tries = shrunk.tries;
    finding.confirmed = shrunk.confirmed;
    finding.minimal = shrunk.minimal;
    finding.timeline = InShort(shrunk.scenario.timeline);
    return finding;
  }

  void Save(Scenario scenario, const std::string& why, int tries, std::uint64_t seed) {
    scenario.teaches =
        "Found by slotquake explore with seed " + std::to_string(settings_.seed) +
        ", made simpler in " + Times(tries, "further run") +
        ". Its first run failed with --seed=" + std::to_string(seed) + ": " + why;
    settings_.save(scenario);
  }

  const Space& space_;
  const ExploreSettings& settings_;
  const std::function<TryOutcome(const Scenario&, std::uint64_t)>& run_;
  Exploration done_;
};

}  // namespace

Validity Exploration::validity() const {
  if (failed > 0) return Validity::kFail;
  return inconclusive > 0 || passed == 0 ? Validity::kInconclusive : Validity::kPass;
}

std::string InShort(const std::vector<TimelineEntry>& timeline) {
  std::string text;
  for (const TimelineEntry& entry : timeline) {
    text += (text.empty() ? "" : "; ") + entry.fault + VictimsOf(entry) +
            TimeOf(entry) + " for " + std::to_string(entry.recover.after_ms) + " ms";
    if (entry.times > 1) text += ", " + std::to_string(entry.times) + " times";
  }
  return text;
}

Exploration Explore(
    const Space& space, const ExploreSettings& settings,
    const std::function<TryOutcome(const Scenario&, std::uint64_t seed)>& run) {
  return Explorer(space, settings, run).Run();
}

}  // namespace slotquake
