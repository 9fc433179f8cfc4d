#include "harness/scenario/parse.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <limits>
#include <sstream>

#include "harness/scenario/read_timeline.h"
#include "harness/scenario/rules.h"

namespace slotquake {
namespace {

using nlohmann::json;

constexpr double kNoLimit = std::numeric_limits<double>::infinity();
constexpr std::int64_t kNoIntLimit = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMaxFileBytes = 1 << 20;

bool IsName(const std::string& name) {
  if (name.empty() || std::islower(static_cast<unsigned char>(name[0])) == 0)
    return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
         std::string::npos;
}

void ReadConfig(const json& config, OptionReader& cluster,
                std::map<std::string, std::string>* out) {
  OptionReader::Read take = [&](OptionReader& reader) {
    for (const auto& [key, value] : config.items()) {
      reader.Raw(key);
      const std::string text =
          value.is_string() ? value.get<std::string>() : value.dump();
      if (!value.is_string() && !value.is_number_integer()) {
        reader.AddMistake(key, "must be a string or a whole number, as after \"" + key +
                                   "\" in redis.conf, is " + DescribeValue(value));
      } else if (std::any_of(text.begin(), text.end(),
                             [](unsigned char c) { return std::iscntrl(c) != 0; })) {
        reader.AddMistake(key, "must be one line");
      } else if (key.empty() || key.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") !=
                                    std::string::npos) {
        reader.AddMistake(key,
                          "is no name of a line in redis.conf (small letters and -)");
      } else if (const std::string why = WhyReserved(key); !why.empty()) {
        reader.AddMistake(key, why);
      } else {
        (*out)[key] = text;
      }
    }
  };
  cluster.Object("config", take);
}

AttachSpec ReadAttach(OptionReader& reader) {
  AttachSpec attach;
  const auto text = [&reader](const char* key, const std::string& fallback) {
    std::string value = reader.String(key, fallback);
    const json* given = reader.Raw(key);
    if (given != nullptr && *given == "") reader.AddMistake(key, "must not be empty");
    return value;
  };
  reader.Require("namespace", "where the cluster is");
  attach.name_space = text("namespace", "");
  reader.Require("selector", "the labels of its pods: \"app=redis\"");
  attach.selector = text("selector", "");
  attach.container = reader.String("container", attach.container);
  attach.port = reader.Int("port", attach.port, 1, 55'535);
  attach.password_secret = reader.String("password_secret", attach.password_secret);
  if (reader.Has("password_key") && !reader.Has("password_secret")) {
    reader.AddMistake("password_key", "goes with \"password_secret\" only");
  }
  attach.password_key = text("password_key", attach.password_key);
  return attach;
}

void ReadKubernetes(OptionReader& reader, KubernetesSpec* kubernetes) {
  kubernetes->overlay = reader.String("overlay", kubernetes->overlay);
  if (kubernetes->overlay.empty() ||
      kubernetes->overlay.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") !=
          std::string::npos) {
    reader.AddMistake("overlay",
                      "must be the name of a folder of deploy/kubernetes/overlays");
  }
  reader.Object("attach", [&](OptionReader& r) { kubernetes->attach = ReadAttach(r); });
  if (kubernetes->attach && reader.Has("overlay")) {
    reader.AddMistake("overlay",
                      "is not ours to say: with \"attach\" nothing is deployed");
  }
}

// What a cluster is that somebody else has deployed can not be said here.
void RefuseWithAttach(OptionReader& reader) {
  for (const char* key :
       {"masters", "replicas_per_master", "engine", "server", "config"}) {
    if (reader.Has(key)) {
      reader.AddMistake(key,
                        "is not ours to say: \"attach\" takes the cluster as it is");
    }
  }
}

void ReadCluster(OptionReader& reader, ClusterSpec* cluster) {
  cluster->masters = reader.Int("masters", cluster->masters, 1, 100);
  cluster->replicas_per_master =
      reader.Int("replicas_per_master", cluster->replicas_per_master, 0, 30);
  cluster->engine = reader.OneOf("engine", cluster->engine, {"redis", "valkey"});
  cluster->server = reader.String("server", cluster->server);
  cluster->node_timeout_ms =
      reader.Int("node_timeout_ms", cluster->node_timeout_ms, 100, 600'000);
  if (const json* config = reader.Raw("config")) {
    ReadConfig(*config, reader, &cluster->config);
  }
  reader.Object("kubernetes",
                [&](OptionReader& r) { ReadKubernetes(r, &cluster->kubernetes); });
  if (cluster->kubernetes.attach) RefuseWithAttach(reader);
}

void ReadKeys(OptionReader& reader, KeySpec* keys) {
  keys->spread = Choice(reader, "spread", keys->spread, {"one", "shards", "slots"});
  if (reader.Has("per_shard") && (keys->spread == "one" || keys->spread == "slots")) {
    reader.AddMistake("per_shard", "goes with \"spread\": \"shards\" only");
  }
  keys->per_shard = reader.Int("per_shard", keys->per_shard, 1, 10'000);
}

WaitSpec ReadWait(OptionReader& reader) {
  WaitSpec wait;
  wait.replicas = reader.Int("replicas", wait.replicas, 1, 30);
  wait.timeout_ms = reader.Int("timeout_ms", wait.timeout_ms, 1, 600'000);
  return wait;
}

LoadSpec ReadLoad(OptionReader& reader) {
  LoadSpec load;
  reader.Require("kind");
  load.kind = reader.OneOf("kind", load.kind, {"hits", "http_hits", "append"});
  load.clients = reader.Int("clients", load.clients, 1, 10'000);
  load.loop = Choice(reader, "loop", load.loop, {"closed", "open"});
  if (load.loop == "open") {
    reader.Require("rate_per_second", "an open loop sends at this rate");
  }
  load.rate_per_second =
      reader.Number("rate_per_second", load.rate_per_second, 1, 10'000'000);
  load.timeout_ms = reader.Int("timeout_ms", load.timeout_ms, 1, 600'000);
  if (reader.Has("wait") && load.kind == "http_hits") {
    reader.AddMistake("wait", "goes with writes straight to the nodes only");
  }
  reader.Object("wait", [&](OptionReader& wait) { load.wait = ReadWait(wait); });
  reader.Object("keys", [&](OptionReader& keys) { ReadKeys(keys, &load.keys); });
  return load;
}

void ReadPromotionMax(const json& max, OptionReader& reader, Expectations* expect) {
  if (max == "theory") {
    expect->promotion_max_is_theory = true;
  } else if (max.is_number()) {
    expect->promotion_max_ms = reader.OptionalNumber("max", 1, kHourMs);
  } else {
    reader.AddMistake("max", "must be \"theory\" or a number of milliseconds, is " +
                                 DescribeValue(max));
  }
}

void ReadExpect(OptionReader& reader, Expectations* expect) {
  reader.Object("lost_writes", [&](OptionReader& lost) {
    expect->lost_max_count = lost.OptionalInt("max_count", 0, kNoIntLimit);
    expect->lost_max_window_ms = lost.OptionalNumber("max_window_ms", 0, kNoLimit);
    expect->lost_min_count = lost.OptionalInt("min_count", 0, kNoIntLimit);
  });
  expect->promotion =
      reader.OneOf("promotion", expect->promotion, {"required", "forbidden", "any"});
  expect->way_back = reader.OneOf("return", expect->way_back,
                                  {"restart", "failover", "theory", "any"});
  reader.Object("promotion_ms", [&](OptionReader& promotion) {
    promotion.Require("max");
    if (const json* max = promotion.Raw("max"))
      ReadPromotionMax(*max, promotion, expect);
  });
  reader.Object("slot_coverage", [&](OptionReader& coverage) {
    expect->max_slot_seconds = coverage.OptionalNumber("max_slot_seconds", 0, kNoLimit);
    expect->max_uncovered_ms = coverage.OptionalNumber("max_uncovered_ms", 0, kNoLimit);
    expect->must_stay_down = coverage.Bool("stays_down_until_recovery", false);
  });
  expect->rest = reader.OneOf("rest", expect->rest, {"required", "any", "never"});
  reader.Object("load", [&](OptionReader& load) {
    expect->min_acked_before =
        load.Int("min_acked_before", expect->min_acked_before, 0, 1'000'000'000);
  });
}

void ReadNames(OptionReader& reader, Scenario* scenario) {
  reader.OptionalString("$schema");  // for editors
  reader.Require("name");
  if (const auto name = reader.OptionalString("name")) {
    scenario->name = *name;
    if (!IsName(*name)) {
      reader.AddMistake(
          "name", "must be small letters, digits and _, with a letter first, is " +
                      DescribeValue(*name));
    }
  }
  reader.Require("teaches", "one sentence on what a run shows");
  if (const auto teaches = reader.OptionalString("teaches")) {
    scenario->teaches = *teaches;
    if (teaches->empty()) reader.AddMistake("teaches", "must not be empty");
  }
}

void ReadAll(OptionReader& reader, const KnownFaults& faults, Scenario* scenario) {
  ReadNames(reader, scenario);
  reader.Object("cluster",
                [&](OptionReader& r) { ReadCluster(r, &scenario->cluster); });
  reader.Require("load", "at least one entry; nothing is seen without load");
  reader.Each("load", 1, 16,
              [&](OptionReader& r) { PutAt(r.where(), ReadLoad(r), &scenario->load); });
  scenario->workers = reader.Int("workers", scenario->workers, 1, 8);
  scenario->warm_up_ms = reader.Int("warm_up_ms", scenario->warm_up_ms, 0, kHourMs);
  ReadTimeline(reader, faults, &scenario->timeline);
  scenario->hold_ms = reader.Int("hold_ms", scenario->hold_ms, 0, kHourMs);
  scenario->rest_limit_ms =
      reader.Int("rest_limit_ms", scenario->rest_limit_ms, 1, kHourMs);
  reader.Require("expect", "what must hold for the run to pass");
  reader.Object("expect", [&](OptionReader& r) { ReadExpect(r, &scenario->expect); });
}

}  // namespace

ParsedScenario ParseScenario(std::string_view text, const KnownFaults& faults) {
  ParsedScenario parsed;
  if (text.size() > kMaxFileBytes) {
    parsed.mistakes.push_back({"", "is larger than 1 MiB"});
    return parsed;
  }
  const auto document = ParseStrictJson(text, &parsed.mistakes);
  if (!document) return parsed;
  OptionReader::ReadObject(*document, "", &parsed.mistakes, [&](OptionReader& reader) {
    ReadAll(reader, faults, &parsed.scenario);
  });
  FindByName(&parsed.scenario.timeline, &parsed.mistakes);
  CheckRules(parsed.scenario, &parsed.mistakes);
  SortByTime(&parsed.scenario.timeline);
  return parsed;
}

ParsedScenario ReadScenario(const std::filesystem::path& file,
                            const KnownFaults& faults) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  // Reading a folder opens well and fails at the first byte.
  const bool empty = in && in.peek() == std::ifstream::traits_type::eof() && !in.bad();
  if (empty || !in || !(text << in.rdbuf())) {
    ParsedScenario parsed;
    parsed.mistakes.push_back(
        {"", empty ? "the file is empty" : "can not read " + file.string()});
    return parsed;
  }
  ParsedScenario parsed = ParseScenario(text.str(), faults);
  const std::string& name = parsed.scenario.name;
  if (IsName(name) && file.filename() != name + ".json") {
    parsed.mistakes.push_back({"/name", "the file of \"" + name + "\" must be called " +
                                            name + ".json, is " +
                                            file.filename().string()});
  }
  return parsed;
}

}  // namespace slotquake
