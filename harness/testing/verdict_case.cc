#include "harness/testing/verdict_case.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>

#include "gtest/gtest.h"
#include "harness/testing/history_builder.h"

namespace slotquake {
namespace {

using nlohmann::json;

bool Same(const json& expected, const json& found) {
  if (expected.is_number() && found.is_number()) {
    return std::fabs(expected.get<double>() - found.get<double>()) < 1e-6;
  }
  return expected == found;
}

void ExpectCases(const json& expected, const Verdict& verdict) {
  for (const auto& [name, validity] : expected.items()) {
    const auto it =
        std::find_if(verdict.cases.begin(), verdict.cases.end(),
                     [&name = name](const Case& one) { return one.name == name; });
    if (it == verdict.cases.end()) {
      ADD_FAILURE() << "no case " << name;
      continue;
    }
    EXPECT_EQ(validity.get<std::string>(), Name(it->validity))
        << name << ": " << it->text;
  }
}

}  // namespace

std::vector<std::string> VerdictCases(const std::filesystem::path& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void ExpectVerdict(const std::string& path, Verdict (*check)(const RunRecord&)) {
  std::ifstream in(path);
  const json text = json::parse(in);
  const Verdict verdict = check(RecordFromJson(text));
  const json& expected = text.at("verdict");
  const bool named_ok = path.ends_with("-ok.json");
  ASSERT_TRUE(named_ok || path.ends_with("-bad.json")) << path;
  EXPECT_EQ(named_ok, verdict.validity == Validity::kPass);
  EXPECT_EQ(expected.at("validity").get<std::string>(), Name(verdict.validity));
  EXPECT_NE(verdict.summary.find(expected.value("summary", "")), std::string::npos)
      << verdict.summary;
  // Named, because items() does not keep a temporary alive.
  const json details = expected.value("details", json::object());
  const json cases = expected.value("cases", json::object());
  for (const auto& [pointer, value] : details.items()) {
    const json::json_pointer at(pointer);
    if (!verdict.details.contains(at)) {
      ADD_FAILURE() << "no " << pointer << " in " << verdict.details.dump(1);
      continue;
    }
    EXPECT_TRUE(Same(value, verdict.details.at(at)))
        << pointer << ": expected " << value << ", found " << verdict.details.at(at);
  }
  ExpectCases(cases, verdict);
  if (testing::Test::HasFailure()) std::cerr << json(verdict.cases).dump(1) << "\n";
}

std::string CaseName(const std::string& path) {
  std::string name = std::filesystem::path(path).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
}

}  // namespace slotquake
