#ifndef SLOTQUAKE_HARNESS_RUNNER_RUN_FOLDER_H_
#define SLOTQUAKE_HARNESS_RUNNER_RUN_FOLDER_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// "20261122T140200Z-42": the run's start in UTC and its seed.
std::string RunId(Nanos wall, std::uint64_t seed);

// Makes out/scenario/id and points out/scenario/latest to it. An error says what
// can not be written and what to do.
Result<std::filesystem::path> MakeRunFolder(const std::filesystem::path& out,
                                            const std::string& scenario,
                                            const std::string& id);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_RUN_FOLDER_H_
