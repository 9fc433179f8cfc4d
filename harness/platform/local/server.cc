#include "harness/platform/local/server.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>

namespace slotquake {
namespace {

// "Redis server v=7.0.15 sha=…" or "Valkey server v=8.0.1 sha=…".
Result<ServerProgram> AskProgram(const std::string& path) {
  const auto said = RunCommand({path, "--version"});
  if (!said.ok()) return said.status();
  std::istringstream words(*said);
  std::string name;
  std::string server;
  std::string version;
  words >> name >> server >> version;
  if (server != "server" || !version.starts_with("v=")) {
    return Status::Error(path + " is not a Redis or Valkey server: --version says " +
                         said->substr(0, 80));
  }
  return ServerProgram{path, name == "Valkey" ? "valkey" : "redis", version.substr(2)};
}

// A value with a space or quote in it is quoted, as redis.conf wants it.
std::string Quote(const std::string& value) {
  if (!value.empty() && value.find_first_of(" \t\"'\\#") == std::string::npos) {
    return value;
  }
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

// Some settings take several words, which must stay apart.
bool TakesWords(const std::string& name) {
  return name == "save" || name == "client-output-buffer-limit" || name == "bind" ||
         name == "user";
}

}  // namespace

Result<ServerProgram> FindServer(const std::string& engine, const std::string& path) {
  if (!path.empty()) {
    if (!std::filesystem::exists(path)) {
      return Status::Error("there is no server program " + path);
    }
    return AskProgram(std::filesystem::absolute(path).string());
  }
  const bool valkey = engine == "valkey";
  const auto found = FindProgram(
      valkey ? "valkey-server" : "redis-server",
      valkey ? "valkey-server (Debian 12 has it in its backports)" : "redis-tools");
  if (found.ok()) return AskProgram(*found);
  // Debian's redis-tools has the server under another name, and the program goes
  // by the name it is called by. /run is the world's own.
  const auto twin = FindProgram("redis-check-rdb", "");
  if (valkey || !twin.ok()) return found.status();
  const std::filesystem::path link = "/run/redis-server";
  std::error_code error;
  std::filesystem::create_symlink(*twin, link, error);
  if (error && !std::filesystem::exists(link)) return found.status();
  return AskProgram(link.string());
}

Result<Server> Server::Prepare(const ServerProgram& program, ServerSpec spec) {
  std::error_code error;
  std::filesystem::create_directories(spec.folder, error);
  std::ofstream conf(spec.folder / "redis.conf");
  for (const auto& [name, value] : spec.config) {
    conf << name << " " << (TakesWords(name) ? value : Quote(value)) << "\n";
  }
  std::ofstream nodes(spec.folder / "nodes.conf");
  nodes << spec.nodes_conf;
  conf.close();
  nodes.close();
  if (error || !conf || !nodes) {
    return Status::Error("cannot write " + spec.folder.string());
  }
  return Server(program, std::move(spec));
}

Status Server::Start() {
  // Over "shutdown-timeout", which is 10 s where nobody has set it. One that could not
  // save refuses to end, and runs on.
  if (ending_) (void)AwaitEnd(std::chrono::seconds(30));
  ending_ = false;
  if (Runs()) return Status::Ok();
  auto environment = spec_.environment;
  environment["TZ"] = "UTC";
  auto process = Subprocess::Spawn({.command = {program_.path, "redis.conf"},
                                    .environment = environment,
                                    .network_namespace = spec_.network_namespace,
                                    .working_folder = spec_.folder,
                                    .output = log_file()});
  if (!process.ok()) return process.status().Annotate(spec_.name);
  pid_ = process->pid();
  process_.emplace(std::move(*process));
  return Status::Ok();
}

Status Server::Signal(int signal) {
  if (!process_) return Status::Error(spec_.name + " does not run");
  if (signal == SIGKILL || signal == SIGTERM) ending_ = true;
  return process_->Signal(signal).Annotate(spec_.name);
}

Result<std::string> Server::AwaitEnd(Nanos limit) {
  if (process_) {
    const auto status = process_->Wait(limit);
    if (!status) return Status::Error("the process still runs");
    ended_ = DescribeWaitStatus(*status);
    process_.reset();
  }
  return ended_;
}

bool Server::Runs() { return process_ && !AwaitEnd(Nanos(0)).ok(); }

}  // namespace slotquake
