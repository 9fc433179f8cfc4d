#include "harness/worker/run_worker.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "gtest/gtest.h"
#include "harness/worker/worker_client.h"
#include "nlohmann/json.hpp"

namespace slotquake {
namespace {

// A worker in a process of its own.
class Process {
 public:
  explicit Process(const WorkerOptions& options) {
    int out[2];
    EXPECT_EQ(pipe(out), 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], STDOUT_FILENO);
      _exit(RunWorker(options));
    }
    close(out[1]);
    out_ = out[0];
  }
  ~Process() { close(out_); }

  // The first line that it prints, "" when it ends without.
  std::string ReadLine() {
    std::string line;
    for (char byte = 0; read(out_, &byte, 1) == 1 && byte != '\n';) line += byte;
    return line;
  }

  void Signal(int signal) { kill(pid_, signal); }

  int ExitCode() {
    int status = 0;
    EXPECT_EQ(waitpid(pid_, &status, 0), pid_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
  int out_;
};

Endpoint ListeningAt(const std::string& line) {
  const auto parsed = nlohmann::json::parse(line, nullptr, false);
  EXPECT_TRUE(parsed.contains("listening")) << line;
  if (!parsed.contains("listening")) return {};
  return ParseEndpoint(parsed["listening"].get<std::string>()).value_or(Endpoint());
}

TEST(RunWorkerTest, SaysWhereItListensAndQuits) {
  Process worker({});
  const Endpoint endpoint = ListeningAt(worker.ReadLine());
  EXPECT_NE(endpoint.port, 0);
  const WorkerClient client(endpoint);
  const auto clock = client.EstimateClock();
  ASSERT_TRUE(clock.ok()) << clock.message();
  EXPECT_TRUE(clock->same_clock);
  const Status quit = client.Quit();
  EXPECT_TRUE(quit.ok()) << quit.message();
  EXPECT_EQ(worker.ExitCode(), 0);
}

TEST(RunWorkerTest, EndsAtATerm) {
  Process worker({});
  EXPECT_NE(worker.ReadLine(), "");
  worker.Signal(SIGTERM);
  EXPECT_EQ(worker.ExitCode(), 0);
}

TEST(RunWorkerTest, SaysWhyItCannotListen) {
  WorkerOptions options;
  options.listen = "127.0.0.1:port";
  Process worker(options);
  EXPECT_EQ(worker.ReadLine(), "");
  EXPECT_EQ(worker.ExitCode(), 255);
}

}  // namespace
}  // namespace slotquake
