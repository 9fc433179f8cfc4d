#include "harness/faults/membership.h"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "harness/faults/asking.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// CLUSTER_BLACKLIST_TTL of the servers is 60 s; they count whole seconds.
constexpr Nanos kBan = seconds(61);
constexpr Nanos kJoinLimit = seconds(15);

std::vector<std::string> Others(Cluster& cluster, const std::string& node) {
  std::vector<std::string> others;
  for (const std::string& other : cluster.nodes()) {
    if (other != node && !IsDown(cluster, other)) others.push_back(other);
  }
  return others;
}

// "" once `victim` and all others that live know each other.
std::string Strangers(Cluster& cluster, const Victim& victim) {
  const auto own = AskViewOf(cluster, victim.node);
  if (!own.ok()) return own.message();
  for (const std::string& other : Others(cluster, victim.node)) {
    const auto view = AskViewOf(cluster, other);
    if (!view.ok()) return view.message();
    const NodeView* seen = view->Find(victim.id);
    if (seen == nullptr || seen->handshake) {
      return other + " does not know " + victim.node + " yet";
    }
    const NodeView* self = view->Myself();
    const NodeView* known = self == nullptr ? nullptr : own->Find(self->id);
    if (known == nullptr || known->handshake) {
      return victim.node + " does not know " + other + " yet";
    }
  }
  return "";
}

std::string NotReplicating(Cluster& cluster, const std::string& node,
                           const std::string& master_id) {
  const auto view = AskViewOf(cluster, node);
  if (!view.ok()) return view.message();
  const NodeView* self = view->Myself();
  if (self == nullptr || self->master_id != master_id) {
    return node + " is no replica of " + master_id.substr(0, 8);
  }
  const auto said = AskReplication(cluster, node);
  if (!said.ok()) return said.message();
  return said->link_up && !said->syncing ? "" : "the link of " + node + " is not up";
}

// Valkey says with which Redis it is compatible.
bool TellsWhomItForgot(Cluster& cluster, const std::string& node) {
  const auto info = Ask(cluster, node, {"INFO", "server"});
  if (!info.ok()) return true;
  int major = 0;
  int minor = 0;
  const std::string version = ParseInfo(info->text)["redis_version"];
  if (std::sscanf(version.c_str(), "%d.%d", &major, &minor) != 2) return true;
  return major > 7 || (major == 7 && minor >= 2);
}

Nanos HalfNodeTimeout(Cluster& cluster, const std::string& node) {
  const auto timeout = AskConfig(cluster, node, "cluster-node-timeout");
  return milliseconds(timeout.ok() ? std::atoll(timeout->c_str()) / 2 : 1000);
}

// "" if everybody who knows it still does at the end of `period`.
std::string ForgottenAgain(Cluster& cluster, const Victim& victim, Nanos period) {
  const Nanos end = MonotonicNow() + period;
  do {
    const Acquaintance now = AskAcquaintance(cluster, victim);
    if (!now.unknown_to.empty()) {
      return JoinNames(now.unknown_to) + " forgot " + victim.node + " again";
    }
    std::this_thread::sleep_for(milliseconds(20));
  } while (MonotonicNow() < end);
  return "";
}

}  // namespace

Status CanLeave(Cluster& cluster, const Victim& victim) {
  const auto view = AskAnyView(cluster, {victim.node});
  if (!view.ok()) return view.status();
  const NodeView* seen = view->Find(victim.id);
  if (seen != nullptr && !seen->slots.empty()) {
    return Status::Error(victim.node + " owns slots " + ToString(seen->slots) +
                         ": a master leaves when its slots have gone elsewhere "
                         "(reshard); name a replica");
  }
  return Status::Ok();
}

Status Leave(Cluster& cluster, const Victim& victim) {
  for (const std::string& other : Others(cluster, victim.node)) {
    const auto view = AskViewOf(cluster, other);
    if (!view.ok()) return view.status();
    if (view->Find(victim.id) == nullptr) continue;
    const auto forgot = Ask(cluster, other, {"CLUSTER", "FORGET", victim.id});
    if (!forgot.ok()) return forgot.status();
  }
  return Ask(cluster, victim.node, {"CLUSTER", "RESET", "SOFT"}).status();
}

Nanos EndOfBan(Cluster& cluster, const Victim& victim) {
  return TellsWhomItForgot(cluster, victim.node) ? MonotonicNow() + kBan : Nanos(0);
}

void AwaitEndOfBan(const FaultContext& context, Nanos until) {
  std::this_thread::sleep_for(std::min(until - MonotonicNow(), context.patience));
}

