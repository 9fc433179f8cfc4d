#include "harness/agent/network_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <thread>
#include <utility>

#include "harness/base/subprocess.h"
#include "harness/platform/packet_filter.h"
#include "nlohmann/json.hpp"

namespace slotquake {

Result<NetworkNamespace> NetworkNamespace::Of(pid_t pid) {
  return At("/proc/" + std::to_string(pid) + "/ns/net");
}

Result<NetworkNamespace> NetworkNamespace::OfPod(pid_t pid) {
  auto network = Of(pid);
  const auto machine = OfMachine();
  if (!network.ok()) return network.status();
  if (!machine.ok()) return machine.status();
  if (network->number() == machine->number()) {
    return Status::Error(
        "the pod uses its machine's network (hostNetwork): rules there would hit all");
  }
  return network;
}

Result<NetworkNamespace> NetworkNamespace::At(const std::filesystem::path& file) {
  OwnedFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (fd.get() < 0 || fstat(fd.get(), &info) != 0) {
    return Status::Error(file.string() + ": " + std::strerror(errno));
  }
  return NetworkNamespace(std::move(fd), info.st_ino);
}

Status NetworkNamespace::Inside(const std::function<void()>& work) const {
  Status status = Status::Ok();
  // Only this thread, and what it starts, moves there.
  std::thread inside([&] {
    if (setns(fd_.get(), CLONE_NEWNET) == 0) {
      work();
    } else {
      status = Status::Error(
          "cannot enter the network of a pod (the agent must be privileged): " +
          std::string(std::strerror(errno)));
    }
  });
  inside.join();
  return status;
}

Result<std::string> NetworkNamespace::Run(const std::vector<std::string>& command,
                                          const std::string& input) const {
  Result<std::string> answer = Status::Error("not run");
  const Status entered = Inside([&] { answer = RunCommand(command, input); });
  if (!entered.ok()) return entered;
  return answer;
}

Status NetworkNamespace::Filter(const std::string& rules) const {
  return Run({"nft", "-f", "-"}, rules).status();
}

Result<std::vector<std::string>> NetworkNamespace::FilterNames() const {
  const auto text = Run({"nft", "-j", "list", "tables"});
  if (!text.ok()) return text.status();
  const auto parsed = nlohmann::json::parse(*text, nullptr, false);
  if (!parsed.is_object()) return Status::Error("nft list tables: " + *text);
  std::vector<std::string> names;
  for (const auto& item : parsed.value("nftables", nlohmann::json::array())) {
    if (!item.contains("table")) continue;
    const std::string name = item["table"].value("name", "");
    if (item["table"].value("family", "") == "inet" &&
        name.starts_with(kFilterPrefix)) {
      names.push_back(name.substr(std::strlen(kFilterPrefix)));
    }
  }
  return names;
}

}  // namespace slotquake
