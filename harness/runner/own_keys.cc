#include "harness/runner/own_keys.h"

#include <set>
#include <utility>

namespace slotquake {
namespace {

constexpr std::size_t kNamed = 3;

// "hits, log and 4 more"
std::string Some(const std::vector<std::string>& keys) {
  std::string text;
  for (std::size_t i = 0; i < keys.size() && i < kNamed; ++i) {
    text += (i == 0 ? "" : ", ") + keys[i];
  }
  if (keys.size() > kNamed) {
    text += " and " + std::to_string(keys.size() - kNamed) + " more";
  }
  return text;
}

bool IsOfOtherType(const FinalRead& read) {
  return read.error.find("WRONGTYPE") != std::string::npos ||
         read.error.find("is no counter") != std::string::npos;
}

}  // namespace

OwnKeys::OwnKeys(const std::vector<LoadSpec>& loads, const LoadTarget& target,
                 Read read)
    : read_(std::move(read)) {
  config_.seeds = target.seeds;
  config_.password = target.password;
  std::set<std::string> seen;
  for (const LoadSpec& load : loads) {
    for (const std::string& key : KeysOf(load, target)) {
      if (seen.insert(key).second) config_.keys.push_back(key);
    }
  }
}

Status OwnKeys::Claim() {
  const auto reads = read_(config_);
  if (!reads.ok()) return reads.status().Annotate("whether keys are free");
  std::vector<std::string> taken;
  for (const FinalRead& read : *reads) {
    if (read.value || IsOfOtherType(read)) {
      taken.push_back(read.key);
    } else if (!read.error.empty()) {
      return Status::Error("whether the key " + read.key +
                           " is free can not be told: " + read.error);
    }
  }
  if (!taken.empty()) {
    return Status::Error(
        "the cluster has keys already that this load would write: " + Some(taken) +
        "; they are left as they are. Choose other \"keys\" of the load; keys that a "
        "run left behind when it was killed can be deleted by hand");
  }
  claimed_ = true;
  return Status::Ok();
}

Status OwnKeys::Remove() {
  if (!claimed_) return Status::Ok();
  claimed_ = false;
  config_.remove = true;
  const auto removed = read_(config_);
  if (!removed.ok()) return removed.status().Annotate("the load's keys stay");
  std::vector<std::string> left;
  std::string why;
  for (const FinalRead& read : *removed) {
    if (read.error.empty()) continue;
    left.push_back(read.key);
    why = read.error;
  }
  if (left.empty()) return Status::Ok();
  return Status::Error("keys of the load stay in the cluster: " + Some(left) + " (" +
                       why + ")");
}

}  // namespace slotquake
