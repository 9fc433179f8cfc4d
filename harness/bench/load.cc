// Compares the hits load, history and all, with redis-benchmark on one cluster of
// three masters: the same INCR, as many connections, no pipelining, taking turns.
//
//   bazel run -c opt //harness/bench:load -- [--clients=50] [--requests=200000]
//                                            [--pairs=5]
//
// Exit code 1: the median of the pairs' ratios is below 0.8.

#include "harness/load/load.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/subprocess.h"
#include "harness/testing/redis_fixture.h"

namespace slotquake {
namespace {

constexpr double kLeastRatio = 0.8;

struct Options {
  int clients = 50;
  int requests = 200'000;  // of each run
  int pairs = 5;
};

bool ReadOption(std::string_view arg, std::string_view name, int& value) {
  if (!arg.starts_with(name)) return false;
  arg.remove_prefix(name.size());
  const auto [rest, error] =
      std::from_chars(arg.data(), arg.data() + arg.size(), value);
  return error == std::errc() && rest == arg.data() + arg.size() && value > 0;
}

std::optional<Options> ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (!arg.starts_with("--redis-server=") &&
        !ReadOption(arg, "--clients=", options.clients) &&
        !ReadOption(arg, "--requests=", options.requests) &&
        !ReadOption(arg, "--pairs=", options.pairs)) {
      std::fprintf(stderr, "bad argument: %s\n", argv[i]);
      return std::nullopt;
    }
  }
  return options;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Operations per second, as redis-benchmark itself says: the last line is
// "INCR","81234.77",...
Result<double> RunRedisBenchmark(const RedisCluster& cluster, const Options& options) {
  const auto program = FindProgram("redis-benchmark", "redis-tools");
  if (!program.ok()) return program.status();
  const auto output =
      RunCommand({*program, "-h", "127.0.0.1", "-p",
                  std::to_string(cluster.nodes[0]->endpoint().port), "--cluster", "-t",
                  "incr", "-r", "16384", "-c", std::to_string(options.clients), "-n",
                  std::to_string(options.requests), "--csv"},
                 "", std::chrono::minutes(5));
  if (!output.ok()) return output.status();
  const std::string mark = "\"INCR\",\"";
  const std::size_t at = output->find(mark);
  if (at == std::string::npos) {
    return Status::Error("no INCR line from redis-benchmark:\n" + *output);
  }
  return std::strtod(output->c_str() + at + mark.size(), nullptr);
}

// Acked operations per second, from the first one's start to the last one's end.
Result<double> RunLoad(const RedisCluster& cluster, const Options& options) {
  LoadConfig config;
  config.clients = options.clients;
  for (const auto& node : cluster.nodes) config.seeds.push_back(node->endpoint());
  config.keys = PlanKeys({.spread = "slots"}, kCounterPrefix, {});
  const auto load = MakeLoad(config);
  const Status started = load->Start();
  if (!started.ok()) return started;
  const bool done = WaitFor([&] { return load->counters().acked >= options.requests; },
                            std::chrono::minutes(5));
  load->Stop();
  if (!done) return Status::Error("the load did not get its requests done");
  const History history = load->TakeHistory();
  Nanos first = Nanos::max();
  Nanos last{0};
  for (const Operation& op : history.operations()) {
    if (op.outcome != Outcome::kAcked) return Status::Error(history.ErrorOf(op));
    first = std::min(first, op.invoked);
    last = std::max(last, op.completed);
  }
  return static_cast<double>(history.operations().size()) / ToSeconds(last - first);
}

Result<double> Compare(const Options& options) {
  const auto cluster = RedisCluster::Start(3, 0);
  if (!cluster.ok()) return cluster.status();
  std::vector<double> theirs;
  std::vector<double> ours;
  std::vector<double> ratios;
  std::printf("%d connections, %d INCR per run, 3 masters, operations per second\n",
              options.clients, options.requests);
  std::printf("pair  redis-benchmark  hits load  ratio\n");
  for (int pair = 1; pair <= options.pairs; ++pair) {
    const auto a = RunRedisBenchmark(*cluster, options);
    if (!a.ok()) return a.status();
    const auto b = RunLoad(*cluster, options);
    if (!b.ok()) return b.status();
    theirs.push_back(*a);
    ours.push_back(*b);
    ratios.push_back(*b / *a);
    std::printf("%4d  %15.0f  %9.0f  %5.2f\n", pair, *a, *b, *b / *a);
    std::fflush(stdout);
  }
  std::printf("median%14.0f  %9.0f  %5.2f\n", Median(theirs), Median(ours),
              Median(ratios));
  return Median(ratios);
}

int Main(int argc, char** argv) {
  const auto options = ReadOptions(argc, argv);
  if (!options) return 254;
#ifndef __OPTIMIZE__
  std::printf("built without optimisation: use bazel run -c opt for real figures\n");
#endif
  const auto ratio = Compare(*options);
  if (!ratio.ok()) {
    std::fprintf(stderr, "%s\n", ratio.message().c_str());
    return 255;
  }
  if (*ratio >= kLeastRatio) return 0;
  std::printf("too slow: the median ratio is below %.1f\n", kLeastRatio);
  return 1;
}

}  // namespace
}  // namespace slotquake

int main(int argc, char** argv) { return slotquake::Main(argc, argv); }
