#include "harness/platform/local/traffic.h"

#include "harness/base/subprocess.h"
#include "harness/platform/local/vantage.h"
#include "harness/platform/packet_filter.h"
#include "harness/redis/connection.h"
#include "harness/redis/round_trip.h"

namespace slotquake {
namespace {

constexpr int kPort = 6379;
constexpr const char* kClass = "1:7";
// What may wait before a narrow way, and what passes at once when it was idle.
constexpr const char* kQueueTime = "200ms";
constexpr const char* kBurst = "16k";

// A table with one rule, which gives packets of the shape a mark or a class, and counts
// them, before other rules see them.
Result<std::string> MarkTable(const std::string& table, const Shape& shape,
                              const Network& network, const std::string& hook,
                              const std::string& setting) {
  std::string ends;
  for (const auto& [side, names] :
       {std::pair{"saddr", &shape.from}, std::pair{"daddr", &shape.to}}) {
    std::string list;
    for (const std::string& name : *names) {
      const auto address = network.AddressOf(name);
      if (!address.ok()) return address.status();
      list += (list.empty() ? "" : ", ") + *address;
    }
    if (list.empty()) return Status::Error("a shape without an end");
    ends += "ip " + std::string(side) + " { " + list + " } ";
  }
  return "table inet " + std::string(kFilterPrefix) + table +
         " {\ncounter stopped { }\ncounter passed { }\nchain shape {\ntype filter "
         "hook " +
         hook + " priority -10; policy accept;\n" + ends + "counter name passed " +
         setting + "\n}\n}\n";
}

std::vector<std::string> QueueRule(const char* operation, const std::string& mark) {
  return {"iptables-legacy",
          operation,
          "FORWARD",
          "-m",
          "mark",
          "--mark",
          mark,
          "-j",
          "NFQUEUE",
          "--queue-num",
          mark,
          "--queue-bypass"};
}

}  // namespace

Status LocalTraffic::Run(const Action& action, std::string* answer) const {
  Result<std::string> said = std::string();
  const auto run = [&] { said = RunCommand(action.command, action.input); };
  if (action.host.empty()) {
    run();
  } else {
    const Status entered = RunInNamespace(network_.NamespaceOf(action.host), run);
    if (!entered.ok()) return entered;
  }
  if (said.ok() && answer != nullptr) *answer = *said;
  return said.status();
}

Status LocalTraffic::Do(const Action& action, const Action& undo, Set* set) const {
  const Status done = Run(action);
  if (done.ok()) set->undo.push_back(undo);
  return done;
}

Status LocalTraffic::CanDelay() {
  const auto found = FindProgram("iptables-legacy", "iptables");
  if (!found.ok()) return found.status();
  const std::string mark = std::to_string(next_queue_++);
  const auto delay = PacketDelay::Start(static_cast<std::uint16_t>(std::stoi(mark)),
                                        Nanos(0), Nanos(0), 0);
  if (!delay.ok()) return delay.status();
  const Status added = Run({"", QueueRule("-A", mark), ""});
  return added.ok() ? Run({"", QueueRule("-D", mark), ""}) : added;
}

Status LocalTraffic::CanLimit() {
  const auto found = FindProgram("tc", "iproute2");
  if (!found.ok()) return found.status();
  const Status added =
      Run({"", {"tc", "qdisc", "add", "dev", "lo", "root", "handle", "1:", "htb"}, ""});
  return added.ok() ? Run({"", {"tc", "qdisc", "del", "dev", "lo", "root"}, ""})
                    : added;
}

Status LocalTraffic::SetShapes(const std::string& name,
                               const std::vector<Shape>& shapes) {
  if (sets_.contains(name)) return Status::Error(name + " is in force already");
  Set& set = sets_[name];
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const std::string table = name + "_shape" + std::to_string(i);
    const Status added = shapes[i].bits_per_second > 0
                             ? AddNarrowWay(table, shapes[i], &set)
                             : AddDelay(table, shapes[i], &set);
    if (!added.ok()) return added;
  }
  return Status::Ok();
}

Status LocalTraffic::AddDelay(const std::string& table, const Shape& shape, Set* set) {
  const std::uint16_t queue = next_queue_++;
  auto delay = PacketDelay::Start(queue, shape.delay, shape.jitter, queue);
  if (!delay.ok()) return delay.status();
  set->delays.push_back(std::move(*delay));
  const std::string mark = std::to_string(queue);
  const Status queued =
      Do({"", QueueRule("-A", mark), ""}, {"", QueueRule("-D", mark), ""}, set);
  if (!queued.ok()) return queued;
  const auto rules =
      MarkTable(table, shape, network_, "forward", "meta mark set " + mark);
  if (!rules.ok()) return rules.status();
  set->counters.push_back({"", FilterCounterCommand(table), ""});
  return Do({"", {"nft", "-f", "-"}, *rules},
            {"", {"nft", "-f", "-"}, FilterRemoval(table)}, set);
}

