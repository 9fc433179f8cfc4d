#include "harness/platform/kubernetes/machine_cut.h"

#include "harness/platform/packet_filter.h"

namespace slotquake {
namespace {

constexpr const char* kTable = "machine";

// One step for nft: the old table goes, the new one comes.
std::string CutScript() {
  return R"sh(
out="$(ip -o route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)"
[ -n "$out" ] || { echo "this machine has no default route" >&2; exit 1; }
nft -f - <<END
)sh" + FilterRemoval(kTable) +
         "table inet " + kFilterPrefix + kTable + R"sh( {
counter stopped { }
chain incoming {
type filter hook prerouting priority -350; policy accept;
iifname "$out" counter name stopped drop
}
chain outgoing {
type filter hook postrouting priority 350; policy accept;
oifname "$out" counter name stopped drop
}
}
END
)sh";
}

std::string Joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

}  // namespace

Status CutMachine(const KindCluster& cluster, const std::string& machine) {
  return cluster.Shell(machine, CutScript()).status();
}

Status HealMachine(const KindCluster& cluster, const std::string& machine) {
  return cluster.Shell(machine, "nft -f - <<END\n" + FilterRemoval(kTable) + "END\n")
      .status();
}

Result<std::int64_t> PacketsStopped(const KindCluster& cluster,
                                    const std::string& machine) {
  const auto answer = cluster.Shell(machine, Joined(FilterCounterCommand(kTable)));
  if (!answer.ok()) return answer.status();
  return ReadFilterCounter(*answer);
}

}  // namespace slotquake
