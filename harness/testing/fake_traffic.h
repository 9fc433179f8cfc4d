#ifndef SLOTQUAKE_HARNESS_TESTING_FAKE_TRAFFIC_H_
#define SLOTQUAKE_HARNESS_TESTING_FAKE_TRAFFIC_H_

#include <map>
#include <string>
#include <vector>

#include "harness/cluster/traffic_control.h"

namespace slotquake {

// Traffic of a network that is only told to be one: a round trip takes 1 ms and what
// its shapes add, and a gigabit passes per second where no shape says less.
class FakeTraffic : public TrafficControl {
 public:
  Status CanShape() override { return Status::Ok(); }
  Status SetShapes(const std::string& name, const std::vector<Shape>& set) override;
  Status ClearShapes(const std::string& name) override;
  Result<std::int64_t> Shaped(const std::string& name) override;
  Result<Nanos> RoundTrip(const std::string& from, const std::string& to, int times,
                          Nanos limit) override;
  Result<double> EchoSpeed(const std::string& from, const std::string& to,
                           std::size_t bytes, Nanos limit) override;

  std::map<std::string, std::vector<Shape>> shapes;  // in force, by name
  bool toothless = false;                            // shapes do nothing: a lie
  bool set_fails = false;  // half-way: only the first shape is in force

 private:
  // Of every shape that a packet of this direction meets.
  std::vector<Shape> Met(const std::string& from, const std::string& to) const;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_FAKE_TRAFFIC_H_
