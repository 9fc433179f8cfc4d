#include "harness/faults/reshard.h"

#include <algorithm>

#include "harness/faults/asking.h"

namespace slotquake {
namespace {

using std::chrono::seconds;

// Masters that own slots, by their lowest one.
std::vector<const NodeView*> MastersOf(const ClusterView& view) {
  std::vector<const NodeView*> masters;
  for (const NodeView& node : view.nodes) {
    if (node.master && !node.slots.empty()) masters.push_back(&node);
  }
  std::sort(masters.begin(), masters.end(), [](const NodeView* a, const NodeView* b) {
    return a->slots.front().first < b->slots.front().first;
  });
  return masters;
}

// The master after `source`, or the one that is called `name`.
Result<Member> FindTarget(Cluster& cluster, const ClusterView& view,
                          const std::string& source_id, const std::string& name) {
  const auto names = AskNames(cluster);
  const auto masters = MastersOf(view);
  for (std::size_t i = 0; i < masters.size(); ++i) {
    if (name.empty() && masters[i]->id != source_id) continue;
    const NodeView* target =
        name.empty() ? masters[(i + 1) % masters.size()] : masters[i];
    const auto known = names.find(target->id);
    if (known == names.end() || target->id == source_id) continue;
    if (name.empty() || known->second == name) return Member{known->second, target->id};
  }
  return Status::Error(name.empty() ? "there is no other master"
                                    : "\"" + name + "\" is no other master that lives");
}

std::vector<int> LowestSlots(const std::vector<SlotRange>& ranges, std::size_t count) {
  std::vector<int> slots;
  for (const SlotRange& range : ranges) {
    for (int slot = range.first; slot <= range.last && slots.size() < count; ++slot) {
      slots.push_back(slot);
    }
  }
  return slots;
}

}  // namespace

FaultType Reshard::Type() {
  return {
      .name = "reshard",
      .help = "slots are moved from a master to another one, live",
      .how =
          "For each of the victim's lowest slots: CLUSTER SETSLOT IMPORTING and "
          "MIGRATING, MIGRATE of its keys, SETSLOT NODE, as redis-cli does it. A step "
          "every \"pause_ms\" finishes some slots and opens the next; each is in the "
          "record. What goes wrong (a node that does not answer) ends the work, as it "
          "ends redis-cli, and leaves one slot open. Undone: what is open is closed, "
          "its keys go to who owns it by the word of the masters that live, who keeps "
          "its own where both have one; what had gone stays where it is, unless "
          "\"move_back\".",
      .interval =
          "from before the first SETSLOT until the first slot is open on both sides; "
          "\"recover\" has to leave time for the steps",
      .proof =
          "Source and target both hold the first slot for open. Undone: no master "
          "holds "
          "a slot open, and all masters agree who owns those that were to go.",
      .teaches =
          "Whether clients that follow redirections lose anything while slots move, "
          "and what is left when a node dies in the middle: open slots, keys on "
          "both sides, an owner that has gone.",
      .platforms = "Everywhere: it needs nothing but commands to the nodes.",
      .options =
          {OptionSpec::Int("slots", 1000, 1, 16383, "How many slots are to go."),
           OptionSpec::String("to", "",
                              "The master that gets them, by name; empty: the next one "
                              "after the victim, by their lowest slots."),
           OptionSpec::Int("pipeline", 10, 1, 1000, "How many keys one MIGRATE takes."),
           OptionSpec::Int("slots_per_step", 10, 1, 1000,
                           "How many slots are moved in one step."),
           OptionSpec::Int("pause_ms", 20, 0, 10'000, "How long between two steps."),
           OptionSpec::Bool("move_back", false,
                            "Whether undoing brings back what had gone.")},
      .make = MakeFault<Reshard>,
      .by_api = true,
  };
}

Reshard::Reshard(const OptionValues& options)
    : wanted_(static_cast<std::size_t>(options.Int("slots"))),
      to_(options.String("to")),
      pipeline_(static_cast<int>(options.Int("pipeline"))),
      slots_per_step_(static_cast<int>(options.Int("slots_per_step"))),
      pause_(options.Ms("pause_ms")),
      move_back_(options.Bool("move_back")) {}

Status Reshard::CheckSupported(Cluster&) const { return Status::Ok(); }

Result<std::vector<std::string>> Reshard::Aim(FaultContext& context) {
  const Victim& victim = context.victims.front();
  if (context.victims.size() != 1 || !victim.was_master) {
    return Status::Error("reshard: the victim is one master, whose slots are to go");
  }
  const auto view = AskViewOf(context.cluster, victim.node);
  if (!view.ok()) return view.status().Annotate("reshard");
  slots_ = LowestSlots(victim.slots, wanted_);
  if (slots_.size() < wanted_) {
    return Status::Error("reshard: " + victim.node + " owns no more than " +
                         std::to_string(slots_.size()) + " slots");
  }
  const auto target = FindTarget(context.cluster, *view, victim.id, to_);
  if (!target.ok()) return target.status().Annotate("reshard");
  source_ = {victim.node, victim.id};
  target_ = *target;
  return context.nodes();
}

std::string Reshard::Describe(const FaultContext& context) const {
  return std::to_string(wanted_) + " slots of " + context.node() + " to " +
         target_.node;
}

Status Reshard::Inject(FaultContext& context) {
  const Status opened = OpenSlot(context.cluster, slots_.front(), source_, target_);
  if (opened.ok()) next_ = MonotonicNow() + pause_;
  return opened;
}

std::vector<Proof> Reshard::Prove(FaultContext& context) {
  std::vector<Proof> proofs;
  for (const Member& side : {source_, target_}) {
    const auto nodes = Ask(context.cluster, side.node, {"CLUSTER", "NODES"});
    const bool open = nodes.ok() && !slots_.empty() &&
                      OpenSlotsIn(nodes->text).contains(slots_.front());
    proofs.push_back({.what = !nodes.ok() ? nodes.message()
                                          : side.node + " holds slot " +
                                                std::to_string(slots_.front()) +
                                                (open ? " for open" : " for closed"),
                      .holds = open,
                      .at = context.now()});
  }
  return proofs;
}

Status Reshard::Advance(Cluster& cluster) {
  const int slot = slots_[moved_];
  const Status moved = MoveSlot(cluster, slot, source_, target_, pipeline_);
  if (!moved.ok()) return moved;
  if (++moved_ == slots_.size()) return Status::Ok();
  return OpenSlot(cluster, slots_[moved_], source_, target_);
}

Result<std::string> Reshard::Step(FaultContext& context) {
  for (int i = 0; i < slots_per_step_ && !IsDone(); ++i) {
    const Status moved = Advance(context.cluster);
    if (moved.ok()) continue;
    next_ = Nanos::max();
    return "ends after " + std::to_string(moved_) + " slots: " + moved.message();
  }
  if (!IsDone()) {
    // A slot is left open between two steps with some of its keys on each side.
    const auto some = MoveKeys(context.cluster, slots_[moved_], source_, target_, 1);
    next_ = some.ok() ? MonotonicNow() + pause_ : Nanos::max();
    if (!some.ok()) {
      return "ends after " + std::to_string(moved_) + " slots: " + some.message();
    }
  } else {
    next_ = Nanos::max();
  }
  return std::to_string(moved_) + " slots have gone";
}

Status Reshard::MoveBack(const FaultContext& context) {
  for (; moved_ > 0; --moved_) {
    const int slot = slots_[moved_ - 1];
    const std::vector<MasterSays> masters = AskMasters(context.cluster);
    const auto owner = OwnerByAll(masters, slot);
    if (!owner.ok()) return owner.status();
    // The source may have been replaced: its shard is where its last slot is.
    const auto home = OwnerByAll(masters, context.victims.front().slots.back().last);
    if (!home.ok()) return home.status();
    if (owner->id == home->id) continue;
    const Status back = MoveSlot(context.cluster, slot, *owner, *home, pipeline_);
    if (!back.ok()) return back;
  }
  return Status::Ok();
}

Status Reshard::Recover(FaultContext& context) {
  next_ = Nanos::max();
  if (slots_.empty()) return Status::Ok();
  const std::string missing = AwaitNothingMissing(seconds(10), [&] {
    return std::string(CloseOpenSlots(context.cluster, pipeline_).message());
  });
  if (!missing.empty()) return Status::Error(missing);
  return move_back_ ? MoveBack(context) : Status::Ok();
}

std::vector<Proof> Reshard::ProveRecovery(FaultContext& context) {
  std::map<std::string, int> owners;
  const std::string missing = AwaitNothingMissing(seconds(15), [&]() -> std::string {
    // One that was down when the others closed theirs comes back with its own open.
    const Status closed = CloseOpenSlots(context.cluster, pipeline_);
    if (!closed.ok()) return closed.message();
    const std::vector<MasterSays> masters = AskMasters(context.cluster);
    owners.clear();
    for (const MasterSays& said : masters) {
      if (!said.open.empty()) return said.master.node + " holds a slot open";
    }
    for (const int slot : slots_) {
      const auto owner = OwnerByAll(masters, slot);
      if (!owner.ok()) return owner.message();
      ++owners[owner->node];
    }
    return "";
  });
  std::string text = "no slot is open";
  for (const auto& [node, count] : owners) {
    text += "; " + std::to_string(count) + " of them are " + node + "'s";
  }
  return {{.what = missing.empty() ? text : missing,
           .holds = missing.empty(),
           .at = context.now()}};
}

}  // namespace slotquake
