#include "harness/redis/connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace slotquake {
namespace {

// Whether the socket became ready before the deadline.
bool WaitFor(int fd, short events, Nanos deadline) {
  for (;;) {
    const Nanos left = std::max(deadline - MonotonicNow(), Nanos(0));
    const timespec wait = {.tv_sec = left.count() / 1'000'000'000,
                           .tv_nsec = left.count() % 1'000'000'000};
    pollfd poll_fd = {.fd = fd, .events = events, .revents = 0};
    const int ready = ppoll(&poll_fd, 1, &wait, nullptr);
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

std::string After(Nanos timeout) {
  return "no reply within " + std::to_string(timeout.count() / 1'000'000) + " ms";
}

}  // namespace

Result<Connection> Connection::Connect(const Endpoint& endpoint, Nanos timeout,
                                       const std::string& password) {
  const Nanos deadline = MonotonicNow() + timeout;
  auto socket = NonblockingConnection::Open(endpoint);
  if (!socket.ok()) return socket.status();
  const std::string context = "cannot connect to " + ToString(endpoint);
  if (!WaitFor((*socket)->fd(), POLLOUT, deadline)) {
    return Status::Error(context + ": " + After(timeout));
  }
  const Status connected = (*socket)->FinishConnecting();
  if (!connected.ok()) return connected.Annotate(context);
  Connection connection(endpoint, std::move(*socket), timeout);
  if (!password.empty()) {
    const Status logged_in = connection.LogIn(password);
    if (!logged_in.ok()) return logged_in;
  }
  return connection;
}

Status Connection::LogIn(const std::string& password) {
  const auto reply = Command({"AUTH", password});
  if (!reply.ok()) return reply.status();
  if (!reply->IsError()) return Status::Ok();
  return Status::Error("cannot log in at " + ToString(endpoint_) + ": " + reply->text);
}

Connection::Connection(Endpoint endpoint, std::unique_ptr<NonblockingConnection> socket,
                       Nanos timeout)
    : endpoint_(std::move(endpoint)), socket_(std::move(socket)), timeout_(timeout) {}

Result<Reply> Connection::Command(const std::vector<std::string>& args) {
  auto replies = Batch(FormatCommand(args), 1);
  if (!replies.ok()) {
    return replies.status().Annotate(args.empty() ? "command" : args.front());
  }
  return std::move(replies->front());
}

Result<std::vector<Reply>> Connection::Batch(const std::string& commands,
                                             std::size_t count) {
  if (!usable()) {
    failure_ = IoFailure::kNotSent;
    return Status::Error("the connection to " + ToString(endpoint_) + " failed before");
  }
  const Nanos deadline = MonotonicNow() + timeout_;
  const Status sent = SendAll(commands, deadline);
  if (!sent.ok()) return sent;
  std::vector<Reply> replies;
  replies.reserve(count);
  while (replies.size() < count) {
    switch (socket_->Read()) {
      case IoState::kDone:
        replies.push_back(std::move(socket_->reply()));
        break;
      case IoState::kWouldBlock:
        if (!WaitFor(socket_->fd(), POLLIN, deadline)) {
          return Fail(IoFailure::kTimeout, After(timeout_));
        }
        break;
      case IoState::kClosed:
        return Fail(IoFailure::kClosed, socket_->error());
      case IoState::kGarbage:
        return Fail(IoFailure::kProtocol, socket_->error());
    }
  }
  return replies;
}

bool Connection::IsStale() const {
  char byte = 0;
  const ssize_t got = recv(fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EINTR);
}

Status Connection::SendAll(std::string_view bytes, Nanos deadline) {
  const std::size_t size = bytes.size();
  for (;;) {
    const IoState state = socket_->Write(bytes);
    if (state == IoState::kDone) return Status::Ok();
    const bool untouched = bytes.size() == size;
    if (state != IoState::kWouldBlock) {
      return Fail(untouched ? IoFailure::kNotSent : IoFailure::kClosed,
                  socket_->error());
    }
    if (!WaitFor(socket_->fd(), POLLOUT, deadline)) {
      return Fail(untouched ? IoFailure::kNotSent : IoFailure::kTimeout,
                  After(timeout_));
    }
  }
}

Status Connection::Fail(IoFailure failure, const std::string& why) {
  failure_ = failure;
  return Status::Error(ToString(endpoint_) + ": " + why);
}

}  // namespace slotquake
