#ifndef SLOTQUAKE_HARNESS_TESTING_HISTORY_BUILDER_H_
#define SLOTQUAKE_HARNESS_TESTING_HISTORY_BUILDER_H_

#include <string>
#include <string_view>

#include "harness/history/record.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// Builds records for tests from short lines. All times are milliseconds on the
// record's axis; mistakes in a line throw std::runtime_error. Not thread-safe.
//
// An operation:   [load] CLIENT KEY NODE FROM..TO [every N take M] [#ID] [^PARENT]
// RESULT
//   CLIENT  "c3", or "w1.c3" for another worker than 0
//   NODE    a name, or "-" when it is not known
//   RESULT  "=5" acked with this value; "!ERROR" rejected; "?ERROR" unknown;
//           "http=5" a hit over HTTP; "+" an append whose token is its id, acked;
//           "+!ERROR" and "+?ERROR" likewise not acked. "_" in an error is a space.
//   load    repeats it every N ms in [FROM, TO), each takes M ms; values count up.
// Ids count from 1 in the order of the lines unless given.
//
// An observation: AT NODE KIND ...   or NOT_BEFORE..AT NODE KIND ...
//   NODE    a name, or "*" for every node of the record
//   view    NAME:EPOCH:RANGES[:FLAGS] for a master ("-": no slots), NAME>MASTER[:FLAGS]
//           for a replica, per node; FLAGS of "fail", "pfail", "open", "handshake",
//           "off" (not connected), "myself" (it is a stranger at NODE's address who
//           tells it); NAME@ADDRESS says where it is believed to be
//   info    cluster_info; repl: replication; log EVENT; gap, unreachable, reachable,
//           process, pod, address, stall, digest. All take FIELD=VALUE; a node's name
//           as the value of about, from, to or master becomes its id; "_" in a reason
//           is a space.
class HistoryBuilder {
 public:
  // Nodes r0, r1, ... of this version, each with a log.
  void AddNodes(int count, double timeout_ms, const std::string& engine,
                const std::string& version);
  void SetSlot(const std::string& key, int slot) { slots_[key] = slot; }
  void AddOperation(std::string_view line);
  void AddObservation(std::string_view line);

  RunRecord& record() { return record_; }
  // The record, its observations sorted.
  RunRecord Take();

 private:
  void Push(Operation op, double from, double to);
  nlohmann::json ParseView(std::string_view words, const std::string& node) const;
  NodeView ParseNodeView(const std::string& word) const;
  std::string IdOf(const std::string& name) const;

  RunRecord record_;
  std::map<std::string, int> slots_;
  std::int64_t next_id_ = 1;
};

// A whole record from a JSON object:
//   nodes, timeout_ms, engine, version     3+3 by default, 2000, "redis", "7.0.15"
//   healthy    true (the default): at 0, r0 to r2 are masters of a third each with
//              epochs 1 to 3, r3 to r5 their replicas, all links up
//   slots      {key: slot}; other keys are on slot 0
//   ops, observations                      lines
//   faults     [{type, effect, victim, master, epoch, slots, asked, done, proven,
//              recover [asked, done], wanted}], defaults: kill, "", r0, true, 1, the
//              first third, -, asked, true, none, whether there is a recover; instead
//              of one victim there may be victims [{victim, master, epoch, slots}]
//   initial    {key: value}
//   final      {key: value | [tokens] | null (absent) | "error"}
//   rest       true (the default), or what is missing
//   rest_ms    [since, until, required]; the default is after everything
//   workers    [clock bound in ms per worker]
//   errors, interrupted, expect (the scenario's)
RunRecord RecordFromJson(const nlohmann::json& json);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_HISTORY_BUILDER_H_
