#ifndef SLOTQUAKE_HARNESS_PLATFORM_LOCAL_SERVER_H_
#define SLOTQUAKE_HARNESS_PLATFORM_LOCAL_SERVER_H_

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "harness/base/status.h"
#include "harness/base/subprocess.h"

namespace slotquake {

// The server program that a cluster runs.
struct ServerProgram {
  std::string path;
  std::string engine;   // "redis" or "valkey", as the program itself says
  std::string version;  // "7.0.15"
};

// Finds the program (`path`, or `engine`'s usual name on PATH) and asks it what
// it is. An error says which package has it.
Result<ServerProgram> FindServer(const std::string& engine, const std::string& path);

// Everything one server needs to start.
struct ServerSpec {
  std::string name;
  std::filesystem::path folder;  // holds redis.conf, nodes.conf and data
  std::filesystem::path network_namespace;
  std::map<std::string, std::string> config;
  std::string nodes_conf;
  std::map<std::string, std::string> environment{};  // added to the harness' own
};

// One server process that can be killed and started again on its data. Not
// thread-safe.
class Server {
 public:
  // Writes the folder; starts nothing.
  static Result<Server> Prepare(const ServerProgram& program, ServerSpec spec);

  const std::string& name() const { return spec_.name; }
  const std::filesystem::path& folder() const { return spec_.folder; }
  // Beside the folder: it goes on where the node's disk takes no more.
  std::filesystem::path log_file() const { return spec_.folder.string() + ".log"; }

  // Starts it; harmless when it runs. Of one that was sent SIGKILL or SIGTERM it waits
  // for the end first, 30 s at the longest: to take it for running would leave nobody.
  Status Start();
  // To the running process.
  Status Signal(int signal);
  // How it ended, once it has; an error when the limit passed first.
  Result<std::string> AwaitEnd(Nanos limit);
  // Whether the process runs now.
  bool Runs();
  // The pid of the present or last process.
  int pid() const { return pid_; }

 private:
  Server(ServerProgram program, ServerSpec spec)
      : program_(std::move(program)), spec_(std::move(spec)) {}

  ServerProgram program_;
  ServerSpec spec_;
  std::optional<Subprocess> process_;
  bool ending_ = false;  // it was sent what ends it
  std::string ended_;    // how the last process ended
  int pid_ = -1;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_LOCAL_SERVER_H_
