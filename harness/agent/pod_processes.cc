#include "harness/agent/pod_processes.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

namespace slotquake {
namespace {

namespace fs = std::filesystem;

std::string ReadProc(pid_t pid, const char* file) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/" + file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string ExecutableOf(pid_t pid) {
  std::error_code error;
  return fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error).string();
}

std::vector<std::string> ArgumentsOf(pid_t pid) {
  std::vector<std::string> words;
  std::istringstream all(ReadProc(pid, "cmdline"));
  for (std::string word; std::getline(all, word, '\0');) words.push_back(word);
  return words;
}

// "redis-server" of "/usr/bin/redis-server *:6379": a server writes its port there.
std::string BaseName(const std::string& path) {
  const std::string word = path.substr(0, path.find(' '));
  return word.substr(word.rfind('/') + 1);
}

bool IsServerName(const std::string& name) {
  return name == "redis-server" || name == "valkey-server";
}

bool IsServer(const PodProcess& process) {
  return LooksLikeServer(process.name, ExecutableOf(process.id.pid),
                         ArgumentsOf(process.id.pid));
}

bool IsIn(const std::vector<PodProcess>& processes, pid_t pid) {
  return std::any_of(processes.begin(), processes.end(),
                     [pid](const PodProcess& p) { return p.id.pid == pid; });
}

// Those without a parent among them, the oldest first.
std::vector<PodProcess> Ancestors(const std::vector<PodProcess>& processes) {
  std::vector<PodProcess> found;
  for (const PodProcess& process : processes) {
    if (!IsIn(processes, process.parent)) found.push_back(process);
  }
  std::sort(found.begin(), found.end(), [](const PodProcess& a, const PodProcess& b) {
    return a.id.start_ticks < b.id.start_ticks;
  });
  return found;
}

std::vector<PodProcess> InContainer(const std::vector<PodProcess>& processes,
                                    const std::string& container_id) {
  std::vector<PodProcess> found;
  for (const PodProcess& process : processes) {
    if (process.member.container_id == container_id) found.push_back(process);
  }
  return found;
}

// The parent's number and whether the process is more than a zombie.
bool ReadStat(pid_t pid, PodProcess& process) {
  const std::string line = ReadProc(pid, "stat");
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return false;
  std::istringstream fields(line.substr(name_end + 1));
  std::string state;
  fields >> state >> process.parent;
  process.id = {pid, StartTicks(pid)};
  return state != "Z" && state != "X" && process.id.start_ticks != 0;
}

}  // namespace

Result<PodProcess> KeeperAmong(const std::vector<PodProcess>& processes,
                               const std::string& pod_uid) {
  std::vector<PodProcess> own;
  for (const PodProcess& process : processes) {
    if (process.member.pod_uid != pod_uid) continue;
    if (process.name == "pause") return process;
    own.push_back(process);
  }
  if (own.empty()) return Status::Error("pod " + pod_uid + " has no process here");
  return Ancestors(own).front();
}

bool LooksLikeServer(const std::string& name, const std::string& executable,
                     const std::vector<std::string>& arguments) {
  if (IsServerName(name) || IsServerName(BaseName(executable))) return true;
  if (arguments.empty()) return false;
  const std::string first = BaseName(arguments[0]);
  if (IsServerName(first)) return true;
  // A shell with a server's name among its arguments is none; a loader is.
  return first.starts_with("ld-") &&
         std::any_of(arguments.begin(), arguments.end(), [](const std::string& word) {
           return IsServerName(BaseName(word));
         });
}

PodProcesses::PodProcesses()
    : PodProcesses([](pid_t pid) { return ReadProc(pid, "cgroup"); }) {}

PodProcesses::PodProcesses(CgroupReader read_cgroup)
    : read_cgroup_(std::move(read_cgroup)) {}

std::vector<PodProcess> PodProcesses::All() const {
  std::vector<PodProcess> found;
  std::error_code error;
  for (fs::directory_iterator at("/proc", error), end; !error && at != end;
       at.increment(error)) {
    const std::string number = at->path().filename().string();
    pid_t pid = -1;
    const char* last = number.data() + number.size();
    if (std::from_chars(number.data(), last, pid).ptr != last) continue;
    const auto member = ParseCgroup(read_cgroup_(pid));
    if (!member) continue;
    PodProcess process;
    process.member = *member;
    if (!ReadStat(pid, process)) continue;
    process.name = ReadProc(pid, "comm");
    if (process.name.ends_with('\n')) process.name.pop_back();
    found.push_back(process);
  }
  return found;
}

std::vector<PodProcess> PodProcesses::Of(const std::string& pod_uid) const {
  std::vector<PodProcess> found = All();
  std::erase_if(found, [&](const PodProcess& process) {
    return process.member.pod_uid != pod_uid;
  });
  return found;
}

Result<PodProcess> PodProcesses::ServerOf(const std::string& pod_uid,
                                          const std::string& container_id) const {
  const std::vector<PodProcess> all = Of(pod_uid);
  if (all.empty()) return Status::Error("pod " + pod_uid + " has no process here");
  std::vector<PodProcess> servers;
  std::copy_if(all.begin(), all.end(), std::back_inserter(servers), IsServer);
  const std::vector<PodProcess> own = InContainer(servers, container_id);
  if (!own.empty()) servers = own;
  if (servers.empty()) servers = InContainer(all, container_id);
  if (servers.empty()) return Status::Error("no server runs in pod " + pod_uid);
  return Ancestors(servers).front();
}

Result<PodProcess> PodProcesses::KeeperOf(const std::string& pod_uid) const {
  return KeeperAmong(All(), pod_uid);
}

}  // namespace slotquake
