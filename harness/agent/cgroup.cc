#include "harness/agent/cgroup.h"

#include <algorithm>
#include <regex>

namespace slotquake {
namespace {

// Static pods have a hash without dashes for a uid.
const char kPodUid[] =
    "pod([0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}"
    "|[0-9a-f]{32})(?![0-9a-f])";
const char kContainerId[] = "[0-9a-f]{64}";

}  // namespace

std::optional<PodMember> ParseCgroup(const std::string& text) {
  static const std::regex kUid(kPodUid);
  static const std::regex kId(kContainerId);
  std::optional<PodMember> found;
  // Where a whole cluster runs in a pod, the innermost pod is the one.
  for (std::sregex_iterator at(text.begin(), text.end(), kUid), end; at != end; ++at) {
    PodMember member{(*at)[1].str(), ""};
    std::replace(member.pod_uid.begin(), member.pod_uid.end(), '_', '-');
    const std::string rest = at->suffix().str();
    const std::string path = rest.substr(0, rest.find('\n'));
    std::smatch id;
    if (std::regex_search(path, id, kId)) member.container_id = id.str();
    // The first hierarchy may say less than the others.
    const bool says_more = !found || !member.container_id.empty();
    if (says_more) found = member;
  }
  return found;
}

}  // namespace slotquake
