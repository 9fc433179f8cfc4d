#include "harness/faults/clock_skew.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace slotquake {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string Seconds(Nanos time) {
  char text[32];
  std::snprintf(text, sizeof text, "%+.3f s", ToSeconds(time));
  return text;
}

// Between which bounds the server's clock is ahead of ours, as TIME says.
struct Ahead {
  Nanos lo{0};
  Nanos hi{0};
};

Result<Ahead> AskAhead(Cluster& cluster, const std::string& node) {
  const Nanos asked = WallNow();
  const auto reply = cluster.Command(node, {"TIME"}, milliseconds(500));
  const Nanos answered = WallNow();
  if (!reply.ok()) return reply.status();
  if (reply->elements.size() != 2) return Status::Error("TIME: " + reply->text);
  const Nanos theirs = seconds(std::atoll(reply->elements[0].text.c_str())) +
                       microseconds(std::atoll(reply->elements[1].text.c_str()));
  return Ahead{theirs - answered, theirs - asked};
}

// Asks until the clock is that much ahead.
Proof ProveAhead(FaultContext& context, const std::string& node, Nanos wanted) {
  constexpr Nanos kSlack = milliseconds(5);  // of the time that the server has at hand
  const Nanos limit = MonotonicNow() + std::min<Nanos>(seconds(2), context.patience);
  for (;;) {
    const auto ahead = AskAhead(context.cluster, node);
    const bool holds = ahead.ok() && ahead->lo - kSlack <= wanted &&
                       wanted <= ahead->hi + kSlack &&
                       ahead->hi - ahead->lo <
                           std::max(std::chrono::abs(wanted) / 2, Nanos(seconds(1)));
    if (holds || MonotonicNow() > limit) {
      return {.what = node + "'s clock, by TIME: " +
                      (ahead.ok() ? Seconds(ahead->lo) + " to " + Seconds(ahead->hi)
                                  : ahead.message()),
              .holds = holds,
              .at = context.now()};
    }
    std::this_thread::sleep_for(milliseconds(5));
  }
}

std::string Check(const OptionValues& options) {
  return options.Ms("offset_ms") != Nanos(0) ? "" : "\"offset_ms\" must not be 0";
}

}  // namespace

FaultType ClockSkew::Type() {
  return {
      .name = "clock_skew",
      .help = "the wall clock of the victims' servers jumps",
      .how =
          "A library that is loaded into every server (LD_PRELOAD) adds the offset to "
          "what it reads of the wall clock; monotonic time is as it was. Undone by "
          "taking the offset away: a jump back. The lines of the server's log are kept "
          "with true times.",
      .interval = "from before the first order until the last one is in force",
      .proof =
          "TIME, asked of the server, is off by the offset. Undone: it is not any "
          "more.",
      .teaches =
          "Whether a cluster minds a clock that is set while it runs: the cluster bus "
          "counts its own times by the wall clock.",
      .platforms = "local.",
      .options = {OptionSpec::Int("offset_ms", nullptr, -86'400'000, 86'400'000,
                                  "How far ahead the clock is then; negative: "
                                  "behind.")},
      .make = MakeFault<ClockSkew>,
      .check = Check,
      .interposes_calls = true,
  };
}

ClockSkew::ClockSkew(const OptionValues& options)
    : CallFault("clock_skew", {.clock_offset = options.Ms("offset_ms")}) {}

std::string ClockSkew::Describe(const FaultContext& context) const {
  return "the clock of " + JoinNames(context.nodes()) + " jumps by " +
         Seconds(changes().clock_offset);
}

std::vector<Proof> ClockSkew::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    proofs.push_back(ProveAhead(context, node, changes().clock_offset));
  }
  return proofs;
}

Proof ClockSkew::ProveSound(FaultContext& context, const std::string& node) {
  return ProveAhead(context, node, Nanos(0));
}

}  // namespace slotquake
