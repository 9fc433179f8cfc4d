#include "harness/faults/config_set.h"

#include "harness/faults/asking.h"

namespace slotquake {

FaultType ConfigSet::Type() {
  return {
      .name = "config_set",
      .help = "a parameter of the running servers is changed (CONFIG SET)",
      .how =
          "CONFIG SET at each victim, in turn. Undone by setting what it was before; "
          "a server that was started again meanwhile has its file's value anyway.",
      .interval = "from before the first CONFIG SET until the last victim has said OK",
      .proof =
          "CONFIG GET says the new value, or, where the server writes it in another "
          "form, another one than before. Undone: it says what it did before.",
      .teaches =
          "What a change of configuration under load does: writes that are refused "
          "for want of replicas, memory that is suddenly too small, a node timeout "
          "that is not the same everywhere.",
      .platforms = "Everywhere: it needs nothing but commands to the nodes.",
      .options = {OptionSpec::String("parameter", nullptr,
                                     "Its name, as in redis.conf."),
                  OptionSpec::String("value", nullptr, "What it is set to.")},
      .make = MakeFault<ConfigSet>,
      .by_api = true,
  };
}

ConfigSet::ConfigSet(const OptionValues& options)
    : parameter_(options.String("parameter")), value_(options.String("value")) {}

Status ConfigSet::CheckSupported(Cluster&) const { return Status::Ok(); }

Result<std::vector<std::string>> ConfigSet::Aim(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const auto value = AskConfig(context.cluster, node, parameter_);
    if (!value.ok()) return value.status().Annotate("config_set");
    if (*value == value_) {
      return Status::Error("config_set: " + parameter_ + " of " + node + " is " +
                           value_ + " already");
    }
    before_[node] = *value;
  }
  return context.nodes();
}

std::string ConfigSet::Describe(const FaultContext& context) const {
  return "CONFIG SET " + parameter_ + " " + value_ + " at " +
         JoinNames(context.nodes());
}

Status ConfigSet::Inject(FaultContext& context) {
  for (const std::string& node : context.nodes()) {
    const auto set = Ask(context.cluster, node, {"CONFIG", "SET", parameter_, value_});
    if (!set.ok()) return set.status();
  }
  return Status::Ok();
}

std::vector<Proof> ConfigSet::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const std::string& node : context.nodes()) {
    const auto value = AskConfig(context.cluster, node, parameter_);
    proofs.push_back(
        {.what = value.ok() ? parameter_ + " of " + node + " is " + *value +
                                  ", before " + before_[node]
                            : value.message(),
         .holds = value.ok() && (*value == value_ || *value != before_[node]),
         .at = context.now()});
  }
  return proofs;
}

Status ConfigSet::Recover(FaultContext& context) {
  Status first = Status::Ok();
  for (const auto& [node, value] : before_) {
    if (IsDown(context.cluster, node)) continue;
    const auto set = Ask(context.cluster, node, {"CONFIG", "SET", parameter_, value});
    if (first.ok()) first = set.status();
  }
  return first;
}

std::vector<Proof> ConfigSet::ProveRecovery(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const auto& [node, before] : before_) {
    if (IsDown(context.cluster, node)) {
      proofs.push_back({.what = node + " is down, and the change with it",
                        .holds = true,
                        .at = context.now()});
      continue;
    }
    const auto value = AskConfig(context.cluster, node, parameter_);
    proofs.push_back({.what = value.ok() ? parameter_ + " of " + node + " is " + *value
                                         : value.message(),
                      .holds = value.ok() && *value == before,
                      .at = context.now()});
  }
  return proofs;
}

}  // namespace slotquake
