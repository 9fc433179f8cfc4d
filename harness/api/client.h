#ifndef SLOTQUAKE_HARNESS_API_CLIENT_H_
#define SLOTQUAKE_HARNESS_API_CLIENT_H_

#include <functional>
#include <istream>
#include <string>
#include <utility>

#include "harness/api/clock_identity.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/reach.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// Another process' clock against this process' own.
struct ClockEstimate {
  Nanos offset{0};          // the other's MonotonicNow() minus this process'
  Nanos bound{0};           // the offset is right within this
  bool same_clock = false;  // one clock: no estimate needed
};

// The other side of an API (server.h). Every call is a connection of its own, has a
// time-out, and an error that names the other ("worker 127.0.0.1:4711") and the
// request. Nothing is sent twice. Thread-safe; copies are equal.
class ApiClient {
 public:
  // Long enough for a request that only looks something up.
  static constexpr Nanos kLimit = std::chrono::seconds(10);

  ApiClient(std::string who, Reach reach, ClockIdentity own_clock = OwnClockIdentity())
      : who_(std::move(who)),
        reach_(std::move(reach)),
        own_clock_(std::move(own_clock)) {}

  // From the quickest of many round trips over one connection: at its middle both
  // clocks were read, give or take half of it.
  Result<ClockEstimate> EstimateClock(int requests = 50) const;

  // One request; `read` gets the body of an answer that is no error. Its exceptions
  // become errors.
  Status Call(const std::string& method, const std::string& path,
              const std::string& body, Nanos limit,
              const std::function<Status(std::istream&)>& read) const;
  // A POST, answered by JSON. `ready`, if any, is called when the way there is known to
  // work and nothing has been sent but a look at the clock; its error is returned, and
  // nothing is sent. So several calls can be made to begin at one moment.
  Result<nlohmann::json> Post(const std::string& path, const nlohmann::json& body,
                              Nanos limit = kLimit,
                              const std::function<Status()>& ready = nullptr) const;
  // For answers that say no more than that it is done.
  Status Order(const std::string& path, const nlohmann::json& body, Nanos limit) const;

 private:
  std::string who_;
  Reach reach_;
  ClockIdentity own_clock_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_API_CLIENT_H_
