#include "harness/history/record.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

namespace slotquake {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

Status WriteFile(const fs::path& path,
                 const std::function<void(std::ostream&)>& write) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (out) write(out);
  out.close();
  if (!out) return Status::Error("cannot write " + path.string());
  return Status::Ok();
}

Result<std::string> ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return Status::Error("cannot read " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Text from keys and logs may be any bytes; invalid UTF-8 is replaced.
std::string Dump(const json& value, int indent) {
  return value.dump(indent, ' ', false, json::error_handler_t::replace);
}

}  // namespace

}  // namespace slotquake

namespace nlohmann {

// Durations and instants are whole nanoseconds in JSON.
template <>
struct adl_serializer<slotquake::Nanos> {
  static void to_json(json& j, const slotquake::Nanos& t) { j = t.count(); }
  static void from_json(const json& j, slotquake::Nanos& t) {
    t = slotquake::Nanos(j.get<std::int64_t>());
  }
};
template <typename T>
struct adl_serializer<std::optional<T>> {
  static void to_json(json& j, const std::optional<T>& value) {
    if (value) {
      j = *value;
    } else {
      j = nullptr;
    }
  }
  static void from_json(const json& j, std::optional<T>& value) {
    if (j.is_null()) {
      value.reset();
    } else {
      value = j.get<T>();
    }
  }
};
}  // namespace nlohmann

namespace slotquake {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(NodeRecord, name, id, address, port, version, engine,
                                   config)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Proof, what, holds, at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Victim, node, id, was_master, config_epoch, slots)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FaultStep, what, asked, done, error)

// By hand: earlier records have neither effect, triggers nor steps.
void to_json(json& out, const FaultRecord& fault) {
  out = {{"type", fault.type},
         {"effect", fault.effect},
         {"description", fault.description},
         {"options", fault.options},
         {"victims", fault.victims},
         {"triggered_by", fault.triggered_by},
         {"triggered_at", fault.triggered_at},
         {"injected", fault.injected},
         {"asked", fault.asked},
         {"done", fault.done},
         {"proofs", fault.proofs},
         {"steps", fault.steps},
         {"error", fault.error},
         {"recovery_wanted", fault.recovery_wanted},
         {"recovered", fault.recovered},
         {"recover_asked", fault.recover_asked},
         {"recover_done", fault.recover_done},
         {"recovery_proofs", fault.recovery_proofs}};
}

void from_json(const json& in, FaultRecord& fault) {
  fault.effect = in.value("effect", "");
  fault.triggered_by = in.value("triggered_by", "");
  fault.triggered_at = in.value("triggered_at", Nanos(0));
  fault.steps = in.value("steps", std::vector<FaultStep>());
  in.at("type").get_to(fault.type);
  in.at("description").get_to(fault.description);
  in.at("options").get_to(fault.options);
  in.at("victims").get_to(fault.victims);
  in.at("injected").get_to(fault.injected);
  in.at("asked").get_to(fault.asked);
  in.at("done").get_to(fault.done);
  in.at("proofs").get_to(fault.proofs);
  in.at("error").get_to(fault.error);
  in.at("recovery_wanted").get_to(fault.recovery_wanted);
  in.at("recovered").get_to(fault.recovered);
  in.at("recover_asked").get_to(fault.recover_asked);
  in.at("recover_done").get_to(fault.recover_done);
  in.at("recovery_proofs").get_to(fault.recovery_proofs);
}

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(FinalRead, key, node, error, value, tokens)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WorkerRecord, index, name, role, clock_offset,
                                   clock_bound)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PhaseRecord, name, begin, end)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RestRecord, reached, since, until, required, missing)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LoadRecord, kind, worker, clients, open_loop,
                                   rate_per_second, keys, begin, end)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RunRecord, format, id, scenario, seed, trial,
                                   platform, base_wall, duration, command, environment,
                                   interrupted, errors, nodes, workers, loads, phases,
                                   faults, rest, initial_values, final_reads)

