#include "harness/load/redis_load.h"

#include <algorithm>

#include "harness/redis/connection.h"

namespace slotquake {
namespace {

// More redirects in a row than any consistent pair of nodes gives.
constexpr int kMaxHops = 5;
constexpr std::uint64_t kRefresherToken = std::uint64_t{0xffffffff} << 32;

// Which connection an event belongs to: 20 bits of client, 12 of node, 32 of
// generation.
std::uint64_t Token(std::size_t client, int node, std::uint32_t generation) {
  return static_cast<std::uint64_t>(client) << 44 |
         static_cast<std::uint64_t>(node) << 32 | generation;
}
constexpr int kMaxClients = 1 << 16;
constexpr int kMaxNodes = 1 << 12;

std::string WaitCommand(const LoadConfig& config) {
  if (config.wait_replicas == 0) return "";
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(config.wait_timeout)
          .count();
  return FormatCommand(
      {"WAIT", std::to_string(config.wait_replicas), std::to_string(ms)});
}

}  // namespace

RedisLoad::RedisLoad(LoadConfig config)
    : config_(std::move(config)),
      recorder_(config_),
      log_in_(config_.password.empty() ? ""
                                       : FormatCommand({"AUTH", config_.password})),
      refresher_(&poller_, &map_, log_in_, kRefresherToken),
      rng_(config_.seed),
      commands_(config_.kind, config_.keys),
      wait_(WaitCommand(config_)),
      pause_(Pause(config_)) {}

RedisLoad::~RedisLoad() { RedisLoad::Stop(); }

Status RedisLoad::Start() {
  const Status valid = Validate(config_, kMaxClients);
  if (!valid.ok()) return valid;
  const Status learned = LearnSlots();
  if (!learned.ok()) return learned;
  if (config_.shards.empty()) config_.shards = map_.RangesByOwner();
  for (const LoadKey& key : config_.keys) {
    key_numbers_.push_back(recorder_.KeyNumber(key.key));
  }
  PrepareClients();
  thread_ = std::thread([this] { Run(); });
  return Status::Ok();
}

void RedisLoad::Stop() {
  if (!thread_.joinable()) return;
  stop_ = true;
  poller_.Wake();
  thread_.join();
}

void RedisLoad::AddSeeds(const std::vector<Endpoint>& seeds) {
  {
    const std::lock_guard lock(seeds_mutex_);
    new_seeds_.insert(new_seeds_.end(), seeds.begin(), seeds.end());
  }
  has_new_seeds_ = true;
  poller_.Wake();
}

// Somebody new may be where somebody failed: no longer suspect.
void RedisLoad::TakeSeeds() {
  if (!has_new_seeds_) return;
  has_new_seeds_ = false;
  const std::lock_guard lock(seeds_mutex_);
  for (const Endpoint& seed : new_seeds_) {
    if (map_.size() < kMaxNodes) map_.SetSuspect(map_.NumberOf(seed), false);
  }
  new_seeds_.clear();
  refresher_.Request();
}

Status RedisLoad::LearnSlots() {
  for (const Endpoint& seed : config_.seeds) map_.NumberOf(seed);
  std::string trouble = "no seeds";
  for (const Endpoint& seed : config_.seeds) {
    auto connection =
        Connection::Connect(seed, config_.connect_timeout, config_.password);
    if (!connection.ok()) {
      trouble = connection.message();
      continue;
    }
    auto reply = connection->Command({"CLUSTER", "SLOTS"});
    const Status updated = reply.ok() ? map_.Update(*reply, seed) : reply.status();
    if (updated.ok()) return updated;
    trouble = updated.message();
  }
  return Status::Error("the load can not learn the cluster's slots: " + trouble);
}

void RedisLoad::PrepareClients() {
  const auto cycles =
      AssignKeys(config_.keys, config_.shards, config_.AllClients(), rng_.Next());
  begin_ = MonotonicNow();
  for (int i = 0; i < config_.clients; ++i) {
    Client& client = clients_.emplace_back();
    client.index = clients_.size() - 1;
    client.next_start = FirstStart(config_, begin_, i);
    client.cycle = cycles[static_cast<std::size_t>(config_.first_in_load + i)];
    due_.push({IntendedStart(client), client.index});
  }
}

void RedisLoad::Run() {
  for (;;) {
    const Nanos now = MonotonicNow();
    TakeSeeds();
    if (stop_) {
      if (in_flight_ == 0) return;
    } else {
      BeginDue(now);
    }
    refresher_.Tick(now);
    const auto events = poller_.Wait(NextInstant());
    for (const Poller::Event& event : events) Dispatch(event);
    // Replies first: if this thread itself was held up, answers that came in time
    // are waiting in the sockets, and to call them late would be the load's lie.
    if (now >= next_expiry_ && events.size() < Poller::kMaxEvents) ExpireLate(now);
  }
}

Nanos RedisLoad::NextInstant() const {
  Nanos next = std::min(next_expiry_, refresher_.next());
  if (!stop_ && !due_.empty()) next = std::min(next, due_.top().at);
  return next;
}

void RedisLoad::BeginDue(Nanos now) {
  while (!due_.empty() && due_.top().at <= now) {
    Client& client = clients_[due_.top().client];
    due_.pop();
    Begin(client);
  }
}

void RedisLoad::ExpireLate(Nanos now) {
  next_expiry_ = Nanos::max();
  for (Client& client : clients_) {
    if (!client.busy) continue;
    if (client.deadline > now) {
      next_expiry_ = std::min(next_expiry_, client.deadline);
    } else if (!client.waiting && client.rest.size() == client.size) {
      Fail(client, IoFailure::kNotSent, "not connected in time");
    } else {
      Fail(client, IoFailure::kTimeout, "no reply in time");
    }
  }
}

// When the client's next operation is meant to start. Of an open loop computed from the
// number of operations, not step by step, so that rounding does not add up.
Nanos RedisLoad::IntendedStart(const Client& client) const {
  if (!config_.open_loop) return client.next_start;
  const double number = config_.first_in_load + static_cast<double>(client.index) +
                        static_cast<double>(client.begun) * config_.AllClients();
  return begin_ + Nanos(static_cast<std::int64_t>(number * 1e9 / config_.rate));
}

void RedisLoad::Begin(Client& client) {
  const KeyCycle& cycle = client.cycle;
  const std::size_t place =
      (cycle.start + static_cast<std::size_t>(client.begun)) % cycle.keys.size();
  const std::uint32_t key = cycle.keys[place];
  const LoadKey& load_key = config_.keys[key];
  Operation& op = client.op;
  op = Operation();
  op.kind = config_.kind;
  op.worker = static_cast<std::uint8_t>(config_.worker);
  op.client = config_.first_client + static_cast<std::int32_t>(client.index);
  op.key = key;  // of the plan; the history's number when it is finished
  op.slot = static_cast<std::uint16_t>(load_key.slot);
  if (config_.open_loop) op.intended = IntendedStart(client);
  ++client.begun;
  client.hops = 0;
  int owner = map_.OwnerOf(load_key.slot);
  if (owner == SlotMap::kNobody) {  // any node will say who it is, or refuse
    owner = static_cast<int>(rng_.Below(static_cast<std::uint64_t>(map_.size())));
  }
  Launch(client, owner, false);
}

void RedisLoad::Launch(Client& client, int node, bool asking) {
  Operation& op = client.op;
  op.id = recorder_.NextId();
  client.node = node;
  client.busy = true;
  client.waiting = false;
  client.skip = asking ? 1 : 0;
  ++in_flight_;
  client.rest = commands_.Of(op.key, op.id, asking, client.command);
  client.size = client.rest.size();
  op.invoked = MonotonicNow();
  if (!config_.open_loop) op.intended = op.invoked;
  if (client.hops == 0) client.next_start = op.invoked + pause_;
  if (client.links.size() <= static_cast<std::size_t>(node)) {
    client.links.resize(static_cast<std::size_t>(node) + 1);
  }
  Link& link = client.links[static_cast<std::size_t>(node)];
  const bool open = link.socket != nullptr;
  client.deadline = op.invoked + (open ? config_.timeout : config_.connect_timeout);
  next_expiry_ = std::min(next_expiry_, client.deadline);
  if (open) {
    Send(client);
    return;
  }
  auto opened = NonblockingConnection::Open(map_.EndpointOf(node));
  if (!opened.ok()) {
    Fail(client, IoFailure::kNotSent, opened.message());
    return;
  }
  link.socket = std::move(*opened);
  link.connected = false;
  ++link.generation;
  if (!log_in_.empty()) LogInFirst(client);
  poller_.Add(link.socket->fd(), Token(client.index, node, link.generation));
}

// Where the log-in fails, the command behind it is refused (NOAUTH) and says so.
void RedisLoad::LogInFirst(Client& client) {
  std::string commands = log_in_ + std::string(client.rest);
  client.command = std::move(commands);
  client.rest = client.command;
  client.size = client.rest.size();
  ++client.skip;
}

void RedisLoad::Send(Client& client) {
  NonblockingConnection& socket =
      *client.links[static_cast<std::size_t>(client.node)].socket;
  if (socket.Write(client.rest) != IoState::kClosed) return;
  const bool untouched = client.rest.size() == client.size;
  const std::string why = socket.error();
  Fail(client, untouched ? IoFailure::kNotSent : IoFailure::kClosed, why);
}

void RedisLoad::Dispatch(const Poller::Event& event) {
  if (event.token >> 32 == kRefresherToken >> 32) {
    refresher_.OnEvent(event.token, MonotonicNow());
    return;
  }
  Client& client = clients_[event.token >> 44];
  const int node = static_cast<int>(event.token >> 32) & (kMaxNodes - 1);
  const Link& link = client.links[static_cast<std::size_t>(node)];
  if (link.socket == nullptr ||
      link.generation != static_cast<std::uint32_t>(event.token)) {
    return;
  }
  if (!link.connected) {
    FinishConnecting(client, node);
  } else {
    if (client.busy && client.node == node && !client.rest.empty()) Send(client);
    if (link.socket != nullptr) Receive(client, node, event.hung_up);
  }
}

void RedisLoad::FinishConnecting(Client& client, int node) {
  Link& link = client.links[static_cast<std::size_t>(node)];
  const Status connected = link.socket->FinishConnecting();
  if (!connected.ok()) {
    Fail(client, IoFailure::kNotSent,
         "cannot connect to " + ToString(map_.EndpointOf(node)) + ": " +
             connected.message());
    return;
  }
  link.connected = true;
  client.deadline = MonotonicNow() + config_.timeout;
  next_expiry_ = std::min(next_expiry_, client.deadline);
  Send(client);
}

void RedisLoad::Receive(Client& client, int node, bool hung_up) {
  Link& link = client.links[static_cast<std::size_t>(node)];
  const bool waiting = client.busy && client.node == node;
  IoState state = link.socket->Read();
  for (; waiting && state == IoState::kDone && client.skip > 0; --client.skip) {
    state = link.socket->Read();
  }
  if (state == IoState::kWouldBlock) return;
  if (!waiting) {  // the server closed it, or said something nobody asked
    link.socket.reset();
  } else if (state == IoState::kDone) {
    const auto socket = hung_up ? std::move(link.socket) : nullptr;
    OnReply(client, hung_up ? socket->reply() : link.socket->reply());
  } else {
    const std::string why = link.socket->error();
    Fail(client, state == IoState::kGarbage ? IoFailure::kProtocol : IoFailure::kClosed,
         why);
  }
}

void RedisLoad::OnReply(Client& client, const Reply& reply) {
  if (client.waiting) {
    OnWaitReply(client, reply);
  } else if (reply.type == ReplyType::kInteger) {
    Written(client, reply.integer);
  } else if (reply.IsError()) {
    OnErrorReply(client, reply.text);
  } else {
    // No answer that INCR or RPUSH has: who knows what it answers.
    Fail(client, IoFailure::kProtocol, "a reply of another type than expected");
  }
}

void RedisLoad::Written(Client& client, std::int64_t answer) {
  client.written = config_.kind == OperationKind::kAppend ? client.op.id : answer;
  if (!wait_.empty()) {
    SendWait(client);
    return;
  }
  client.op.value = client.written;
  Finish(client, Outcome::kAcked, "");
  ContinueAfterAck(client);
}

// On the connection of the write: WAIT counts for what its own client wrote.
void RedisLoad::SendWait(Client& client) {
  client.waiting = true;
  if (client.links[static_cast<std::size_t>(client.node)].socket == nullptr) {
    Fail(client, IoFailure::kClosed, "closed behind the write's answer, before WAIT");
    return;
  }
  client.rest = wait_;
  client.size = client.rest.size();
  client.deadline = MonotonicNow() + config_.wait_timeout + config_.timeout;
  next_expiry_ = std::min(next_expiry_, client.deadline);
  Send(client);
}

// Whatever it is, the write was done: with too few replicas it is neither safe nor
// lost.
void RedisLoad::OnWaitReply(Client& client, const Reply& reply) {
  if (reply.type != ReplyType::kInteger) {
    const std::string what = reply.IsError() ? reply.text : "no number";
    Fail(client, IoFailure::kProtocol, "WAIT: " + what);
    return;
  }
  if (reply.integer >= config_.wait_replicas) {
    client.op.value = client.written;
    Finish(client, Outcome::kAcked, "");
  } else {
    Finish(client, Outcome::kUnknown,
           "WAIT: " + std::to_string(reply.integer) + " of " +
               std::to_string(config_.wait_replicas) + " replicas have it");
  }
  ContinueAfterAck(client);
}

void RedisLoad::OnErrorReply(Client& client, const std::string& error) {
  // The reply goes with the next operation.
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization)
  const std::string text = error;
  Finish(client, OutcomeOfError(text), text);
  if (ShouldRefreshSlots(text)) refresher_.Request();
  const auto redirect = ParseRedirect(text);
  if (redirect && !stop_ && client.hops < kMaxHops) {
    Follow(client, *redirect);
  } else {
    BackOff(client);
  }
}

