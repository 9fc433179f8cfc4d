#include "harness/testing/redis_fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "harness/redis/connection.h"

namespace slotquake {
namespace {

constexpr int kSlotCount = 16384;
constexpr Nanos kCommandTimeout = std::chrono::seconds(2);

std::filesystem::path NewFolder() {
  const char* base = std::getenv("TEST_TMPDIR");
  std::string name = std::string(base != nullptr ? base : "/tmp") + "/redis-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) std::abort();
  return name;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The text of the reply, or "" when there is none.
std::string Ask(const Endpoint& endpoint, const std::vector<std::string>& command) {
  Result<Connection> connection = Connection::Connect(endpoint, kCommandTimeout);
  if (!connection.ok()) return "";
  const Result<Reply> reply = connection->Command(command);
  return reply.ok() ? reply->text : "";
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// 40 times the same hex digit.
std::string MakeId(int node) {
  return std::string(39, '0') + "0123456789abcdef"[node % 16];
}

struct Ports {
  int client;
  int bus;
};

std::string NodesConf(int self, int masters, const std::vector<Ports>& ports) {
  std::ostringstream conf;
  for (int i = 0; i < static_cast<int>(ports.size()); ++i) {
    const Ports& port = ports[static_cast<std::size_t>(i)];
    const int master = i % masters;
    conf << MakeId(i) << " 127.0.0.1:" << port.client << "@" << port.bus << " "
         << (i == self ? "myself," : "");
    if (i < masters) {
      conf << "master - 0 0 " << i + 1 << " connected " << kSlotCount * i / masters
           << "-" << kSlotCount * (i + 1) / masters - 1 << "\n";
    } else {
      conf << "slave " << MakeId(master) << " 0 0 " << master + 1 << " connected\n";
    }
  }
  conf << "vars currentEpoch " << masters << " lastVoteEpoch 0\n";
  return conf.str();
}

[[noreturn]] void Become(const std::vector<std::string>& command,
                         const std::filesystem::path& output, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  std::vector<char*> args;
  for (const std::string& arg : command) args.push_back(const_cast<char*>(arg.c_str()));
  args.push_back(nullptr);
  execv(args[0], args.data());
  _exit(127);
}

}  // namespace

std::string RedisServerProgram() {
  const std::string flag = "--redis-server=";
  std::istringstream arguments(ReadFile("/proc/self/cmdline"));
  for (std::string arg; std::getline(arguments, arg, '\0');) {
    if (arg.starts_with(flag)) {
      return std::filesystem::absolute(arg.substr(flag.size())).string();
    }
  }
  std::fprintf(stderr, "this test needs --redis-server=PROGRAM\n");
  std::abort();
}

bool WaitFor(const std::function<bool()>& holds, Nanos limit) {
  const Nanos end = MonotonicNow() + limit;
  while (!holds()) {
    if (MonotonicNow() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

int RedisServer::FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  if (!bound) std::abort();
  return ntohs(address.sin_port);
}

Result<std::unique_ptr<RedisServer>> RedisServer::Start(
    int port, int bus_port, const std::string& nodes_conf,
    const std::vector<std::string>& args) {
  std::unique_ptr<RedisServer> server(new RedisServer());
  server->port_ = port;
  server->folder_ = NewFolder();
  server->command_ = {RedisServerProgram(),
                      "--port",
                      std::to_string(port),
                      "--cluster-port",
                      std::to_string(bus_port),
                      "--bind",
                      "127.0.0.1",
                      "--cluster-enabled",
                      "yes",
                      "--save",
                      "",
                      "--repl-diskless-sync-delay",
                      "0",
                      "--dir",
                      server->folder_.string()};
  server->command_.insert(server->command_.end(), args.begin(), args.end());
  if (!nodes_conf.empty()) {
    std::ofstream(server->folder_ / "nodes.conf") << nodes_conf;
  }
  const Status started = server->Spawn();
  if (!started.ok()) return started;
  return server;
}

RedisServer::~RedisServer() {
  Kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string RedisServer::Log() const { return ReadFile(folder_ / "log"); }

// A killed server has no pid, and kill(-1) is for every process there is.
void RedisServer::Pause() {
  if (pid_ > 0) kill(pid_, SIGSTOP);
}
void RedisServer::Resume() {
  if (pid_ > 0) kill(pid_, SIGCONT);
}

void RedisServer::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

Status RedisServer::Restart() {
  return pid_ < 0 ? Spawn() : Status::Error("the server still runs");
}

Status RedisServer::Spawn() {
  const pid_t parent = getpid();
  setenv("TZ", "UTC", 1);
  pid_ = fork();
  if (pid_ == 0) Become(command_, folder_ / "log", parent);
  const bool answers = WaitFor([this] { return Ask(endpoint(), {"PING"}) == "PONG"; });
  if (answers) return Status::Ok();
  return Status::Error("the server does not answer; its log:\n" + Log());
}

Result<RedisCluster> RedisCluster::Start(int masters, int replicas_per_master,
                                         Nanos node_timeout) {
  const int count = masters * (1 + replicas_per_master);
  std::vector<Ports> ports;
  for (int i = 0; i < count; ++i) {
    ports.push_back({RedisServer::FreePort(), RedisServer::FreePort()});
  }
  RedisCluster cluster;
  for (int i = 0; i < count; ++i) {
    const Ports& port = ports[static_cast<std::size_t>(i)];
    auto server = RedisServer::Start(
        port.client, port.bus, NodesConf(i, masters, ports),
        {"--cluster-node-timeout",
         std::to_string(node_timeout / std::chrono::milliseconds(1))});
    if (!server.ok()) return server.status();
    cluster.nodes.push_back(std::move(*server));
    cluster.ids.push_back(MakeId(i));
  }
  const bool ready = WaitFor([&] {
    for (int i = 0; i < count; ++i) {
      const Endpoint at = cluster.nodes[static_cast<std::size_t>(i)]->endpoint();
      if (!Contains(Ask(at, {"CLUSTER", "INFO"}), "cluster_state:ok")) return false;
      if (i >= masters &&
          !Contains(Ask(at, {"INFO", "replication"}), "master_link_status:up")) {
        return false;
      }
    }
    return true;
  });
  if (!ready) return Status::Error("the cluster did not come up");
  return cluster;
}

}  // namespace slotquake
