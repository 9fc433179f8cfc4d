// scenario.schema.json, the parser and ToJson() must know the same keys.

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "gtest/gtest.h"
#include "harness/scenario/parse.h"

namespace slotquake {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

KnownFaults Faults() {
  KnownFaults faults;
  faults.names = {"kill", "power_cut"};
  return faults;
}

json ReadJson(const fs::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  return json::parse(in);
}

using Keys = std::map<std::string, std::set<std::string>>;

// The keys that the schema allows in each object, by the object's place; arrays
// have one place, "/load/*".
void CollectSchemaKeys(const json& root, const json& schema, const std::string& where,
                       Keys* keys) {
  if (schema.contains("$ref")) {
    const std::string place = schema["$ref"].get<std::string>().substr(1);
    CollectSchemaKeys(root, root[json::json_pointer(place)], where, keys);
  }
  if (schema.contains("properties")) {
    for (const auto& [key, value] : schema["properties"].items()) {
      (*keys)[where].insert(key);
      CollectSchemaKeys(root, value, where + "/" + key, keys);
    }
  }
  if (schema.contains("items"))
    CollectSchemaKeys(root, schema["items"], where + "/*", keys);
  if (schema.contains("anyOf")) {
    for (const json& form : schema["anyOf"]) CollectSchemaKeys(root, form, where, keys);
  }
}

// The keys that the parser names as known there, when it is given another one.
std::set<std::string> ParserKeys(const json& document,
                                 const json::json_pointer& object) {
  json changed = document;
  changed[object]["zzzzzzzz"] = 1;
  std::set<std::string> keys;
  for (const Mistake& mistake : ParseScenario(changed.dump(), Faults()).mistakes) {
    if (mistake.where != object.to_string() + "/zzzzzzzz") continue;
    const std::string before = "unknown key; known: ";
    EXPECT_EQ(mistake.what.substr(0, before.size()), before);
    std::istringstream names(mistake.what.substr(before.size()));
    for (std::string name; std::getline(names >> std::ws, name, ',');)
      keys.insert(name);
  }
  return keys;
}

TEST(Schema, KnowsTheKeysThatTheParserKnows) {
  Keys keys;
  const json schema = ReadJson("scenarios/scenario.schema.json");
  CollectSchemaKeys(schema, schema, "", &keys);
  const json full = ReadJson("harness/scenario/testdata/valid-full.json");
  const json attach = ReadJson("harness/scenario/testdata/valid-attach.json");
  const std::map<std::string, std::string> places = {
      {"", ""},
      {"/cluster", "/cluster"},
      {"/cluster/kubernetes", "/cluster/kubernetes"},
      {"/cluster/kubernetes/attach", "/cluster/kubernetes/attach"},
      {"/load/*", "/load/0"},
      {"/load/*/keys", "/load/0/keys"},
      {"/load/*/wait", "/load/1/wait"},
      {"/timeline/*", "/timeline/0"},
      {"/timeline/*/when", "/timeline/5/when"},
      {"/timeline/*/periodic", "/timeline/5/periodic"},
      {"/timeline/*/victim", "/timeline/1/victim"},
      {"/timeline/*/victim/*", "/timeline/5/victim/1"},
      {"/timeline/*/victim/master_of", "/timeline/4/victim/master_of"},
      {"/timeline/*/victim/*/master_of", "/timeline/5/victim/3/master_of"},
      {"/timeline/*/recover", "/timeline/1/recover"},
      {"/expect", "/expect"},
      {"/expect/lost_writes", "/expect/lost_writes"},
      {"/expect/promotion_ms", "/expect/promotion_ms"},
      {"/expect/slot_coverage", "/expect/slot_coverage"},
      {"/expect/load", "/expect/load"},
  };
  EXPECT_EQ(keys.size(), places.size());
  for (const auto& [schema_place, place] : places) {
    const json& document = full.contains(json::json_pointer(place)) ? full : attach;
    EXPECT_EQ(ParserKeys(document, json::json_pointer(place)), keys[schema_place])
        << schema_place;
  }
}

void CollectKeys(const json& value, const std::string& where, Keys* keys) {
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) {
      (*keys)[where].insert(key);
      CollectKeys(member, where + "/" + key, keys);
    }
  } else if (value.is_array()) {
    for (const json& member : value) CollectKeys(member, where + "/*", keys);
  }
}

// A key that ToJson() forgot would be missing from every run's scenario.json.
TEST(Schema, ToJsonWritesEveryKeyOfTheSchema) {
  Keys schema_keys;
  const json schema = ReadJson("scenarios/scenario.schema.json");
  CollectSchemaKeys(schema, schema, "", &schema_keys);
  schema_keys[""].erase("$schema");  // for editors only
  Keys written;
  for (const char* file : {"full", "attach"}) {
    json document =
        ReadJson("harness/scenario/testdata/valid-" + std::string(file) + ".json");
    for (json& entry : document["timeline"]) entry.erase("options");
    const ParsedScenario parsed = ParseScenario(document.dump(), Faults());
    ASSERT_EQ(ToString(parsed.mistakes), "") << file;
    CollectKeys(ToJson(parsed.scenario), "", &written);
  }
  written.erase("/cluster/config");  // any key
  EXPECT_EQ(written, schema_keys);
}

}  // namespace
}  // namespace slotquake
