#include "harness/worker/worker_server.h"

#include <utility>

#include "harness/api/server.h"
#include "harness/worker/worker_api.h"

namespace slotquake {

namespace {

// Commands to servers that do not answer hold one each.
constexpr int kThreads = 32;

}  // namespace

struct WorkerServer::Impl {
  explicit Impl(Worker* worker) : api(worker) {}

  WorkerApi api;
  std::unique_ptr<ApiServer> server;
};

Result<std::unique_ptr<WorkerServer>> WorkerServer::Start(const std::string& listen,
                                                          Worker* worker) {
  auto impl = std::make_unique<Impl>(worker);
  auto server = ApiServer::Start(listen, impl->api.Routes(), kThreads);
  if (!server.ok()) return server.status();
  impl->server = std::move(*server);
  return std::unique_ptr<WorkerServer>(new WorkerServer(std::move(impl)));
}

WorkerServer::WorkerServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WorkerServer::~WorkerServer() = default;
std::string WorkerServer::address() const { return impl_->server->address(); }
bool WorkerServer::quit_requested() const { return impl_->api.quit_requested(); }

}  // namespace slotquake
