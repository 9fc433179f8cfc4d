#include "harness/testing/history_builder.h"

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

namespace slotquake {
namespace {

using nlohmann::json;

[[noreturn]] void Fail(std::string_view line, const std::string& why) {
  throw std::runtime_error(why + " in \"" + std::string(line) + "\"");
}

std::vector<std::string> Words(std::string_view line) {
  std::istringstream in{std::string(line)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

std::string Spaced(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// "90..100" or "100"; a single time is both.
std::pair<double, double> ParseTimes(const std::string& word) {
  const auto dots = word.find("..");
  if (dots == std::string::npos) return {std::stod(word), std::stod(word)};
  return {std::stod(word.substr(0, dots)), std::stod(word.substr(dots + 2))};
}

std::vector<SlotRange> ParseRanges(const std::string& text) {
  std::vector<SlotRange> ranges;
  if (text == "-") return ranges;
  for (const std::string& part : Split(text, ',')) {
    const auto ends = Split(part, '-');
    ranges.push_back({std::stoi(ends.front()), std::stoi(ends.back())});
  }
  return ranges;
}

void SetFlags(const std::string& flags, NodeView& view) {
  view.pfail = flags.find("pfail") != std::string::npos;
  view.fail = !view.pfail && flags.find("fail") != std::string::npos;
  view.open_slots = flags.find("open") != std::string::npos;
  view.connected = flags.find("off") == std::string::npos;
  view.handshake = flags.find("handshake") != std::string::npos;
  view.myself = flags.find("myself") != std::string::npos;
}

json ParseValue(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  const bool number = !text.empty() && text.size() < 18 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  return number ? json(std::stoll(text)) : json(text);
}

void SetResult(const std::string& word, Operation& op, History& history) {
  std::string rest = word;
  if (rest.starts_with("http")) {
    op.kind = OperationKind::kHttpHit;
    rest = rest.substr(4);
  } else if (rest.starts_with("+")) {
    op.kind = OperationKind::kAppend;
    rest = rest.substr(1);
  }
  if (rest.empty() && op.kind == OperationKind::kAppend) {
    op.outcome = Outcome::kAcked;
  } else if (rest.starts_with("=")) {
    op.outcome = Outcome::kAcked;
    op.value = std::stoll(rest.substr(1));
  } else if (rest.starts_with("!") || rest.starts_with("?")) {
    op.outcome = rest[0] == '!' ? Outcome::kRejected : Outcome::kUnknown;
    op.error = history.errors().Intern(Spaced(rest.substr(1)));
  } else {
    Fail(word, "no result");
  }
}

std::string_view KindOf(const std::string& word) {
  static const std::map<std::string, std::string_view> kKinds = {
      {"view", observation_kind::kView},
      {"info", observation_kind::kClusterInfo},
      {"repl", observation_kind::kReplication},
      {"log", observation_kind::kLog},
      {"gap", observation_kind::kGap},
      {"unreachable", observation_kind::kUnreachable},
      {"reachable", observation_kind::kReachable},
      {"process", observation_kind::kProcess},
      {"pod", observation_kind::kPod},
      {"address", "address"},
      {"stall", observation_kind::kStall},
      {"digest", observation_kind::kDigest}};
  const auto it = kKinds.find(word);
  if (it == kKinds.end()) Fail(word, "unknown kind of observation");
  return it->second;
}

Victim ParseVictim(const json& text) {
  Victim victim;
  victim.node = text.value("victim", "r0");
  victim.was_master = text.value("master", true);
  victim.config_epoch = text.value("epoch", 1);
  victim.slots = ParseRanges(text.value("slots", "0-5460"));
  return victim;
}

FaultRecord ParseFault(const json& text) {
  FaultRecord fault;
  fault.type = text.value("type", "kill");
  fault.effect = text.value("effect", "");
  fault.options = json::object();
  fault.victims = {ParseVictim(text)};
  if (text.contains("victims")) fault.victims.clear();
  for (const json& victim : text.value("victims", json::array())) {
    fault.victims.push_back(ParseVictim(victim));
  }
  fault.injected = text.value("injected", true);
  fault.asked = FromMillis(text.at("asked").get<double>());
  fault.done = FromMillis(text.value("done", text.at("asked").get<double>()));
  if (text.value("proven", true)) {
    fault.proofs = {{"process 4711 is gone", true, fault.done}};
  }
  fault.description = fault.type;
  if (!fault.victims.empty()) fault.description += " of " + fault.victims[0].node;
  fault.recovered = text.contains("recover");
  fault.recovery_wanted = text.value("wanted", fault.recovered);
  if (fault.recovered) {
    fault.recover_asked = FromMillis(text["recover"].at(0).get<double>());
    fault.recover_done = FromMillis(text["recover"].at(1).get<double>());
  }
  return fault;
}

FinalRead ParseFinal(const std::string& key, const json& value) {
  FinalRead read;
  read.key = key;
  if (value.is_string()) read.error = value.get<std::string>();
  if (value.is_number()) read.value = value.get<std::int64_t>();
  if (value.is_array()) read.tokens = value.get<std::vector<std::int64_t>>();
  return read;
}

void AddHealthyStart(HistoryBuilder& builder) {
  builder.AddObservation(
      "0 * view r0:1:0-5460 r1:2:5461-10922 r2:3:10923-16383 r3>r0 r4>r1 r5>r2");
  builder.AddObservation(
      "0 * info state=ok slots_ok=16384 slots_pfail=0 slots_fail=0 current_epoch=3");
  for (int i = 0; i < 6; ++i) {
    const std::string node = "0 r" + std::to_string(i) + " repl ";
    builder.AddObservation(
        node + (i < 3 ? "role=master offset=100 keys=10"
                      : "role=slave offset=100 link_up=true syncing=false keys=10"));
  }
}

json List(const json& text, const char* name) {
  return text.value(name, json::array());
}

void AddRest(const json& text, RunRecord& record) {
  const json rest = text.value("rest", json(true));
  record.rest.reached = rest.is_boolean() && rest.get<bool>();
  if (rest.is_string()) record.rest.missing = rest.get<std::string>();
  record.rest.required = FromMillis(5000);
  record.rest.since = record.duration;
  record.rest.until = record.duration + FromMillis(5000);
  if (text.contains("rest_ms")) {
    record.rest.since = FromMillis(text["rest_ms"].at(0).get<double>());
    record.rest.until = FromMillis(text["rest_ms"].at(1).get<double>());
    record.rest.required = FromMillis(text["rest_ms"].at(2).get<double>());
  }
}

}  // namespace

std::string HistoryBuilder::IdOf(const std::string& name) const {
  const NodeRecord* node = record_.FindNode(name);
  return node == nullptr ? name : node->id;
}

void HistoryBuilder::AddNodes(int count, double timeout_ms, const std::string& engine,
                              const std::string& version) {
  for (int i = 0; i < count; ++i) {
    NodeRecord node;
    node.name = "r" + std::to_string(i);
    char id[41];
    std::snprintf(id, sizeof id, "%040x", 0xa0 + i);
    node.id = id;
    node.address = "10.0.0." + std::to_string(i + 1);
    node.engine = engine;
    node.version = version;
    node.config["cluster-node-timeout"] = std::to_string(static_cast<int>(timeout_ms));
    record_.logs[node.name] = "";
    record_.nodes.push_back(node);
  }
}

void HistoryBuilder::Push(Operation op, double from, double to) {
  op.invoked = FromMillis(from);
  op.intended = op.invoked;
  op.completed = FromMillis(to);
  if (op.id == 0) op.id = next_id_;
  next_id_ = std::max(next_id_, op.id) + 1;
  record_.duration = std::max(record_.duration, op.completed);
  record_.history.operations().push_back(op);
}

void HistoryBuilder::AddOperation(std::string_view line) {
  std::vector<std::string> words = Words(line);
  const bool load = !words.empty() && words.front() == "load";
  if (load) words.erase(words.begin());
  if (words.size() < 5) Fail(line, "too few words");
  Operation op;
  std::string client = words[0];
  if (client.starts_with("w")) {
    const auto parts = Split(client.substr(1), '.');
    op.worker = static_cast<std::uint8_t>(std::stoi(parts.at(0)));
    client = parts.at(1);
  }
  op.client = std::stoi(client.substr(1));
  op.key = record_.history.keys().Intern(words[1]);
  const auto slot = slots_.find(words[1]);
  op.slot = slot == slots_.end() ? std::uint16_t{0}
                                 : static_cast<std::uint16_t>(slot->second);
  if (words[2] != "-") {
    op.node = static_cast<std::int16_t>(record_.history.nodes().Intern(words[2]));
  }
  const auto [from, to] = ParseTimes(words[3]);
  double every = 0;
  double take = 0;
  for (std::size_t i = 4; i + 1 < words.size(); ++i) {
    if (words[i] == "every")
      every = std::stod(words[++i]);
    else if (words[i] == "take")
      take = std::stod(words[++i]);
    else if (words[i][0] == '#')
      op.id = std::stoll(words[i].substr(1));
    else if (words[i][0] == '^')
      op.parent = std::stoll(words[i].substr(1));
    else
      Fail(line, "unknown word \"" + words[i] + "\"");
  }
  SetResult(words.back(), op, record_.history);
  if (!load) {
    Push(op, from, to);
    return;
  }
  if (every <= 0) Fail(line, "a load without every");
  for (int i = 0; from + i * every < to; ++i) {
    Push(op, from + i * every, from + i * every + take);
    if (op.value >= 0) ++op.value;
  }
}

NodeView HistoryBuilder::ParseNodeView(const std::string& word) const {
  NodeView view;
  view.connected = true;
  const auto parts = Split(word, ':');
  const auto arrow = parts.at(0).find('>');
  view.master = arrow == std::string::npos;
  const std::string self = parts[0].substr(0, arrow);
  const auto place = self.find('@');
  view.id = IdOf(self.substr(0, place));
  if (place != std::string::npos) view.address = self.substr(place + 1);
  if (view.master) {
    if (parts.size() < 3) Fail(word, "a master needs an epoch and slots");
    view.config_epoch = std::stoll(parts[1]);
    view.slots = ParseRanges(parts[2]);
    if (parts.size() > 3) SetFlags(parts[3], view);
  } else {
    view.master_id = IdOf(parts[0].substr(arrow + 1));
    if (parts.size() > 1) SetFlags(parts[1], view);
  }
  return view;
}

json HistoryBuilder::ParseView(std::string_view words, const std::string& node) const {
  ClusterView view;
  for (const std::string& word : Words(words)) {
    view.nodes.push_back(ParseNodeView(word));
  }
  const auto is_myself = [](const NodeView& one) { return one.myself; };
  if (std::any_of(view.nodes.begin(), view.nodes.end(), is_myself)) return view;
  for (NodeView& one : view.nodes) one.myself = one.id == IdOf(node);
  return view;
}

void HistoryBuilder::AddObservation(std::string_view line) {
  const std::vector<std::string> words = Words(line);
  if (words.size() < 3) Fail(line, "too few words");
  if (words[1] == "*") {
    for (const NodeRecord& node : record_.nodes) {
      std::string one = words[0] + " " + node.name;
      for (std::size_t i = 2; i < words.size(); ++i) one += " " + words[i];
      AddObservation(one);
    }
    return;
  }
  Observation seen;
  const auto [from, at] = ParseTimes(words[0]);
  seen.kind = KindOf(words[2]);
  seen.node = words[1];
  seen.at = FromMillis(at);
  seen.not_before = FromMillis(from);
  seen.source = "poll";
  record_.duration = std::max(record_.duration, seen.at);
  std::size_t fields = 3;
  if (seen.kind == observation_kind::kView) {
    std::string rest;
    for (std::size_t i = 3; i < words.size(); ++i) rest += words[i] + " ";
    seen.data = ParseView(rest, seen.node);
    record_.observations.push_back(seen);
    return;
  }
  seen.data = json::object();
  if (seen.kind == observation_kind::kLog) {
    if (words.size() < 4) Fail(line, "a log line without an event");
    seen.source = "log";
    seen.data["event"] = words[3];
    seen.data["text"] = words[3];
    if (from == at) seen.not_before = seen.at - FromMillis(1);
    fields = 4;
  }
  for (std::size_t i = fields; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    if (equals == std::string::npos) Fail(line, "no field \"" + words[i] + "\"");
    const std::string name = words[i].substr(0, equals);
    const std::string value = words[i].substr(equals + 1);
    if (name == "about" || name == "from" || name == "to" || name == "master") {
      seen.data[name] = IdOf(value);
    } else {
      seen.data[name] = name == "reason" ? json(Spaced(value)) : ParseValue(value);
    }
  }
  record_.observations.push_back(seen);
}

RunRecord HistoryBuilder::Take() {
  std::stable_sort(
      record_.observations.begin(), record_.observations.end(),
      [](const Observation& a, const Observation& b) { return a.at < b.at; });
  return std::move(record_);
}

RunRecord RecordFromJson(const json& text) {
  HistoryBuilder builder;
  builder.AddNodes(text.value("nodes", 6), text.value("timeout_ms", 2000.0),
                   text.value("engine", "redis"), text.value("version", "7.0.15"));
  RunRecord& record = builder.record();
  record.scenario = "test";
  record.scenario_json = {{"expect", text.value("expect", json::object())},
                          {"timeline", text.value("timeline", json::array())}};
  if (text.value("healthy", true)) AddHealthyStart(builder);
  // Named, because items() does not keep a temporary alive.
  const json slots = text.value("slots", json::object());
  const json initial = text.value("initial", json::object());
  const json finals = text.value("final", json::object());
  for (const auto& [key, slot] : slots.items()) {
    builder.SetSlot(key, slot.get<int>());
  }
  for (const json& line : List(text, "ops")) {
    builder.AddOperation(line.get<std::string>());
  }
  for (const json& line : List(text, "observations")) {
    builder.AddObservation(line.get<std::string>());
  }
  for (const json& fault : List(text, "faults")) {
    record.faults.push_back(ParseFault(fault));
    for (Victim& victim : record.faults.back().victims) {
      const NodeRecord* node = record.FindNode(victim.node);
      if (node != nullptr) victim.id = node->id;
    }
  }
  for (const auto& [key, value] : initial.items()) {
    record.initial_values[key] = value.get<std::int64_t>();
  }
  for (const auto& [key, value] : finals.items()) {
    record.final_reads.push_back(ParseFinal(key, value));
  }
  int index = 0;
  for (const json& bound : List(text, "workers")) {
    WorkerRecord worker;
    worker.index = index;
    worker.name = "client-" + std::to_string(index++);
    worker.clock_bound = FromMillis(bound.get<double>());
    record.workers.push_back(worker);
  }
  record.errors = text.value("errors", std::vector<std::string>());
  record.interrupted = text.value("interrupted", false);
  record.loads.emplace_back();
  AddRest(text, record);
  return builder.Take();
}

}  // namespace slotquake
