#ifndef SLOTQUAKE_HARNESS_LOAD_HTTP_LOAD_H_
#define SLOTQUAKE_HARNESS_LOAD_HTTP_LOAD_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "harness/load/client_groups.h"
#include "harness/load/load.h"
#include "harness/load/recorder.h"

namespace slotquake {

// GET on the hit counter's pages, one thread and one kept connection per client.
// 200 with a number is acked; 503 is rejected, and so is a request of which no
// byte was sent; everything else is unknown. The redirects that the hit counter
// follows are its own and not seen here.
class HttpLoad : public Load {
 public:
  explicit HttpLoad(LoadConfig config);
  ~HttpLoad() override;

  Status Start() override;
  void Stop() override;
  History TakeHistory() override { return recorder_.Take(); }
  // Knows the hit counter alone.
  void AddSeeds(const std::vector<Endpoint>& /*seeds*/) override {}
  const LoadCounters& counters() const override { return recorder_.counters(); }

 private:
  class Session;
  // What came of one request.
  struct Answer {
    Outcome outcome = Outcome::kUnknown;
    std::int64_t value = -1;
    std::string node;
    std::string error;
  };

  void RunClient(int client, const KeyCycle& cycle);
  static Answer Ask(Session& session, const std::string& key);
  // False: stopped before that.
  bool WaitUntil(Nanos at);
  std::int64_t NewId();
  void Record(Operation operation, const std::string& key, const Answer& answer);

  LoadConfig config_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;  // guarded by mutex_
  Recorder recorder_;  // guarded by mutex_ while clients run
  std::vector<std::thread> threads_;
  Nanos begin_{0};
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_HTTP_LOAD_H_
