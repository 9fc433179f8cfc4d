#include "harness/worker/worker.h"

#include <atomic>
#include <cstdio>
#include <random>
#include <thread>
#include <utility>

namespace slotquake {

namespace {

// Of no run's seed: two processes must never have the same.
std::string NewInstance() {
  std::random_device random;
  std::string text;
  for (int i = 0; i < 4; ++i) {
    char part[9];
    std::snprintf(part, sizeof part, "%08x", random());
    text += part;
  }
  return text;
}

}  // namespace

struct Worker::RunningLoad {
  int id = 0;
  LoadConfig config;
  std::unique_ptr<Load> load;

  std::atomic<bool> stopped = false;  // set when the history is there
  std::mutex mutex;                   // guards the history; held while the load stops
  History history;

  void Stop() {
    const std::lock_guard lock(mutex);
    if (stopped) return;
    load->Stop();
    history = load->TakeHistory();
    stopped = true;
  }
};

Worker::Worker(const std::string& name)
    : instance_(NewInstance()), stall_watch_(name, &observations_) {}

Worker::~Worker() {
  StopAllLoads();
  StopObserving();
}

Result<int> Worker::StartLoad(const LoadConfig& config) {
  const std::lock_guard lock(mutex_);
  for (const auto& other : loads_) {
    if (other->config == config) return other->id;
    if (other->config.worker == config.worker && other->config.index == config.index) {
      return Status::Error("there is a load already with worker " +
                           std::to_string(config.worker) + " and index " +
                           std::to_string(config.index));
    }
  }
  auto running = std::make_shared<RunningLoad>();
  running->id = static_cast<int>(loads_.size());
  running->config = config;
  running->load = MakeLoad(config);
  const Status started = running->load->Start();
  if (!started.ok()) return started.Annotate("cannot start the load");
  loads_.push_back(running);
  return running->id;
}

Status Worker::StopLoad(int id) {
  const auto load = FindLoad(id);
  if (!load.ok()) return load.status();
  (*load)->Stop();
  return Status::Ok();
}

void Worker::StopAllLoads() {
  std::vector<std::thread> threads;
  for (const auto& load : AllLoads()) {
    threads.emplace_back([load] { load->Stop(); });
  }
  for (std::thread& thread : threads) thread.join();
}

void Worker::AddSeeds(const std::vector<Endpoint>& seeds) {
  for (const auto& load : AllLoads()) load->load->AddSeeds(seeds);
}

Status Worker::UseHistory(int id, const std::function<void(const History&)>& use) {
  const auto load = FindLoad(id);
  if (!load.ok()) return load.status();
  const std::lock_guard lock((*load)->mutex);
  if (!(*load)->stopped) {
    return Status::Error("load " + std::to_string(id) + " still runs; stop it first");
  }
  use((*load)->history);
  return Status::Ok();
}

Status Worker::StartObserving(const ObserverOptions& options) {
  const std::lock_guard lock(mutex_);
  if (observing_) {
    return options_ == options ? Status::Ok()
                               : Status::Error("this worker observes already");
  }
  if (options.interval <= Nanos(0))
    return Status::Error("the interval must be above 0");
  observer_ = std::make_shared<Observer>(options, &observations_);
  options_ = options;
  observing_ = true;
  return Status::Ok();
}

Status Worker::MoveObserved(const ObservedNode& node) {
  const std::lock_guard lock(mutex_);
  if (!observing_) return Status::Error("this worker does not observe");
  return observer_->Move(node);
}

void Worker::StopObserving() {
  const std::lock_guard lock(mutex_);
  if (!observing_) return;
  observer_->Stop();
  observing_ = false;
}

WorkerStatus Worker::status() const {
  WorkerStatus status;
  status.instance = instance_;
  for (const auto& running : AllLoads()) {
    const LoadCounters& counters = running->load->counters();
    LoadStatus load;
    load.id = running->id;
    load.running = !running->stopped;
    load.acked = counters.acked;
    load.rejected = counters.rejected;
    load.unknown = counters.unknown;
    load.last_latency_ns = counters.last_latency_ns;
    status.loads.push_back(load);
  }
  const std::lock_guard lock(mutex_);
  if (observer_) status.nodes = observer_->Counters();
  status.observing = observing_;
  status.observations = observations_.size();
  return status;
}

Result<std::shared_ptr<Worker::RunningLoad>> Worker::FindLoad(int id) const {
  const std::lock_guard lock(mutex_);
  if (id < 0 || id >= static_cast<int>(loads_.size())) {
    return Status::Error("there is no load " + std::to_string(id));
  }
  return loads_[static_cast<std::size_t>(id)];
}

std::vector<std::shared_ptr<Worker::RunningLoad>> Worker::AllLoads() const {
  const std::lock_guard lock(mutex_);
  return loads_;
}

}  // namespace slotquake
