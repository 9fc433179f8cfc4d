#include "harness/testing/simulator.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/rng.h"

namespace slotquake {
namespace {

constexpr int kNodes = 5;

struct Server {
  std::vector<std::size_t> applied;  // indices of operations, in order
  bool serving = false;              // it takes itself for the master
  std::int64_t epoch = 0;
};

struct Client {
  bool busy = false;
  bool applied = false;
  std::size_t op = 0;
  std::int64_t value = -1;
  std::int64_t retry_of = -1;  // follow this redirection next
  std::uint32_t retry_key = 0;
};

class Run {
 public:
  explicit Run(const SimulatorOptions& options)
      : options_(options),
        rng_(options.seed),
        clients_(static_cast<std::size_t>(options.clients)) {
    for (int i = 0; i < kNodes; ++i) {
      NodeRecord node;
      node.name = "n" + std::to_string(i);
      node.id = std::string(39, 'f') + std::to_string(i);
      record_.nodes.push_back(node);
      record_.history.nodes().Intern(node.name);
    }
    for (int i = 0; i < options.keys; ++i) {
      const std::string key = "k" + std::to_string(i);
      record_.history.keys().Intern(key);
      if (!options.append && rng_.Chance(0.5)) {
        record_.initial_values[key] = static_cast<std::int64_t>(rng_.Below(5));
      }
    }
    servers_[0].serving = true;
    servers_[0].epoch = 1;
    Claim(0, Now(), Now());
  }

  Simulation Finish() {
    for (int step = 0; step < options_.steps; ++step) Step();
    for (Client& client : clients_) {
      if (client.busy) End(client, options_.unknown > 0 || client.applied);
    }
    const Server& winner = servers_[winner_];
    std::vector<bool> kept(operations().size(), false);
    for (const std::size_t op : winner.applied) kept[op] = true;
    Simulation result;
    for (std::size_t i = 0; i < operations().size(); ++i) {
      const Operation& op = operations()[i];
      if (op.outcome == Outcome::kUnknown) ++result.unknown;
      if (op.outcome != Outcome::kAcked) continue;
      ++result.acked;
      if (!kept[i]) result.lost.insert(op.id);
    }
    AddWatch();
    AddFinalReads(winner);
    record_.rest.reached = true;
    std::sort(record_.observations.begin(), record_.observations.end(),
              [](const Observation& a, const Observation& b) { return a.at < b.at; });
    result.record = std::move(record_);
    return result;
  }

 private:
  std::vector<Operation>& operations() { return record_.history.operations(); }

  Nanos Now() { return now_ += Nanos(static_cast<std::int64_t>(1 + rng_.Below(1000))); }

  std::int64_t Initial(std::uint32_t key) const {
    const auto it = record_.initial_values.find(record_.history.keys()[key]);
    return it == record_.initial_values.end() ? 0 : it->second;
  }

  void Step() {
    const std::uint64_t dice = rng_.Below(100);
    if (dice < 3) {
      FailOver();
    } else if (dice < 5) {
      Restart();
    } else if (dice < 9) {
      DemoteOne();
    } else {
      Client& client = clients_[rng_.Below(clients_.size())];
      if (!client.busy)
        Begin(client);
      else if (!client.applied)
        Arrive(client);
      else
        End(client, true);
    }
  }

  void Begin(Client& client) {
    Operation op;
    op.id = static_cast<std::int64_t>(operations().size()) + 1;
    op.kind = options_.append ? OperationKind::kAppend : OperationKind::kIncr;
    op.client = static_cast<std::int32_t>(&client - clients_.data());
    op.key = static_cast<std::uint32_t>(
        rng_.Below(static_cast<std::uint64_t>(options_.keys)));
    // Mostly the winner; now and then whoever the client still believes in.
    std::size_t target = rng_.Chance(0.6) ? winner_ : rng_.Below(kNodes);
    if (client.retry_of >= 0) {
      op.parent = client.retry_of;
      op.key = client.retry_key;
      target = winner_;
      client.retry_of = -1;
    }
    op.slot = static_cast<std::uint16_t>(op.key);
    op.node = static_cast<std::int16_t>(target);
    op.invoked = op.intended = Now();
    client = {true, false, operations().size(), -1, -1, 0};
    operations().push_back(op);
  }

  // The request reaches its node, or never does.
  void Arrive(Client& client) {
    const Operation& op = operations()[client.op];
    Server& server = servers_[static_cast<std::size_t>(op.node)];
    if (rng_.Chance(options_.unknown / 2) || !server.serving) {
      End(client, server.serving);
      return;
    }
    client.value = Initial(op.key) + 1 +
                   std::count_if(server.applied.begin(), server.applied.end(),
                                 [&](std::size_t other) {
                                   return operations()[other].key == op.key;
                                 });
    client.applied = true;
    server.applied.push_back(client.op);
    Now();
  }

