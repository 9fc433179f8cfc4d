#ifndef SLOTQUAKE_REPORTS_TESTING_GOLDEN_H_
#define SLOTQUAKE_REPORTS_TESTING_GOLDEN_H_

#include <string>

namespace slotquake {

// The content of reports/testdata/`name`. What the test really got is kept beside
// the test's log (test.outputs), so that a wanted change is one copy.
std::string Golden(const std::string& name, const std::string& got);

}  // namespace slotquake

#endif  // SLOTQUAKE_REPORTS_TESTING_GOLDEN_H_
