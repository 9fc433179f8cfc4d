#ifndef SLOTQUAKE_HARNESS_BASE_RNG_H_
#define SLOTQUAKE_HARNESS_BASE_RNG_H_

#include <cstdint>

namespace slotquake {

// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every platform
// and standard library, so that a seed repeats a run's choices anywhere. One
// object per thread.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }

  // In [0, n); n must not be 0. The bias of the remainder is below n / 2^64.
  std::uint64_t Below(std::uint64_t n) { return Next() % n; }

  // True with probability p.
  bool Chance(double p) { return static_cast<double>(Next() >> 11) * 0x1.0p-53 < p; }

 private:
  std::uint64_t state_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_BASE_RNG_H_
