#include "harness/redis/log_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

namespace slotquake {
namespace {

// What a message looks like. `{int x}` is a number, `{id x}` a node id with the
// " (name)" that newer versions put after it, `{word x}` ends at a space, and
// `{rest x}` is all that is left. Where a pattern ends, the message may go on.
struct Pattern {
  std::string_view event;
  std::string_view form;
};

constexpr Pattern kPatterns[] = {
    {"pfail", "*** NODE {id about} possibly failing"},  // Redis
    {"pfail", "NODE {id about} possibly failing"},      // Valkey
    {"fail_quorum", "Marking node {id about} as failing (quorum reached)"},
    {"fail_message", "FAIL message received from {id from} about {id about}"},
    // Redis 7.2 to 8.0 leave out the space before the role of the node.
    {"fail_cleared", "Clear FAIL state for node {id about}:"},
    {"election_scheduled",
     "Start of election delayed for {int delay_ms} milliseconds (rank #{int rank}, "
     "offset {int offset})"},
    // Valkey 8.1 and later
    {"election_scheduled",
     "Start of election delayed for {int delay_ms} milliseconds (rank #{int rank}, "
     "primary rank #{int primary_rank}, offset {int offset})"},
    {"rank_updated",
     "Replica rank updated to #{int rank}, added {int added_ms} milliseconds"},
    {"election_started", "Starting a failover election for epoch {int epoch}"},
    {"election_won", "Failover election won"},
    {"epoch_set", "configEpoch set to {int epoch} after successful failover"},
    {"vote_granted", "Failover auth granted to {id to} for epoch {int epoch}"},
    {"vote_denied", "Failover auth denied to {id to}: {rest reason}"},
    {"vote_denied", "Failover auth denied to {id to} {rest reason}"},
    {"election_expired", "Currently unable to failover: Failover attempt expired"},
    {"cannot_failover", "Currently unable to failover: {rest reason}"},
    {"state_ok", "Cluster state changed: ok"},
    {"state_fail", "Cluster state changed: fail"},
    {"link_lost", "Connection with master lost"},
    {"link_lost", "Connection with primary lost"},
    {"reconfigured_as_replica",
     "Configuration change detected. Reconfiguring myself as a replica of {id master}"},
    {"reconfigured_as_replica",
     "Configuration change detected. Reconfiguring myself as a replica of node "
     "{id master}"},
    {"sync_started", "MASTER <-> REPLICA sync started"},
    {"sync_started", "PRIMARY <-> REPLICA sync started"},
    {"full_resync", "Full resync from master: {word replid}:{int offset}"},
    {"full_resync", "Full resync from primary: {word replid}:{int offset}"},
    // Redis 8: over a connection of its own, and nothing is said of what it gets.
    {"full_resync", "PSYNC is not possible, initialize RDB channel"},
    {"partial_resync", "Successful partial resynchronization with master"},
    {"partial_resync", "Successful partial resynchronization with primary"},
    {"flush_old_data", "MASTER <-> REPLICA sync: Flushing old data"},
    {"flush_old_data", "PRIMARY <-> REPLICA sync: Flushing old data"},
    {"sync_finished", "MASTER <-> REPLICA sync: Finished with success"},
    {"sync_finished", "PRIMARY <-> REPLICA sync: Finished with success"},
    {"server_started", "Redis version={word version}, bits="},
    {"server_started", "Valkey version={word version}, bits="},
    {"data_loaded", "DB loaded from disk"},
    {"data_loaded", "DB loaded from append only file"},
    {"shutdown", "User requested shutdown"},
    {"address_updated", "Address updated for node {id about}, now {word address}"},
};

constexpr std::size_t kIdLength = 40;

// Reads a message from the left.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool Skip(std::string_view literal) {
    if (!text_.starts_with(literal)) return false;
    text_.remove_prefix(literal.size());
    return true;
  }

  bool TakeInt(std::int64_t& number) {
    const char* end = text_.data() + text_.size();
    const auto [stop, error] = std::from_chars(text_.data(), end, number);
    if (error != std::errc()) return false;
    text_.remove_prefix(static_cast<std::size_t>(stop - text_.data()));
    return true;
  }

  bool TakeId(std::string_view& id) {
    const std::size_t size = text_.find_first_not_of("0123456789abcdef");
    id = text_.substr(0, size);
    if (id.size() != kIdLength) return false;
    text_.remove_prefix(kIdLength);
    if (Skip(" (")) {
      const std::size_t close = text_.find(')');
      if (close == std::string_view::npos) return false;
      text_.remove_prefix(close + 1);
    }
    return true;
  }

  // Up to a space, or to `stop` where the pattern goes on with it.
  bool TakeWord(std::string_view stop, std::string_view& word) {
    std::size_t end = text_.find(' ');
    if (!stop.empty()) end = std::min(end, text_.find(stop));
    word = text_.substr(0, end);
    text_.remove_prefix(word.size());
    return !word.empty();
  }

