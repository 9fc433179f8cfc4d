#ifndef SLOTQUAKE_HARNESS_REDIS_CONNECTION_H_
#define SLOTQUAKE_HARNESS_REDIS_CONNECTION_H_

#include <memory>
#include <string>
#include <vector>

#include "harness/base/clock.h"
#include "harness/base/status.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/nonblocking_connection.h"
#include "harness/redis/outcome.h"
#include "harness/redis/reply.h"

namespace slotquake {

// A connection to one server, with calls that wait. After a failure it is of no
// more use (a late reply would answer the wrong command): connect anew. It never
// sends anything twice. Movable; not thread-safe.
class Connection {
 public:
  // `timeout` bounds the connecting, and each Command from then on. With a password
  // it logs in (AUTH) before anything else; an error says that it could not.
  static Result<Connection> Connect(const Endpoint& endpoint, Nanos timeout,
                                    const std::string& password = "");

  // Sends one command and waits for its reply. An error *reply* is a reply, of
  // type kError. An error says that there is none; last_failure() says of which
  // sort, and so whether the command may have been executed.
  Result<Reply> Command(const std::vector<std::string>& args);

  // The same for commands in RESP form (FormatCommand), one after another:
  // sends them all, and reads `count` replies within one time-out. After an
  // error last_failure() speaks of the whole batch.
  Result<std::vector<Reply>> Batch(const std::string& commands, std::size_t count);

  // Of the last Command or Batch; kNone when it had its reply.
  IoFailure last_failure() const { return failure_; }

  bool usable() const { return failure_ == IoFailure::kNone; }

  // Whether the server has hung up, or said something that nobody asked, since
  // the last reply. A command on a kept connection whose server has gone would be
  // sent all the same, and its fate then be unknown for no good reason.
  bool IsStale() const;
  void set_timeout(Nanos timeout) { timeout_ = timeout; }
  const Endpoint& endpoint() const { return endpoint_; }
  int fd() const { return socket_->fd(); }

 private:
  Connection(Endpoint endpoint, std::unique_ptr<NonblockingConnection> socket,
             Nanos timeout);
  Status LogIn(const std::string& password);
  Status Fail(IoFailure failure, const std::string& why);
  Status SendAll(std::string_view bytes, Nanos deadline);

  Endpoint endpoint_;
  std::unique_ptr<NonblockingConnection> socket_;
  Nanos timeout_;
  IoFailure failure_ = IoFailure::kNone;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_CONNECTION_H_