void RedisLoad::Follow(Client& client, const Redirect& redirect) {
  Endpoint target = redirect.target;
  if (target.host.empty()) target.host = map_.EndpointOf(client.node).host;
  const int node = map_.NumberOf(target);
  if (node >= kMaxNodes) {  // a server that invents addresses
    BackOff(client);
    return;
  }
  if (!redirect.ask) map_.Assign(redirect.slot, node);
  ++client.hops;
  client.op.parent = client.op.id;
  Launch(client, node, redirect.ask);
}

void RedisLoad::Fail(Client& client, IoFailure failure, std::string_view why) {
  client.links[static_cast<std::size_t>(client.node)].socket.reset();
  map_.SetSuspect(client.node, true);
  refresher_.Request();
  Finish(client, client.waiting ? Outcome::kUnknown : OutcomeOf(failure), why);
  BackOff(client);
}

void RedisLoad::Finish(Client& client, Outcome outcome, std::string_view error) {
  Operation done = client.op;
  done.completed = MonotonicNow();
  done.outcome = outcome;
  done.key = key_numbers_[done.key];
  done.node = NodeNumber(client.node);
  if (!error.empty()) done.error = recorder_.ErrorNumber(error);
  recorder_.Add(done);
  client.busy = false;
  --in_flight_;
}

std::int16_t RedisLoad::NodeNumber(int node) {
  while (node_numbers_.size() <= static_cast<std::size_t>(node)) {
    const int next = static_cast<int>(node_numbers_.size());
    node_numbers_.push_back(recorder_.NodeNumber(ToString(map_.EndpointOf(next))));
  }
  return node_numbers_[static_cast<std::size_t>(node)];
}

void RedisLoad::ContinueAfterAck(Client& client) {
  client.refusals = 0;
  if (map_.IsSuspect(client.node)) map_.SetSuspect(client.node, false);
  if (stop_) return;
  const Nanos next = IntendedStart(client);
  if (next > MonotonicNow()) {
    due_.push({next, client.index});
  } else {
    Begin(client);
  }
}

void RedisLoad::BackOff(Client& client) {
  client.refusals = std::min(client.refusals + 1, 4);
  const double ms = std::min(10.0, static_cast<double>(1 << client.refusals));
  const double spread = 0.8 + 0.4 * static_cast<double>(rng_.Below(1000)) / 1000;
  const Nanos at = MonotonicNow() + FromMillis(ms * spread);
  due_.push({std::max(at, IntendedStart(client)), client.index});
}

}  // namespace slotquake
