#include "harness/platform/kubernetes/forming.h"

#include <string>
#include <thread>
#include <vector>

#include "harness/platform/server_settings.h"
#include "harness/redis/cluster_nodes.h"

namespace slotquake {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Of one command.
constexpr Nanos kPatience = seconds(5);

class Forming {
 public:
  Forming(Cluster& cluster, const ClusterSpec& spec, Nanos limit,
          const std::function<bool()>& stop)
      : cluster_(cluster),
        spec_(spec),
        names_(cluster.nodes()),
        end_(MonotonicNow() + limit),
        stop_(stop) {}

  Status Run() {
    for (const auto step :
         {&Forming::AwaitAnswers, &Forming::GiveEpochs, &Forming::DealSlots,
          &Forming::Introduce, &Forming::AwaitAllKnown, &Forming::MakeReplicas,
          &Forming::SetNodeTimeout}) {
      const Status status = (this->*step)();
      if (!status.ok()) return status.Annotate("the cluster can not be formed");
    }
    return Status::Ok();
  }

 private:
  Result<std::string> Ask(const std::string& node,
                          const std::vector<std::string>& command) {
    const auto reply = cluster_.Command(node, command, kPatience);
    if (!reply.ok()) return reply.status().Annotate(node);
    if (reply->IsError()) {
      return Status::Error(node + ": " + command[0] + " " +
                           (command.size() > 1 ? command[1] : "") + ": " + reply->text);
    }
    return reply->text;
  }

  Status Order(const std::string& node, const std::vector<std::string>& command) {
    return Ask(node, command).status();
  }

  // Asks `wrong`, which says what a node still lacks, until it says nothing.
  template <typename Wrong>
  Status AwaitOn(const std::string& node, const Wrong& wrong) {
    for (;;) {
      const std::string problem = wrong();
      if (problem.empty()) return Status::Ok();
      if (stop_()) return Status::Error("interrupted");
      if (MonotonicNow() >= end_) return Status::Error(node + " " + problem);
      std::this_thread::sleep_for(milliseconds(50));
    }
  }

  Status AwaitAnswers() {
    for (const std::string& node : names_) {
      const Status status = AwaitOn(node, [&]() -> std::string {
        const auto pong = Ask(node, {"PING"});
        return pong.ok() ? "" : "does not answer PING: " + pong.message();
      });
      if (!status.ok()) return status;
    }
    return Status::Ok();
  }

  // Before they meet: later it is refused.
  Status GiveEpochs() {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const Status status =
          Order(names_[i], {"CLUSTER", "SET-CONFIG-EPOCH", std::to_string(i + 1)});
      if (!status.ok()) return status;
    }
    return Status::Ok();
  }

  Status DealSlots() {
    for (int i = 0; i < spec_.masters; ++i) {
      const SlotRange slots = SlotsOf(i, spec_.masters);
      const std::string& node = names_[static_cast<std::size_t>(i)];
      Status status =
          Order(node, {"CLUSTER", "ADDSLOTSRANGE", std::to_string(slots.first),
                       std::to_string(slots.last)});
      // Servers before 7.0 have only the older command.
      if (!status.ok()) {
        std::vector<std::string> one_by_one = {"CLUSTER", "ADDSLOTS"};
        for (int slot = slots.first; slot <= slots.last; ++slot) {
          one_by_one.push_back(std::to_string(slot));
        }
        if (Order(node, one_by_one).ok()) status = Status::Ok();
      }
      if (!status.ok()) return status;
    }
    return Status::Ok();
  }

  Status Introduce() {
    for (std::size_t i = 1; i < names_.size(); ++i) {
      const Endpoint at = cluster_.ClientEndpoint(names_[i]);
      const Status status =
          Order(names_[0], {"CLUSTER", "MEET", at.host, std::to_string(at.port)});
      if (!status.ok()) return status;
    }
    return Status::Ok();
  }

  Status AwaitAllKnown() {
    for (const std::string& node : names_) {
      const Status status = AwaitOn(node, [&] { return WhoIsMissing(node); });
      if (!status.ok()) return status;
    }
    return Status::Ok();
  }

  std::string WhoIsMissing(const std::string& node) {
    const auto text = Ask(node, {"CLUSTER", "NODES"});
    if (!text.ok()) return "does not say whom it knows: " + text.message();
    const auto view = ParseClusterNodes(*text);
    if (!view.ok()) return view.message();
    std::size_t known = 0;
    for (const NodeView& other : view->nodes) known += other.handshake ? 0 : 1;
    if (known == names_.size()) return "";
    return "knows " + std::to_string(known) + " of " + std::to_string(names_.size()) +
           " nodes; can pods reach each other at ports " +
           std::to_string(cluster_.ClientEndpoint(node).port) + " and " +
           std::to_string(cluster_.ClientEndpoint(node).port + 10000) + "?";
  }

  Status MakeReplicas() {
    const auto masters = static_cast<std::size_t>(spec_.masters);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < masters && masters < names_.size(); ++i) {
      const auto id = Ask(names_[i], {"CLUSTER", "MYID"});
      if (!id.ok()) return id.status();
      ids.push_back(*id);
    }
    for (std::size_t i = masters; i < names_.size(); ++i) {
      const Status status =
          Order(names_[i], {"CLUSTER", "REPLICATE", ids[i % masters]});
      if (!status.ok()) return status;
    }
    return Status::Ok();
  }

  Status SetNodeTimeout() {
    if (BootNodeTimeout(spec_) == spec_.node_timeout_ms) return Status::Ok();
    for (const std::string& node : names_) {
      const Status status = Order(node, {"CONFIG", "SET", "cluster-node-timeout",
                                         std::to_string(spec_.node_timeout_ms)});
      if (!status.ok()) return status;
    }
    return Status::Ok();
  }

  Cluster& cluster_;
  const ClusterSpec& spec_;
  const std::vector<std::string>& names_;
  const Nanos end_;
  const std::function<bool()>& stop_;
};

}  // namespace

Status FormCluster(Cluster& cluster, const ClusterSpec& spec, Nanos limit,
                   const std::function<bool()>& stop) {
  return Forming(cluster, spec, limit, stop).Run();
}

}  // namespace slotquake
