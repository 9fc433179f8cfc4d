#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_CALLS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_CALLS_H_

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "harness/cluster/call_control.h"
#include "harness/platform/local/interpose/order_file.h"
#include "harness/platform/local/log_clock.h"

namespace slotquake {

// The calls of servers that were started with the library of interpose/. Not
// thread-safe.
class LocalCalls : public CallControl {
 public:
  // How large a node's log is.
  using LogSize = std::function<std::size_t(const std::string& node)>;

  explicit LocalCalls(LogSize log_size) : log_size_(std::move(log_size)) {}

  // From here on servers are started with the library, which is found from `program`.
  // Where it is missing they are started without, and CanChange() says so.
  void Enable(const std::filesystem::path& program);
  // The environment that a node's server needs, whose files are in `folder`. Orders are
  // put beside it.
  Result<std::map<std::string, std::string>> Prepare(
      const std::string& node, const std::filesystem::path& folder);
  // The node's log with true times, also where its clock was shifted.
  std::string AtTrueTimes(const std::string& node, const std::string& log) const;

  Status CanChange() override;
  Status Change(const std::string& node, const std::string& name,
                const CallChanges& changes) override;
  Result<CallCounts> Counts(const std::string& node) override;

 private:
  struct Node {
    OrderFile orders;
    std::map<std::string, CallChanges> changes;  // by name
    CallChanges sum{};
    LogClock clock{};
  };

  LogSize log_size_;
  std::filesystem::path library_;
  Status missing_ = Status::Error("the servers were started without the library");
  std::map<std::string, Node> nodes_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_CALLS_H_
