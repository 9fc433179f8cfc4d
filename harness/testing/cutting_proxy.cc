#include "harness/testing/cutting_proxy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

namespace slotquake {
namespace {

constexpr int kPollMillis = 5;

sockaddr_in LoopbackAddress(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

bool SendAll(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

// The other side sees a reset, as from a tunnel whose end has gone.
void Reset(int fd) {
  const linger at_once = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

CuttingProxy::CuttingProxy(Endpoint target)
    : target_(std::move(target)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address = LoopbackAddress(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

CuttingProxy::~CuttingProxy() {
  stop_ = true;
  thread_.join();
  for (std::thread& thread : serving_) thread.join();
  close(listener_);
}

void CuttingProxy::CutNext(std::size_t answer_bytes) {
  const std::lock_guard lock(mutex_);
  orders_.push_back(answer_bytes);
}

void CuttingProxy::Run() {
  while (!stop_) {
    pollfd waiting = {listener_, POLLIN, 0};
    if (poll(&waiting, 1, kPollMillis) <= 0) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    serving_.emplace_back([this, client] { Serve(client); });
  }
}

void CuttingProxy::Serve(int client) {
  std::optional<std::size_t> order;
  {
    const std::lock_guard lock(mutex_);
    ++connections_;
    if (!orders_.empty()) {
      order = orders_.front();
      orders_.pop_front();
    }
  }
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = LoopbackAddress(target_.port);
  const bool at_once = order == kAtOnce;
  bool open = !at_once && connect(server, reinterpret_cast<sockaddr*>(&address),
                                  sizeof address) == 0;
  bool cut = at_once;
  std::size_t left = order.value_or(kAtOnce);
  while (open && !cut && !stop_) {
    std::array<pollfd, 2> ends = {pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
    if (poll(ends.data(), ends.size(), kPollMillis) <= 0) continue;
    std::array<char, 4096> bytes;
    if (ends[0].revents != 0) {
      const ssize_t got = recv(client, bytes.data(), bytes.size(), 0);
      open = got > 0 && SendAll(server, bytes.data(), static_cast<std::size_t>(got));
    }
    if (open && ends[1].revents != 0) {
      const ssize_t got = recv(server, bytes.data(), bytes.size(), 0);
      const std::size_t passed =
          std::min(left, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      passed_ += passed;  // before it is sent: who has it may look here
      open = got > 0 && SendAll(client, bytes.data(), passed);
      cut = got > 0 && order && passed == left;
      left -= passed;
    }
  }
  if (cut) {
    Reset(client);
    ++cuts_;
  }
  close(client);
  close(server);
}

}  // namespace slotquake
