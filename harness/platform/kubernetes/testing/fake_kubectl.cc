#include "harness/platform/kubernetes/testing/fake_kubectl.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "gtest/gtest.h"

namespace slotquake {
namespace {

const char* const kBefore = R"(#!/usr/bin/env python3
import json, os, sys, time
here = os.path.dirname(os.path.abspath(__file__))
words = [w for w in sys.argv[1:]
         if not w.startswith(("--kubeconfig=", "--context=", "--namespace="))]
def note(name, line):
    fd = os.open(here + "/" + name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.write(fd, (line + "\n").encode())
    os.close(fd)
def text_of(name):
    try:
        return open(here + "/" + name).read()
    except FileNotFoundError:
        return ""
def given():
    return sys.stdin.read()
def fail(text):
    sys.stderr.write(text + "\n")
    sys.exit(1)
note("calls", " ".join(sys.argv[1:]))
note("pids", str(os.getpid()))
)";

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace

FakeKubectl::FakeKubectl(const std::string& script) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  folder_ = std::filesystem::path(testing::TempDir()) /
            (std::string(test->test_suite_name()) + "." + test->name());
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  Write("kubectl", kBefore + script);
  chmod((folder_ / "kubectl").c_str(), 0755);
}

Kubectl FakeKubectl::kubectl(const std::string& name_space) const {
  return Kubectl({.program = (folder_ / "kubectl").string(),
                  .kubeconfig = "/k",
                  .context = "here",
                  .name_space = name_space});
}

void FakeKubectl::Write(const std::string& name, const std::string& text) const {
  // Whole at once: the fake may look at any time.
  const auto part = folder_ / (name + ".part");
  std::ofstream(part) << text;
  std::filesystem::rename(part, folder_ / name);
}

std::string FakeKubectl::Read(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(folder_ / name).rdbuf();
  return text.str();
}

std::vector<std::string> FakeKubectl::calls() const { return Lines(Read("calls")); }

std::vector<pid_t> FakeKubectl::pids() const {
  std::vector<pid_t> pids;
  for (const std::string& line : Lines(Read("pids"))) pids.push_back(std::stoi(line));
  return pids;
}

}  // namespace slotquake
