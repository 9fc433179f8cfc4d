// Runs that share the machine: one of them at a time has the load, and the next deploys
// while the last comes to rest.
#include <vector>

#include "gtest/gtest.h"
#include "harness/cli/testing/slotquake_program.h"
#include "harness/history/record.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

struct Span {
  std::string phase;
  Nanos begin;
  Nanos end;
};

// The run's phases by the wall clock.
std::vector<Span> PhasesOf(const fs::path& out) {
  const auto record = ReadRecord(fs::canonical(out / "tiny" / "latest"));
  EXPECT_TRUE(record.ok()) << record.message();
  std::vector<Span> spans;
  if (!record.ok()) return spans;
  for (const PhaseRecord& phase : record->phases) {
    spans.push_back(
        {phase.name, record->base_wall + phase.begin, record->base_wall + phase.end});
  }
  return spans;
}

bool NeedsTheTurn(const std::string& phase) {
  return phase == "deploy" || phase == "warm_up" || phase == "timeline" ||
         phase == "hold" || phase == "collect";
}

// How the phases of this name last, all together.
Nanos LengthOf(const std::vector<Span>& phases, const std::string& name) {
  Nanos length{0};
  for (const Span& span : phases) {
    if (span.phase == name) length += span.end - span.begin;
  }
  return length;
}

TEST(TurnsTest, OneRunAtATimeHasTheLoad) {
  const fs::path scenario = WriteTinyScenario(NewPath("given"));
  const std::string turns = "--turns=" + NewPath("turn").string();
  const fs::path outs[] = {NewPath("first"), NewPath("second")};
  {
    StartedProgram first(SlotquakeRun(scenario, outs[0], {turns}));
    StartedProgram second(SlotquakeRun(scenario, outs[1], {turns}));
    EXPECT_NE(first.Wait(), 3) << first.Err();
    EXPECT_NE(second.Wait(), 3) << second.Err();
    EXPECT_NE(first.Err().find("waiting for its turn to load"), std::string::npos);
  }
  EXPECT_TRUE(AllDescendantsEnd());
  const std::vector<Span> phases[] = {PhasesOf(outs[0]), PhasesOf(outs[1])};
  // What the clocks of two processes may differ by.
  constexpr Nanos kSlack = std::chrono::milliseconds(5);
  int compared = 0;
  for (const Span& a : phases[0]) {
    for (const Span& b : phases[1]) {
      if (!NeedsTheTurn(a.phase) || !NeedsTheTurn(b.phase)) continue;
      ++compared;
      EXPECT_TRUE(a.end <= b.begin + kSlack || b.end <= a.begin + kSlack)
          << a.phase << " of the one and " << b.phase << " of the other";
    }
  }
  EXPECT_EQ(compared, 25);
  // Who was second waited as long as the first had its load, and no longer than that:
  // the first came to rest meanwhile.
  const bool first_waited = LengthOf(phases[0], "turn") > LengthOf(phases[1], "turn");
  const auto& waited = phases[first_waited ? 0 : 1];
  const auto& other = phases[first_waited ? 1 : 0];
  EXPECT_GE(LengthOf(waited, "turn") + LengthOf(waited, "ready"),
            LengthOf(other, "warm_up"));
  const auto begin_of = [](const std::vector<Span>& spans, const std::string& name) {
    for (const Span& span : spans) {
      if (span.phase == name) return span.begin;
    }
    return Nanos(0);
  };
  EXPECT_LT(begin_of(waited, "warm_up"), begin_of(other, "collect"));
}

}  // namespace
}  // namespace slotquake
