#include "harness/redis/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

// A port of the loopback: bound, and accepting if `listens`.
class Port {
 public:
  explicit Port(bool listens, int backlog = 16) {
    fd_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(fd_, generic, size), 0);
    EXPECT_TRUE(!listens || listen(fd_, backlog) == 0);
    EXPECT_EQ(getsockname(fd_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Port() { close(fd_); }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  Endpoint endpoint() const { return {"127.0.0.1", port_}; }

  // A connection that nobody accepts; the caller closes it.
  int Occupy() const {
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address);
    return client;
  }

 private:
  int fd_;
  int port_ = 0;
};

TEST(ProbePortTest, SaysNothingWhereSomebodyListens) {
  const Port port(true);
  EXPECT_EQ(ProbePort(port.endpoint(), std::chrono::seconds(5)), "");
}

TEST(ProbePortTest, TellsARefusal) {
  const Port port(false);
  EXPECT_EQ(ProbePort(port.endpoint(), std::chrono::seconds(5)), "connection refused");
}

// The kernel drops the packets of a connection that the queue has no place for.
TEST(ProbePortTest, TellsSilence) {
  const Port port(true, 0);
  std::vector<int> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(port.Occupy());
  EXPECT_EQ(ProbePort(port.endpoint(), FromMillis(200)), "timed out");
  for (const int client : clients) close(client);
}

}  // namespace
}  // namespace slotquake
