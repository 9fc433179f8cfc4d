#ifndef SLOTQUAKE_HARNESS_API_SERVER_H_
#define SLOTQUAKE_HARNESS_API_SERVER_H_

#include <memory>
#include <string>
#include <vector>

#include "harness/api/exchange.h"
#include "harness/base/status.h"

namespace slotquake {

// An HTTP server that answers by a table of routes, on threads of its own.
class ApiServer {
 public:
  // `listen` is "address:port"; port 0: a free one. At most `threads` requests at a
  // time. What the routes refer to must outlive this.
  static Result<std::unique_ptr<ApiServer>> Start(const std::string& listen,
                                                  std::vector<Route> routes,
                                                  int threads);
  // Ends all connections.
  ~ApiServer();

  // "127.0.0.1:40123".
  std::string address() const;

 private:
  class Impl;
  explicit ApiServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_API_SERVER_H_
