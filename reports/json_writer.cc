#include "reports/json_writer.h"

#include <istream>
#include <ostream>
#include <string>

#include "reports/escape.h"

namespace slotquake {

Status WriteVerdicts(const RunRecord& record, const Judgement& judgement,
                     std::ostream& out) {
  nlohmann::json json = judgement;
  json["run"] = record.id;
  json["scenario"] = record.scenario;
  out << JsonText(json, 1) << "\n";
  return out ? Status::Ok() : Status::Error("cannot write the verdicts");
}

Result<Judgement> ReadVerdicts(std::istream& in) {
  try {
    const nlohmann::json json = nlohmann::json::parse(in);
    // The library takes a word that it does not know for the first one of the
    // list, which is "pass".
    const auto known = [](const nlohmann::json& word) {
      return word == "pass" || word == "inconclusive" || word == "fail";
    };
    bool all_known = known(json.at("validity"));
    for (const nlohmann::json& verdict : json.at("verdicts")) {
      all_known = all_known && known(verdict.at("validity"));
      for (const nlohmann::json& one : verdict.at("cases")) {
        all_known = all_known && known(one.at("validity"));
      }
    }
    if (!all_known) {
      return Status::Error("verdicts: a validity is none of pass, inconclusive, fail");
    }
    return json.get<Judgement>();
  } catch (const nlohmann::json::exception& e) {
    return Status::Error(std::string("verdicts: ") + e.what());
  }
}

}  // namespace slotquake
