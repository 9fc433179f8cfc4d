#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_STEPS_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_STEPS_H_

#include <functional>
#include <string>
#include <vector>

#include "harness/base/status.h"

namespace slotquake {

// What a heal does, step by step, and what it could not do. A dry one only says it. Not
// thread-safe.
class HealSteps {
 public:
  HealSteps(bool dry_run, std::function<void(const std::string&)> say)
      : dry_run_(dry_run), say_(std::move(say)) {}

  bool dry_run() const { return dry_run_; }
  // Says what ("start machine worker"), does it unless this is a dry run, and goes on
  // after an error.
  void Do(const std::string& what, const std::function<Status()>& act);
  // Something that was done already, by a step that finds and does in one go.
  void Done(const std::string& what);
  // Something that is left, and what to do about it.
  void Leave(const std::string& what);

  int count() const { return count_; }
  const std::vector<std::string>& left() const { return left_; }

 private:
  bool dry_run_;
  std::function<void(const std::string&)> say_;
  int count_ = 0;
  std::vector<std::string> left_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_HEAL_STEPS_H_