  // The client gets its answer, or gives up where `served` may mean anything.
  void End(Client& client, bool served) {
    Operation& op = operations()[client.op];
    op.completed = Now();
    if (client.applied && !rng_.Chance(options_.unknown)) {
      op.outcome = Outcome::kAcked;
      if (!options_.append) op.value = client.value;
    } else if (served && options_.unknown > 0) {
      op.outcome = Outcome::kUnknown;
      op.error = record_.history.errors().Intern("timeout");
    } else if (client.applied) {
      op.outcome = Outcome::kUnknown;
    } else {
      op.outcome = Outcome::kRejected;
      op.error = record_.history.errors().Intern("MOVED 0 10.0.0.1:6379");
      client.retry_of = op.id;
      client.retry_key = op.key;
    }
    client.busy = false;
    client.applied = false;
  }

  // What a server's replica has of its data.
  std::vector<std::size_t> Copy(const Server& of) {
    std::vector<std::size_t> data = of.applied;
    if (!options_.roll_back) return data;
    const std::uint64_t lag = rng_.Chance(0.4) ? 0 : rng_.Below(6);
    data.resize(data.size() - std::min<std::size_t>(data.size(), lag));
    return data;
  }

  void FailOver() {
    const std::size_t old = winner_;
    std::size_t next = rng_.Below(kNodes);
    // An old master that still serves has data of its own: not a replica.
    if (next == old || servers_[next].serving) return;
    const Nanos before = Now();
    if (options_.roll_back && rng_.Chance(0.5)) {
      servers_[next].applied = Copy(servers_[old]);  // the old one goes on serving
    } else {
      servers_[next].applied = Copy(servers_[old]);
      Demote(old);
    }
    servers_[next].serving = true;
    servers_[next].epoch = ++epoch_;
    winner_ = next;
    Claim(next, before, Now());
  }

  // The winner restarts within the node timeout. What it had not applied is
  // refused; what it had, may still be read from the sockets' buffers.
  void Restart() {
    const Nanos before = Now();
    for (Client& client : clients_) {
      if (client.busy && !client.applied &&
          operations()[client.op].node == static_cast<std::int16_t>(winner_)) {
        End(client, false);
      }
    }
    servers_[winner_].applied = Copy(servers_[winner_]);
    const Nanos up = Now();
    record_.observations.push_back({up,
                                    before,
                                    "log",
                                    record_.nodes[winner_].name,
                                    std::string(observation_kind::kLog),
                                    {{"event", "server_started"}}});
  }

  void DemoteOne() {
    const std::size_t one = rng_.Below(kNodes);
    if (one != winner_ && servers_[one].serving) Demote(one);
  }

  void Demote(std::size_t one) {
    for (Client& client : clients_) {
      if (client.busy && !client.applied &&
          operations()[client.op].node == static_cast<std::int16_t>(one)) {
        End(client, false);
      }
    }
    servers_[one].serving = false;
    servers_[one].applied.clear();
  }

  // The node's own view, polled somewhat later than it came true.
  void Claim(std::size_t node, Nanos before, Nanos after) {
    ClusterView view;
    NodeView self;
    self.id = record_.nodes[node].id;
    self.myself = self.master = self.connected = true;
    self.config_epoch = servers_[node].epoch;
    self.slots = {{0, options_.keys - 1}};
    view.nodes = {self};
    const Nanos late(static_cast<std::int64_t>(rng_.Below(3000)));
    const Nanos early(static_cast<std::int64_t>(rng_.Below(3000)));
    record_.observations.push_back({after + late, before - early, "poll",
                                    record_.nodes[node].name,
                                    std::string(observation_kind::kView), view});
  }

  // Every server was watched, so that its restarts can not have gone unseen.
  void AddWatch() {
    for (const NodeRecord& node : record_.nodes) {
      record_.observations.push_back({Nanos(0), Nanos(0), "poll", node.name,
                                      std::string(observation_kind::kReplication),
                                      nlohmann::json::object()});
    }
  }

  void AddFinalReads(const Server& winner) {
    for (std::uint32_t key = 0; key < static_cast<std::uint32_t>(options_.keys);
         ++key) {
      FinalRead read;
      read.key = record_.history.keys()[key];
      std::int64_t value = Initial(key);
      for (const std::size_t op : winner.applied) {
        if (operations()[op].key != key) continue;
        ++value;
        read.tokens.push_back(operations()[op].id);
      }
      if (!options_.append) {
        read.tokens.clear();
        if (value > 0) read.value = value;
      }
      record_.final_reads.push_back(read);
    }
  }

  const SimulatorOptions options_;
  Rng rng_;
  std::vector<Client> clients_;
  Server servers_[kNodes];
  std::size_t winner_ = 0;
  std::int64_t epoch_ = 1;
  Nanos now_{1'000'000};
  RunRecord record_;
};

}  // namespace

Simulation Simulate(const SimulatorOptions& options) { return Run(options).Finish(); }

}  // namespace slotquake
