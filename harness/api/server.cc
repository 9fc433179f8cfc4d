#include "harness/api/server.h"

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

namespace slotquake {
namespace {

constexpr int kQueuedConnections = 64;

class Handler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit Handler(const std::vector<Route>* routes) : routes_(routes) {}
  void handleRequest(Poco::Net::HTTPServerRequest& request,
                     Poco::Net::HTTPServerResponse& response) override {
    Dispatch(*routes_, request, response);
  }

 private:
  const std::vector<Route>* routes_;
};

class HandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit HandlerFactory(const std::vector<Route>* routes) : routes_(routes) {}
  Poco::Net::HTTPRequestHandler* createRequestHandler(
      const Poco::Net::HTTPServerRequest& /*request*/) override {
    return new Handler(routes_);  // Poco deletes it
  }

 private:
  const std::vector<Route>* routes_;
};

Poco::Net::HTTPServerParams* MakeParams(int threads) {
  auto* params = new Poco::Net::HTTPServerParams;  // counted by reference
  params->setMaxThreads(threads);
  params->setMaxQueued(kQueuedConnections);
  params->setKeepAlive(true);
  params->setTimeout(Poco::Timespan(60, 0));
  return params;
}

}  // namespace

class ApiServer::Impl {
 public:
  Impl(const std::string& listen, std::vector<Route> routes, int threads)
      : routes_(std::move(routes)),
        threads_(2, threads),
        socket_(ListenOn(Poco::Net::SocketAddress(listen))),
        server_(new HandlerFactory(&routes_), threads_, socket_, MakeParams(threads)) {
    server_.start();
  }

  ~Impl() {
    server_.stopAll(true);
    threads_.joinAll();
  }

  std::string address() const { return socket_.address().toString(); }

 private:
  const std::vector<Route> routes_;
  Poco::ThreadPool threads_;
  Poco::Net::ServerSocket socket_;
  Poco::Net::HTTPServer server_;
};

Result<std::unique_ptr<ApiServer>> ApiServer::Start(const std::string& listen,
                                                    std::vector<Route> routes,
                                                    int threads) {
  try {
    return std::unique_ptr<ApiServer>(
        new ApiServer(std::make_unique<Impl>(listen, std::move(routes), threads)));
  } catch (const Poco::Exception& e) {
    return Status::Error("cannot listen on " + listen + ": " + e.displayText());
  }
}

ApiServer::ApiServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ApiServer::~ApiServer() = default;
std::string ApiServer::address() const { return impl_->address(); }

}  // namespace slotquake
