#include "harness/redis/outcome.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace slotquake {
namespace {

// First words that every Redis and Valkey gives before execution begins.
constexpr std::array<std::string_view, 19> kNotExecuted = {
    "MOVED",        // another node owns the slot
    "ASK",          // the slot is on its way, and the key is not here
    "REDIRECT",     // Valkey outside of a cluster: ask the primary
    "CLUSTERDOWN",  // the slot, or the whole cluster, is not served
    "TRYAGAIN",     // several keys of a slot that is on its way
    "CROSSSLOT",    // keys of several slots
    "LOADING",      // the dataset is being read
    "MASTERDOWN",   // a replica without its master, serving no stale data
    "READONLY",     // a replica
    "NOREPLICAS",   // fewer good replicas than min-replicas-to-write
    "MISCONF",      // the last save or append failed, writes are stopped
    "OOM",          // over maxmemory
    "BUSY",         // a script runs
    "NOAUTH",       // not logged in
    "WRONGPASS",    // the log-in failed
    "NOPERM",       // the user may not
    "DENIED",       // protected mode
    "WRONGTYPE",    // the key holds another type
    "NOPROTO",      // no such protocol version
};

// "ERR" says nothing by itself; these sentences do.
constexpr std::array<std::string_view, 6> kNotExecutedSentences = {
    "ERR max number of clients",  // said before anything is read
    "ERR unknown command",
    "ERR wrong number of arguments",
    "ERR value is not an integer",  // INCR on something else
    "ERR increment or decrement would overflow",
    "ERR This instance has cluster support disabled",
};

std::string_view FirstWord(std::string_view text) {
  return text.substr(0, text.find(' '));
}

}  // namespace

Outcome OutcomeOf(IoFailure failure) {
  return failure == IoFailure::kNotSent ? Outcome::kRejected : Outcome::kUnknown;
}

Outcome OutcomeOfError(std::string_view error) {
  const std::string_view word = FirstWord(error);
  const bool known =
      std::find(kNotExecuted.begin(), kNotExecuted.end(), word) != kNotExecuted.end() ||
      std::any_of(kNotExecutedSentences.begin(), kNotExecutedSentences.end(),
                  [&](std::string_view s) { return error.starts_with(s); });
  return known ? Outcome::kRejected : Outcome::kUnknown;
}

std::optional<Redirect> ParseRedirect(std::string_view error) {
  Redirect redirect;
  const std::string_view word = FirstWord(error);
  redirect.ask = word == "ASK";
  if (!redirect.ask && word != "MOVED") return std::nullopt;
  error.remove_prefix(std::min(error.size(), word.size() + 1));
  const char* end = error.data() + error.size();
  const auto [rest, failed] = std::from_chars(error.data(), end, redirect.slot);
  if (failed != std::errc() || rest == end || *rest != ' ') return std::nullopt;
  if (redirect.slot < 0 || redirect.slot > 16383) return std::nullopt;
  const auto target = ParseEndpoint(
      std::string_view(rest + 1, static_cast<std::size_t>(end - rest - 1)));
  if (!target || target->host == "?") return std::nullopt;
  redirect.target = *target;
  return redirect;
}

bool ShouldRefreshSlots(std::string_view error) {
  const std::string_view word = FirstWord(error);
  return word == "MOVED" || word == "CLUSTERDOWN" || word == "READONLY" ||
         word == "MASTERDOWN" || word == "LOADING";
}

}  // namespace slotquake
