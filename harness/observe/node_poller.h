#ifndef SLOTQUAKE_HARNESS_OBSERVE_NODE_POLLER_H_
#define SLOTQUAKE_HARNESS_OBSERVE_NODE_POLLER_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/clock.h"
#include "harness/history/cluster_view.h"
#include "harness/observe/observation_log.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/info_reply.h"
#include "harness/redis/nonblocking_connection.h"
#include "harness/redis/reply.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// A server to watch.
struct ObservedNode {
  std::string name;  // "redis-0"
  Endpoint endpoint;
  bool operator==(const ObservedNode&) const = default;
};

// Polls one server over one kept connection, one request at a time, and never
// waits: an event loop calls it. CLUSTER INFO each `interval`; CLUSTER NODES and INFO
// each ten intervals, and CLUSTER NODES after each CLUSTER INFO for a second after a
// change and while any slot is not ok.
//
// A node that has not answered for 100 ms, refuses, or answers with an error (it
// loads its data) is unreachable from then on; over 50 ms without an answer from a
// node that is not unreachable is a gap: there, this poller did not look.
//
// An observation of a change is bounded by the polls: the old state still held when
// the poll before was sent, the new one held on receipt. Times are MonotonicNow().
// Not thread-safe but for the counters.
class NodePoller {
 public:
  // Observations go to `log`, which must outlive this.
  // With a password it logs in first.
  NodePoller(ObservedNode node, const std::string& password, Nanos interval,
             ObservationLog* log);

  // What to wait for on which socket (POLLIN, POLLOUT); fd -1: on none.
  int fd() const { return socket_ ? socket_->fd() : -1; }
  short wanted_events() const;
  // When OnTime() has something to do at the latest.
  Nanos deadline() const;

  // The socket is ready.
  void OnReady();
  // `now` must be a time before the socket was last seen not to be ready: so that a
  // reply that lies there while this thread was not scheduled is not a time-out.
  void OnTime(Nanos now);
  // The node has another address from now on: it is looked for there at once.
  void MoveTo(const Endpoint& endpoint);
  // Writes down up to when the node was watched: its last CLUSTER INFO once more.
  void Finish();

  const std::string& name() const { return node_.name; }
  // Answers read so far; whether the node answers. From any thread.
  std::int64_t polls() const { return polls_; }
  bool reachable() const { return reachable_; }

 private:
  enum class State { kApart, kConnecting, kIdle, kAwaiting };
  enum Kind { kInfo, kNodes, kReplication };

  // One of the three requests.
  struct Query {
    std::string command;
    Nanos interval{0};
    Nanos due{0};
    std::optional<Nanos> answered;  // when the last one that was answered was sent
    bool note_anyway = true;        // write down the next answer even if unchanged
  };

  void Connect();
  Nanos ConnectLimit() const;
  void Greet();
  void Send(Kind kind);
  void Await(Kind kind, std::string_view command);
  void WriteRest();
  void OnReply(const Reply& reply, Nanos at);
  void OnClusterInfo(const Reply& reply, Nanos at);
  void OnView(const Reply& reply, Nanos at);
  void OnReplication(const Reply& reply, Nanos at);
  void NoteUnreadable(const std::string& why, Nanos at);
  void CheckGap(Nanos at);
  void SetReachable(Nanos at);
  void SetUnreachable(const std::string& error, Nanos at);
  void Disconnect(const std::string& error);
  void Note(std::string_view kind, Nanos not_before, Nanos at, nlohmann::json data);
  Nanos ChangedSince() const;

  ObservedNode node_;
  ObservationLog* const log_;

  State state_ = State::kApart;
  std::unique_ptr<NonblockingConnection> socket_;
  std::array<Query, 3> queries_;
  std::string greeting_;   // the first request of a connection: AUTH and CLUSTER INFO
  int skip_ = 0;           // replies to come before its own
  Kind asked_ = kInfo;     // the latest of them
  int attempts_ = 0;       // to connect, since the node last answered
  std::string_view rest_;  // what is not yet sent of it
  Nanos attempt_{0};       // when the connection or the request was begun
  Nanos connect_at_{0};
  Nanos failed_attempt_{0};   // when the latest one that failed was begun
  Nanos answered_sent_{0};    // when the latest answered request was sent
  Nanos answered_at_{0};      // and when its answer came
  Nanos unsettled_until_{0};  // till then the view may change any moment
  std::string unreachable_;   // the error; "" while it answers
  bool old_info_ = false;     // INFO takes no more than one section

  std::optional<ClusterInfo> info_;
  Nanos info_at_{0};  // when it was last seen to hold
  std::optional<ClusterView> view_;
  std::atomic<std::int64_t> polls_ = 0;
  std::atomic<bool> reachable_ = false;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_OBSERVE_NODE_POLLER_H_
