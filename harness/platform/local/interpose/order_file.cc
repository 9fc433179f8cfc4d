#include "harness/platform/local/interpose/order_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace slotquake {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLibrary =
    "harness/platform/local/interpose/libslotquake_calls.so";

Status Failure(const fs::path& file) {
  return Status::Error("cannot make " + file.string() + ": " + std::strerror(errno));
}

}  // namespace

Result<fs::path> FindCallsLibrary(const fs::path& program) {
  std::error_code error;
  const char* named = std::getenv("SLOTQUAKE_CALLS_LIBRARY");
  if (named != nullptr) {
    if (fs::exists(named, error)) return fs::absolute(named);
    return Status::Error(std::string("SLOTQUAKE_CALLS_LIBRARY=") + named +
                         " is not there");
  }
  const fs::path link = fs::read_symlink(program, error);
  const fs::path real = error ? fs::absolute(program) : link;
  for (const auto& entry : fs::directory_iterator(real.string() + ".runfiles", error)) {
    if (fs::exists(entry.path() / kLibrary, error)) return entry.path() / kLibrary;
  }
  for (fs::path above = real.parent_path(); above != above.root_path();
       above = above.parent_path()) {
    if (fs::exists(above / kLibrary, error)) return above / kLibrary;
  }
  return Status::Error(std::string(kLibrary) + " is not beside " + real.string() +
                       "; name it with SLOTQUAKE_CALLS_LIBRARY");
}

Result<OrderFile> OrderFile::Make(const fs::path& file, const fs::path& folder) {
  CallOrders blank{};
  if (folder.string().size() >= sizeof blank.folder) {
    return Status::Error(folder.string() + " is too long a path");
  }
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Failure(file);
  void* memory = MAP_FAILED;
  // Its blocks are there from the start: a full disk later does not matter.
  if (posix_fallocate(fd, 0, sizeof(CallOrders)) == 0) {
    memory =
        mmap(nullptr, sizeof(CallOrders), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  close(fd);
  if (memory == MAP_FAILED) return Failure(file);
  std::shared_ptr<CallOrders> orders(
      static_cast<CallOrders*>(memory),
      [](CallOrders* o) { munmap(o, sizeof(CallOrders)); });
  std::strncpy(orders->folder, folder.c_str(), sizeof orders->folder - 1);
  orders->magic = CallOrders::kMagic;
  return OrderFile(file, std::move(orders));
}

std::map<std::string, std::string> OrderFile::Environment(
    const fs::path& library) const {
  return {{"LD_PRELOAD", library.string()}, {kOrdersVariable, file_.string()}};
}

void OrderFile::Set(const CallChanges& changes) {
  orders_->sync_delay_ns = changes.sync_delay.count();
  orders_->sync_error = changes.sync_error;
  orders_->write_error = changes.write_error;
  orders_->clock_offset_ns = changes.clock_offset.count();
}

CallCounts OrderFile::Counts() const {
  return {.syncs = orders_->syncs,
          .delayed = orders_->delayed,
          .failed = orders_->failed,
          .writes_failed = orders_->writes_failed,
          .clock_reads = orders_->clock_reads};
}

pid_t OrderFile::process() const { return static_cast<pid_t>(orders_->process.load()); }

}  // namespace slotquake
