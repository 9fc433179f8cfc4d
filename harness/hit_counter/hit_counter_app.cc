#include "harness/hit_counter/hit_counter_app.h"

#include <signal.h>

#include <utility>

#include "Poco/Exception.h"
#include "Poco/Net/HTTPRequestHandler.h"
#include "Poco/Net/HTTPRequestHandlerFactory.h"
#include "Poco/Net/HTTPServer.h"
#include "Poco/Net/HTTPServerRequest.h"
#include "Poco/Net/HTTPServerResponse.h"
#include "Poco/ThreadPool.h"
#include "Poco/URI.h"
#include "harness/base/listen.h"
#include "harness/hit_counter/cluster_client.h"
#include "harness/hit_counter/hit_metrics.h"
#include "harness/hit_counter/hit_page.h"

namespace slotquake {
namespace {

using Poco::Net::HTTPRequestHandler;
using Poco::Net::HTTPResponse;
using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

std::string KeyOf(const Poco::URI& uri) {
  for (const auto& [name, value] : uri.getQueryParameters()) {
    if (name == "page" && !value.empty()) return "hits:" + value;
  }
  return "hits";
}

void Respond(HTTPServerResponse& response, HTTPResponse::HTTPStatus status,
             const std::string& text) {
  response.setStatusAndReason(status);
  response.setContentType("text/plain; charset=utf-8");
  // A stored answer would be a hit that nobody counted.
  response.set("Cache-Control", "no-store");
  response.sendBuffer(text.data(), text.size());
}

class Handler : public HTTPRequestHandler {
 public:
  Handler(ClusterClient& client, HitMetrics& metrics)
      : client_(client), metrics_(metrics) {}

  void handleRequest(HTTPServerRequest& request,
                     HTTPServerResponse& response) override {
    if (request.getMethod() != "GET") {
      Respond(response, HTTPResponse::HTTP_METHOD_NOT_ALLOWED, "GET only\n");
      return;
    }
    Poco::URI uri;
    try {
      uri = Poco::URI(request.getURI());
    } catch (const Poco::SyntaxException& e) {
      Respond(response, HTTPResponse::HTTP_BAD_REQUEST, e.displayText() + "\n");
      return;
    }
    if (uri.getPath() == "/" || uri.getPath().empty()) {
      Count(KeyOf(uri), response);
    } else if (uri.getPath() == "/healthz") {
      Respond(response, HTTPResponse::HTTP_OK, "ok\n");
    } else if (uri.getPath() == "/metrics") {
      Respond(response, HTTPResponse::HTTP_OK, metrics_.Text());
    } else {
      Respond(response, HTTPResponse::HTTP_NOT_FOUND, "no such page\n");
    }
  }

 private:
  void Count(const std::string& key, HTTPServerResponse& response) {
    const Nanos begin = MonotonicNow();
    const Hit hit = client_.Increment(key);
    metrics_.Add(hit, MonotonicNow() - begin);
    if (!hit.node.empty()) response.set(kNodeHeader, hit.node);
    switch (hit.outcome) {
      case Outcome::kAcked:
        Respond(response, HTTPResponse::HTTP_OK, FormatHitPage(hit.value));
        break;
      case Outcome::kRejected:
        Respond(response, HTTPResponse::HTTP_SERVICE_UNAVAILABLE,
                "not counted: " + hit.error + "\n");
        break;
      case Outcome::kUnknown:
        Respond(response, HTTPResponse::HTTP_GATEWAY_TIMEOUT,
                "counted or not, nobody knows: " + hit.error + "\n");
        break;
    }
  }

  ClusterClient& client_;
  HitMetrics& metrics_;
};

class HandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  HandlerFactory(ClusterClient& client, HitMetrics& metrics)
      : client_(client), metrics_(metrics) {}
  HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override {
    return new Handler(client_, metrics_);  // Poco deletes it
  }

 private:
  ClusterClient& client_;
  HitMetrics& metrics_;
};

Poco::Net::HTTPServerParams::Ptr Params(const HitCounterOptions& options) {
  Poco::Net::HTTPServerParams::Ptr params = new Poco::Net::HTTPServerParams;
  params->setMaxThreads(options.threads);
  params->setMaxQueued(options.threads);
  params->setKeepAlive(true);
  params->setMaxKeepAliveRequests(0);  // without limit
  params->setKeepAliveTimeout(Poco::Timespan(60, 0));
  return params;
}

}  // namespace

class HitCounterApp::Server {
 public:
  explicit Server(const HitCounterOptions& options)
      : client_(options.seeds, std::chrono::milliseconds(options.timeout_ms),
                std::chrono::milliseconds(options.connect_timeout_ms),
                options.password),
        threads_(2, options.threads + 1),
        socket_(ListenOn(Poco::Net::SocketAddress(
            options.address, static_cast<Poco::UInt16>(options.port)))),
        http_(new HandlerFactory(client_, metrics_), threads_, socket_,
              Params(options)) {
    http_.start();
  }

  ~Server() {
    http_.stopAll(false);
    threads_.joinAll();
  }

  int port() const { return socket_.address().port(); }

 private:
  ClusterClient client_;
  HitMetrics metrics_;
  Poco::ThreadPool threads_;
  Poco::Net::ServerSocket socket_;
  Poco::Net::HTTPServer http_;
};

HitCounterApp::HitCounterApp(HitCounterOptions options)
    : options_(std::move(options)) {}
HitCounterApp::~HitCounterApp() = default;

Status HitCounterApp::Start() {
  if (options_.seeds.empty()) {
    return Status::Error("the hit counter needs a node of the cluster to begin with");
  }
  try {
    server_ = std::make_unique<Server>(options_);
  } catch (const Poco::Exception& e) {
    return Status::Error("the hit counter can not listen on " + options_.address + ":" +
                         std::to_string(options_.port) + ": " + e.displayText());
  }
  return Status::Ok();
}

void HitCounterApp::Stop() { server_.reset(); }

int HitCounterApp::port() const { return server_->port(); }

Status RunHitCounter(const HitCounterOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  HitCounterApp app(options);
  const Status started = app.Start();
  if (!started.ok()) return started;
  int signal = 0;
  sigwait(&signals, &signal);
  app.Stop();
  return Status::Ok();
}

}  // namespace slotquake
