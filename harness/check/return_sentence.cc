#include <string>

#include "harness/check/figures.h"
#include "harness/check/return_analysis.h"

namespace slotquake {
namespace {

// "redis-0's pod was gone", by what is known to have gone.
std::string Away(const Return& found) {
  const std::string& node = found.victim.node;
  if (found.absence.new_pod) return node + "'s pod was gone";
  switch (found.absence.effect) {
    case FaultEffect::kProcessGone:
      return node + "'s process was gone";
    case FaultEffect::kHostGone:
      return node + "'s host was gone";
    case FaultEffect::kNetworkCut:
      return node + " was cut off";
    case FaultEffect::kPaused:
      return node + " was paused";
    case FaultEffect::kOther:
      return node + " did not answer";
    case FaultEffect::kUnknown:
    case FaultEffect::kHandover:
      return node + " was gone";
  }
  return node + " was gone";
}

std::string AwayFor(const Return& found) {
  return Away(found) + " for " +
         Duration(ToMillis(found.absence.back->hi - found.absence.gone->hi));
}

// A configured time as people write it: "15 s".
std::string Configured(double ms) {
  const auto whole = static_cast<std::int64_t>(ms);
  if (whole % 1000 == 0) return Grouped(whole / 1000) + " s";
  return Grouped(whole) + " ms";
}

std::string AgainstTimeout(const Return& found) {
  const std::string timeout = "the node timeout of " + Configured(found.timeout_ms);
  if (found.IsInsideTimeout()) return "inside " + timeout;
  if (found.IsBeyondTimeout()) return "longer than " + timeout;
  return "about " + timeout;
}

std::string Epochs(const Return& found) {
  if (found.epoch_before < 0 || found.epoch_after < 0) return "nobody was promoted";
  if (found.epoch_before == found.epoch_after) return "no epoch moved";
  return "the epoch moved from " + std::to_string(found.epoch_before) + " to " +
         std::to_string(found.epoch_after) + ", but nobody took its slots over";
}

// A process that was held up, or out of reach, did not start again.
bool WentOn(const Absence& absence) {
  const bool was_there = absence.effect == FaultEffect::kPaused ||
                         absence.effect == FaultEffect::kNetworkCut;
  return was_there && !absence.new_process && !absence.new_pod;
}

std::string Restart(const Return& found) {
  std::string text = AwayFor(found) + ", " + AgainstTimeout(found);
  if (!found.IsInsideTimeout() && !found.none_reason.empty()) {
    text += " (" + found.none_reason + ")";
  }
  return text + "; " + Epochs(found) +
         (WentOn(found.absence) ? ": the same process went on" : ": a restart");
}

// "redis-3 was promoted 4.720 s after it went".
std::string Promoted(const Return& found) {
  const Nanos since = found.won->hi - found.absence.gone->hi;
  if (since < Nanos(0)) {
    return found.promoted + " was promoted " + Duration(ToMillis(-since)) +
           " before it went";
  }
  return found.promoted + " was promoted " + Duration(ToMillis(since)) +
         " after it went";
}

std::string Failover(const Return& found) {
  if (!found.absence.gone) {
    return found.victim.node + " was not seen to go; " + found.promoted +
           " was promoted in its place: a failover";
  }
  if (!found.absence.back) {
    return Away(found) + " and did not come back; " + Promoted(found) + ": a failover";
  }
  std::string text = AwayFor(found) + "; " + Promoted(found) + ": a failover";
  if (found.role && !found.came_back_as_master) text += ", and it is a replica now";
  return text;
}

std::string Both(const Return& found) {
  const std::string& node = found.victim.node;
  if (found.won->lo >= found.absence.back->hi) {
    return AwayFor(found) + ", " + AgainstTimeout(found) + "; " +
           Duration(ToMillis(found.won->hi - found.absence.back->hi)) +
           " after its return " + found.promoted +
           " was promoted all the same: a restart, then a failover";
  }
  const std::string text = AwayFor(found) + "; " + Promoted(found);
  if (found.won_back > 0) {
    return text + ", and " + node + " took its slots back under epoch " +
           std::to_string(found.won_back) + ": a failover, and one back";
  }
  return text + ", and back, " + node + " acknowledged " +
         Counted(found.late_acks, "write") +
         " as the master that it was: a failover, and an old master that served on";
}

std::string Neither(const Return& found) {
  const std::string& node = found.victim.node;
  if (!found.was_master) return node + " was a replica: no failover was due";
  if (!found.absence.gone) return node + " was not gone, and nobody was promoted";
  return Away(found) + " and did not come back, and nobody was promoted" +
         (found.none_reason.empty() ? "" : " (" + found.none_reason + ")");
}

std::string Unclear(const Return& found) {
  if (!found.won) {
    return AwayFor(found) +
           "; nobody was promoted, and nobody saw as what it came back";
  }
  return AwayFor(found) + "; " + found.promoted +
         " was promoted: which came first can not be told";
}

}  // namespace

std::string Return::Sentence() const {
  switch (kind) {
    case ReturnKind::kRestart:
      return Restart(*this);
    case ReturnKind::kFailover:
      return Failover(*this);
    case ReturnKind::kBoth:
      return Both(*this);
    case ReturnKind::kNeither:
      return Neither(*this);
    case ReturnKind::kUnclear:
      return Unclear(*this);
  }
  return "";
}

}  // namespace slotquake
