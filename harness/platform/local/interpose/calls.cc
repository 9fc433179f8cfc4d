// Loaded into a server ahead of the C library (LD_PRELOAD): delays, fails and changes
// calls as its orders say. It must not allocate and not throw; without orders it
// changes nothing.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "harness/platform/local/interpose/orders.h"

namespace {

using slotquake::CallOrders;

constexpr std::int64_t kSecond = 1'000'000'000;

CallOrders* orders = nullptr;

// The function that would have been called.
template <typename Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// Clocks are read before all else, by an allocator that dlsym might call: they have
// their way in place before that, and a system call until then.
decltype(&clock_gettime) next_clock = nullptr;

int TrueClock(clockid_t id, timespec* time) {
  if (next_clock != nullptr) return next_clock(id, time);
  return static_cast<int>(syscall(SYS_clock_gettime, id, time));
}

std::int64_t MonotonicNs() {
  timespec now{};
  TrueClock(CLOCK_MONOTONIC, &now);
  return now.tv_sec * kSecond + now.tv_nsec;
}

// Shared mappings survive a fork, so that children of the server obey too.
CallOrders* MapOrders() {
  const char* path = std::getenv(slotquake::kOrdersVariable);
  if (path == nullptr) return nullptr;
  const auto fd =
      static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC));
  if (fd < 0) return nullptr;
  struct stat file {};
  void* memory = MAP_FAILED;
  if (fstat(fd, &file) == 0 && file.st_size >= static_cast<off_t>(sizeof(CallOrders))) {
    memory =
        mmap(nullptr, sizeof(CallOrders), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  close(fd);
  if (memory == MAP_FAILED) return nullptr;
  auto* mapped = static_cast<CallOrders*>(memory);
  return mapped->magic == CallOrders::kMagic ? mapped : nullptr;
}

__attribute__((constructor)) void Begin() {
  next_clock = Next<decltype(clock_gettime)>("clock_gettime");
  CallOrders* mapped = MapOrders();
  if (mapped == nullptr) return;
  mapped->syncs = 0;
  mapped->delayed = 0;
  mapped->failed = 0;
  mapped->writes_failed = 0;
  mapped->clock_reads = 0;
  mapped->process = getpid();
  orders = mapped;
}

// Waits as long as is ordered; an order that is taken back ends it.
void Delay() {
  const std::int64_t begin = MonotonicNs();
  bool counted = false;
  for (;;) {
    const std::int64_t delay = orders->sync_delay_ns;
    const std::int64_t left = begin + delay - MonotonicNs();
    if (delay == 0 || left <= 0) return;
    if (!counted) ++orders->delayed;
    counted = true;
    constexpr std::int64_t kSlice = 5'000'000;
    const timespec pause{0, left < kSlice ? left : kSlice};
    nanosleep(&pause, nullptr);
  }
}

// Whether the call fails; errno is set then.
bool SyncFails() {
  if (orders == nullptr) return false;
  ++orders->syncs;
  Delay();
  const std::int64_t error = orders->sync_error;
  if (error == 0) return false;
  ++orders->failed;
  errno = static_cast<int>(error);
  return true;
}

bool WritesFail() { return orders != nullptr && orders->write_error != 0; }

bool Refuse() {
  ++orders->writes_failed;
  errno = static_cast<int>(orders->write_error);
  return true;
}

// A server works in its folder, so that a relative path is in there.
bool PathRefused(const char* path) {
  if (!WritesFail() || path == nullptr) return false;
  const std::size_t length = std::strlen(orders->folder);
  const bool inside =
      path[0] != '/' ||
      (std::strncmp(path, orders->folder, length) == 0 && path[length] == '/');
  return inside && Refuse();
}

bool OpenRefused(const char* path, int flags) {
  const bool writes =
      (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
  return writes && PathRefused(path);
}

bool StreamRefused(const char* path, const char* mode) {
  const bool writes = std::strpbrk(mode, "wa+") != nullptr;
  return writes && PathRefused(path);
}

// Sockets and pipes are no files, and what the server prints is its log, which is not
// on its disk.
bool FileRefused(int fd) {
  if (!WritesFail() || fd == STDOUT_FILENO || fd == STDERR_FILENO) return false;
  struct stat file {};
  struct stat folder {};
  const int saved = errno;
  const bool ours = fstat(fd, &file) == 0 && S_ISREG(file.st_mode) &&
                    stat(orders->folder, &folder) == 0 && file.st_dev == folder.st_dev;
  errno = saved;
  return ours && Refuse();
}

bool IsWallClock(clockid_t id) {
  return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_TAI;
}

// By how much the wall clock is off; counts the reading when it is.
std::int64_t ClockOffset() {
  if (orders == nullptr) return 0;
  const std::int64_t offset = orders->clock_offset_ns;
  if (offset != 0) ++orders->clock_reads;
  return offset;
}

int ShiftedClock(clockid_t id, timespec* time) {
  const int result = TrueClock(id, time);
  if (result != 0 || time == nullptr || !IsWallClock(id)) return result;
  const std::int64_t offset = ClockOffset();
  if (offset == 0) return result;
  const std::int64_t shifted = time->tv_sec * kSecond + time->tv_nsec + offset;
  time->tv_sec = shifted / kSecond;
  time->tv_nsec = shifted % kSecond;
  return result;
}

mode_t ModeOf(int flags, va_list arguments) {
  const bool has_mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return has_mode ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
}

}  // namespace

#define SLOTQUAKE_NEXT(function) \
  static const auto next = Next<decltype(function)>(#function)

extern "C" {

int fsync(int fd) {
  SLOTQUAKE_NEXT(fsync);
  return SyncFails() ? -1 : next(fd);
}

int fdatasync(int fd) {
  SLOTQUAKE_NEXT(fdatasync);
  return SyncFails() ? -1 : next(fd);
}

int open(const char* path, int flags, ...) {
  SLOTQUAKE_NEXT(open);
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return OpenRefused(path, flags) ? -1 : next(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  SLOTQUAKE_NEXT(open64);
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return OpenRefused(path, flags) ? -1 : next(path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  SLOTQUAKE_NEXT(openat);
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return OpenRefused(path, flags) ? -1 : next(folder, path, flags, mode);
}

int openat64(int folder, const char* path, int flags, ...) {
  SLOTQUAKE_NEXT(openat64);
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = ModeOf(flags, arguments);
  va_end(arguments);
  return OpenRefused(path, flags) ? -1 : next(folder, path, flags, mode);
}

// What a fortified program calls where it gives no mode.
int __open_2(const char* path, int flags) { return open(path, flags); }
int __open64_2(const char* path, int flags) { return open64(path, flags); }

int creat(const char* path, mode_t mode) {
  return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char* path, mode_t mode) {
  return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

FILE* fopen(const char* path, const char* mode) {
  SLOTQUAKE_NEXT(fopen);
  return StreamRefused(path, mode) ? nullptr : next(path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
  SLOTQUAKE_NEXT(fopen64);
  return StreamRefused(path, mode) ? nullptr : next(path, mode);
}

ssize_t write(int fd, const void* bytes, size_t count) {
  SLOTQUAKE_NEXT(write);
  return FileRefused(fd) ? -1 : next(fd, bytes, count);
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t at) {
  SLOTQUAKE_NEXT(pwrite);
  return FileRefused(fd) ? -1 : next(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t at) {
  SLOTQUAKE_NEXT(pwrite64);
  return FileRefused(fd) ? -1 : next(fd, bytes, count, at);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  SLOTQUAKE_NEXT(writev);
  return FileRefused(fd) ? -1 : next(fd, parts, count);
}

int ftruncate(int fd, off_t length) noexcept {
  SLOTQUAKE_NEXT(ftruncate);
  return FileRefused(fd) ? -1 : next(fd, length);
}

int ftruncate64(int fd, off64_t length) noexcept {
  SLOTQUAKE_NEXT(ftruncate64);
  return FileRefused(fd) ? -1 : next(fd, length);
}

int truncate(const char* path, off_t length) noexcept {
  SLOTQUAKE_NEXT(truncate);
  return PathRefused(path) ? -1 : next(path, length);
}

int truncate64(const char* path, off64_t length) noexcept {
  SLOTQUAKE_NEXT(truncate64);
  return PathRefused(path) ? -1 : next(path, length);
}

int fallocate(int fd, int mode, off_t at, off_t length) {
  SLOTQUAKE_NEXT(fallocate);
  return FileRefused(fd) ? -1 : next(fd, mode, at, length);
}

int rename(const char* from, const char* to) noexcept {
  SLOTQUAKE_NEXT(rename);
  return PathRefused(to) ? -1 : next(from, to);
}

int unlink(const char* path) noexcept {
  SLOTQUAKE_NEXT(unlink);
  return PathRefused(path) ? -1 : next(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  SLOTQUAKE_NEXT(mkdir);
  return PathRefused(path) ? -1 : next(path, mode);
}

int rmdir(const char* path) noexcept {
  SLOTQUAKE_NEXT(rmdir);
  return PathRefused(path) ? -1 : next(path);
}

int link(const char* from, const char* to) noexcept {
  SLOTQUAKE_NEXT(link);
  return PathRefused(to) ? -1 : next(from, to);
}

int clock_gettime(clockid_t id, timespec* time) noexcept {
  return ShiftedClock(id, time);
}

int gettimeofday(timeval* time, void* zone) noexcept {
  if (zone != nullptr) std::memset(zone, 0, sizeof(struct timezone));
  timespec now{};
  const int result = ShiftedClock(CLOCK_REALTIME, &now);
  time->tv_sec = now.tv_sec;
  time->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* seconds) noexcept {
  timespec now{};
  ShiftedClock(CLOCK_REALTIME, &now);
  if (seconds != nullptr) *seconds = now.tv_sec;
  return now.tv_sec;
}

int timespec_get(timespec* time, int base) noexcept {
  if (base != TIME_UTC) return 0;
  return ShiftedClock(CLOCK_REALTIME, time) == 0 ? base : 0;
}

}  // extern "C"
