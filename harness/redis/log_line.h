#ifndef SLOTQUAKE_HARNESS_REDIS_LOG_LINE_H_
#define SLOTQUAKE_HARNESS_REDIS_LOG_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/clock.h"
#include "harness/history/observation.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// One line of a server's log. The events, and their fields (ids are 40 hex digits;
// numbers are numbers):
//   server_started {version}         just started; the pid is the new one
//   data_loaded                      the data set was read from disk
//   shutdown                         asked to end
//   pfail {about}                    Redis says so at debug level only
//   fail_quorum {about}              this node counted the majority
//   fail_message {from, about}       this node was told
//   fail_cleared {about}
//   election_scheduled {delay_ms, rank, offset, primary_rank?}
//   rank_updated {rank, added_ms}    added_ms may be negative
//   election_started {epoch}
//   election_expired                 no majority in time
//   election_won
//   epoch_set {epoch}                the epoch after the won election
//   vote_granted {to, epoch}
//   vote_denied {to, reason}
//   cannot_failover {reason}         routine in Valkey while an election runs
//   state_ok, state_fail             the node's own cluster_state
//   link_lost                        a replica's link to its master
//   reconfigured_as_replica {master}
//   sync_started, full_resync {replid?, offset?}, partial_resync,
//   flush_old_data, sync_finished    a replica, in this order
//   address_updated {about, address}
struct LogLine {
  std::int64_t pid = 0;  // in the server's own PID namespace
  char role = 'M';       // M master, S replica, C child or starting, X sentinel
  Nanos wall{0};         // since 1970, the log's clock taken as UTC; whole ms
  char level = '*';      // . debug, - verbose, * notice, # warning
  std::string text;      // the message, as it stands
  std::string event;     // "" where the message is none of the above
  nlohmann::json fields = nlohmann::json::object();
};

// Reads a line of Redis 6.2 to 8 or Valkey 8.0 and later, without its line end;
// nothing where it is not one (banners, crash reports). The levels of lines differ
// between versions and are not looked at. Takes any bytes. Thread-safe.
std::optional<LogLine> ParseLogLine(std::string_view line);

// The observations (kLog, {event, text, pid, role, fields...}) of a node's whole log,
// which may hold several starts of the server. `base_wall` is the wall time of the
// record's zero; the server must log in UTC. A line tells of the millisecond that
// it is stamped with: [not_before, at]. A last line without its line end is left
// out, since a number in it may be cut short. Thread-safe.
std::vector<Observation> LogObservations(const std::string& node, std::string_view log,
                                         Nanos base_wall);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_LOG_LINE_H_