namespace {

Status ReadObservations(const fs::path& path, std::vector<Observation>& observations) {
  std::ifstream in(path);
  if (!in) return Status::Error("cannot read " + path.string());
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    try {
      observations.push_back(json::parse(line).get<Observation>());
    } catch (const json::exception& e) {
      return Status::Error(path.string() + ":" + std::to_string(number) + ": " +
                           e.what());
    }
  }
  return Status::Ok();
}

Status ReadLogs(const fs::path& folder, std::map<std::string, std::string>& logs) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".log") continue;
    auto text = ReadFile(entry.path());
    if (!text.ok()) return text.status();
    logs[entry.path().stem().string()] = std::move(*text);
  }
  return Status::Ok();
}

}  // namespace

bool FaultRecord::IsProven() const {
  return injected && !proofs.empty() &&
         std::all_of(proofs.begin(), proofs.end(),
                     [](const Proof& proof) { return proof.holds; });
}

const NodeRecord* RunRecord::FindNode(const std::string& name) const {
  for (const NodeRecord& node : nodes) {
    if (node.name == name) return &node;
  }
  return nullptr;
}

const NodeRecord* RunRecord::FindNodeById(const std::string& node_id) const {
  for (const NodeRecord& node : nodes) {
    if (node.id == node_id) return &node;
  }
  return nullptr;
}

const PhaseRecord* RunRecord::FindPhase(const std::string& name) const {
  for (const PhaseRecord& phase : phases) {
    if (phase.name == name) return &phase;
  }
  return nullptr;
}

Status WriteRecord(const RunRecord& record, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder / "logs", error);
  if (error) return Status::Error("cannot make " + (folder / "logs").string());
  for (const auto& [node, text] : record.logs) {
    const Status logged = WriteFile(folder / "logs" / (node + ".log"),
                                    [&text = text](std::ostream& out) { out << text; });
    if (!logged.ok()) return logged;
  }
  Status status = WriteFile(folder / "scenario.json", [&](std::ostream& out) {
    out << Dump(record.scenario_json, 2) << "\n";
  });
  if (!status.ok()) return status;
  status = WriteFile(folder / "history.sq",
                     [&](std::ostream& out) { record.history.Write(out); });
  if (!status.ok()) return status;
  status = WriteFile(folder / "observations.jsonl", [&](std::ostream& out) {
    for (const Observation& observation : record.observations) {
      out << Dump(observation, -1) << "\n";
    }
  });
  if (!status.ok()) return status;
  const fs::path unfinished = folder / "record.json.part";
  status = WriteFile(unfinished,
                     [&](std::ostream& out) { out << Dump(json(record), 2) << "\n"; });
  if (!status.ok()) return status;
  fs::rename(unfinished, folder / "record.json", error);
  if (error) return Status::Error("cannot rename " + unfinished.string());
  return Status::Ok();
}

Result<RunRecord> ReadRecord(const fs::path& folder) {
  if (!fs::exists(folder / "record.json")) {
    return Status::Error(folder.string() +
                         " holds no record.json: not a run's folder, or a run that "
                         "ended before its record was complete");
  }
  RunRecord record;
  fs::path reading;
  try {
    for (const char* name : {"record.json", "scenario.json"}) {
      reading = folder / name;
      auto text = ReadFile(reading);
      if (!text.ok()) return text.status();
      const json parsed = json::parse(*text);
      if (reading.filename() == "record.json") {
        if (parsed.at("format") != record.format) {
          return Status::Error(reading.string() + ": format " +
                               parsed.at("format").dump() +
                               " is not one this version "
                               "reads (" +
                               std::to_string(record.format) + ")");
        }
        record = parsed.get<RunRecord>();
      } else {
        record.scenario_json = parsed;
      }
    }
  } catch (const json::exception& e) {
    return Status::Error(reading.string() + ": " + e.what());
  }
  std::ifstream in(folder / "history.sq", std::ios::binary);
  auto history = History::Read(in);
  if (!history.ok()) return history.status().Annotate((folder / "history.sq").string());
  record.history = std::move(*history);
  Status status = ReadObservations(folder / "observations.jsonl", record.observations);
  if (status.ok()) status = ReadLogs(folder / "logs", record.logs);
  if (!status.ok()) return status;
  return record;
}

}  // namespace slotquake
