#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_TRAFFIC_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_TRAFFIC_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/cluster/traffic_control.h"
#include "harness/platform/delay/packet_delay.h"
#include "harness/platform/local/network.h"

namespace slotquake {

// Delays in the switch, by packet queues; narrow ways on the link of the one host that
// is at their end. Not thread-safe.
class LocalTraffic : public TrafficControl {
 public:
  // `network` must outlive this.
  explicit LocalTraffic(const Network& network) : network_(network) {}

  Status CanDelay() override;
  Status CanLimit() override;
  Status SetShapes(const std::string& name, const std::vector<Shape>& shapes) override;
  Status ClearShapes(const std::string& name) override;
  Result<std::int64_t> Shaped(const std::string& name) override;
  Result<Nanos> RoundTrip(const std::string& from, const std::string& to, int times,
                          Nanos limit) override;
  Result<double> EchoSpeed(const std::string& from, const std::string& to,
                           std::size_t bytes, Nanos limit) override;

 private:
  // A command, in the network of a host ("": the switch).
  struct Action {
    std::string host;
    std::vector<std::string> command;
    std::string input;
  };
  // What is in force under one name.
  struct Set {
    std::vector<Action> undo;  // in the order in which it was done
    std::vector<Action> counters;
    std::vector<std::unique_ptr<PacketDelay>> delays;
  };

  Status Run(const Action& action, std::string* answer = nullptr) const;
  // Does it, and notes how it is undone.
  Status Do(const Action& action, const Action& undo, Set* set) const;
  Status AddDelay(const std::string& table, const Shape& shape, Set* set);
  Status AddNarrowWay(const std::string& table, const Shape& shape, Set* set);

  const Network& network_;
  std::map<std::string, Set> sets_;
  std::uint16_t next_queue_ = 1;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_TRAFFIC_H_
