#ifndef SLOTQUAKE_HARNESS_REDIS_NONBLOCKING_CONNECTION_H_
#define SLOTQUAKE_HARNESS_REDIS_NONBLOCKING_CONNECTION_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/status.h"
#include "harness/redis/endpoint.h"
#include "harness/redis/reply.h"

struct redisReader;

namespace slotquake {

// How far an attempt to write or read came.
enum class IoState {
  kDone,
  kWouldBlock,  // try again when the socket is ready
  kClosed,      // end of file or an error of the socket; see error()
  kGarbage,     // bytes that are no reply; see error()
};

// The RESP form of a command.
std::string FormatCommand(const std::vector<std::string>& args);

// One TCP connection to one server whose calls never wait; for event loops. It
// neither retries nor reconnects. A write to a closed peer gives an error, no
// SIGPIPE. Not thread-safe.
class NonblockingConnection {
 public:
  // Begins to connect. A host name is looked up first, and that can wait. An
  // error says that nothing listens there, or that there is no way.
  static Result<std::unique_ptr<NonblockingConnection>> Open(const Endpoint& endpoint);

  ~NonblockingConnection();
  NonblockingConnection(const NonblockingConnection&) = delete;
  NonblockingConnection& operator=(const NonblockingConnection&) = delete;

  int fd() const { return fd_; }

  // Call once, when the socket has become writable: whether it is connected.
  Status FinishConnecting();

  // Sends from the front of `rest` and removes what the kernel took. kDone when
  // nothing is left. While `rest` is untouched, no byte of it was sent.
  IoState Write(std::string_view& rest);

  // Reads until there is a whole reply (kDone: it is reply(), and more may be
  // there) or nothing more to read (kWouldBlock), as edge-triggered epoll needs.
  IoState Read();

  // The latest whole reply, until the next Read().
  Reply& reply() { return reply_; }

  // What went wrong when Write() or Read() gave kClosed or kGarbage.
  const std::string& error() const { return error_; }

 private:
  explicit NonblockingConnection(int fd);
  IoState Parse();

  int fd_;
  redisReader* reader_;
  Reply reply_;
  std::string error_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_REDIS_NONBLOCKING_CONNECTION_H_
