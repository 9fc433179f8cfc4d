#ifndef SLOTQUAKE_HARNESS_CLUSTER_TRAFFIC_CONTROL_H_
#define SLOTQUAKE_HARNESS_CLUSTER_TRAFFIC_CONTROL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"

namespace slotquake {

// Packets of one direction, from any of `from` to any of `to` (names as in Block), are
// made late, or share a narrow way.
struct Shape {
  std::vector<std::string> from;
  std::vector<std::string> to;
  Nanos delay{0};                    // of each packet; order is kept
  Nanos jitter{0};                   // the delay lies in [delay - jitter, + jitter]
  std::int64_t bits_per_second = 0;  // of all these packets together; 0: as it is
};

// Power over how packets travel that are not lost.
class TrafficControl {
 public:
  virtual ~TrafficControl() = default;

  // Whether packets can be held back here; the error says what is missing.
  virtual Status CanShape() = 0;

  // Puts a set of shapes in force, each of one kind; a name is used once at a time. A
  // narrow way has one host at one of its ends.
  virtual Status SetShapes(const std::string& name,
                           const std::vector<Shape>& shapes) = 0;
  // Undoes SetShapes(), also one that failed half-way. Packets under way arrive.
  // Harmless when there is no set of that name.
  virtual Status ClearShapes(const std::string& name) = 0;
  // How many packets the set has delayed or sent through its narrow way.
  virtual Result<std::int64_t> Shaped(const std::string& name) = 0;

  // The shortest of `times` round trips of a PING from within the network of `from`
  // to the server of `to`, on a connection that stands.
  virtual Result<Nanos> RoundTrip(const std::string& from, const std::string& to,
                                  int times, Nanos limit) = 0;
  // How fast the server of `to` takes and gives back so many bytes, sent from within
  // the network of `from`: bytes of one direction over the whole time, in bits per
  // second.
  virtual Result<double> EchoSpeed(const std::string& from, const std::string& to,
                                   std::size_t bytes, Nanos limit) = 0;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_CLUSTER_TRAFFIC_CONTROL_H_
