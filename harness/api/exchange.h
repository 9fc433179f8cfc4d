#ifndef SLOTQUAKE_HARNESS_API_EXCHANGE_H_
#define SLOTQUAKE_HARNESS_API_EXCHANGE_H_

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/URI.h>

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "harness/base/status.h"
#include "nlohmann/json.hpp"

namespace slotquake {

// One request of an HTTP API whose bodies are JSON, and its answer. Not thread-safe.
class Exchange {
 public:
  Exchange(Poco::Net::HTTPServerRequest& request,
           Poco::Net::HTTPServerResponse& response)
      : request_(request), response_(response), uri_(request.getURI()) {}

  const std::string& method() const { return request_.getMethod(); }
  const std::string& path() const { return uri_.getPath(); }

  // Throws nlohmann::json::exception for what is no JSON.
  nlohmann::json ReadBody();
  // The number in the query, "?load=3"; nothing where it is not there. One that is no
  // number is no id: -1.
  std::optional<int> QueryNumber(const std::string& wanted) const;

  void Send(const nlohmann::json& body);
  // The same, and it is on its way when this returns, not only when all is answered.
  void SendAtOnce(const nlohmann::json& body);
  void SendDone() { Send(nlohmann::json::object()); }
  // {"error": message}. Where a part of an answer is out already, nothing: the other
  // side sees an answer cut short.
  void SendError(Poco::Net::HTTPResponse::HTTPStatus status,
                 const std::string& message);
  // 409 for an error, else an empty object.
  void SendStatus(const Status& status);
  // Begins an answer of unknown length.
  std::ostream& Stream(const std::string& type);
  void SendPlain(const std::string& text);

 private:
  void SendText(Poco::Net::HTTPResponse::HTTPStatus status, const std::string& text);

  Poco::Net::HTTPServerRequest& request_;
  Poco::Net::HTTPServerResponse& response_;
  Poco::URI uri_;
};

// Who answers what.
struct Route {
  std::string method;
  std::string path;
  std::function<void(Exchange&)> answer;
};

// Answers a request by a table: 404 and 405 for what is not in it, 400 where the
// answer throws nlohmann's exceptions, 500 for any other. Throws nothing.
void Dispatch(const std::vector<Route>& routes, Poco::Net::HTTPServerRequest& request,
              Poco::Net::HTTPServerResponse& response);

// GET /clock: {monotonic_ns, boot_id, time_namespace}, the same of every process.
Route ClockRoute();

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_API_EXCHANGE_H_
