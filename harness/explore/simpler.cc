#include "harness/explore/simpler.h"

#include <algorithm>
#include <functional>
#include <set>

#include "harness/explore/space.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr int kLeastMs = 100;
constexpr int kLeastRate = 300;  // enough for a second's load before a fault
constexpr int kLeastClients = 4;
constexpr int kLeastMasters = 3;

bool Needs(const TimelineEntry& entry, int other) {
  if (entry.when && entry.when->event == "fault" && entry.when->entry == other)
    return true;
  if (entry.when && entry.when->since == other) return true;
  return std::any_of(entry.victims.begin(), entry.victims.end(),
                     [other](const VictimSpec& v) { return v.victim_of == other; });
}

// Without one entry and those that mean nothing without it.
std::vector<TimelineEntry> Without(const std::vector<TimelineEntry>& timeline,
                                   std::size_t index) {
  std::set<std::size_t> gone = {index};
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t i = 0; i < timeline.size(); ++i) {
      const bool needs = std::any_of(gone.begin(), gone.end(), [&](std::size_t other) {
        return Needs(timeline[i], static_cast<int>(other));
      });
      if (needs) grew = gone.insert(i).second || grew;
    }
  }
  const auto renumber = [&gone](int other) {
    return other - static_cast<int>(std::count_if(
                       gone.begin(), gone.end(), [other](std::size_t removed) {
                         return static_cast<int>(removed) < other;
                       }));
  };
  std::vector<TimelineEntry> left;
  for (std::size_t i = 0; i < timeline.size(); ++i) {
    if (gone.contains(i)) continue;
    left.push_back(timeline[i]);
    TimelineEntry& entry = left.back();
    if (entry.when && entry.when->event == "fault") {
      entry.when->entry = renumber(entry.when->entry);
    }
    if (entry.when && entry.when->since)
      entry.when->since = renumber(*entry.when->since);
    for (VictimSpec& victim : entry.victims) {
      if (victim.victim_of) victim.victim_of = renumber(*victim.victim_of);
    }
  }
  return left;
}

// To fewer masters or replicas: who is named and would be no more is somebody else of
// the same kind then.
void Resize(Scenario& scenario, int masters, int replicas) {
  ClusterSpec& cluster = scenario.cluster;
  for (TimelineEntry& entry : scenario.timeline) {
    for (VictimSpec& victim : entry.victims) {
      if (victim.shard) victim.shard = *victim.shard % masters;
      if (victim.node.empty()) continue;
      // "redis-7": masters come first, then the first replica of each.
      const int index = std::stoi(victim.node.substr(victim.node.rfind('-') + 1));
      const int level = std::min(index / cluster.masters, replicas);
      const int shard = index % cluster.masters % masters;
      victim.node = "redis-" + std::to_string(level * masters + shard);
    }
  }
  cluster.masters = masters;
  cluster.replicas_per_master = replicas;
}

// A round number below.
int Less(int value, int percent, int least) {
  const int less = value * percent / 100;
  return std::max(least, value >= 1000 ? less / 50 * 50 : less / 10 * 10);
}

class Simplifier {
 public:
  explicit Simplifier(const Scenario& scenario)
      : scenario_(scenario), text_(ToJson(scenario).dump()) {}

  std::vector<Simpler> All() {
    FewerFaults();
    EachEntry([this](std::size_t i) { Once(i); });
    EachEntry([this](std::size_t i) { FixedTime(i); });
    EachEntry([this](std::size_t i) { Defaults(i); });
    EachEntry([this](std::size_t i) { Shorter(i); });
    EachEntry([this](std::size_t i) { FewerVictims(i); });
    SmallerCluster();
    LessLoad();
    return std::move(simpler_);
  }

 private:
  // `change` makes a copy simpler.
  void Offer(const std::string& how, const std::function<void(Scenario&)>& change) {
    Scenario copy = scenario_;
    change(copy);
    if (copy.timeline.empty()) return;
    const ParsedScenario read = AsRead(copy);
    if (read.ok() && ToJson(read.scenario).dump() != text_) {
      simpler_.push_back({how, read.scenario});
    }
  }

  void EachEntry(const std::function<void(std::size_t)>& simplify) {
    for (std::size_t i = 0; i < scenario_.timeline.size(); ++i) simplify(i);
  }

  std::string NameOf(std::size_t index) const {
    return scenario_.timeline[index].fault + " (" + std::to_string(index) + ")";
  }

  // What happens later is left out first: it may have no part in it.
  void FewerFaults() {
    const std::size_t size = scenario_.timeline.size();
    if (size > 2) {
      for (std::size_t only = 0; only < size; ++only) {
        Offer(NameOf(only) + " alone", [&](Scenario& copy) {
          for (std::size_t i = size; i-- > 0;) {
            if (i != only && i < copy.timeline.size() && i > only)
              copy.timeline = Without(copy.timeline, i);
          }
          for (std::size_t i = 0; i < only && !copy.timeline.empty(); ++i) {
            copy.timeline = Without(copy.timeline, 0);
          }
        });
      }
    }
    for (std::size_t i = size; i-- > 0;) {
      Offer("without " + NameOf(i),
            [i](Scenario& copy) { copy.timeline = Without(copy.timeline, i); });
    }
  }

