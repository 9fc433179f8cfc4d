#include "harness/faults/flap.h"

namespace slotquake {

FaultType Flap::Type() {
  std::vector<OptionSpec> options = CutOptionTable();
  options.push_back(OptionSpec::Int("on_ms", 1000, 10, 600'000,
                                    "How long the network is cut each time."));
  options.push_back(
      OptionSpec::Int("off_ms", 1000, 10, 600'000, "How long it is whole in between."));
  return {
      .name = "flap",
      .help = "the network between the victims and all others is cut and whole in turn",
      .how =
          "As partition; the rules are put in force and taken away in turn, and the "
          "record holds the instant of each. A turn waits until the first cut is "
          "proven. Undone: it is whole, and stays so.",
      .interval = "of the first cut; the later turns are steps of the record",
      .proof = "Of the first cut, as partition; an error at a later turn undoes it.",
      .teaches =
          "Cuts that are shorter than the node timeout promote nobody, however "
          "often they come.",
      .platforms = "local and Kubernetes; needs nftables.",
      .options = std::move(options),
      .make = MakeFault<Flap>,
      .check = CheckCutOptions,
  };
}

Flap::Flap(const OptionValues& options)
    : Partition("flap", ReadCutOptions(options)),
      on_(options.Ms("on_ms")),
      off_(options.Ms("off_ms")) {}

std::string Flap::Describe(const FaultContext& context) const {
  const auto millis = [](Nanos time) {
    return std::to_string(
        std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
  };
  return Partition::Describe(context) + ", for " + millis(on_) + " ms of every " +
         millis(on_ + off_) + " ms";
}

Status Flap::Inject(FaultContext& context) {
  const Status cut = Partition::Inject(context);
  cut_ = cut.ok();
  next_ = cut.ok() ? MonotonicNow() + on_ : Nanos::max();
  return cut;
}

Result<std::string> Flap::Step(FaultContext& context) {
  const Status turned = cut_ ? Partition::Recover(context) : Partition::Inject(context);
  if (!turned.ok()) return turned;
  cut_ = !cut_;
  next_ = MonotonicNow() + (cut_ ? on_ : off_);
  return std::string(cut_ ? "cut" : "whole");
}

Status Flap::Recover(FaultContext& context) {
  next_ = Nanos::max();
  cut_ = false;
  return Partition::Recover(context);
}

}  // namespace slotquake
