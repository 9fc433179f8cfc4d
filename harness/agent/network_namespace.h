#ifndef SLOTQUAKE_HARNESS_AGENT_NETWORK_NAMESPACE_H_
#define SLOTQUAKE_HARNESS_AGENT_NETWORK_NAMESPACE_H_

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/agent/process_handle.h"
#include "harness/base/status.h"

namespace slotquake {

// A network namespace, kept alive by an open file: it outlives the process in which it
// was found. Movable; thread-safe otherwise.
class NetworkNamespace {
 public:
  // That of a process, or of a file that is one.
  static Result<NetworkNamespace> Of(pid_t pid);
  static Result<NetworkNamespace> At(const std::filesystem::path& file);

  // A pod's, found by a process of it. An error where it is its machine's
  // (hostNetwork): rules there would hit all.
  static Result<NetworkNamespace> OfPod(pid_t pid);
  // The machine's own: that of its first process.
  static Result<NetworkNamespace> OfMachine() { return Of(1); }

  // Equal for the same namespace only.
  std::uint64_t number() const { return number_; }

  // Runs `work` in a thread that has entered it, and waits for its end.
  Status Inside(const std::function<void()>& work) const;
  // Runs a command in it, as RunCommand() does.
  Result<std::string> Run(const std::vector<std::string>& command,
                          const std::string& input = "") const;

  // Puts a text in force with nft.
  Status Filter(const std::string& rules) const;
  // The names of the tables there that begin with slotquake_, without that beginning.
  Result<std::vector<std::string>> FilterNames() const;

 private:
  NetworkNamespace(OwnedFd fd, std::uint64_t number)
      : fd_(std::move(fd)), number_(number) {}

  OwnedFd fd_;
  std::uint64_t number_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_AGENT_NETWORK_NAMESPACE_H_