Status LocalTraffic::AddNarrowWay(const std::string& table, const Shape& shape,
                                  Set* set) {
  if (shape.to.size() != 1 && shape.from.size() != 1) {
    return Status::Error("a narrow way has one host at one of its ends");
  }
  // To one host: where the switch sends to it. From one: where that host sends.
  const bool inward = shape.to.size() == 1;
  const std::string host = inward ? "" : shape.from.front();
  std::string link = "eth0";
  if (inward) {
    const auto found = network_.LinkOf(shape.to.front());
    if (!found.ok()) return found.status();
    link = *found;
  }
  const auto rules = MarkTable(table, shape, network_, inward ? "forward" : "output",
                               std::string("meta priority set ") + kClass);
  if (!rules.ok()) return rules.status();
  const std::string rate = std::to_string(shape.bits_per_second) + "bit";
  // Without a default class whatever has none is sent as ever.
  Status status =
      Do({host, {"tc", "qdisc", "add", "dev", link, "root", "handle", "1:", "htb"}, ""},
         {host, {"tc", "qdisc", "del", "dev", link, "root"}, ""}, set);
  if (!status.ok()) {
    return Status::Error(status.message() +
                         " (is this host's traffic limited already?)");
  }
  // The class only sorts; the bucket below it also cuts large segments into packets.
  status = Run({host,
                {"tc", "class", "add", "dev", link, "parent", "1:", "classid", kClass,
                 "htb", "rate", "10gbit", "quantum", "1514"},
                ""});
  if (status.ok()) {
    status = Run({host,
                  {"tc", "qdisc", "add", "dev", link, "parent", kClass, "tbf", "rate",
                   rate, "burst", kBurst, "latency", kQueueTime},
                  ""});
  }
  if (!status.ok()) return status;
  set->counters.push_back({host, FilterCounterCommand(table), ""});
  return Do({host, {"nft", "-f", "-"}, *rules},
            {host, {"nft", "-f", "-"}, FilterRemoval(table)}, set);
}

Status LocalTraffic::ClearShapes(const std::string& name) {
  const auto found = sets_.find(name);
  if (found == sets_.end()) return Status::Ok();
  Set& set = found->second;
  while (!set.undo.empty()) {
    const Status undone = Run(set.undo.back());
    if (!undone.ok()) return undone;
    set.undo.pop_back();
  }
  sets_.erase(found);
  return Status::Ok();
}

Result<std::int64_t> LocalTraffic::Shaped(const std::string& name) {
  const auto found = sets_.find(name);
  if (found == sets_.end()) return Status::Error(name + " is not in force");
  std::int64_t packets = 0;
  for (const Action& counter : found->second.counters) {
    std::string answer;
    const Status ran = Run(counter, &answer);
    if (!ran.ok()) return ran;
    const auto count = ReadFilterCount(answer);
    if (!count.ok()) return count.status();
    packets += count->passed;
  }
  return packets;
}

Result<Nanos> LocalTraffic::RoundTrip(const std::string& from, const std::string& to,
                                      int times, Nanos limit) {
  const auto address = network_.AddressOf(to);
  if (!address.ok()) return address.status();
  Result<Nanos> least = Status::Error("not measured");
  const Status entered = RunInNamespace(network_.NamespaceOf(from), [&] {
    least = LeastRoundTrip({*address, kPort}, times, limit);
  });
  if (!entered.ok()) return entered;
  return least;
}

Result<double> LocalTraffic::EchoSpeed(const std::string& from, const std::string& to,
                                       std::size_t bytes, Nanos limit) {
  const auto address = network_.AddressOf(to);
  if (!address.ok()) return address.status();
  Result<double> speed = 0.0;
  const Status entered = RunInNamespace(network_.NamespaceOf(from), [&] {
    auto connection = Connection::Connect({*address, kPort}, limit);
    if (!connection.ok()) {
      speed = connection.status();
      return;
    }
    const Nanos begin = MonotonicNow();
    const auto reply = connection->Command({"ECHO", std::string(bytes, 'x')});
    const double took = std::chrono::duration<double>(MonotonicNow() - begin).count();
    if (!reply.ok()) {
      speed = reply.status();
    } else {
      speed = static_cast<double>(bytes) * 8 / took;
    }
  });
  if (!entered.ok()) return entered;
  return speed;
}

}  // namespace slotquake