Status Join(Cluster& cluster, const Victim& victim, Nanos limit) {
  const Endpoint at = cluster.ClientEndpoint(victim.node);
  const auto meet = [&] {
    Status first = Status::Ok();
    for (const std::string& other : Others(cluster, victim.node)) {
      const auto view = AskViewOf(cluster, other);
      if (view.ok() && view->Find(victim.id) != nullptr) continue;
      const auto met =
          Ask(cluster, other, {"CLUSTER", "MEET", at.host, std::to_string(at.port)});
      if (first.ok()) first = met.status();
    }
    return first;
  };
  const Nanos end = MonotonicNow() + limit;
  std::string missing;
  do {
    const Status met = meet();
    if (!met.ok()) return met;
    missing =
        AwaitNothingMissing(seconds(3), [&] { return Strangers(cluster, victim); });
  } while (!missing.empty() && MonotonicNow() < end);
  return missing.empty() ? Status::Ok() : Status::Error(missing);
}

Status ReplicateItsShard(Cluster& cluster, const Victim& victim, Nanos limit) {
  const auto view = AskAnyView(cluster, {victim.node});
  if (!view.ok()) return view.status();
  const NodeView* master =
      victim.slots.empty() ? nullptr : view->OwnerOf(victim.slots.front().first);
  if (master == nullptr) return Status::Error("nobody owns the slots of its shard");
  if (master->id == victim.id) return Status::Ok();  // promoted meanwhile
  // Right after it has met everybody it may be told of its master before it has heard
  // that this is one.
  const std::string missing = AwaitNothingMissing(limit, [&]() -> std::string {
    const std::string late = NotReplicating(cluster, victim.node, master->id);
    if (late.find("is no replica") == std::string::npos) return late;
    const auto told = Ask(cluster, victim.node, {"CLUSTER", "REPLICATE", master->id});
    return told.ok() ? late : told.message();
  });
  return missing.empty() ? Status::Ok() : Status::Error(missing);
}

Status BringIn(const FaultContext& context, const Victim& victim, bool as_master,
               Nanos banned_until) {
  AwaitEndOfBan(context, banned_until);
  const Status joined = Join(context.cluster, victim, kJoinLimit);
  if (!joined.ok() || as_master) return joined;
  return ReplicateItsShard(context.cluster, victim, kJoinLimit);
}

Acquaintance AskAcquaintance(Cluster& cluster, const Victim& victim) {
  Acquaintance found;
  for (const std::string& other : Others(cluster, victim.node)) {
    const auto view = AskViewOf(cluster, other);
    const bool knows = view.ok() && view->Find(victim.id) != nullptr &&
                       !view->Find(victim.id)->handshake;
    (knows ? found.known_by : found.unknown_to).push_back(other);
  }
  const auto own = AskViewOf(cluster, victim.node);
  found.knows = own.ok() ? static_cast<int>(own->nodes.size()) - 1 : -1;
  return found;
}

std::vector<Proof> ProveLeft(FaultContext& context, const Victim& victim) {
  const Acquaintance now = AskAcquaintance(context.cluster, victim);
  return {{.what = now.known_by.empty()
                       ? "nobody knows " + victim.node + " any more"
                       : JoinNames(now.known_by) + " still know " + victim.node,
           .holds = now.known_by.empty(),
           .at = context.now()},
          {.what = now.knows < 0 ? victim.node + " does not answer"
                                 : victim.node + " knows " + std::to_string(now.knows) +
                                       " other nodes",
           .holds = now.knows == 0,
           .at = context.now()}};
}

std::vector<Proof> ProveJoined(FaultContext& context, const Victim& victim,
                               bool as_master) {
  const Acquaintance now = AskAcquaintance(context.cluster, victim);
  const auto said = AskReplication(context.cluster, victim.node);
  const auto view = AskAnyView(context.cluster, {victim.node});
  const NodeView* seen = view.ok() ? view->Find(victim.id) : nullptr;
  const bool owner = seen != nullptr && !seen->slots.empty();
  const std::string lost =
      now.unknown_to.empty() && !now.known_by.empty()
          ? ForgottenAgain(context.cluster, victim,
                           std::min(HalfNodeTimeout(context.cluster, victim.node),
                                    context.patience))
          : "";
  const bool right =
      said.ok() && (said->role == "master" ? as_master || owner : said->link_up);
  return {{.what = !lost.empty() ? lost
                   : now.unknown_to.empty()
                       ? "everybody knows " + victim.node
                       : JoinNames(now.unknown_to) + " do not know " + victim.node,
           .holds = now.unknown_to.empty() && !now.known_by.empty() && lost.empty(),
           .at = context.now()},
          {.what = !said.ok() ? said.message()
                              : victim.node + " is " + said->role +
                                    (said->link_up ? ", its link is up" : ""),
           .holds = right,
           .at = context.now()}};
}

}  // namespace slotquake
