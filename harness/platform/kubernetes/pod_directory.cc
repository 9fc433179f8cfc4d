#include "harness/platform/kubernetes/pod_directory.h"

namespace slotquake {

Result<Endpoint> PodDirectory::ServerOf(const std::string& node) const {
  const auto place = Find(node);
  if (!place.ok()) return place.status();
  if (place->address.empty()) return Status::Error(node + " has no address now");
  return Endpoint{place->address, client_port()};
}

}  // namespace slotquake
