#include "harness/runner/turn.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace slotquake {
namespace {

// Between two looks whether the turn is free. Who looks often gets it first.
Nanos PatienceOf(Turn::Urgency urgency) {
  return std::chrono::milliseconds(urgency == Turn::Urgency::kFirst ? 10 : 60);
}

}  // namespace

Result<Turn> Turn::Of(const std::filesystem::path& file) {
  // No server or worker that a run starts may keep the turn when the run is gone.
  const int opened = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (opened < 0) {
    return Status::Error("cannot open " + file.string() + ": " + std::strerror(errno));
  }
  return Turn(opened);
}

Turn::Turn(Turn&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

Turn::~Turn() {
  if (file_ >= 0) close(file_);
}

bool Turn::Take(Urgency urgency, const StopRequested& stop) {
  while (flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (!SleepUntil(MonotonicNow() + PatienceOf(urgency), stop)) return false;
  }
  return true;
}

void Turn::Give() { flock(file_, LOCK_UN); }

}  // namespace slotquake
