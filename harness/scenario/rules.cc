#include "harness/scenario/rules.h"

#include <algorithm>
#include <map>

namespace slotquake {
namespace {

constexpr int kMaxNodes = 100;
constexpr int kMinMasters = 3;
// The time over which the load before a fault is counted.
constexpr int kLoadWindowMs = 1000;

// The rules' view of a scenario: what of it can be trusted, and where to complain.
class Rules {
 public:
  Rules(const Scenario& scenario, std::vector<Mistake>* mistakes)
      : scenario_(scenario), before_(*mistakes), mistakes_(mistakes) {}

  void Run() {
    CheckSize();
    for (std::size_t i = 0; i < scenario_.timeline.size(); ++i) CheckEntry(i);
    CheckStart();
    CheckRestLimit();
    CheckPromotion();
    CheckReturn();
    CheckLostWrites();
    CheckStaysDown();
    CheckWait();
    CheckLoadBefore();
  }

 private:
  // Whether all of these places are free of mistakes that stood before the rules.
  bool Right(const std::vector<std::string>& places) const {
    return std::none_of(before_.begin(), before_.end(), [&](const Mistake& mistake) {
      return std::any_of(places.begin(), places.end(), [&](const std::string& place) {
        // A mistake of the part as a whole is also one of all that is in it.
        return IsWithin(mistake.where, place) || IsWithin(place, mistake.where);
      });
    });
  }

  static bool IsWithin(const std::string& inner, const std::string& outer) {
    return inner.rfind(outer, 0) == 0 &&
           (inner.size() == outer.size() || inner[outer.size()] == '/');
  }

  void Complain(std::string where, std::string what) {
    mistakes_->push_back({std::move(where), std::move(what)});
  }

  // The size of a cluster that somebody else has deployed is not known here.
  bool SizeKnown() const { return !scenario_.cluster.kubernetes.attach; }

  int Nodes() const {
    return scenario_.cluster.masters * (1 + scenario_.cluster.replicas_per_master);
  }

  void CheckSize();
  void CheckEntry(std::size_t index);
  void CheckVictim(const VictimSpec& victim, const std::string& where);
  // An entry that names another one by its index.
  void CheckIndex(int index, std::size_t self, const std::string& where);
  void CheckStart();
  void CheckRestLimit();
  void CheckPromotion();
  void CheckReturn();
  void CheckLostWrites();
  void CheckStaysDown();
  void CheckWait();
  void CheckLoadBefore();

