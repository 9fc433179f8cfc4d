#include "reports/testing/golden.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace slotquake {

std::string Golden(const std::string& name, const std::string& got) {
  if (const char* outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR")) {
    std::ofstream(std::string(outputs) + "/" + name, std::ios::binary) << got;
  }
  std::ifstream in("reports/testdata/" + name, std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  return in ? content.str() : "(no file reports/testdata/" + name + ")";
}

}  // namespace slotquake
