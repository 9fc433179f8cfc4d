#include "harness/observe/node_poller.h"

#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "harness/redis/cluster_nodes.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Nanos kGap = milliseconds(50);
constexpr Nanos kSilence = milliseconds(100);
constexpr Nanos kReconnect = milliseconds(20);
constexpr Nanos kUnsettled = seconds(1);
constexpr int kSlowFactor = 10;

// How long a connection under way, and a request under way, are waited for. A new
// packet gets through to a healed node sooner than TCP's growing retransmission
// times, so most attempts are short; one in twenty is patient, for a network that is
// slower than that. (A node that comes back during a patient one is seen a second
// late at the worst.)
constexpr Nanos kConnect = kSilence;
constexpr Nanos kPatientConnect = seconds(1);
constexpr Nanos kAnswer = seconds(1);
constexpr Nanos kPatientAnswer = seconds(4);
constexpr int kPatientEvery = 20;

// Several sections at once: Redis 7 and later, all of Valkey.
const char* const kInfoSections[] = {"server", "replication", "keyspace"};

nlohmann::json ToJson(const ClusterInfo& info) {
  return {{"state", info.state},
          {"slots_ok", info.slots_ok},
          {"slots_pfail", info.slots_pfail},
          {"slots_fail", info.slots_fail},
          {"current_epoch", info.current_epoch},
          {"my_epoch", info.my_epoch},
          {"known_nodes", info.known_nodes},
          {"size", info.size}};
}

nlohmann::json ToJson(const ReplicationInfo& info) {
  return {{"role", info.role},       {"run_id", info.run_id},
          {"replid", info.replid},   {"offset", info.offset},
          {"link_up", info.link_up}, {"syncing", info.syncing},
          {"keys", info.keys},       {"connected_replicas", info.connected_replicas}};
}

std::string NoAnswerFor(Nanos time) {
  char text[64];
  std::snprintf(text, sizeof text, "no answer for %.0f ms", ToMillis(time));
  return text;
}

}  // namespace

NodePoller::NodePoller(ObservedNode node, const std::string& password, Nanos interval,
                       ObservationLog* log)
    : node_(std::move(node)), log_(log) {
  queries_[kInfo].command = FormatCommand({"CLUSTER", "INFO"});
  queries_[kInfo].interval = interval;
  if (!password.empty()) {
    greeting_ = FormatCommand({"AUTH", password}) + queries_[kInfo].command;
  }
  queries_[kNodes].command = FormatCommand({"CLUSTER", "NODES"});
  queries_[kNodes].interval = interval * kSlowFactor;
  queries_[kReplication].command =
      FormatCommand({"INFO", kInfoSections[0], kInfoSections[1], kInfoSections[2]});
  queries_[kReplication].interval = interval * kSlowFactor;
  attempt_ = failed_attempt_ = answered_sent_ = connect_at_ = MonotonicNow();
}

short NodePoller::wanted_events() const {
  switch (state_) {
    case State::kApart:
      return 0;
    case State::kConnecting:
      return POLLOUT;
    case State::kIdle:
      return POLLIN;  // the end of the file
    case State::kAwaiting:
      return static_cast<short>(rest_.empty() ? POLLIN : POLLIN | POLLOUT);
  }
  return 0;
}

Nanos NodePoller::ConnectLimit() const {
  return attempts_ % kPatientEvery == 0 ? kPatientConnect : kConnect;
}

Nanos NodePoller::deadline() const {
  switch (state_) {
    case State::kApart:
      return connect_at_;
    case State::kConnecting:
      return attempt_ + ConnectLimit();
    case State::kIdle:
      return std::min(
          {queries_[kInfo].due, queries_[kNodes].due, queries_[kReplication].due});
    case State::kAwaiting:
      if (unreachable_.empty()) return attempt_ + kSilence;
      return attempt_ + (attempts_ > 0 && attempts_ % kPatientEvery == 0
                             ? kPatientAnswer
                             : kAnswer);
  }
  return attempt_;
}

