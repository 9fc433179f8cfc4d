#ifndef SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_TESTING_FAKE_KUBECTL_H_
#define SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_TESTING_FAKE_KUBECTL_H_

#include <filesystem>
#include <string>
#include <vector>

#include "harness/platform/kubernetes/kubectl.h"

namespace slotquake {

// A program in the place of kubectl, whose answers a test writes in Python. The script
// finds the arguments without the global options in `words`, its standard input with
// given(), and the folder of this object, to keep state and take orders, as `here`;
// fail(text) says text and ends with exit code 1; files of `here` are read with
// text_of(name), "" where there is none. Each test has one of its own.
class FakeKubectl {
 public:
  explicit FakeKubectl(const std::string& script);

  Kubectl kubectl(const std::string& name_space = "") const;
  const std::filesystem::path& folder() const { return folder_; }
  // The arguments of every call so far, global options included, a line each.
  std::vector<std::string> calls() const;
  // The process ids of those calls.
  std::vector<pid_t> pids() const;
  // A file in folder().
  void Write(const std::string& name, const std::string& text) const;
  std::string Read(const std::string& name) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_PLATFORM_KUBERNETES_TESTING_FAKE_KUBECTL_H_