  void Once(std::size_t i) {
    if (scenario_.timeline[i].times == 1) return;
    Offer(NameOf(i) + " once", [i](Scenario& copy) {
      copy.timeline[i].times = 1;
      copy.timeline[i].every_ms = 0;
    });
    if (scenario_.timeline[i].times > 2) {
      Offer(NameOf(i) + " twice", [i](Scenario& copy) { copy.timeline[i].times = 2; });
    }
  }

  // At about the time when its trigger comes.
  void FixedTime(std::size_t i) {
    const TimelineEntry& entry = scenario_.timeline[i];
    if (!entry.when) return;
    const bool promoted =
        std::any_of(entry.victims.begin(), entry.victims.end(),
                    [](const VictimSpec& victim) { return victim.promoted; });
    if (promoted) return;
    int at = scenario_.timeline[0].at_ms + entry.when->after_ms;
    if (entry.when->event == "fault") {
      const auto& other =
          scenario_.timeline[static_cast<std::size_t>(entry.when->entry)];
      if (other.when) return;
      at = other.at_ms + entry.when->after_ms;
      if (entry.when->is == "recovered") {
        at += other.recover.after_ms + other.every_ms * (other.times - 1) + 500;
      }
    } else {
      const int timeout = scenario_.cluster.node_timeout_ms;
      at += entry.when->event == "promoted" ? timeout * 5 / 4 + 1200 : timeout * 5 / 4;
    }
    Offer(NameOf(i) + " at a fixed time", [i, at](Scenario& copy) {
      copy.timeline[i].when.reset();
      copy.timeline[i].at_ms = at;
    });
  }

  void Defaults(std::size_t i) {
    const FaultType* type = FindFault(scenario_.timeline[i].fault);
    if (type == nullptr || type->options.empty()) return;
    Offer(NameOf(i) + " with its defaults", [&](Scenario& copy) {
      for (const OptionSpec& option : type->options) {
        if (!option.fallback.is_null())
          copy.timeline[i].options[option.name] = option.fallback;
      }
    });
    if (type->options.size() < 2) return;
    for (const OptionSpec& option : type->options) {
      if (option.fallback.is_null()) continue;
      Offer(NameOf(i) + " with the default of " + option.name, [&](Scenario& copy) {
        copy.timeline[i].options[option.name] = option.fallback;
      });
    }
  }

  void Shorter(std::size_t i) {
    const TimelineEntry& entry = scenario_.timeline[i];
    for (const int percent : {50, 75}) {
      const int after = Less(entry.recover.after_ms, percent, kLeastMs);
      if (after < entry.recover.after_ms) {
        Offer(
            NameOf(i) + " undone after " + std::to_string(after) + " ms",
            [i, after](Scenario& copy) { copy.timeline[i].recover.after_ms = after; });
      }
    }
    const int start = entry.when ? entry.when->after_ms : entry.at_ms;
    for (const int sooner : {0, Less(start, 50, 0)}) {
      if (sooner >= start) continue;
      Offer(NameOf(i) + (entry.when ? " " + std::to_string(sooner) + " ms after it"
                                    : " at " + std::to_string(sooner) + " ms"),
            [i, sooner](Scenario& copy) {
              TimelineEntry& earlier = copy.timeline[i];
              (earlier.when ? earlier.when->after_ms : earlier.at_ms) = sooner;
            });
    }
    if (entry.times > 1) {
      const int every = std::max(entry.recover.after_ms + kLeastMs,
                                 Less(entry.every_ms, 75, kLeastMs));
      if (every < entry.every_ms) {
        Offer(NameOf(i) + " every " + std::to_string(every) + " ms",
              [i, every](Scenario& copy) { copy.timeline[i].every_ms = every; });
      }
    }
  }

  void FewerVictims(std::size_t i) {
    const std::size_t size = scenario_.timeline[i].victims.size();
    for (std::size_t k = 0; k < size && size > 1; ++k) {
      Offer(NameOf(i) + " with one victim less", [i, k](Scenario& copy) {
        auto& victims = copy.timeline[i].victims;
        victims.erase(victims.begin() + static_cast<std::ptrdiff_t>(k));
      });
    }
  }

  void SmallerCluster() {
    const ClusterSpec& cluster = scenario_.cluster;
    if (cluster.masters > kLeastMasters) {
      Offer("with 3 masters", [](Scenario& copy) {
        Resize(copy, kLeastMasters, copy.cluster.replicas_per_master);
      });
    }
    if (cluster.replicas_per_master > 1) {
      Offer("with 1 replica each",
            [](Scenario& copy) { Resize(copy, copy.cluster.masters, 1); });
    }
  }

  void LessLoad() {
    for (std::size_t i = 0; i < scenario_.load.size(); ++i) {
      const LoadSpec& load = scenario_.load[i];
      if (load.loop == "open" && load.rate_per_second / 2 >= kLeastRate) {
        Offer("with half the rate",
              [i](Scenario& copy) { copy.load[i].rate_per_second /= 2; });
      }
      if (load.clients / 2 >= kLeastClients) {
        Offer("with half the clients",
              [i](Scenario& copy) { copy.load[i].clients /= 2; });
      }
      if (load.keys.spread == "shards" && load.keys.per_shard > 1) {
        Offer("with fewer keys",
              [i](Scenario& copy) { copy.load[i].keys.per_shard /= 2; });
      }
    }
  }

  const Scenario& scenario_;
  const std::string text_;
  std::vector<Simpler> simpler_;
};

}  // namespace

std::vector<Simpler> SimplerThan(const Scenario& scenario) {
  return Simplifier(scenario).All();
}

}  // namespace slotquake
