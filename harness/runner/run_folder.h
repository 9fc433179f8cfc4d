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

// Makes out/scenario/id. An error says what can not be written and what to do.
Result<std::filesystem::path> MakeRunFolder(const std::filesystem::path& out,
                                            const std::string& scenario,
                                            const std::string& id);

// Points `latest`, beside the run's folder, to it: once it holds a record, so that
// `latest` is always a run. Where links are not to be had there is none.
void PointLatestTo(const std::filesystem::path& folder);

// Removes the folder of a run or trial that left nothing in it, and the folder
// that it is in if that is empty then.
void RemoveIfEmpty(const std::filesystem::path& folder);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_RUNNER_RUN_FOLDER_H_