  const Scenario& scenario_;
  const std::vector<Mistake> before_;
  std::vector<Mistake>* const mistakes_;
};

void Rules::CheckSize() {
  if (!SizeKnown() || !Right({"/cluster/masters"})) return;
  if (scenario_.cluster.masters < kMinMasters) {
    Complain(
        "/cluster/masters",
        "must be at least 3, is " + std::to_string(scenario_.cluster.masters) +
            ": with fewer, the masters that are left after a loss are no majority, "
            "and nobody can be promoted");
  }
  if (Right({"/cluster/replicas_per_master"}) && Nodes() > kMaxNodes) {
    Complain("/cluster", "asks for " + std::to_string(Nodes()) + " nodes; at most " +
                             std::to_string(kMaxNodes));
  }
}

void Rules::CheckEntry(std::size_t index) {
  const TimelineEntry& entry = scenario_.timeline[index];
  const std::string where = "/timeline/" + std::to_string(index);
  const bool alone = entry.victims.size() == 1;
  for (std::size_t i = 0; i < entry.victims.size(); ++i) {
    const std::string victim =
        where + "/victim" + (alone ? "" : "/" + std::to_string(i));
    CheckVictim(entry.victims[i], victim);
    if (entry.victims[i].victim_of) {
      CheckIndex(*entry.victims[i].victim_of, index, victim + "/victim_of");
    }
  }
  if (entry.when && Right({where + "/when"})) {
    if (entry.when->since) CheckIndex(*entry.when->since, index, where + "/when/since");
    if (entry.when->event == "fault") {
      CheckIndex(entry.when->entry, index, where + "/when/fault");
    }
  }
  const bool recovers = entry.recover.how != "none";
  if (entry.times > 1 && recovers && entry.every_ms <= entry.recover.after_ms &&
      Right({where + "/periodic", where + "/recover"})) {
    Complain(where + "/periodic/every_ms",
             "must be more than " + std::to_string(entry.recover.after_ms) +
                 ", after which it is undone, is " + std::to_string(entry.every_ms) +
                 ": each time is to begin when the one before is over");
  }
}

void Rules::CheckIndex(int index, std::size_t self, const std::string& where) {
  if (index >= 0 && index < static_cast<int>(scenario_.timeline.size()) &&
      index != static_cast<int>(self)) {
    return;
  }
  Complain(where, index == static_cast<int>(self)
                      ? "means this entry itself"
                      : "no entry " + std::to_string(index) +
                            "; the timeline has 0 to " +
                            std::to_string(scenario_.timeline.size() - 1));
}

void Rules::CheckStart() {
  if (scenario_.timeline.empty() || !Right({"/timeline"})) return;
  if (std::all_of(scenario_.timeline.begin(), scenario_.timeline.end(),
                  [](const TimelineEntry& entry) { return entry.when.has_value(); })) {
    Complain("/timeline",
             "every entry waits for something, so that nothing will ever happen: one "
             "needs \"at_ms\"");
  }
}

void Rules::CheckVictim(const VictimSpec& victim, const std::string& where) {
  if (!SizeKnown()) return;
  if (!Right({where, "/cluster/masters", "/cluster/replicas_per_master"})) return;
  const ClusterSpec& cluster = scenario_.cluster;
  if (cluster.masters < kMinMasters) return;  // said already
  if (!victim.node.empty()) {
    bool exists = false;
    for (int i = 0; i < Nodes() && !exists; ++i) {
      exists = victim.node == "redis-" + std::to_string(i);
    }
    if (!exists) {
      Complain(where + "/node", "no node \"" + victim.node +
                                    "\"; this cluster has redis-0 to redis-" +
                                    std::to_string(Nodes() - 1));
    }
  }
  if (victim.shard && *victim.shard >= cluster.masters) {
    Complain(where + "/shard", "no shard " + std::to_string(*victim.shard) +
                                   "; this cluster has 0 to " +
                                   std::to_string(cluster.masters - 1));
  }
  if (victim.role == "replica" && cluster.replicas_per_master == 0) {
    Complain(where + "/role", "this cluster has no replicas");
  }
}

void Rules::CheckRestLimit() {
  if (!Right({"/rest_limit_ms", "/cluster/node_timeout_ms", "/expect/rest"})) return;
  const int needed = std::max(2 * scenario_.cluster.node_timeout_ms, 5000);
  if (scenario_.expect.rest == "required" && scenario_.rest_limit_ms < needed) {
    Complain(
        "/rest_limit_ms",
        "must be at least " + std::to_string(needed) +
            ", how long the cluster must have been at rest (twice the node timeout, "
            "and 5 s), is " +
            std::to_string(scenario_.rest_limit_ms));
  }
}

void Rules::CheckPromotion() {
  const Expectations& expect = scenario_.expect;
  if (!Right({"/expect/promotion", "/expect/promotion_ms", "/timeline"})) return;
  const bool limited = expect.promotion_max_is_theory || expect.promotion_max_ms;
  if (expect.promotion == "forbidden" && limited) {
    Complain("/expect/promotion_ms",
             "says how long a promotion may take, which \"promotion\" forbids");
  }
  if (expect.promotion != "required") return;
  if (scenario_.timeline.empty()) {
    Complain("/expect/promotion", "is required, but the timeline has no fault");
    return;
  }
  if (SizeKnown() && Right({"/cluster/replicas_per_master"}) &&
      scenario_.cluster.replicas_per_master == 0) {
    Complain("/expect/promotion", "is required, but this cluster has no replicas");
  }
  const int timeout = scenario_.cluster.node_timeout_ms;
  const bool too_short = std::all_of(
      scenario_.timeline.begin(), scenario_.timeline.end(),
      [&](const TimelineEntry& entry) {
        return entry.recover.how != "none" && entry.recover.after_ms < timeout;
      });
  if (Right({"/cluster/node_timeout_ms"}) && too_short) {
    Complain("/expect/promotion",
             "is required, but every fault is undone before the node "
             "timeout of " +
                 std::to_string(timeout) + " ms, so that nobody will be found failing");
  }
}

void Rules::CheckReturn() {
  const Expectations& expect = scenario_.expect;
  if (!Right({"/expect/return", "/expect/promotion", "/timeline"})) return;
  if (expect.way_back == "any") return;
  if (scenario_.timeline.empty()) {
    Complain("/expect/return",
             "says how a victim comes back, but the timeline has no "
             "fault");
  }
  if (expect.way_back == "restart" && expect.promotion == "required") {
    Complain("/expect/return",
             "is \"restart\": nobody is promoted, which \"promotion\" requires");
  }
  if (expect.way_back == "failover" && expect.promotion == "forbidden") {
    Complain("/expect/return",
             "is \"failover\": a replica is promoted, which \"promotion\" forbids");
  }
}

void Rules::CheckLostWrites() {
  const Expectations& expect = scenario_.expect;
  if (!Right({"/expect/lost_writes"}) || !expect.lost_min_count) return;
  if (expect.lost_max_count && *expect.lost_min_count > *expect.lost_max_count) {
    Complain("/expect/lost_writes/min_count",
             "is more than max_count (" + std::to_string(*expect.lost_max_count) + ")");
  }
  if (*expect.lost_min_count > 0 && Right({"/timeline"}) &&
      scenario_.timeline.empty()) {
    Complain("/expect/lost_writes/min_count",
             "asks for losses, but the timeline has no fault");
  }
}

void Rules::CheckStaysDown() {
  if (!scenario_.expect.must_stay_down || !Right({"/timeline"})) return;
  const bool recovers = std::any_of(
      scenario_.timeline.begin(), scenario_.timeline.end(),
      [](const TimelineEntry& entry) { return entry.recover.how != "none"; });
  if (!recovers) {
    Complain("/expect/slot_coverage/stays_down_until_recovery",
             "waits for a recovery, but the timeline has none");
  }
}

void Rules::CheckWait() {
  if (!SizeKnown() || !Right({"/cluster/replicas_per_master"})) return;
  const int replicas = scenario_.cluster.replicas_per_master;
  for (std::size_t i = 0; i < scenario_.load.size(); ++i) {
    const auto& wait = scenario_.load[i].wait;
    if (!wait || wait->replicas <= replicas) continue;
    Complain("/load/" + std::to_string(i) + "/wait/replicas",
             "must not be more than \"replicas_per_master\", " +
                 std::to_string(replicas) + ", is " + std::to_string(wait->replicas) +
                 ": no write would ever be acknowledged");
  }
}

void Rules::CheckLoadBefore() {
  const int wanted = scenario_.expect.min_acked_before;
  if (wanted == 0 || scenario_.timeline.empty()) return;
  if (!Right({"/expect/load"})) return;
  if (Right({"/warm_up_ms", "/timeline"})) {
    int first = -1;
    for (const TimelineEntry& entry : scenario_.timeline) {
      if (!entry.when && (first < 0 || entry.at_ms < first)) first = entry.at_ms;
    }
    if (first >= 0 && scenario_.warm_up_ms + first < kLoadWindowMs) {
      Complain("/warm_up_ms",
               "the first fault comes " + std::to_string(scenario_.warm_up_ms + first) +
                   " ms after the load began, but /expect/load/min_acked_before counts "
                   "the writes of the second before it");
    }
  }
  double most = 0;
  for (const LoadSpec& load : scenario_.load) {
    if (load.rate_per_second == 0) return;  // as fast as it can
    most += load.rate_per_second;
  }
  if (Right({"/load"}) && most < wanted) {
    Complain("/load", "sends " + std::to_string(static_cast<std::int64_t>(most)) +
                          " writes a second in all, but "
                          "/expect/load/min_acked_before wants " +
                          std::to_string(wanted));
  }
}

}  // namespace

void CheckRules(const Scenario& scenario, std::vector<Mistake>* mistakes) {
  Rules(scenario, mistakes).Run();
}

std::string WhyReserved(const std::string& config_key) {
  static const std::string kOwn = "is set by the harness";
  static const std::string kReach =
      "is not supported: the harness could not reach the node";
  static const std::map<std::string, std::string> kReserved = {
      {"aclfile", kReach},
      {"bind", kOwn},
      {"cluster-announce-bus-port", kOwn},
      {"cluster-announce-hostname", kOwn},
      {"cluster-announce-ip", kOwn},
      {"cluster-announce-port", kOwn},
      {"cluster-announce-tls-port", kOwn},
      {"cluster-config-file", kOwn},
      {"cluster-enabled", kOwn},
      {"cluster-node-timeout", "is set by \"node_timeout_ms\" of \"cluster\""},
      {"cluster-port", kOwn},
      {"daemonize", kOwn},
      {"dir", kOwn},
      {"enable-debug-command", "is set by the harness, which compares digests"},
      {"include", "is not supported: write its lines into \"config\""},
      {"logfile", kOwn},
      {"loglevel", "is set by the harness, which reads the log"},
      {"masterauth", kReach},
      {"masteruser", kReach},
      {"pidfile", kOwn},
      {"port", kOwn},
      {"protected-mode", kOwn},
      {"rename-command", kReach},
      {"replicaof", "is set by the harness; see \"replicas_per_master\""},
      {"requirepass", kReach},
      {"slaveof", "is set by the harness; see \"replicas_per_master\""},
      {"supervised", kOwn},
      {"tls-port", kReach},
      {"user", kReach},
  };
  const auto it = kReserved.find(config_key);
  return it == kReserved.end() ? "" : it->second;
}

}  // namespace slotquake
