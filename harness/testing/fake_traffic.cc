#include "harness/testing/fake_traffic.h"

#include <algorithm>

namespace slotquake {

std::vector<Shape> FakeTraffic::Met(const std::string& from,
                                    const std::string& to) const {
  std::vector<Shape> met;
  if (toothless) return met;
  for (const auto& [name, set] : shapes) {
    for (const Shape& shape : set) {
      if (std::count(shape.from.begin(), shape.from.end(), from) > 0 &&
          std::count(shape.to.begin(), shape.to.end(), to) > 0) {
        met.push_back(shape);
      }
    }
  }
  return met;
}

Status FakeTraffic::SetShapes(const std::string& name, const std::vector<Shape>& set) {
  shapes[name] = set;
  if (!set_fails) return Status::Ok();
  shapes[name].resize(1);
  return Status::Error("no such device");
}

Status FakeTraffic::ClearShapes(const std::string& name) {
  shapes.erase(name);
  return Status::Ok();
}

Result<std::int64_t> FakeTraffic::Shaped(const std::string& name) {
  if (!shapes.contains(name)) return Status::Error(name + " is not in force");
  return std::int64_t{toothless ? 0 : 5};
}

Result<Nanos> FakeTraffic::RoundTrip(const std::string& from, const std::string& to,
                                     int, Nanos) {
  Nanos least = std::chrono::milliseconds(1);
  for (const Shape& shape : Met(from, to)) least += shape.delay - shape.jitter;
  for (const Shape& shape : Met(to, from)) least += shape.delay - shape.jitter;
  return least;
}

Result<double> FakeTraffic::EchoSpeed(const std::string& from, const std::string& to,
                                      std::size_t, Nanos) {
  double speed = 1e9;
  for (const auto& met : {Met(from, to), Met(to, from)}) {
    for (const Shape& shape : met) {
      if (shape.bits_per_second > 0) {
        speed = std::min(speed, static_cast<double>(shape.bits_per_second));
      }
    }
  }
  return speed;
}

}  // namespace slotquake
