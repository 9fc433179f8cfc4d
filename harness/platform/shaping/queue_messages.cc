#include "harness/platform/shaping/queue_messages.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

namespace slotquake {
namespace {

constexpr int kReceiveBuffer = 16 << 20;
// Of a packet's bytes: its length is only told with some of them.
constexpr std::uint32_t kCopied = 20;

// A message under construction: the netlink header, the netfilter one, attributes.
class Message {
 public:
  Message(int type, int flags, std::uint16_t queue) {
    nlmsghdr header{};
    header.nlmsg_type = static_cast<std::uint16_t>(NFNL_SUBSYS_QUEUE << 8 | type);
    header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    Append(&header, sizeof header);
    nfgenmsg general{};
    general.nfgen_family = AF_UNSPEC;
    general.version = NFNETLINK_V0;
    general.res_id = htons(queue);
    Append(&general, sizeof general);
  }

  template <typename T>
  Message& Add(int type, const T& value) {
    nlattr attribute{};
    attribute.nla_len = static_cast<std::uint16_t>(NLA_HDRLEN + sizeof value);
    attribute.nla_type = static_cast<std::uint16_t>(type);
    Append(&attribute, sizeof attribute);
    Append(&value, sizeof value);
    return *this;
  }

  bool Send(int socket) {
    const auto size = static_cast<std::uint32_t>(bytes_.size());
    std::memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_len), &size, sizeof size);
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    return sendto(socket, bytes_.data(), bytes_.size(), 0,
                  reinterpret_cast<const sockaddr*>(&kernel), sizeof kernel) >= 0;
  }

  // Sends it and waits for the kernel's answer.
  Status Ask(int socket, const std::string& what) {
    char answer[4096];
    if (!Send(socket)) return Status::Error(what + ": " + std::strerror(errno));
    for (;;) {
      const ssize_t got = recv(socket, answer, sizeof answer, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return Status::Error(what + ": " + std::strerror(errno));
      nlmsghdr header;
      std::memcpy(&header, answer, sizeof header);
      if (header.nlmsg_type != NLMSG_ERROR) continue;
      nlmsgerr error;
      std::memcpy(&error, answer + NLMSG_HDRLEN, sizeof error);
      if (error.error == 0) return Status::Ok();
      return Status::Error(what + ": " + std::strerror(-error.error));
    }
  }

 private:
  // Each part begins at a multiple of four.
  void Append(const void* data, std::size_t size) {
    bytes_.append(static_cast<const char*>(data), size);
    bytes_.append(NLMSG_ALIGN(bytes_.size()) - bytes_.size(), '\0');
  }

  std::string bytes_;
};

Status Configure(int socket, std::uint16_t queue, std::uint32_t max_length,
                 bool with_length) {
  const std::string what = "packet queue " + std::to_string(queue);
  nfqnl_msg_config_cmd bind{};
  bind.command = NFQNL_CFG_CMD_BIND;
  bind.pf = htons(AF_INET);
  const Status bound = Message(NFQNL_MSG_CONFIG, NLM_F_ACK, queue)
                           .Add(NFQA_CFG_CMD, bind)
                           .Ask(socket, what);
  if (!bound.ok()) {
    return Status::Error(bound.message() +
                         " (taken, or a kernel without nfnetlink_queue?)");
  }
  nfqnl_msg_config_params params{};
  params.copy_mode = with_length ? NFQNL_COPY_PACKET : NFQNL_COPY_META;
  params.copy_range = htonl(kCopied);
  // A full way drops packets as they are on the wire, not what was put together from
  // many of them.
  const std::uint32_t whole = with_length ? 0 : NFQA_CFG_F_GSO;
  const std::uint32_t flags = htonl(whole | NFQA_CFG_F_FAIL_OPEN);
  return Message(NFQNL_MSG_CONFIG, NLM_F_ACK, queue)
      .Add(NFQA_CFG_PARAMS, params)
      .Add(NFQA_CFG_QUEUE_MAXLEN, htonl(max_length))
      .Add(NFQA_CFG_MASK, htonl(NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN))
      .Add(NFQA_CFG_FLAGS, flags)
      .Ask(socket, what);
}

}  // namespace

Result<int> OpenQueue(std::uint16_t queue, std::uint32_t max_length, bool with_length) {
  const int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
  if (fd < 0) {
    return Status::Error(std::string("netlink to netfilter: ") + std::strerror(errno));
  }
  const int on = 1;
  setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof on);
  // The first needs a privilege that the second does without, for a smaller buffer.
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer,
                 sizeof kReceiveBuffer) != 0) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  }
  const Status configured = Configure(fd, queue, max_length, with_length);
  if (configured.ok()) return fd;
  close(fd);
  return configured;
}

void AcceptUpTo(int socket, std::uint16_t queue, std::uint32_t last) {
  nfqnl_msg_verdict_hdr verdict{};
  verdict.verdict = htonl(NF_ACCEPT);
  verdict.id = htonl(last);
  Message(NFQNL_MSG_VERDICT_BATCH, 0, queue)
      .Add(NFQA_VERDICT_HDR, verdict)
      .Send(socket);
}

void Drop(int socket, std::uint16_t queue, std::uint32_t number) {
  nfqnl_msg_verdict_hdr verdict{};
  verdict.verdict = htonl(NF_DROP);
  verdict.id = htonl(number);
  Message(NFQNL_MSG_VERDICT, 0, queue).Add(NFQA_VERDICT_HDR, verdict).Send(socket);
}

void EachPacket(const char* bytes, std::size_t size,
                const std::function<void(const QueuedPacket&)>& packet) {
  constexpr int kType = NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET;
  for (std::size_t at = 0; at + NLMSG_HDRLEN <= size;) {
    nlmsghdr header;
    std::memcpy(&header, bytes + at, sizeof header);
    if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > size - at) return;
    const std::size_t end = at + header.nlmsg_len;
    std::size_t part = at + NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(nfgenmsg));
    std::optional<QueuedPacket> queued;
    while (header.nlmsg_type == kType && part + NLA_HDRLEN <= end) {
      nlattr attribute;
      std::memcpy(&attribute, bytes + part, sizeof attribute);
      if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > end - part) break;
      const char* value = bytes + part + NLA_HDRLEN;
      const std::size_t length = attribute.nla_len - NLA_HDRLEN;
      nfqnl_msg_packet_hdr found;
      std::uint32_t whole = 0;
      const int type = attribute.nla_type & NLA_TYPE_MASK;
      // The number comes first.
      if (type == NFQA_PACKET_HDR && length >= sizeof found) {
        std::memcpy(&found, value, sizeof found);
        queued = QueuedPacket{.number = ntohl(found.packet_id)};
      } else if (type == NFQA_CAP_LEN && length >= sizeof whole && queued) {
        std::memcpy(&whole, value, sizeof whole);
        queued->bytes = ntohl(whole);
      }
      part += NLA_ALIGN(attribute.nla_len);
    }
    if (queued) packet(*queued);
    at += NLMSG_ALIGN(header.nlmsg_len);
  }
}

}  // namespace slotquake