  std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

// One placeholder: its kind, its name, and the literal text after it.
struct Placeholder {
  std::string_view kind;
  std::string_view name;
  std::string_view after;
};

Placeholder TakePlaceholder(std::string_view& form) {
  const std::size_t space = form.find(' ');
  const std::size_t close = form.find('}');
  Placeholder placeholder;
  placeholder.kind = form.substr(1, space - 1);
  placeholder.name = form.substr(space + 1, close - space - 1);
  form.remove_prefix(close + 1);
  placeholder.after = form.substr(0, form.find('{'));
  form.remove_prefix(placeholder.after.size());
  return placeholder;
}

bool Match(std::string_view form, std::string_view message, nlohmann::json& fields) {
  Cursor cursor(message);
  while (!form.empty()) {
    const Placeholder wanted = TakePlaceholder(form);
    std::string_view text;
    if (wanted.kind == "int") {
      std::int64_t number = 0;
      if (!cursor.TakeInt(number)) return false;
      fields[std::string(wanted.name)] = number;
    } else {
      if (wanted.kind == "id" && !cursor.TakeId(text)) return false;
      if (wanted.kind == "word" && !cursor.TakeWord(wanted.after, text)) return false;
      if (wanted.kind == "rest") text = cursor.rest();
      fields[std::string(wanted.name)] = std::string(text);
    }
    if (!cursor.Skip(wanted.after)) return false;
  }
  return true;
}

void FindEvent(LogLine& line) {
  for (const Pattern& pattern : kPatterns) {
    // Most lines fit no pattern: no more than a comparison for those.
    const std::size_t literal = std::min(pattern.form.find('{'), pattern.form.size());
    const std::string_view message = line.text;
    if (!message.starts_with(pattern.form.substr(0, literal))) continue;
    nlohmann::json fields = nlohmann::json::object();
    if (!Match(pattern.form.substr(literal), message.substr(literal), fields)) continue;
    line.event = pattern.event;
    line.fields = std::move(fields);
    return;
  }
}

// "22 Nov 2026 13:57:56.385".
bool TakeTime(Cursor& cursor, Nanos& wall) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun",
      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::int64_t day = 0;
  std::int64_t year = 0;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t millis = 0;
  std::string_view month;
  if (!cursor.TakeInt(day) || !cursor.Skip(" ") || !cursor.TakeWord(" ", month) ||
      !cursor.Skip(" ") || !cursor.TakeInt(year) || !cursor.Skip(" ") ||
      !cursor.TakeInt(hour) || !cursor.Skip(":") || !cursor.TakeInt(minute) ||
      !cursor.Skip(":") || !cursor.TakeInt(second) || !cursor.Skip(".") ||
      !cursor.TakeInt(millis)) {
    return false;
  }
  const auto name = std::find(kMonths.begin(), kMonths.end(), month);
  const auto within = [](std::int64_t value, std::int64_t least, std::int64_t most) {
    return least <= value && value <= most;
  };
  if (name == kMonths.end() || !within(day, 1, 31) || !within(year, 1970, 2200) ||
      !within(hour, 0, 23) || !within(minute, 0, 59) || !within(second, 0, 60) ||
      !within(millis, 0, 999)) {
    return false;
  }
  std::tm parts{};
  parts.tm_mday = static_cast<int>(day);
  parts.tm_mon = static_cast<int>(name - kMonths.begin());
  parts.tm_year = static_cast<int>(year - 1900);
  parts.tm_hour = static_cast<int>(hour);
  parts.tm_min = static_cast<int>(minute);
  parts.tm_sec = static_cast<int>(second);
  wall = std::chrono::seconds(timegm(&parts)) + std::chrono::milliseconds(millis);
  return true;
}

// One character out of `allowed`.
bool TakeOneOf(Cursor& cursor, std::string_view allowed, char& taken) {
  if (cursor.rest().empty()) return false;
  taken = cursor.rest().front();
  return allowed.find(taken) != std::string_view::npos &&
         cursor.Skip(std::string_view(&taken, 1));
}

}  // namespace

std::optional<LogLine> ParseLogLine(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  LogLine parsed;
  Cursor cursor(line);
  if (!cursor.TakeInt(parsed.pid) || !cursor.Skip(":") ||
      !TakeOneOf(cursor, "XCSM", parsed.role) || !cursor.Skip(" ") ||
      !TakeTime(cursor, parsed.wall) || !cursor.Skip(" ") ||
      !TakeOneOf(cursor, ".-*#", parsed.level) || !cursor.Skip(" ")) {
    return std::nullopt;
  }
  parsed.text = cursor.rest();
  FindEvent(parsed);
  return parsed;
}

std::vector<Observation> LogObservations(const std::string& node, std::string_view log,
                                         Nanos base_wall) {
  std::vector<Observation> observations;
  for (std::size_t end = log.find('\n'); end != std::string_view::npos;
       end = log.find('\n')) {
    const std::optional<LogLine> line = ParseLogLine(log.substr(0, end));
    log.remove_prefix(end + 1);
    if (!line || line->event.empty()) continue;
    Observation observation;
    // The server cuts the time to whole milliseconds, it does not round it.
    observation.not_before = line->wall - base_wall;
    observation.at = observation.not_before + std::chrono::milliseconds(1);
    observation.source = "log";
    observation.node = node;
    observation.kind = observation_kind::kLog;
    observation.data = line->fields;
    observation.data["event"] = line->event;
    observation.data["text"] = line->text;
    observation.data["pid"] = line->pid;
    observation.data["role"] = std::string(1, line->role);
    observations.push_back(std::move(observation));
  }
  return observations;
}

}  // namespace slotquake
