#ifndef SLOTQUAKE_HARNESS_HISTORY_HISTORY_H_
#define SLOTQUAKE_HARNESS_HISTORY_HISTORY_H_

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/base/status.h"
#include "harness/history/operation.h"

namespace slotquake {

// Strings by small number, each kept once. Not thread-safe.
class StringTable {
 public:
  // The number of `text`, new if it was not there.
  std::uint32_t Intern(std::string_view text);
  const std::string& operator[](std::uint32_t index) const { return all_[index]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(all_.size()); }
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::vector<std::string> all_;
  std::unordered_map<std::string, std::uint32_t> index_;
};

// All operations of a run, in no particular order, with the strings they refer
// to. Not thread-safe; each load thread fills its own and they are merged.
class History {
 public:
  History() { errors_.Intern(""); }

  std::vector<Operation>& operations() { return operations_; }
  const std::vector<Operation>& operations() const { return operations_; }

  StringTable& keys() { return keys_; }
  const StringTable& keys() const { return keys_; }
  StringTable& nodes() { return nodes_; }
  const StringTable& nodes() const { return nodes_; }
  // Number 0 is "no error".
  StringTable& errors() { return errors_; }
  const StringTable& errors() const { return errors_; }

  const std::string& KeyOf(const Operation& op) const { return keys_[op.key]; }
  const std::string& ErrorOf(const Operation& op) const { return errors_[op.error]; }
  // The node's name, or "" when it is not known.
  const std::string& NodeOf(const Operation& op) const;

  // Appends another history: times shifted by `shift`, strings renumbered;
  // worker numbers and ids are taken as they are.
  void Merge(const History& other, Nanos shift);

  // The binary form (history.sq): a header, the string tables, then one column
  // after another, little-endian, closed by an end mark so that a truncated
  // file is noticed.
  void Write(std::ostream& out) const;
  static Result<History> Read(std::istream& in);

 private:
  std::vector<Operation> operations_;
  StringTable keys_;
  StringTable nodes_;
  StringTable errors_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_HISTORY_HISTORY_H_
