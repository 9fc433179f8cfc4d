#include "harness/worker/worker_server.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/ThreadPool.h>
#include <Poco/Timespan.h>

#include <utility>

#include "harness/base/listen.h"
#include "harness/worker/worker_api.h"

namespace slotquake {
namespace {

// Commands to servers that do not answer hold one each.
constexpr int kThreads = 32;
constexpr int kQueuedConnections = 64;

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(WorkerApi* api) : api_(api) {}
  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    api_->Handle(request, response);
  }

 private:
  WorkerApi* api_;
};

class HandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit HandlerFactory(WorkerApi* api) : api_(api) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& /*request*/) override {
    return new Handler(api_);  // Poco deletes it
  }

 private:
  WorkerApi* api_;
};

Poco::Net::HTTPServerParams* MakeParams() {
  auto* params = new Poco::Net::HTTPServerParams;  // counted by reference
  params->setMaxThreads(kThreads);
  params->setMaxQueued(kQueuedConnections);
  params->setKeepAlive(true);
  params->setTimeout(Poco::Timespan(60, 0));
  return params;
}

}  // namespace

class WorkerServer::Impl {
 public:
  Impl(const std::string& listen, Worker* worker)
      : api_(worker),
        threads_(2, kThreads),
        socket_(ListenOn(Poco::Net::SocketAddress(listen))),
        server_(new HandlerFactory(&api_), threads_, socket_, MakeParams()) {
    server_.start();
  }

  ~Impl() {
    server_.stopAll(true);
    threads_.joinAll();
  }

  std::string address() const { return socket_.address().toString(); }
  bool quit_requested() const { return api_.quit_requested(); }

 private:
  WorkerApi api_;
  Poco::ThreadPool threads_;
  Poco::Net::ServerSocket socket_;
  Poco::Net::HTTPServer server_;
};

Result<std::unique_ptr<WorkerServer>> WorkerServer::Start(const std::string& listen,
                                                          Worker* worker) {
  try {
    return std::unique_ptr<WorkerServer>(
        new WorkerServer(std::make_unique<Impl>(listen, worker)));
  } catch (const Poco::Exception& e) {
    return Status::Error("cannot listen on " + listen + ": " + e.displayText());
  }
}

WorkerServer::WorkerServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
WorkerServer::~WorkerServer() = default;
std::string WorkerServer::address() const { return impl_->address(); }
bool WorkerServer::quit_requested() const { return impl_->quit_requested(); }

}  // namespace slotquake
