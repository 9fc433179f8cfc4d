#ifndef SLOTQUAKE_HARNESS_LOAD_REDIS_LOAD_H_
#define SLOTQUAKE_HARNESS_LOAD_REDIS_LOAD_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "harness/base/rng.h"
#include "harness/load/client_groups.h"
#include "harness/load/load.h"
#include "harness/load/poller.h"
#include "harness/load/recorder.h"
#include "harness/load/slot_refresher.h"
#include "harness/load/write_commands.h"
#include "harness/redis/nonblocking_connection.h"
#include "harness/redis/outcome.h"
#include "harness/redis/slot_map.h"

namespace slotquake {

// INCR or RPUSH of many clients, straight to the nodes, from one thread with an
// event loop. A client has one command under way at a time; it follows MOVED and
// ASK (each attempt an operation of its own), never repeats a command whose fate
// is unknown (a write whose WAIT was not met is such a one), and after a refusal waits
// 2 to 10 ms before its next key, so that a cluster that is down is probed about a
// hundred times per second and client.
class RedisLoad : public Load {
 public:
  explicit RedisLoad(LoadConfig config);
  ~RedisLoad() override;

  Status Start() override;
  void Stop() override;
  History TakeHistory() override { return recorder_.Take(); }
  void AddSeeds(const std::vector<Endpoint>& seeds) override;
  const LoadCounters& counters() const override { return recorder_.counters(); }

 private:
  // A client's connection to one node.
  struct Link {
    std::unique_ptr<NonblockingConnection> socket;
    std::uint32_t generation = 0;  // tells a late event of an earlier socket apart
    bool connected = false;
  };

  struct Client {
    std::size_t index = 0;
    KeyCycle cycle;
    std::vector<Link> links;  // by number in the slot map
    std::int64_t begun = 0;   // operations, redirects not counted
    Nanos next_start{0};      // of a closed loop: the earliest instant of its next
    int refusals = 0;         // in a row

    // The operation under way.
    bool busy = false;
    Operation op;
    int node = 0;          // number in the slot map
    int hops = 0;          // redirects that led to it
    int skip = 0;          // replies to come before its own (those of AUTH and ASKING)
    bool waiting = false;  // the write is done, its WAIT is under way
    std::int64_t written = 0;  // the write's answer then
    Nanos deadline{0};
    std::string command;    // where it had to be put together
    std::string_view rest;  // what is still to be sent
    std::size_t size = 0;   // all that is to be sent
  };

  struct Due {
    Nanos at;
    std::size_t client;
    bool operator>(const Due& other) const { return at > other.at; }
  };

  Status LearnSlots();
  void PrepareClients();

  void TakeSeeds();
  void Run();
  Nanos NextInstant() const;
  void BeginDue(Nanos now);
  void ExpireLate(Nanos now);

  Nanos IntendedStart(const Client& client) const;
  void Begin(Client& client);
  void Launch(Client& client, int node, bool asking);
  void LogInFirst(Client& client);
  void Send(Client& client);

  void Dispatch(const Poller::Event& event);
  void FinishConnecting(Client& client, int node);
  void Receive(Client& client, int node, bool hung_up);
  void OnReply(Client& client, const Reply& reply);
  void Written(Client& client, std::int64_t answer);
  void SendWait(Client& client);
  void OnWaitReply(Client& client, const Reply& reply);
  void OnErrorReply(Client& client, const std::string& error);
  void Follow(Client& client, const Redirect& redirect);
  void Fail(Client& client, IoFailure failure, std::string_view why);

  void Finish(Client& client, Outcome outcome, std::string_view error);
  std::int16_t NodeNumber(int node);
  void ContinueAfterAck(Client& client);
  void BackOff(Client& client);

  LoadConfig config_;
  Recorder recorder_;
  Poller poller_;
  SlotMap map_;
  const std::string log_in_;  // AUTH, as it goes on the wire; "": no password
  SlotRefresher refresher_;
  Rng rng_;
  WriteCommands commands_;
  const std::string wait_;  // WAIT, as it goes on the wire; "": none
  std::vector<std::uint32_t> key_numbers_;
  std::vector<std::int16_t> node_numbers_;  // in the history, by number in the map
  std::vector<Client> clients_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  Nanos begin_{0};
  const Nanos pause_;
  Nanos next_expiry_ = Nanos::max();
  int in_flight_ = 0;
  std::mutex seeds_mutex_;
  std::vector<Endpoint> new_seeds_;  // guarded by seeds_mutex_
  std::atomic<bool> has_new_seeds_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_LOAD_REDIS_LOAD_H_