void NodePoller::OnTime(Nanos now) {
  if (now < deadline()) return;
  switch (state_) {
    case State::kApart:
      Connect();
      return;
    case State::kConnecting:
      Disconnect("cannot connect: no answer");
      return;
    case State::kIdle: {
      const auto due = [](const Query& a, const Query& b) { return a.due < b.due; };
      const auto first = std::min_element(queries_.begin(), queries_.end(), due);
      Send(static_cast<Kind>(first - queries_.begin()));
      return;
    }
    case State::kAwaiting:
      if (unreachable_.empty()) {
        // Perhaps it only stands still: the connection is kept for a while.
        SetUnreachable("no answer", now);
      } else {
        Disconnect("no answer");
      }
      return;
  }
}

void NodePoller::OnReady() {
  if (state_ == State::kConnecting) {
    const Status connected = socket_->FinishConnecting();
    if (!connected.ok()) {
      Disconnect(connected.message());
      return;
    }
    Greet();
    return;
  }
  if (!rest_.empty()) WriteRest();
  if (state_ != State::kIdle && state_ != State::kAwaiting) return;
  IoState read = socket_->Read();
  for (; read == IoState::kDone && skip_ > 0; --skip_) read = socket_->Read();
  const Nanos at = MonotonicNow();
  if (read == IoState::kWouldBlock) return;
  if (read != IoState::kDone) {
    Disconnect(socket_->error());
  } else if (state_ == State::kIdle) {
    Disconnect("a reply that was not asked for");
  } else {
    OnReply(socket_->reply(), at);
  }
}

void NodePoller::Connect() {
  ++attempts_;
  attempt_ = MonotonicNow();
  auto socket = NonblockingConnection::Open(node_.endpoint);
  if (!socket.ok()) {
    Disconnect(socket.message());
    return;
  }
  socket_ = std::move(*socket);
  state_ = State::kConnecting;
}

// Where the log-in fails, CLUSTER INFO behind it is refused (NOAUTH) and says so.
void NodePoller::Greet() {
  skip_ = greeting_.empty() ? 0 : 1;
  Await(kInfo, greeting_.empty() ? queries_[kInfo].command : greeting_);
}

void NodePoller::Send(Kind kind) { Await(kind, queries_[kind].command); }

void NodePoller::Await(Kind kind, std::string_view command) {
  asked_ = kind;
  rest_ = command;
  state_ = State::kAwaiting;
  attempt_ = MonotonicNow();
  queries_[kind].due = attempt_ + queries_[kind].interval;
  WriteRest();
}

void NodePoller::WriteRest() {
  if (socket_->Write(rest_) == IoState::kClosed) Disconnect(socket_->error());
}

void NodePoller::OnReply(const Reply& reply, Nanos at) {
  state_ = State::kIdle;
  ++polls_;
  if (unreachable_.empty() && polls_ > 1 && at - answered_at_ > kGap) {
    Note(observation_kind::kGap, answered_at_, at,
         {{"reason", NoAnswerFor(at - answered_at_)}});
  }
  answered_at_ = at;
  if (reply.IsError()) {
    if (asked_ == kReplication && !old_info_ && reply.text.starts_with("ERR")) {
      old_info_ = true;  // Redis 6.2
      queries_[kReplication].command = FormatCommand({"INFO"});
      queries_[kReplication].due = at;
      return;
    }
    SetUnreachable(reply.text, at);
    return;
  }
  answered_sent_ = attempt_;
  // A slow network stays in need of patience.
  if (at - attempt_ < kSilence) attempts_ = 0;
  if (asked_ == kInfo) OnClusterInfo(reply, at);
  if (asked_ == kNodes) OnView(reply, at);
  if (asked_ == kReplication) OnReplication(reply, at);
}

