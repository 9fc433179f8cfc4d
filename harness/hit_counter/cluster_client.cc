#include "harness/hit_counter/cluster_client.h"

#include <algorithm>
#include <utility>

#include "harness/redis/outcome.h"
#include "harness/redis/slot.h"

namespace slotquake {
namespace {

constexpr int kMaxAttempts = 6;  // five redirects
constexpr Nanos kRefreshInterval = std::chrono::milliseconds(20);
constexpr Nanos kRefreshTimeout = std::chrono::milliseconds(200);

}  // namespace

ClusterClient::ClusterClient(const std::vector<Endpoint>& seeds, Nanos timeout,
                             Nanos connect_timeout, std::string password)
    : password_(std::move(password)),
      timeout_(timeout),
      connect_timeout_(connect_timeout) {
  for (const Endpoint& seed : seeds) map_.NumberOf(seed);
  Session session;
  RefreshIfStale(session);
}

Hit ClusterClient::Increment(const std::string& key) {
  std::unique_ptr<Session> session = Borrow();
  RefreshIfStale(*session);
  Hit hit;
  Target target = OwnerOf(SlotOf(key));
  if (target.node == SlotMap::kNobody) {
    hit.error = "no node of the cluster can be reached";
    Suspect(SlotMap::kNobody);
  }
  while (target.node != SlotMap::kNobody && hit.attempts < kMaxAttempts) {
    ++hit.attempts;
    if (Attempt(*session, key, target, hit)) break;
  }
  GiveBack(std::move(session));
  return hit;
}

bool ClusterClient::Attempt(Session& session, const std::string& key, Target& target,
                            Hit& hit) {
  hit.node = ToString(EndpointOf(target.node));
  Connection* connection =
      ConnectionTo(session, target.node, connect_timeout_, hit.error);
  if (connection == nullptr) {
    return AfterFailure(session, target, SlotOf(key), IoFailure::kNotSent, hit);
  }
  std::string commands;
  if (target.asking) commands = FormatCommand({"ASKING"});
  commands += FormatCommand({"INCR", key});
  connection->set_timeout(timeout_);
  const auto replies = connection->Batch(commands, target.asking ? 2 : 1);
  if (!replies.ok()) {
    hit.error = replies.message();
    return AfterFailure(session, target, SlotOf(key), connection->last_failure(), hit);
  }
  MarkAlive(target.node);
  const Reply& reply = replies->back();
  if (reply.IsError()) return AfterError(target, reply.text, hit);
  if (reply.type != ReplyType::kInteger) {
    hit.outcome = Outcome::kUnknown;
    hit.error = "a reply that INCR does not have";
    return true;
  }
  hit.outcome = Outcome::kAcked;
  hit.value = reply.integer;
  hit.error.clear();
  return true;
}

// A node that was certainly not reached is left for the slot's new owner, if the
// cluster has named one by now.
bool ClusterClient::AfterFailure(Session& session, Target& target, int slot,
                                 IoFailure failure, Hit& hit) {
  hit.outcome = OutcomeOf(failure);
  const int failed = target.node;
  Suspect(failed);
  if (hit.outcome == Outcome::kUnknown) return true;
  RefreshIfStale(session);
  target = OwnerOf(slot);
  return target.node == failed || target.node == SlotMap::kNobody;
}

bool ClusterClient::AfterError(Target& target, const std::string& error, Hit& hit) {
  hit.outcome = OutcomeOfError(error);
  hit.error = error;
  auto redirect = ParseRedirect(error);
  const std::lock_guard lock(mutex_);
  if (ShouldRefreshSlots(error)) stale_ = true;
  if (!redirect) return true;
  if (redirect->target.host.empty()) {
    redirect->target.host = map_.EndpointOf(target.node).host;
  }
  target = {map_.NumberOf(redirect->target), redirect->ask};
  if (!redirect->ask) map_.Assign(redirect->slot, target.node);
  return false;
}

void ClusterClient::RefreshIfStale(Session& session) {
  const Nanos begin = MonotonicNow();
  int servers = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!stale_ || begin < refreshed_ + kRefreshInterval) return;
    refreshed_ = begin;
    servers = map_.size();
  }
  for (int asked = 0; asked < servers; ++asked) {
    if (AskForSlots(session) || MonotonicNow() > begin + timeout_) return;
  }
}

// Asks the next server in turn that is not known to fail, else the next in turn.
bool ClusterClient::AskForSlots(Session& session) {
  int node = 0;
  {
    const std::lock_guard lock(mutex_);
    node = next_asked_++ % map_.size();
    for (int step = 0; step < map_.size() && map_.IsSuspect(node); ++step) {
      node = next_asked_++ % map_.size();
    }
  }
  std::string why;
  Connection* connection =
      ConnectionTo(session, node, std::min(connect_timeout_, kRefreshTimeout), why);
  if (connection != nullptr) {
    connection->set_timeout(std::min(timeout_, kRefreshTimeout));
    const auto reply = connection->Command({"CLUSTER", "SLOTS"});
    const Endpoint asked = connection->endpoint();
    const std::lock_guard lock(mutex_);
    if (reply.ok() && map_.Update(*reply, asked).ok()) {
      map_.SetSuspect(node, false);
      stale_ = false;
      return true;
    }
  }
  Suspect(node);
  return false;
}

Connection* ClusterClient::ConnectionTo(Session& session, int node, Nanos limit,
                                        std::string& why) {
  const auto kept = session.find(node);
  if (kept != session.end()) {
    if (kept->second.usable() && !kept->second.IsStale()) return &kept->second;
    session.erase(kept);
  }
  auto connected = Connection::Connect(EndpointOf(node), limit, password_);
  if (!connected.ok()) {
    why = connected.message();
    return nullptr;
  }
  return &session.emplace(node, std::move(*connected)).first->second;
}

std::unique_ptr<ClusterClient::Session> ClusterClient::Borrow() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) return std::make_unique<Session>();
  std::unique_ptr<Session> session = std::move(idle_.back());
  idle_.pop_back();
  return session;
}

void ClusterClient::GiveBack(std::unique_ptr<Session> session) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(session));
}

ClusterClient::Target ClusterClient::OwnerOf(int slot) {
  const std::lock_guard lock(mutex_);
  return {map_.OwnerOf(slot), false};
}

Endpoint ClusterClient::EndpointOf(int node) {
  const std::lock_guard lock(mutex_);
  return map_.EndpointOf(node);
}

void ClusterClient::Suspect(int node) {
  const std::lock_guard lock(mutex_);
  if (node != SlotMap::kNobody) map_.SetSuspect(node, true);
  stale_ = true;
}

void ClusterClient::MarkAlive(int node) {
  const std::lock_guard lock(mutex_);
  map_.SetSuspect(node, false);
}

}  // namespace slotquake
