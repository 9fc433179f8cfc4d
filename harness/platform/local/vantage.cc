#include "harness/platform/local/vantage.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace slotquake {

Status RunInNamespace(const std::filesystem::path& file,
                      const std::function<void()>& work) {
  Status status = Status::Ok();
  std::thread([&] {
    const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || setns(fd, CLONE_NEWNET) != 0) {
      status = Status::Error("cannot enter the network of " + file.filename().string() +
                             ": " + std::strerror(errno));
    }
    if (fd >= 0) close(fd);
    if (status.ok()) work();
  }).join();
  return status;
}

}  // namespace slotquake
