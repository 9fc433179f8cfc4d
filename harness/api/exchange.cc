#include "harness/api/exchange.h"

#include <Poco/Exception.h>
#include <Poco/StreamCopier.h>

#include <charconv>
#include <exception>

#include "harness/api/clock_identity.h"
#include "harness/api/dump.h"
#include "harness/base/clock.h"

namespace slotquake {
namespace {

using nlohmann::json;
using Poco::Net::HTTPResponse;

void AnswerByTable(const std::vector<Route>& routes, Exchange& exchange) {
  bool known_path = false;
  for (const Route& route : routes) {
    if (exchange.path() != route.path) continue;
    known_path = true;
    if (exchange.method() == route.method) return route.answer(exchange);
  }
  if (known_path) {
    exchange.SendError(HTTPResponse::HTTP_METHOD_NOT_ALLOWED,
                       exchange.path() + " does not know " + exchange.method());
  } else {
    exchange.SendError(HTTPResponse::HTTP_NOT_FOUND,
                       "there is no " + exchange.path() + " here");
  }
}

}  // namespace

json Exchange::ReadBody() {
  std::string text;
  Poco::StreamCopier::copyToString(request_.stream(), text);
  return json::parse(text);
}

std::optional<int> Exchange::QueryNumber(const std::string& wanted) const {
  for (const auto& [name, value] : uri_.getQueryParameters()) {
    if (name != wanted) continue;
    int number = -1;
    const char* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    return error == std::errc() && stop == end ? number : -1;
  }
  return std::nullopt;
}

void Exchange::Send(const json& body) { SendText(HTTPResponse::HTTP_OK, Dump(body)); }

void Exchange::SendAtOnce(const json& body) {
  const std::string text = Dump(body);
  response_.setContentType("application/json");
  response_.setContentLength64(static_cast<Poco::Int64>(text.size()));
  response_.send() << text << std::flush;
}

void Exchange::SendError(HTTPResponse::HTTPStatus status, const std::string& message) {
  // What was sent can't be taken back.
  if (response_.sent()) return;
  response_.setKeepAlive(false);  // the rest of the body may be unread
  SendText(status, Dump({{"error", message}}));
}

void Exchange::SendStatus(const Status& status) {
  if (status.ok()) {
    SendDone();
  } else {
    SendError(HTTPResponse::HTTP_CONFLICT, status.message());
  }
}

std::ostream& Exchange::Stream(const std::string& type) {
  response_.setChunkedTransferEncoding(true);
  response_.setContentType(type);
  return response_.send();
}

void Exchange::SendPlain(const std::string& text) {
  response_.setContentType("text/plain; version=0.0.4");
  response_.sendBuffer(text.data(), text.size());
}

void Exchange::SendText(HTTPResponse::HTTPStatus status, const std::string& text) {
  response_.setStatusAndReason(status);
  response_.setContentType("application/json");
  response_.sendBuffer(text.data(), text.size());
}

void Dispatch(const std::vector<Route>& routes, Poco::Net::HTTPServerRequest& request,
              Poco::Net::HTTPServerResponse& response) {
  try {
    Exchange exchange(request, response);
    try {
      AnswerByTable(routes, exchange);
    } catch (const json::exception& e) {
      exchange.SendError(HTTPResponse::HTTP_BAD_REQUEST, e.what());
    } catch (const Poco::Exception& e) {
      exchange.SendError(HTTPResponse::HTTP_INTERNAL_SERVER_ERROR, e.displayText());
    } catch (const std::exception& e) {
      exchange.SendError(HTTPResponse::HTTP_INTERNAL_SERVER_ERROR, e.what());
    }
  } catch (const std::exception&) {
    // The other side is gone, or its request line is no URI: nobody to tell.
    response.setKeepAlive(false);
  }
}

Route ClockRoute() {
  return {"GET", "/clock", [](Exchange& exchange) {
            const ClockIdentity identity = OwnClockIdentity();
            exchange.Send({{"boot_id", identity.boot_id},
                           {"time_namespace", identity.time_namespace},
                           {"monotonic_ns", MonotonicNow().count()}});
          }};
}

}  // namespace slotquake
