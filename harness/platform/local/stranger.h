#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_STRANGER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_STRANGER_H_

#include <map>
#include <string>

#include "harness/cluster/stranger_control.h"
#include "harness/platform/local/network.h"
#include "harness/platform/local/server.h"

namespace slotquake {

// Servers of other clusters in the nodes' network namespaces. Not thread-safe.
class LocalStrangers : public StrangerControl {
 public:
  // `network` must outlive it.
  explicit LocalStrangers(Network& network) : network_(network) {}

  // What strangers run, and where: set once, before any is asked for.
  void Configure(const ServerProgram& program,
                 const std::map<std::string, std::string>& config,
                 const std::filesystem::path& folder);
  // Where the node is now.
  void SetAddress(const std::string& node, const std::string& address);
  // Whether one is settled at the node's address.
  bool IsSettled(const std::string& node);

  Status CanSettle() override { return Status::Ok(); }
  Status Settle(const std::string& node) override;
  Status Evict(const std::string& node) override;
  Result<Reply> AskStranger(const std::string& node,
                            const std::vector<std::string>& command,
                            Nanos limit) override;

 private:
  Network& network_;
  ServerProgram program_;
  std::map<std::string, std::string> config_;
  std::filesystem::path folder_;
  std::map<std::string, std::string> addresses_;
  std::map<std::string, Server> strangers_;  // by the node whose address they have
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_STRANGER_H_
