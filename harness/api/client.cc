#include "harness/api/client.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>

#include <ostream>

#include "harness/api/dump.h"

namespace slotquake {
namespace {

using nlohmann::json;
using Poco::Net::HTTPClientSession;
using Poco::Net::HTTPRequest;
using Poco::Net::HTTPResponse;

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

Status Exchange(HTTPClientSession& session, const std::string& method,
                const std::string& path, const std::string& body,
                const std::function<Status(std::istream&)>& read) {
  HTTPRequest request(method, path, HTTPRequest::HTTP_1_1);
  request.setContentLength64(static_cast<Poco::Int64>(body.size()));
  std::ostream& out = session.sendRequest(request);
  out.write(body.data(), static_cast<std::streamsize>(body.size()));
  HTTPResponse response;
  std::istream& in = session.receiveResponse(response);
  if (response.getStatus() != HTTPResponse::HTTP_OK) {
    return Status::Error(ErrorText(response, ReadAll(in)));
  }
  return read(in);
}

// Has `talk` use a new connection. Exceptions of Poco and nlohmann become errors;
// `what` is in front of every one.
Status Connect(const std::string& who, const Reach& reach, const std::string& what,
               Nanos limit, const std::function<Status(HTTPClientSession&)>& talk) {
  const auto at = reach();
  if (!at.ok()) return at.status();
  const std::string context = who + " " + ToString(*at) + ": " + what;
  try {
    HTTPClientSession session(at->host, static_cast<Poco::UInt16>(at->port));
    session.setTimeout(ToTimespan(ApiClient::kLimit), ToTimespan(limit),
                       ToTimespan(limit));
    return talk(session).Annotate(context);
  } catch (const Poco::Exception& e) {
    return Status::Error(context + ": " + e.displayText());
  } catch (const std::exception& e) {
    return Status::Error(context + ": " + e.what());
  }
}

}  // namespace

Result<ClockEstimate> ApiClient::EstimateClock(int requests) const {
  if (requests <= 0) return Status::Error("no clock reading was asked for");
  ClockEstimate estimate;
  const auto read = [&](HTTPClientSession& session) {
    Nanos quickest = Nanos::max();
    session.setKeepAlive(true);
    for (int i = 0; i < requests; ++i) {
      const ClockReading reading = ReadClock(session);
      // The same boot and time namespace: both processes read one clock, so that the
      // offset is 0 by definition, and not uncertain.
      if (reading.identity.IsSameClock(own_clock_)) {
        estimate = {.same_clock = true};
        return Status::Ok();
      }
      const Nanos round_trip = reading.received - reading.sent;
      if (round_trip >= quickest) continue;
      quickest = round_trip;
      estimate.offset = reading.other - (reading.sent + round_trip / 2);
      estimate.bound = round_trip / 2 + Nanos(1);  // the division rounds down
    }
    return Status::Ok();
  };
  const Status done = Connect(who_, reach_, "clock", kLimit, read);
  if (!done.ok()) return done;
  return estimate;
}

Status ApiClient::Call(const std::string& method, const std::string& path,
                       const std::string& body, Nanos limit,
                       const std::function<Status(std::istream&)>& read) const {
  return Connect(who_, reach_, method + " " + path, limit,
                 [&](HTTPClientSession& session) {
                   return slotquake::Exchange(session, method, path, body, read);
                 });
}

Result<json> ApiClient::Post(const std::string& path, const json& body, Nanos limit,
                             const std::function<Status()>& ready) const {
  json answer;
  const auto talk = [&](HTTPClientSession& session) {
    if (ready) {
      session.setKeepAlive(true);
      ReadClock(session);
      const Status begin = ready();
      if (!begin.ok()) return begin;
    }
    return slotquake::Exchange(session, "POST", path, Dump(body),
                               [&](std::istream& in) {
                                 answer = json::parse(ReadAll(in));
                                 return Status::Ok();
                               });
  };
  const Status done = Connect(who_, reach_, "POST " + path, limit, talk);
  if (!done.ok()) return done;
  return answer;
}

Status ApiClient::Order(const std::string& path, const json& body, Nanos limit) const {
  return Post(path, body, limit).status();
}

}  // namespace slotquake
