#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_TRAFFIC_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_TRAFFIC_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/cluster/traffic_control.h"
#include "harness/platform/local/network.h"
#include "harness/platform/shaping/packet_shaper.h"

namespace slotquake {

// Packets wait in queues: late ones in the switch, those that share a narrow way at the
// one host that is at its end. Not thread-safe.
class LocalTraffic : public TrafficControl {
 public:
  // `network` must outlive this.
  explicit LocalTraffic(const Network& network) : network_(network) {}

  Status CanShape() override;
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
    std::vector<std::unique_ptr<PacketShaper>> shapers;
  };

  Status Run(const Action& action, std::string* answer = nullptr) const;
  // Does it, and notes how it is undone.
  Status Do(const Action& action, const Action& undo, Set* set) const;
  // In the network of a host.
  Result<std::unique_ptr<PacketShaper>> StartShaper(const std::string& host,
                                                    std::uint16_t queue,
                                                    const Pace& pace) const;
  Status AddShape(const std::string& table, const Shape& shape, Set* set);

  const Network& network_;
  std::map<std::string, Set> sets_;
  std::uint16_t next_queue_ = 1;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_TRAFFIC_H_
