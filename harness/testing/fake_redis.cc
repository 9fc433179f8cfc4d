#include "harness/testing/fake_redis.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <map>
#include <utility>

namespace slotquake {
namespace {

// Reads the number of a "*3" or "$5" line; false if the line is not whole yet.
bool ReadHeader(const std::string& input, std::size_t& at, std::size_t& number) {
  const std::size_t end = input.find("\r\n", at);
  if (end == std::string::npos) return false;
  number = std::strtoul(input.c_str() + at + 1, nullptr, 10);
  at = end + 2;
  return true;
}

// Takes one whole command from the front of `input`; false if there is none.
bool TakeCommand(std::string& input, std::vector<std::string>& command) {
  command.clear();
  std::size_t at = 0;
  std::size_t count = 0;
  if (!ReadHeader(input, at, count)) return false;
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t size = 0;
    if (!ReadHeader(input, at, size) || input.size() < at + size + 2) return false;
    command.push_back(input.substr(at, size));
    at += size + 2;
  }
  input.erase(0, at);
  return true;
}

}  // namespace

FakeRedis::FakeRedis(Script script) : script_(std::move(script)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

FakeRedis::~FakeRedis() {
  stop_ = true;
  shutdown(listener_, SHUT_RDWR);  // makes poll() return
  thread_.join();
  close(listener_);
}

void FakeRedis::Serve() {
  std::map<int, std::string> inputs;
  while (!stop_) {
    std::vector<pollfd> fds = {{.fd = listener_, .events = POLLIN, .revents = 0}};
    for (const auto& [fd, input] : inputs) fds.push_back({fd, POLLIN, 0});
    poll(fds.data(), fds.size(), -1);
    for (const pollfd& ready : fds) {
      if (ready.revents == 0) continue;
      if (ready.fd == listener_) {
        const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) inputs[fd];
        continue;
      }
      std::array<char, 4096> bytes;
      const ssize_t got = recv(ready.fd, bytes.data(), bytes.size(), 0);
      if (got > 0) inputs[ready.fd].append(bytes.data(), static_cast<std::size_t>(got));
      if (got <= 0 || !AnswerAll(ready.fd, inputs[ready.fd])) {
        close(ready.fd);
        inputs.erase(ready.fd);
      }
    }
  }
  for (const auto& [fd, input] : inputs) close(fd);
}

bool FakeRedis::AnswerAll(int fd, std::string& input) {
  for (std::vector<std::string> command; TakeCommand(input, command);) {
    Answer answer = script_(command);
    if (answer.all_slots) {
      answer.bytes = "*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$9\r\n127.0.0.1\r\n:" +
                     std::to_string(port_) + "\r\n";
    }
    // The reply and the end travel together: no next command comes in between.
    send(fd, answer.bytes.data(), answer.bytes.size(),
         MSG_NOSIGNAL | (answer.close ? MSG_MORE : 0));
    if (answer.close) return false;
  }
  return true;
}

}  // namespace slotquake
