#ifndef SLOTQUAKE_HARNESS_API_CLIENT_H_
#define SLOTQUAKE_HARNESS_API_CLIENT_H_

#include <atomic>
#include <functional>
#include <istream>
#include <memory>
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

// Whether a call that failed on its way (no connection, a broken one, an answer that
// was cut short) is made once more.
enum class Again {
  kNever,
  kIfUnsent,  // only while it is certain that the request was not sent
  kAlways,    // for what may be done twice without harm
};

// The other side of an API (server.h). Every call is a connection of its own, has a
// time-out, and an error that names the other ("worker 127.0.0.1:4711") and the
// request. Nothing is sent twice but for who says Again; each attempt asks anew where
// the other is. An error that the other answered stands. Thread-safe; copies are equal.
class ApiClient {
 public:
  // Long enough for a request that only looks something up.
  static constexpr Nanos kLimit = std::chrono::seconds(10);

  // How long a lost way is looked for, in one call. After that every call is content
  // with one attempt until one succeeds: what is gone is not waited for again and
  // again.
  static constexpr Nanos kPatience = std::chrono::seconds(30);

  ApiClient(std::string who, Reach reach, ClockIdentity own_clock = OwnClockIdentity(),
            Nanos patience = kPatience)
      : who_(std::move(who)),
        reach_(std::move(reach)),
        own_clock_(std::move(own_clock)),
        patience_(patience) {}

  // From the quickest of many round trips over one connection: at its middle both
  // clocks were read, give or take half of it.
  Result<ClockEstimate> EstimateClock(int requests = 200) const;

  // One request; `read` gets the body of an answer that is no error. Its exceptions
  // become errors, and its errors mean that the answer was cut short: with kAlways it
  // is called again with another one, and must begin anew.
  Status Call(const std::string& method, const std::string& path,
              const std::string& body, Nanos limit,
              const std::function<Status(std::istream&)>& read,
              Again again = Again::kNever) const;
  // A POST, answered by JSON. `ready`, if any, is called when the way there is known to
  // work and nothing has been sent but a look at the clock; its error is returned, and
  // nothing is sent. So several calls can be made to begin at one moment.
  // With kIfUnsent that look is taken anyway.
  Result<nlohmann::json> Post(const std::string& path, const nlohmann::json& body,
                              Nanos limit = kLimit,
                              const std::function<Status()>& ready = nullptr,
                              Again again = Again::kNever) const;
  // For answers that say no more than that it is done.
  Status Order(const std::string& path, const nlohmann::json& body, Nanos limit,
               Again again = Again::kNever) const;

 private:
  class Session;
  // How far one attempt came.
  struct Attempt {
    Status status = Status::Ok();
    bool sent = false;      // the other may have got the request
    bool answered = false;  // the status is what it said
  };

  Attempt Try(const std::string& what, Nanos limit,
              const std::function<Status(Session&)>& talk) const;
  // Has `talk` use a new connection, and another where `again` allows it.
  Status Talk(const std::string& what, Nanos limit, Again again,
              const std::function<Status(Session&)>& talk) const;

  std::string who_;
  Reach reach_;
  ClockIdentity own_clock_;
  Nanos patience_;
  // The last call that had patience ended without an answer.
  std::shared_ptr<std::atomic<bool>> lost_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_API_CLIENT_H_
