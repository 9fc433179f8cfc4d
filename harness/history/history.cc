#include "harness/history/history.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <istream>
#include <ostream>

namespace slotquake {
namespace {

static_assert(std::endian::native == std::endian::little,
              "history.sq is little-endian; add byte swapping for this machine");

constexpr std::string_view kMagic = "SQHIST01";
constexpr std::string_view kEnd = "SQHISTEN";
constexpr std::uint64_t kMaxOperations = 1ULL << 32;
constexpr std::uint64_t kMaxStrings = 1ULL << 26;
constexpr std::uint64_t kMaxStringBytes = 1ULL << 24;

template <typename T>
void WriteOne(std::ostream& out, T value) {
  out.write(reinterpret_cast<const char*>(&value), sizeof value);
}

template <typename T>
bool ReadOne(std::istream& in, T& value) {
  return static_cast<bool>(in.read(reinterpret_cast<char*>(&value), sizeof value));
}

void WriteTable(std::ostream& out, const StringTable& table) {
  WriteOne<std::uint64_t>(out, table.size());
  for (const std::string& text : table.all()) {
    WriteOne<std::uint64_t>(out, text.size());
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
  }
}

bool ReadTable(std::istream& in, StringTable& table) {
  std::uint64_t count = 0;
  if (!ReadOne(in, count) || count > kMaxStrings) return false;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t size = 0;
    if (!ReadOne(in, size) || size > kMaxStringBytes) return false;
    std::string text(size, '\0');
    if (!in.read(text.data(), static_cast<std::streamsize>(size))) return false;
    // A string twice would give all that follow it another number.
    if (table.Intern(text) != i) return false;
  }
  return true;
}

// Every column in its order on disk. `visit` is called with a member pointer.
template <typename Visit>
void ForEachColumn(Visit visit) {
  visit(&Operation::id);
  visit(&Operation::parent);
  visit(&Operation::intended);
  visit(&Operation::invoked);
  visit(&Operation::completed);
  visit(&Operation::value);
  visit(&Operation::key);
  visit(&Operation::error);
  visit(&Operation::client);
  visit(&Operation::node);
  visit(&Operation::slot);
  visit(&Operation::worker);
  visit(&Operation::kind);
  visit(&Operation::outcome);
}

// Fills one field of all operations, in blocks: a damaged count must not take all
// memory before the file's end is noticed.
template <typename Field>
bool ReadColumn(std::istream& in, std::uint64_t count, Field Operation::*member,
                std::vector<Operation>& operations) {
  constexpr std::uint64_t kBlock = 1 << 16;
  std::vector<Field> block;
  for (std::uint64_t begin = 0; begin < count; begin += kBlock) {
    block.resize(std::min(kBlock, count - begin));
    const auto bytes = static_cast<std::streamsize>(block.size() * sizeof(Field));
    if (!in.read(reinterpret_cast<char*>(block.data()), bytes)) return false;
    if (operations.size() < begin + block.size()) {
      operations.resize(begin + block.size());
    }
    for (std::uint64_t i = 0; i < block.size(); ++i) {
      operations[begin + i].*member = block[i];
    }
  }
  return true;
}

// Whether every reference of `op` is inside the tables.
bool IsSound(const Operation& op, const History& history) {
  return op.key < history.keys().size() && op.error < history.errors().size() &&
         op.node >= -1 && op.node < static_cast<int>(history.nodes().size()) &&
         op.slot < 16384 && op.kind <= OperationKind::kAppend &&
         op.outcome <= Outcome::kUnknown;
}

std::vector<std::uint32_t> Renumber(const StringTable& from, StringTable& to) {
  std::vector<std::uint32_t> numbers;
  numbers.reserve(from.size());
  for (const std::string& text : from.all()) numbers.push_back(to.Intern(text));
  return numbers;
}

}  // namespace

std::string_view Name(Outcome outcome) {
  static constexpr std::array<std::string_view, 3> kNames = {"acked", "rejected",
                                                             "unknown"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::string_view Name(OperationKind kind) {
  static constexpr std::array<std::string_view, 3> kNames = {"incr", "http_hit",
                                                             "append"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::uint32_t StringTable::Intern(std::string_view text) {
  const auto [it, is_new] = index_.try_emplace(std::string(text), size());
  if (is_new) all_.emplace_back(text);
  return it->second;
}

const std::string& History::NodeOf(const Operation& op) const {
  static const std::string kNone;
  return op.node < 0 ? kNone : nodes_[static_cast<std::uint32_t>(op.node)];
}

void History::Merge(const History& other, Nanos shift) {
  const auto keys = Renumber(other.keys_, keys_);
  const auto nodes = Renumber(other.nodes_, nodes_);
  const auto errors = Renumber(other.errors_, errors_);
  operations_.reserve(operations_.size() + other.operations_.size());
  for (Operation op : other.operations_) {
    op.intended += shift;
    op.invoked += shift;
    op.completed += shift;
    op.key = keys[op.key];
    op.error = errors[op.error];
    if (op.node >= 0) {
      op.node = static_cast<std::int16_t>(nodes[static_cast<std::size_t>(op.node)]);
    }
    operations_.push_back(op);
  }
}

void History::Write(std::ostream& out) const {
  out << kMagic;
  WriteTable(out, keys_);
  WriteTable(out, nodes_);
  WriteTable(out, errors_);
  WriteOne<std::uint64_t>(out, operations_.size());
  ForEachColumn([&](auto member) {
    std::vector<char> column;
    using Field = std::remove_reference_t<decltype(std::declval<Operation>().*member)>;
    column.resize(operations_.size() * sizeof(Field));
    char* at = column.data();
    for (const Operation& op : operations_) {
      std::memcpy(at, &(op.*member), sizeof(Field));
      at += sizeof(Field);
    }
    out.write(column.data(), static_cast<std::streamsize>(column.size()));
  });
  out << kEnd;
}

Result<History> History::Read(std::istream& in) {
  const auto broken = [](const char* what) {
    return Status::Error(std::string("the history file is damaged or truncated: ") +
                         what);
  };
  std::string mark(kMagic.size(), '\0');
  if (!in.read(mark.data(), static_cast<std::streamsize>(mark.size())) ||
      mark != kMagic) {
    return broken("it does not start with SQHIST01");
  }
  History history;
  history.errors_ = StringTable();
  if (!ReadTable(in, history.keys_) || !ReadTable(in, history.nodes_) ||
      !ReadTable(in, history.errors_)) {
    return broken("in a string table");
  }
  std::uint64_t count = 0;
  if (!ReadOne(in, count) || count > kMaxOperations) {
    return broken("the number of operations");
  }
  bool whole = true;
  ForEachColumn([&](auto member) {
    whole = whole && ReadColumn(in, count, member, history.operations_);
  });
  if (!whole) return broken("a column ends early");
  if (!in.read(mark.data(), static_cast<std::streamsize>(mark.size())) ||
      mark != kEnd) {
    return broken("no end mark");
  }
  for (const Operation& op : history.operations_) {
    if (!IsSound(op, history)) return broken("an operation refers to nothing");
  }
  return history;
}

}  // namespace slotquake
