#include "harness/platform/local/world.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/base/stop_signals.h"

namespace slotquake {
namespace {

std::string ReadSetting(const char* path) {
  std::string value;
  std::ifstream in(path);
  std::getline(in, value);
  return value;
}

// Why unshare() was refused, and what to do.
Status Forbidden(int error, bool with_user_namespace) {
  std::string text = "cannot make namespaces for the local cluster (" +
                     std::string(std::strerror(error)) + "): ";
  if (!with_user_namespace) {
    text +=
        "root lacks CAP_SYS_ADMIN here (in a container: run it with "
        "--privileged, or --cap-add SYS_ADMIN --security-opt seccomp=unconfined)";
  } else if (ReadSetting("/proc/sys/kernel/unprivileged_userns_clone") == "0") {
    text += "run `sudo sysctl kernel.unprivileged_userns_clone=1`, or run as root";
  } else if (ReadSetting("/proc/sys/user/max_user_namespaces") == "0") {
    text += "run `sudo sysctl user.max_user_namespaces=10000`, or run as root";
  } else if (ReadSetting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") ==
             "1") {
    text +=
        "run `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, or run "
        "as root";
  } else {
    text +=
        "user namespaces are forbidden here (a seccomp profile or a container?); "
        "run as root";
  }
  return Status::Error(text);
}

bool WriteText(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool whole =
      write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  close(fd);
  return whole;
}

// Makes the caller root of the user namespace it has just entered.
bool MapUser(uid_t uid, gid_t gid) {
  return WriteText("/proc/self/setgroups", "deny") &&
         WriteText("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1") &&
         WriteText("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
}

bool MakePrivate(const char* mount_point) {
  return mount("none", mount_point, nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

Status MountError(const std::string& what) {
  return Status::Error("cannot " + what + ": " + std::strerror(errno));
}

// Whether the process `outside` finds its own root on its /run; also true when that
// can not be told.
bool RootShowsOnRun(pid_t outside) {
  struct stat root {};
  struct stat run {};
  const std::string theirs = "/proc/" + std::to_string(outside) + "/root/run";
  return stat("/", &root) != 0 || stat(theirs.c_str(), &run) != 0 ||
         (root.st_dev == run.st_dev && root.st_ino == run.st_ino);
}

// In a chroot "/" need not be a mount point, and only a mount point can be made
// private, by this program and by ip. So the chroot moves to a mount of itself.
// `outside`: a process that keeps the mounts that the caller came from.
Status MakeRootAMountPoint(pid_t outside) {
  std::error_code error;
  const auto folder = std::filesystem::current_path(error);
  if (mount("/", "/run", nullptr, MS_BIND | MS_REC, nullptr) != 0) {
    return MountError("mount the chroot on its own /run");
  }
  if (RootShowsOnRun(outside)) {
    umount2("/run", MNT_DETACH);
    return Status::Error(
        "what is mounted in this chroot shows outside of it; enter it with "
        "`unshare --mount chroot FOLDER`");
  }
  if (chdir("/run") != 0 || chroot(".") != 0 || chdir(folder.c_str()) != 0) {
    return MountError("enter the chroot's own mount");
  }
  return Status::Ok();
}

// Private mounts, a /run of its own (names of network namespaces, data, lock files),
// and a /proc that shows the world's own processes where the system lets us.
Status MountOwn(pid_t outside) {
  if (!MakePrivate("/")) {
    if (errno != EINVAL) return MountError("make mounts private");
    const Status moved = MakeRootAMountPoint(outside);
    if (!moved.ok()) return moved;
    if (!MakePrivate("/")) return MountError("make mounts private");
  }
  if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0) {
    return MountError("mount a tmpfs on /run");
  }
  // Some containers forbid this one; what is needed of /proc works in the old one.
  mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  return Status::Ok();
}

class WorldImpl : public World {
 public:
  WorldImpl(int outside_pid, bool has_user_namespace, int result_fd)
      : outside_pid_(outside_pid),
        has_user_namespace_(has_user_namespace),
        result_fd_(result_fd) {}

  bool Interrupted() const override { return AskedToStop(); }
  int OutsidePid() const override { return outside_pid_; }
  bool HasUserNamespace() const override { return has_user_namespace_; }

  void Detach(int exit_code) override {
    prctl(PR_SET_PDEATHSIG, 0);
    // Whoever reads the harness' output through a pipe waits for its last writer.
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int fd : {0, 1, 2}) dup2(null, fd);
    close(null);
    [[maybe_unused]] const auto written =
        write(result_fd_, &exit_code, sizeof exit_code);
    close(result_fd_);
  }

 private:
  int outside_pid_;
  bool has_user_namespace_;
  int result_fd_;
};

struct Channel {
  int read_end = -1;
  int write_end = -1;
  bool Open() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    return true;
  }
};

// fork(), with a child that the kernel kills when the caller ends. The child
// gets its pid as the caller sees it.
pid_t ForkTied(const std::function<void(pid_t)>& in_child) {
  Channel go;
  if (!go.Open()) return -1;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    PassStopSignalsTo(0);
    close(go.write_end);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // If the caller died before the line above, this ends without a number.
    pid_t self = 0;
    if (read(go.read_end, &self, sizeof self) != sizeof self) _exit(255);
    close(go.read_end);
    in_child(self);
    _exit(255);
  }
  close(go.read_end);
  if (child > 0) {
    PassStopSignalsTo(child);
    [[maybe_unused]] const auto told = write(go.write_end, &child, sizeof child);
  }
  close(go.write_end);
  return child;
}

[[noreturn]] void Fail(const Status& status) {
  std::fprintf(stderr, "slotquake: %s\n", status.message().c_str());
  _exit(255);
}

// `between` is the caller's parent, as /proc still names it.
void Enter(const std::function<int(World&)>& inside, pid_t between, pid_t outside_pid,
           bool with_user_namespace, const Channel& result) {
  close(result.read_end);
  setsid();
  if (unshare(CLONE_NEWNS | CLONE_NEWNET) != 0) {
    Fail(Forbidden(errno, with_user_namespace));
  }
  const Status mounted = MountOwn(between);
  if (!mounted.ok()) Fail(mounted);
  WorldImpl world(outside_pid, with_user_namespace, result.write_end);
  const int code = inside(world);
  std::fflush(nullptr);
  _exit(code);
}

int WaitFor(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  PassStopSignalsTo(0);
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  std::fprintf(stderr,
               "slotquake: the runner was killed by signal %d; everything it had "
               "started ended with it\n",
               WTERMSIG(status));
  return 255;
}

// The process between: it alone moves to the new user namespace, and its next
// child is process 1 of the new PID namespace. (A second unshare() of the PID
// namespace is refused by the kernel, hence one such process for each world.)
void Between(const std::function<int(World&)>& inside) {
  const bool with_user_namespace = geteuid() != 0;
  const uid_t uid = geteuid();
  const gid_t gid = getegid();
  if (unshare(CLONE_NEWPID | (with_user_namespace ? CLONE_NEWUSER : 0)) != 0 ||
      (with_user_namespace && !MapUser(uid, gid))) {
    Fail(Forbidden(errno, with_user_namespace));
  }
  Channel result;
  if (!result.Open()) Fail(Status::Error("cannot open a pipe"));
  const pid_t between = getpid();
  const pid_t child = ForkTied(
      [&](pid_t self) { Enter(inside, between, self, with_user_namespace, result); });
  if (child < 0) Fail(Forbidden(errno, with_user_namespace));
  close(result.write_end);
  int code = 0;
  ssize_t got = 0;
  do {
    got = read(result.read_end, &code, sizeof code);
  } while (got < 0 && errno == EINTR);
  _exit(got == sizeof code ? code : WaitFor(child));
}

}  // namespace

int EnterWorld(const std::function<int(World&)>& inside, StopSignals stop_signals) {
  // With kEnd they end this process, and the others, tied to it, go too.
  if (stop_signals == StopSignals::kTell) CountStopSignals();
  const pid_t child = ForkTied([&](pid_t) { Between(inside); });
  if (child < 0) {
    std::fprintf(stderr, "slotquake: cannot fork: %s\n", std::strerror(errno));
    return 255;
  }
  return WaitFor(child);
}

}  // namespace slotquake
