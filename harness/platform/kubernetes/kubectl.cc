#include "harness/platform/kubernetes/kubectl.h"

#include "harness/base/subprocess.h"

namespace slotquake {

Kubectl Kubectl::In(const std::string& name_space) const {
  KubeTarget target = target_;
  target.name_space = name_space;
  return Kubectl(target);
}

std::vector<std::string> Kubectl::CommandLine(
    const std::vector<std::string>& arguments) const {
  std::vector<std::string> line = {target_.program};
  if (!target_.kubeconfig.empty()) line.push_back("--kubeconfig=" + target_.kubeconfig);
  if (!target_.context.empty()) line.push_back("--context=" + target_.context);
  if (!target_.name_space.empty()) line.push_back("--namespace=" + target_.name_space);
  line.insert(line.end(), arguments.begin(), arguments.end());
  return line;
}

Result<std::string> Kubectl::Run(const std::vector<std::string>& arguments,
                                 const std::string& input, Nanos limit) const {
  return RunCommand(CommandLine(arguments), input, limit);
}

Result<nlohmann::json> Kubectl::Json(const std::vector<std::string>& arguments,
                                     Nanos limit) const {
  const auto text = Run(arguments, "", limit);
  if (!text.ok()) return text.status();
  auto parsed = nlohmann::json::parse(*text, nullptr, false);
  if (parsed.is_discarded()) {
    return Status::Error("kubectl printed what is no JSON: " + text->substr(0, 200));
  }
  return parsed;
}

}  // namespace slotquake
