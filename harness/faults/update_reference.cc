// Writes what is made from the table of faults into the workspace:
// bazel run //docs:update

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness/faults/reference.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;

int Update(const fs::path& workspace) {
  const fs::path schema_file = workspace / "scenarios/scenario.schema.json";
  std::ifstream in(schema_file);
  const auto schema = nlohmann::ordered_json::parse(in, nullptr, false);
  if (schema.is_discarded()) {
    std::fprintf(stderr, "%s is not JSON; mend it first\n", schema_file.c_str());
    return 1;
  }
  in.close();
  std::ofstream(schema_file) << WithFaults(schema, AllFaults()).dump(2) << "\n";
  std::ofstream page(workspace / "docs/faults.md");
  page << FaultsPage(AllFaults());
  page.flush();
  return page ? 0 : 1;
}

}  // namespace
}  // namespace slotquake

int main() {
  const char* workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
  if (workspace == nullptr) {
    std::fprintf(stderr, "run it with: bazel run //docs:update\n");
    return 1;
  }
  return slotquake::Update(workspace);
}
