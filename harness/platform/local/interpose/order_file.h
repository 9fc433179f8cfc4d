#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_INTERPOSE_ORDER_FILE_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_INTERPOSE_ORDER_FILE_H_

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "harness/base/status.h"
#include "harness/cluster/call_control.h"
#include "harness/platform/local/interpose/orders.h"

namespace slotquake {

// The library that changes the calls of a server: $SLOTQUAKE_CALLS_LIBRARY, else where
// Bazel has put it beside `program` or beside a folder above it. The error says where
// it was looked for.
Result<std::filesystem::path> FindCallsLibrary(const std::filesystem::path& program);

// The harness' end of one server's orders. Not thread-safe.
class OrderFile {
 public:
  // Makes the file. `folder` is where the server's files are, its working folder.
  static Result<OrderFile> Make(const std::filesystem::path& file,
                                const std::filesystem::path& folder);

  const std::filesystem::path& file() const { return file_; }
  // What a server needs to start with the library.
  std::map<std::string, std::string> Environment(
      const std::filesystem::path& library) const;

  void Set(const CallChanges& changes);
  CallCounts Counts() const;
  // The process that has loaded the library last, by its own number; 0: none.
  pid_t process() const;

 private:
  OrderFile(std::filesystem::path file, std::shared_ptr<CallOrders> orders)
      : file_(std::move(file)), orders_(std::move(orders)) {}

  std::filesystem::path file_;
  std::shared_ptr<CallOrders> orders_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_INTERPOSE_ORDER_FILE_H_