void NodePoller::OnClusterInfo(const Reply& reply, Nanos at) {
  SetReachable(at);
  Result<ClusterInfo> info = ParseClusterInfo(reply.text);
  if (!info.ok()) return NoteUnreadable(info.message(), at);
  Query& query = queries_[kInfo];
  const bool changed = query.note_anyway || info_ != *info;
  if (changed) Note(observation_kind::kClusterInfo, ChangedSince(), at, ToJson(*info));
  info_ = std::move(*info);
  info_at_ = at;
  query.answered = attempt_;
  query.note_anyway = false;
  // The epoch goes up when an election starts; the slots change hands a little
  // later, and CLUSTER INFO does not show that.
  if (changed || info_->state != "ok" || info_->slots_ok != kSlots) {
    unsettled_until_ = at + kUnsettled;
  }
  if (at < unsettled_until_) queries_[kNodes].due = at;
}

void NodePoller::OnView(const Reply& reply, Nanos at) {
  Result<ClusterView> view = ParseClusterNodes(reply.text);
  if (!view.ok()) return NoteUnreadable(view.message(), at);
  Query& query = queries_[kNodes];
  if (query.note_anyway || view_ != *view) {
    Note(observation_kind::kView, ChangedSince(), at, *view);
    unsettled_until_ = at + kUnsettled;
  }
  view_ = std::move(*view);
  query.answered = attempt_;
  query.note_anyway = false;
}

void NodePoller::OnReplication(const Reply& reply, Nanos at) {
  const Result<ReplicationInfo> info = ParseReplicationInfo(reply.text);
  if (!info.ok()) return NoteUnreadable(info.message(), at);
  Note(observation_kind::kReplication, ChangedSince(), at, ToJson(*info));
  queries_[kReplication].answered = attempt_;
}

// Before the first poll nothing is known: the first answer counts from its asking.
Nanos NodePoller::ChangedSince() const {
  return queries_[asked_].answered.value_or(attempt_);
}

void NodePoller::NoteUnreadable(const std::string& why, Nanos at) {
  Note(observation_kind::kGap, ChangedSince(), at, {{"reason", why}});
}

void NodePoller::SetReachable(Nanos at) {
  if (!unreachable_.empty()) {
    Note(observation_kind::kReachable, failed_attempt_, at, nlohmann::json::object());
  }
  unreachable_.clear();
  reachable_ = true;
}

void NodePoller::SetUnreachable(const std::string& error, Nanos at) {
  const Nanos since = unreachable_.empty() ? answered_sent_ : failed_attempt_;
  if (unreachable_ != error) {
    Note(observation_kind::kUnreachable, since, at, {{"error", error}});
  }
  unreachable_ = error;
  reachable_ = false;
  failed_attempt_ = attempt_;
}

void NodePoller::Disconnect(const std::string& error) {
  const Nanos now = MonotonicNow();
  SetUnreachable(error, now);
  socket_.reset();
  rest_ = {};
  state_ = State::kApart;
  connect_at_ = now + kReconnect;
  // What answers next may be another process: say all of it again.
  for (Query& query : queries_) query.note_anyway = true;
}

void NodePoller::MoveTo(const Endpoint& endpoint) {
  if (endpoint == node_.endpoint) return;
  node_.endpoint = endpoint;
  const Nanos now = MonotonicNow();
  Note(observation_kind::kAddress, now, now,
       {{"address", endpoint.host}, {"port", endpoint.port}});
  Disconnect("it has another address now");
  attempts_ = 0;
  connect_at_ = now;
}

void NodePoller::Finish() {
  if (!info_) return;
  Note(observation_kind::kClusterInfo, *queries_[kInfo].answered, info_at_,
       ToJson(*info_));
}

void NodePoller::Note(std::string_view kind, Nanos not_before, Nanos at,
                      nlohmann::json data) {
  Observation observation;
  observation.at = at;
  observation.not_before = not_before;
  observation.source = "poll";
  observation.node = node_.name;
  observation.kind = kind;
  observation.data = std::move(data);
  log_->Add(std::move(observation));
}

}  // namespace slotquake
