#ifndef SLOTQUAKE_HARNESS_TESTING_SCRIPTED_SERVER_H_
#define SLOTQUAKE_HARNESS_TESTING_SCRIPTED_SERVER_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "harness/redis/endpoint.h"

namespace slotquake {

// A server on a free loopback port that answers whatever the test says: one client
// at a time, one request at a time. The script gets the bytes of the request and
// returns the bytes of the answer; an empty answer closes the connection. The
// script is called on the server's own thread.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::function<std::string(const std::string&)> script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  Endpoint endpoint() const { return {"127.0.0.1", port_}; }

 private:
  void Run();
  void Serve(int client);

  std::function<std::string(const std::string&)> script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// "$5\r\nhello\r\n".
std::string BulkReply(const std::string& text);

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_TESTING_SCRIPTED_SERVER_H_
