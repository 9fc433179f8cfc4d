#ifndef SLOTQUAKE_HARNESS_CHECK_PROMOTION_PHASES_H_
#define SLOTQUAKE_HARNESS_CHECK_PROMOTION_PHASES_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/check/promotion_analysis.h"

namespace slotquake {

// Finds the instants of one victim's failover in the time [from, until).
class PhaseFinder {
 public:
  // Keeps references to all but `victim`.
  PhaseFinder(const RunRecord& record, const std::vector<TimedView>& views,
              const std::vector<Absence>& absences, const Victim& victim, Nanos from,
              Nanos until)
      : record_(record),
        views_(views),
        absences_(absences),
        victim_(victim),
        from_(from),
        until_(until) {}

  // The first sight of the victim as possibly failing, by any other node that is not
  // away itself.
  std::optional<Instant> FirstPfail() const;
  // "Marked as failing": by the logs, else by the first view with the flag.
  std::optional<Instant> Fail() const;
  // The first or last log line with this event of one node.
  std::optional<Instant> FirstLog(const std::string& node, const char* event) const;
  std::optional<Instant> LastLog(const std::string& node, const char* event,
                                 Nanos before) const;
  // From when on every node that was not away gives the slots to `owner` for good.
  std::optional<Instant> Agreed(const std::string& owner, Nanos won) const;
  // The victim shows itself as a replica of `owner`, its link up.
  std::optional<Instant> Rejoined(const std::string& owner, Nanos won) const;
  // The first acked write on the victim's slots that `owner` served.
  std::optional<Instant> FirstWrite(const std::string& owner) const;
  // The first view in which `owner` calls itself master with this epoch.
  const TimedView* FirstOwnView(const std::string& owner, std::int64_t epoch) const;

 private:
  bool InTime(Nanos at) const { return from_ <= at && at < until_; }
  bool IsWitness(const std::string& node, Nanos at) const;
  bool IsAboutVictim(const Observation& event) const;

  const RunRecord& record_;
  const std::vector<TimedView>& views_;
  const std::vector<Absence>& absences_;
  const Victim victim_;
  const Nanos from_;
  const Nanos until_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CHECK_PROMOTION_PHASES_H_
