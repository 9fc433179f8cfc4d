#include "harness/runner/live_metrics.h"

#include <sstream>

#include "Poco/Net/HTTPClientSession.h"
#include "Poco/Net/HTTPRequest.h"
#include "Poco/Net/HTTPResponse.h"
#include "Poco/StreamCopier.h"
#include "gtest/gtest.h"

namespace slotquake {
namespace {

std::string Get(int port, const std::string& path, int* status) {
  Poco::Net::HTTPClientSession session("127.0.0.1", static_cast<Poco::UInt16>(port));
  session.setTimeout(Poco::Timespan(10, 0));
  Poco::Net::HTTPRequest request("GET", path);
  session.sendRequest(request);
  Poco::Net::HTTPResponse response;
  std::string body;
  Poco::StreamCopier::copyToString(session.receiveResponse(response), body);
  *status = response.getStatus();
  return body;
}

TEST(LiveMetricsTest, ServesWhatWasSetLast) {
  const auto socket = ListenForMetrics(0);
  ASSERT_TRUE(socket.ok()) << socket.message();
  LiveMetrics metrics(*socket);
  metrics.SetPhase("warm_up");
  metrics.SetPhase("timeline");
  metrics.SetOperations("0_hits", "acked", 41);
  metrics.SetOperations("0_hits", "acked", 42);
  metrics.SetFaults(1, 0);
  int status = 0;
  const std::string text = Get(socket->address().port(), "/metrics", &status);
  EXPECT_EQ(status, 200);
  for (const char* line :
       {"slotquake_phase{phase=\"warm_up\"} 0", "slotquake_phase{phase=\"timeline\"} 1",
        "slotquake_operations{load=\"0_hits\",outcome=\"acked\"} 42",
        "slotquake_faults{state=\"injected\"} 1"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
  Get(socket->address().port(), "/elsewhere", &status);
  EXPECT_EQ(status, 404);
}

TEST(LiveMetricsTest, APortThatIsTakenIsAnError) {
  const auto first = ListenForMetrics(0);
  ASSERT_TRUE(first.ok());
  const auto second = ListenForMetrics(first->address().port());
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.message().find("/metrics"), std::string::npos);
}

}  // namespace
}  // namespace slotquake
