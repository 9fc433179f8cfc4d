#include "harness/api/client.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <ostream>
#include <thread>

#include "harness/api/dump.h"

namespace slotquake {
namespace {

using nlohmann::json;
using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

// Between two attempts.
constexpr Nanos kFirstPause = std::chrono::milliseconds(50);
constexpr Nanos kLongestPause = std::chrono::seconds(1);

Poco::Timespan ToTimespan(Nanos time) {
  return Poco::Timespan(time / std::chrono::microseconds(1));
}

std::string ReadAll(std::istream& in) {
  std::string text;
  Poco::StreamCopier::copyToString(in, text);
  return text;
}

// What an answer with an error says.
std::string ErrorText(const HTTPResponse& response, const std::string& body) {
  const json parsed = json::parse(body, nullptr, false);
  if (parsed.is_object() && parsed.contains("error") && parsed["error"].is_string()) {
    return parsed["error"].get<std::string>();
  }
  return "HTTP " + std::to_string(response.getStatus()) + ": " + body.substr(0, 200);
}

struct ClockReading {
  Nanos sent{0};
  Nanos received{0};
  Nanos other{0};
  ClockIdentity identity;
};

ClockReading ReadClock(HTTPClientSession& session) {
  ClockReading reading;
  HTTPRequest request(HTTPRequest::HTTP_GET, "/clock", HTTPRequest::HTTP_1_1);
  request.setKeepAlive(true);
  HTTPResponse response;
  reading.sent = MonotonicNow();
  session.sendRequest(request);
  const std::string body = ReadAll(session.receiveResponse(response));
  reading.received = MonotonicNow();
  const json answer = json::parse(body);
  reading.other = Nanos(answer.at("monotonic_ns").get<std::int64_t>());
  answer.at("boot_id").get_to(reading.identity.boot_id);
  answer.at("time_namespace").get_to(reading.identity.time_namespace);
  return reading;
}

}  // namespace

// One connection, that knows how far its request came.
class ApiClient::Session : public HTTPClientSession {
 public:
  Session(const Endpoint& at, Nanos limit)
      : HTTPClientSession(at.host, static_cast<Poco::UInt16>(at.port)) {
    setTimeout(ToTimespan(kLimit), ToTimespan(limit), ToTimespan(limit));
  }

  // Whether a part of the request was handed to the system.
  bool sent() const { return sent_; }
  // Whether what came of it stands: an answer, be it an error.
  bool answered() const { return answered_; }
  void SetAnswered() { answered_ = true; }

  // What is sent from now on is not the request yet.
  void BeginLook() { looking_ = true; }
  void BeginRequest() { looking_ = false; }

  Status Exchange(const std::string& method, const std::string& path,
                  const std::string& body,
                  const std::function<Status(std::istream&)>& read) {
    HTTPRequest request(method, path, HTTPRequest::HTTP_1_1);
    request.setContentLength64(static_cast<Poco::Int64>(body.size()));
    std::ostream& out = sendRequest(request);
    out.write(body.data(), static_cast<std::streamsize>(body.size()));
    HTTPResponse response;
    std::istream& in = receiveResponse(response);
    if (response.getStatus() != HTTPResponse::HTTP_OK) {
      const std::string text = ErrorText(response, ReadAll(in));
      SetAnswered();
      return Status::Error(text);
    }
    const Status done = read(in);
    if (done.ok()) SetAnswered();
    return done;
  }

 protected:
  int write(const char* buffer, std::streamsize length) override {
    const int count = HTTPClientSession::write(buffer, length);
    if (count > 0 && !looking_) sent_ = true;
    return count;
  }

 private:
  bool looking_ = false;
  bool sent_ = false;
  bool answered_ = false;
};

ApiClient::Attempt ApiClient::Try(const std::string& what, Nanos limit,
                                  const std::function<Status(Session&)>& talk) const {
  const auto at = reach_();
  if (!at.ok()) return {.status = at.status().Annotate(who_ + ": " + what)};
  Attempt attempt;
  try {
    Session session(*at, limit);
    try {
      attempt.status = talk(session);
    } catch (const Poco::Exception& e) {
      attempt.status = Status::Error(e.displayText());
    } catch (const std::exception& e) {
      attempt.status = Status::Error(e.what());
    }
    attempt.sent = session.sent();
    attempt.answered = session.answered();
  } catch (const Poco::Exception& e) {
    attempt.status = Status::Error(e.displayText());
  }
  attempt.status = attempt.status.Annotate(who_ + " " + ToString(*at) + ": " + what);
  return attempt;
}

Status ApiClient::Talk(const std::string& what, Nanos limit, Again again,
                       const std::function<Status(Session&)>& talk) const {
  const Nanos deadline = MonotonicNow() + (*lost_ ? Nanos(0) : patience_);
  for (Nanos pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
    const Attempt attempt = Try(what, limit, talk);
    if (attempt.answered) *lost_ = false;
    if (attempt.answered || again == Again::kNever ||
        (again == Again::kIfUnsent && attempt.sent)) {
      return attempt.status;
    }
    if (MonotonicNow() + pause > deadline) {
      *lost_ = true;
      return attempt.status;
    }
    std::this_thread::sleep_for(pause);
  }
}

Result<ClockEstimate> ApiClient::EstimateClock(int requests) const {
  if (requests <= 0) return Status::Error("no clock reading was asked for");
  ClockEstimate estimate;
  const auto read = [&](Session& session) {
    Nanos quickest = Nanos::max();
    session.setKeepAlive(true);
    for (int i = 0; i < requests; ++i) {
      const ClockReading reading = ReadClock(session);
      // The same boot and time namespace: both processes read one clock, so that the
      // offset is 0 by definition, and not uncertain.
      if (reading.identity.IsSameClock(own_clock_)) {
        estimate = {.same_clock = true};
        break;
      }
      const Nanos round_trip = reading.received - reading.sent;
      if (round_trip >= quickest) continue;
      quickest = round_trip;
      estimate.offset = reading.other - (reading.sent + round_trip / 2);
      estimate.bound = round_trip / 2 + Nanos(1);  // the division rounds down
    }
    session.SetAnswered();
    return Status::Ok();
  };
  const Status done = Talk("clock", kLimit, Again::kAlways, read);
  if (!done.ok()) return done;
  return estimate;
}

Status ApiClient::Call(const std::string& method, const std::string& path,
                       const std::string& body, Nanos limit,
                       const std::function<Status(std::istream&)>& read,
                       Again again) const {
  return Talk(method + " " + path, limit, again, [&](Session& session) {
    return session.Exchange(method, path, body, read);
  });
}

Result<json> ApiClient::Post(const std::string& path, const json& body, Nanos limit,
                             const std::function<Status()>& ready, Again again) const {
  json answer;
  const auto talk = [&](Session& session) {
    if (ready || again == Again::kIfUnsent) {
      session.BeginLook();
      session.setKeepAlive(true);
      ReadClock(session);
      session.BeginRequest();
    }
    if (ready) {
      const Status begin = ready();
      if (!begin.ok()) {
        session.SetAnswered();
        return begin;
      }
    }
    return session.Exchange("POST", path, Dump(body), [&](std::istream& in) {
      answer = json::parse(ReadAll(in));
      return Status::Ok();
    });
  };
  const Status done = Talk("POST " + path, limit, again, talk);
  if (!done.ok()) return done;
  return answer;
}

Status ApiClient::Order(const std::string& path, const json& body, Nanos limit,
                        Again again) const {
  return Post(path, body, limit, nullptr, again).status();
}

}  // namespace slotquake
