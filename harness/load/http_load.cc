#include "harness/load/http_load.h"

#include <algorithm>
#include <array>
#include <istream>
#include <utility>

#include "Poco/Exception.h"
#include "Poco/Net/HTTPClientSession.h"
#include "Poco/Net/HTTPRequest.h"
#include "Poco/Net/HTTPResponse.h"
#include "Poco/Net/StreamSocket.h"
#include "Poco/URI.h"
#include "harness/base/rng.h"
#include "harness/hit_counter/hit_page.h"

namespace slotquake {
namespace {

constexpr int kMaxClients = 512;
constexpr Nanos kBackOff = std::chrono::milliseconds(10);
constexpr std::size_t kMaxPage = 65536;

Poco::Timespan ToTimespan(Nanos t) { return Poco::Timespan(t.count() / 1000); }

std::string PathOf(const std::string& key) {
  const std::string page = PageOfKey(key);
  if (page.empty()) return "/";
  Poco::URI uri("/");
  uri.addQueryParameter("page", page);
  return uri.getPathAndQuery();
}

std::string ReadPage(std::istream& in) {
  std::string page;
  std::array<char, 4096> part;
  while (page.size() < kMaxPage && in.read(part.data(), part.size()).gcount() > 0) {
    page.append(part.data(), static_cast<std::size_t>(in.gcount()));
  }
  return page;
}

}  // namespace

// Knows whether any byte of the present request was taken by the kernel, which
// decides between rejected and unknown.
class HttpLoad::Session : public Poco::Net::HTTPClientSession {
 public:
  explicit Session(const LoadConfig& config)
      : HTTPClientSession(config.http.host,
                          static_cast<Poco::UInt16>(config.http.port)) {
    setKeepAlive(true);
    setTimeout(ToTimespan(config.connect_timeout), ToTimespan(config.timeout),
               ToTimespan(config.timeout));
  }

  void BeginRequest() { sent_ = false; }
  bool sent() const { return sent_; }

 protected:
  // The base class connects anew and writes again if the *first* write on a kept
  // connection fails; of that one, too, no byte was taken.
  int write(const char* buffer, std::streamsize length) override {
    const int count = HTTPClientSession::write(buffer, length);
    if (count > 0) sent_ = true;
    return count;
  }

 private:
  bool sent_ = false;
};

HttpLoad::HttpLoad(LoadConfig config)
    : config_(std::move(config)), recorder_(config_) {}

HttpLoad::~HttpLoad() { HttpLoad::Stop(); }

Status HttpLoad::Start() {
  const Status valid = Validate(config_, kMaxClients);
  if (!valid.ok()) return valid;
  try {
    Poco::Net::StreamSocket probe;
    probe.connect(Poco::Net::SocketAddress(
                      config_.http.host, static_cast<Poco::UInt16>(config_.http.port)),
                  ToTimespan(config_.connect_timeout));
  } catch (const Poco::Exception& e) {
    return Status::Error("cannot reach the hit counter at " + ToString(config_.http) +
                         ": " + e.displayText());
  }
  const auto cycles = AssignKeys(config_.keys, config_.shards, config_.AllClients(),
                                 Rng(config_.seed).Next());
  begin_ = MonotonicNow();
  for (int client = 0; client < config_.clients; ++client) {
    threads_.emplace_back(
        [this, client,
         cycle = cycles[static_cast<std::size_t>(config_.first_in_load + client)]] {
          RunClient(client, cycle);
        });
  }
  return Status::Ok();
}

void HttpLoad::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void HttpLoad::RunClient(int client, const KeyCycle& cycle) {
  Session session(config_);
  const Nanos pause = Pause(config_);
  Nanos earliest = FirstStart(config_, begin_, client);
  for (std::int64_t number = 0;; ++number) {
    Nanos intended = begin_;
    if (config_.open_loop) {
      const double place = config_.first_in_load + client +
                           static_cast<double>(number) * config_.AllClients();
      intended += Nanos(static_cast<std::int64_t>(place * 1e9 / config_.rate));
    }
    if (!WaitUntil(std::max(intended, earliest))) return;
    const std::uint32_t key =
        cycle
            .keys[(cycle.start + static_cast<std::size_t>(number)) % cycle.keys.size()];
    Operation op;
    op.kind = OperationKind::kHttpHit;
    op.worker = static_cast<std::uint8_t>(config_.worker);
    op.client = config_.first_client + client;
    op.slot = static_cast<std::uint16_t>(config_.keys[key].slot);
    op.id = NewId();
    op.invoked = MonotonicNow();
    op.intended = config_.open_loop ? intended : op.invoked;
    const Answer answer = Ask(session, config_.keys[key].key);
    op.completed = MonotonicNow();
    Record(op, config_.keys[key].key, answer);
    earliest = op.invoked + pause;
    if (answer.outcome != Outcome::kAcked) {
      earliest = std::max(earliest, op.completed + kBackOff);
    }
  }
}

HttpLoad::Answer HttpLoad::Ask(Session& session, const std::string& key) {
  using Poco::Net::HTTPResponse;
  Answer answer;
  session.BeginRequest();
  try {
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET, PathOf(key),
                                   Poco::Net::HTTPMessage::HTTP_1_1);
    session.sendRequest(request);
    HTTPResponse response;
    const std::string page = ReadPage(session.receiveResponse(response));
    answer.node = response.get(kNodeHeader, "");
    if (response.getStatus() == HTTPResponse::HTTP_OK) {
      const auto hits = ParseHitPage(page);
      if (hits) {
        answer.value = *hits;
        answer.outcome = Outcome::kAcked;
        return answer;
      }
    } else if (response.getStatus() == HTTPResponse::HTTP_SERVICE_UNAVAILABLE) {
      answer.outcome = Outcome::kRejected;
    }
    answer.error = std::to_string(response.getStatus()) + " " + page.substr(0, 200);
    if (page.empty()) session.reset();
  } catch (const Poco::Exception& e) {
    session.reset();
    answer.outcome = session.sent() ? Outcome::kUnknown : Outcome::kRejected;
    answer.error = e.displayText();
  }
  return answer;
}

bool HttpLoad::WaitUntil(Nanos at) {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const Nanos left = at - MonotonicNow();
    if (left <= Nanos(0)) return true;
    stopping_.wait_for(lock, left);
  }
  return false;
}

std::int64_t HttpLoad::NewId() {
  const std::lock_guard lock(mutex_);
  return recorder_.NextId();
}

void HttpLoad::Record(Operation operation, const std::string& key,
                      const Answer& answer) {
  const std::lock_guard lock(mutex_);
  operation.key = recorder_.KeyNumber(key);
  operation.outcome = answer.outcome;
  operation.value = answer.value;
  if (!answer.node.empty()) operation.node = recorder_.NodeNumber(answer.node);
  if (!answer.error.empty()) operation.error = recorder_.ErrorNumber(answer.error);
  recorder_.Add(operation);
}

}  // namespace slotquake
