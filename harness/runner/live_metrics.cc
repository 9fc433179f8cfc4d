#include "harness/runner/live_metrics.h"

#include "Poco/Exception.h"
#include "Poco/Net/HTTPRequestHandler.h"
#include "Poco/Net/HTTPRequestHandlerFactory.h"
#include "Poco/Net/HTTPServerParams.h"
#include "Poco/Net/HTTPServerRequest.h"
#include "Poco/Net/HTTPServerResponse.h"
#include "Poco/Net/SocketAddress.h"
#include "harness/base/listen.h"
#include "prometheus/gauge.h"
#include "prometheus/text_serializer.h"

namespace slotquake {
namespace {

using Poco::Net::HTTPRequestHandler;
using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

class MetricsHandler : public HTTPRequestHandler {
 public:
  explicit MetricsHandler(std::shared_ptr<prometheus::Registry> registry)
      : registry_(std::move(registry)) {}

  void handleRequest(HTTPServerRequest& request,
                     HTTPServerResponse& response) override {
    if (request.getURI() != "/metrics") {
      response.setStatusAndReason(HTTPServerResponse::HTTP_NOT_FOUND);
      response.send() << "GET /metrics\n";
      return;
    }
    response.setContentType("text/plain; version=0.0.4");
    response.send() << prometheus::TextSerializer().Serialize(registry_->Collect());
  }

 private:
  std::shared_ptr<prometheus::Registry> registry_;
};

class MetricsHandlerFactory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  explicit MetricsHandlerFactory(std::shared_ptr<prometheus::Registry> registry)
      : registry_(std::move(registry)) {}

  HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override {
    return new MetricsHandler(registry_);  // Poco deletes it
  }

 private:
  std::shared_ptr<prometheus::Registry> registry_;
};

}  // namespace

Result<Poco::Net::ServerSocket> ListenForMetrics(int port) {
  try {
    return ListenOn(
        Poco::Net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(port)));
  } catch (const Poco::Exception& e) {
    return Status::Error("cannot listen on 127.0.0.1:" + std::to_string(port) +
                         " for /metrics: " + e.displayText());
  }
}

LiveMetrics::LiveMetrics(const Poco::Net::ServerSocket& socket)
    : registry_(std::make_shared<prometheus::Registry>()),
      phase_(prometheus::BuildGauge()
                 .Name("slotquake_phase")
                 .Help("1 for the phase that the run is in")
                 .Register(*registry_)),
      operations_(prometheus::BuildGauge()
                      .Name("slotquake_operations")
                      .Help("Operations of the run so far, by load and outcome")
                      .Register(*registry_)),
      faults_(prometheus::BuildGauge()
                  .Name("slotquake_faults")
                  .Help("Faults of the run so far")
                  .Register(*registry_)) {
  auto* params = new Poco::Net::HTTPServerParams;  // owned by the server
  params->setMaxThreads(2);
  params->setKeepAlive(false);
  server_ = std::make_unique<Poco::Net::HTTPServer>(
      new MetricsHandlerFactory(registry_), socket, params);
  server_->start();
}

LiveMetrics::~LiveMetrics() { server_->stopAll(true); }

void LiveMetrics::SetPhase(const std::string& phase) {
  if (current_phase_ != nullptr) current_phase_->Set(0);
  current_phase_ = &phase_.Add({{"phase", phase}});
  current_phase_->Set(1);
}

void LiveMetrics::SetOperations(const std::string& load, const std::string& outcome,
                                double count) {
  operations_.Add({{"load", load}, {"outcome", outcome}}).Set(count);
}

void LiveMetrics::SetFaults(int injected, int recovered) {
  faults_.Add({{"state", "injected"}}).Set(injected);
  faults_.Add({{"state", "recovered"}}).Set(recovered);
}

}  // namespace slotquake
