#include "harness/platform/local/traffic.h"

#include "harness/base/subprocess.h"
#include "harness/platform/local/vantage.h"
#include "harness/platform/packet_filter.h"
#include "harness/redis/speed.h"

namespace slotquake {
namespace {

constexpr int kPort = 6379;

// Where packets of a shape wait. All pass the switch; those that share a narrow way
// wait at the one host that is at its end, so that they can be made late as well.
struct Place {
  std::string host;  // "": the switch
  const char* hook;
  const char* chain;
};

Result<Place> PlaceOf(const Shape& shape) {
  if (shape.bits_per_second == 0) return Place{"", "forward", "FORWARD"};
  if (shape.to.size() == 1) return Place{shape.to.front(), "input", "INPUT"};
  if (shape.from.size() == 1) return Place{shape.from.front(), "output", "OUTPUT"};
  return Status::Error("a narrow way has one host at one of its ends");
}

// A table with one rule, which marks packets of the shape, and counts them, before
// other rules see them.
Result<std::string> MarkTable(const std::string& table, const Shape& shape,
                              const Network& network, const Place& place,
                              const std::string& mark) {
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
         place.hook + " priority -10; policy accept;\n" + ends +
         "counter name passed meta mark set " + mark + "\n}\n}\n";
}

std::vector<std::string> QueueRule(const char* operation, const char* chain,
                                   const std::string& mark) {
  return {"iptables-legacy",
          operation,
          chain,
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

Status LocalTraffic::CanShape() {
  const auto found = FindProgram("iptables-legacy", "iptables");
  if (!found.ok()) return found.status();
  const std::uint16_t queue = next_queue_++;
  const auto shaper = PacketShaper::Start(queue, Pace(), 0);
  if (!shaper.ok()) return shaper.status();
  const std::string mark = std::to_string(queue);
  const Status added = Run({"", QueueRule("-A", "FORWARD", mark), ""});
  return added.ok() ? Run({"", QueueRule("-D", "FORWARD", mark), ""}) : added;
}

Status LocalTraffic::SetShapes(const std::string& name,
                               const std::vector<Shape>& shapes) {
  if (sets_.contains(name)) return Status::Error(name + " is in force already");
  Set& set = sets_[name];
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const std::string table = name + "_shape" + std::to_string(i);
    const Status added = AddShape(table, shapes[i], &set);
    if (!added.ok()) return added;
  }
  return Status::Ok();
}

Result<std::unique_ptr<PacketShaper>> LocalTraffic::StartShaper(
    const std::string& host, std::uint16_t queue, const Pace& pace) const {
  if (host.empty()) return PacketShaper::Start(queue, pace, queue);
  Result<std::unique_ptr<PacketShaper>> started = Status::Error("not started");
  const Status entered = RunInNamespace(network_.NamespaceOf(host), [&] {
    started = PacketShaper::Start(queue, pace, queue);
  });
  if (!entered.ok()) return entered;
  return started;
}

Status LocalTraffic::AddShape(const std::string& table, const Shape& shape, Set* set) {
  const auto place = PlaceOf(shape);
  if (!place.ok()) return place.status();
  const std::string& host = place->host;
  const std::uint16_t queue = next_queue_++;
  const std::string mark = std::to_string(queue);
  const auto rules = MarkTable(table, shape, network_, *place, mark);
  if (!rules.ok()) return rules.status();
  auto shaper =
      StartShaper(host, queue, {shape.delay, shape.jitter, shape.bits_per_second});
  if (!shaper.ok()) return shaper.status();
  set->shapers.push_back(std::move(*shaper));
  const Status queued = Do({host, QueueRule("-A", place->chain, mark), ""},
                           {host, QueueRule("-D", place->chain, mark), ""}, set);
  if (!queued.ok()) return queued;
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
  Result<double> speed = Status::Error("not measured");
  const Status entered = RunInNamespace(network_.NamespaceOf(from), [&] {
    speed = slotquake::EchoSpeed({*address, kPort}, bytes, limit);
  });
  if (!entered.ok()) return entered;
  return speed;
}

}  // namespace slotquake
