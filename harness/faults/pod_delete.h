#ifndef SLOTQUAKE_HARNESS_FAULTS_POD_DELETE_H_
#define SLOTQUAKE_HARNESS_FAULTS_POD_DELETE_H_

#include <optional>
#include <string>
#include <vector>

#include "harness/faults/fault.h"
#include "harness/faults/pod_proofs.h"

namespace slotquake {

// How long a server has after SIGTERM, as options: `grace_seconds` (-1: what its pod
// says) or `forced` (none: the pod is forced out of the API, and the server killed).
std::vector<OptionSpec> GraceOptions();
std::string CheckGrace(const OptionValues& options);
// Nothing: what the pod says; zero: forced.
std::optional<std::chrono::seconds> GraceOf(const OptionValues& options);

// Deletes the victims' pods, as `kubectl delete pod` does. The platform makes new ones
// in their place by itself and at once, whatever the scenario says: "recover" does not
// bring anything back. Its `after_ms` says from when on the run waits, at most
// kBackLimit, until every pod is there again, is ready and its server answers; the
// recovery is done when they do. Meanwhile nothing else of the timeline happens, so
// that a fault that is to hit pods on their way back stands before it. With "none" the
// run goes on without looking, and holds the nodes for absent.
class PodDelete : public Fault {
 public:
  static FaultType Type();

  explicit PodDelete(const OptionValues& options)
      : PodDelete("pod_delete", GraceOf(options)) {}

  Status CheckSupported(Cluster& cluster) const override;
  std::string_view effect() const override { return fault_effect::kProcessGone; }
  Result<std::vector<std::string>> Aim(FaultContext& context) override;
  std::string Describe(const FaultContext& context) const override;
  // Returns when no old server answers any more.
  Status Inject(FaultContext& context) override;
  // The pods of the old uids are gone, and so are their servers.
  std::vector<Proof> Prove(FaultContext& context) override;
  Status Recover(FaultContext& context) override;
  // New pods are ready and answer.
  std::vector<Proof> ProveRecovery(FaultContext& context) override;

  static constexpr std::chrono::seconds kBackLimit{120};

 protected:
  PodDelete(std::string name, std::optional<std::chrono::seconds> grace)
      : name_(std::move(name)), grace_(grace) {}

  // "at once", "with 10 s of grace".
  std::string HowLong() const;

 private:
  std::string name_;
  std::optional<std::chrono::seconds> grace_;
  std::vector<PodBefore> before_;
  bool deleted_ = false;
};

}  // namespace slotquake

#endif  // SLOTQUAKE_HARNESS_FAULTS_POD_DELETE_H_
