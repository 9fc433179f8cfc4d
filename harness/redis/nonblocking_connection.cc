#include "harness/redis/nonblocking_connection.h"

#include <hiredis/hiredis.h>
#include <hiredis/read.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace slotquake {
namespace {

// The reader builds replies right inside the connection's own Reply, so that a
// reply costs no allocation once its text has found its capacity. The root is
// never freed; elements belong to their parent.
Reply* Place(const redisReadTask* task, ReplyType type) {
  Reply* reply = nullptr;
  if (task->parent == nullptr) {
    reply = static_cast<Reply*>(task->privdata);
  } else {
    auto* parent = static_cast<Reply*>(task->parent->obj);
    reply = &parent->elements[static_cast<std::size_t>(task->idx)];
  }
  reply->type = type;
  reply->integer = 0;
  reply->text.clear();
  reply->elements.clear();
  return reply;
}

void* CreateString(const redisReadTask* task, char* text, std::size_t size) {
  const ReplyType type = task->type == REDIS_REPLY_ERROR    ? ReplyType::kError
                         : task->type == REDIS_REPLY_STATUS ? ReplyType::kStatus
                                                            : ReplyType::kString;
  Reply* reply = Place(task, type);
  reply->text.assign(text, size);
  return reply;
}

void* CreateArray(const redisReadTask* task, int size) {
  Reply* reply = Place(task, ReplyType::kArray);
  reply->elements.resize(static_cast<std::size_t>(size));
  return reply;
}

void* CreateInteger(const redisReadTask* task, long long value) {
  Reply* reply = Place(task, ReplyType::kInteger);
  reply->integer = value;
  return reply;
}

void* CreateNil(const redisReadTask* task) { return Place(task, ReplyType::kNil); }

void FreeNothing(void* /*reply*/) {}

redisReplyObjectFunctions g_functions = {CreateString, CreateArray, CreateInteger,
                                         CreateNil, FreeNothing};

}  // namespace

std::string FormatCommand(const std::vector<std::string>& args) {
  std::vector<const char*> texts;
  std::vector<std::size_t> sizes;
  for (const std::string& arg : args) {
    texts.push_back(arg.data());
    sizes.push_back(arg.size());
  }
  char* formatted = nullptr;
  const int size = redisFormatCommandArgv(&formatted, static_cast<int>(args.size()),
                                          texts.data(), sizes.data());
  if (size < 0) std::abort();  // out of memory
  std::string command(formatted, static_cast<std::size_t>(size));
  redisFreeCommand(formatted);
  return command;
}

Result<std::unique_ptr<NonblockingConnection>> NonblockingConnection::Open(
    const Endpoint& endpoint) {
  redisContext* context = redisConnectNonBlock(endpoint.host.c_str(), endpoint.port);
  if (context == nullptr) return Status::Error("out of memory");
  if (context->err != 0) {
    const std::string why = context->errstr;
    redisFree(context);
    return Status::Error("cannot connect to " + ToString(endpoint) + ": " + why);
  }
  const int fd = redisFreeKeepFd(context);
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return std::unique_ptr<NonblockingConnection>(new NonblockingConnection(fd));
}

NonblockingConnection::NonblockingConnection(int fd)
    : fd_(fd), reader_(redisReaderCreate()) {
  if (reader_ == nullptr) std::abort();  // out of memory
  reader_->fn = &g_functions;
  reader_->privdata = &reply_;
}

NonblockingConnection::~NonblockingConnection() {
  redisReaderFree(reader_);
  close(fd_);
}

Status NonblockingConnection::FinishConnecting() {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error == 0) return Status::Ok();
  return Status::Error(std::strerror(error));
}

IoState NonblockingConnection::Write(std::string_view& rest) {
  while (!rest.empty()) {
    const ssize_t sent = send(fd_, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      return IoState::kWouldBlock;
    } else if (errno != EINTR) {
      error_ = std::strerror(errno);
      return IoState::kClosed;
    }
  }
  return IoState::kDone;
}

IoState NonblockingConnection::Read() {
  const IoState buffered = Parse();
  if (buffered != IoState::kWouldBlock) return buffered;
  std::array<char, 16384> bytes;
  for (;;) {
    const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
    if (got == 0) {
      error_ = "connection closed by the server";
      return IoState::kClosed;
    }
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return IoState::kWouldBlock;
      error_ = std::strerror(errno);
      return IoState::kClosed;
    }
    redisReaderFeed(reader_, bytes.data(), static_cast<std::size_t>(got));
    const IoState parsed = Parse();
    if (parsed != IoState::kWouldBlock) return parsed;
  }
}

IoState NonblockingConnection::Parse() {
  void* whole = nullptr;
  if (redisReaderGetReply(reader_, &whole) != REDIS_OK) {
    error_ = reader_->errstr;
    return IoState::kGarbage;
  }
  return whole == nullptr ? IoState::kWouldBlock : IoState::kDone;
}

}  // namespace slotquake
