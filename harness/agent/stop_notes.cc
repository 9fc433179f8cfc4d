#include "harness/agent/stop_notes.h"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "nlohmann/json.hpp"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr const char* kFile = "stopped.json";

std::vector<StopNote> Read(const std::filesystem::path& folder) {
  std::vector<StopNote> notes;
  std::ifstream in(folder / kFile);
  const json parsed = json::parse(in, nullptr, false);
  if (!parsed.is_array()) return notes;
  for (const json& item : parsed) {
    notes.push_back({{item.value("pid", pid_t{-1}), item.value("start_ticks", 0ul)},
                     item.value("pod_uid", "")});
  }
  return notes;
}

bool IsGone(const StopNote& note) {
  return StartTicks(note.process.pid) != note.process.start_ticks;
}

}  // namespace

StopNotes::StopNotes(std::filesystem::path folder) : folder_(std::move(folder)) {}

Status StopNotes::Add(const StopNote& note) {
  const std::lock_guard lock(mutex_);
  std::vector<StopNote> notes = Read(folder_);
  std::erase_if(notes, [&](const StopNote& n) { return n.process == note.process; });
  notes.push_back(note);
  return Write(notes);
}

Status StopNotes::Remove(const ProcessId& process) {
  const std::lock_guard lock(mutex_);
  std::vector<StopNote> notes = Read(folder_);
  std::erase_if(notes, [&](const StopNote& n) { return n.process == process; });
  return Write(notes);
}

bool StopNotes::Has(const ProcessId& process) const {
  const std::lock_guard lock(mutex_);
  const std::vector<StopNote> notes = Read(folder_);
  return std::any_of(notes.begin(), notes.end(),
                     [&](const StopNote& note) { return note.process == process; });
}

std::vector<StopNote> StopNotes::All() const {
  const std::lock_guard lock(mutex_);
  std::vector<StopNote> notes = Read(folder_);
  std::erase_if(notes, IsGone);
  return notes;
}

Status StopNotes::Write(const std::vector<StopNote>& notes) {
  json all = json::array();
  std::vector<StopNote> alive = notes;
  std::erase_if(alive, IsGone);
  for (const StopNote& note : alive) {
    all.push_back({{"pid", note.process.pid},
                   {"start_ticks", note.process.start_ticks},
                   {"pod_uid", note.pod_uid}});
  }
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  const auto file = folder_ / kFile;
  const auto next = folder_ / (std::string(kFile) + ".next");
  std::ofstream out(next);
  out << all.dump() << "\n";
  out.close();
  if (out) std::filesystem::rename(next, file, error);
  if (!out || error) {
    return Status::Error("cannot note what is stopped in " + file.string());
  }
  return Status::Ok();
}

}  // namespace slotquake
