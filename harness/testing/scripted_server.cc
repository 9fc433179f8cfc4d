#include "harness/testing/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace slotquake {
namespace {

constexpr int kPollMillis = 5;

bool IsReadable(int fd) {
  pollfd socket = {fd, POLLIN, 0};
  return poll(&socket, 1, kPollMillis) > 0;
}

}  // namespace

ScriptedServer::ScriptedServer(std::function<std::string(const std::string&)> script)
    : script_(std::move(script)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, generic, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

ScriptedServer::~ScriptedServer() {
  stop_ = true;
  thread_.join();
  close(listener_);
}

void ScriptedServer::Run() {
  while (!stop_) {
    if (!IsReadable(listener_)) continue;
    const int client = accept(listener_, nullptr, nullptr);
    if (client < 0) continue;
    Serve(client);
    close(client);
  }
}

void ScriptedServer::Serve(int client) {
  std::array<char, 4096> bytes;
  while (!stop_) {
    if (!IsReadable(client)) continue;
    const ssize_t got = recv(client, bytes.data(), bytes.size(), 0);
    if (got <= 0) return;
    const std::string answer =
        script_(std::string(bytes.data(), static_cast<std::size_t>(got)));
    if (answer.empty()) return;
    if (send(client, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) return;
  }
}

std::string BulkReply(const std::string& text) {
  return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

}  // namespace slotquake
