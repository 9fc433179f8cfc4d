#include "harness/runner/timeline.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <thread>
#include <utility>

#include "harness/base/option_reader.h"
#include "harness/base/rng.h"
#include "harness/cluster/node_selector.h"
#include "harness/redis/cluster_nodes.h"

namespace slotquake {
namespace {

// The last election that a view knows of.
std::int64_t NewestEpoch(const ClusterView& view) {
  std::int64_t newest = 0;
  for (const NodeView& node : view.nodes) newest = std::max(newest, node.config_epoch);
  return newest;
}

using std::chrono::milliseconds;

constexpr int kLeastTries = 3;

std::string DescribeVictims(const std::vector<Victim>& victims) {
  std::string text;
  for (const Victim& victim : victims) {
    text += (text.empty() ? "" : "; ") +
            std::string(victim.was_master ? "master" : "replica") + " of slots " +
            ToString(victim.slots);
  }
  return text;
}

std::unique_ptr<Fault> MakeFault(const TimelineEntry& entry) {
  const FaultType* type = FindFault(entry.fault);
  if (type == nullptr) return nullptr;
  std::unique_ptr<Fault> fault;
  std::vector<Mistake> mistakes;
  OptionReader::ReadObject(entry.options, "", &mistakes, [&](OptionReader& options) {
    fault = type->make(ReadOptions(*type, options));
  });
  return fault;
}

std::string FirstThatFails(const std::vector<Proof>& proofs) {
  for (const Proof& proof : proofs) {
    if (!proof.holds) return proof.what;
  }
  return "";
}

// What a trigger waits for, in words.
std::string TellTrigger(const TriggerSpec& when) {
  if (when.event == "fault") {
    return "entry " + std::to_string(when.entry) + " " + when.is;
  }
  const bool counts = when.event == "slots_ok" || when.event == "slots_ok_below" ||
                      when.event == "migrated_slots";
  return when.event + (counts ? " " + std::to_string(when.slots) : "");
}

bool AllHold(const std::vector<Proof>& proofs) {
  return std::all_of(proofs.begin(), proofs.end(),
                     [](const Proof& proof) { return proof.holds; });
}

// To the part of [asked, done] in which it took effect, where that was measured.
void Narrow(FaultRecord& record, const std::optional<EffectTime>& measured,
            const std::function<Nanos()>& now) {
  if (!measured) return;
  // Two clocks are read one after the other, and this thread may be held up between:
  // what the record's axis was at that instant lies between `before` and `after`.
  const Nanos before = now();
  const Nanos read = MonotonicNow();
  const Nanos after = now();
  const Nanos from = measured->from - read + before;
  const Nanos until = measured->until - read + after;
  record.asked = std::clamp(from, record.asked, record.done);
  record.done = std::clamp(until, record.asked, record.done);
}

}  // namespace

Timeline::Timeline(Cluster& cluster, const std::vector<TimelineEntry>& entries,
                   std::map<std::string, std::string> names, std::uint64_t seed,
                   std::function<Nanos()> now,
                   std::function<void(const std::string&)> say,
                   RecoverPatience patience)
    : cluster_(cluster),
      names_(std::move(names)),
      seed_(seed),
      now_(std::move(now)),
      say_(std::move(say)),
      patience_(patience),
      watch_(cluster, names_),
      watching_(watch_) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (int k = 0; k < entries[i].times; ++k) Add(entries[i], static_cast<int>(i), k);
  }
}

void Timeline::Add(const TimelineEntry& spec, int number, int repetition) {
  Entry entry;
  entry.spec = spec;
  entry.number = number;
  entry.repetition = repetition;
  entry.waiting = spec.when.has_value();
  entry.fault = MakeFault(spec);
  FaultRecord record;
  record.type = spec.fault;
  if (entry.fault != nullptr) record.effect = entry.fault->effect();
  record.options = spec.options;
  record.recovery_wanted = spec.recover.how != "none";
  entries_.push_back(std::move(entry));
  records_.push_back(std::move(record));
}

Timeline::~Timeline() { RecoverAll(); }

Status Timeline::CheckSupported() {
  std::vector<std::string> problems;
  for (const Entry& entry : entries_) {
    const Status supported = entry.fault != nullptr
                                 ? entry.fault->CheckSupported(cluster_)
                                 : Status::Error("no fault " + entry.spec.fault);
    if (supported.ok()) continue;
    if (std::find(problems.begin(), problems.end(), supported.message()) ==
        problems.end()) {
      problems.push_back(supported.message());
    }
  }
  std::string text;
  for (const std::string& problem : problems) {
    text += (text.empty() ? "" : "\n") + problem;
  }
  return problems.empty() ? Status::Ok() : Status::Error(text);
}

void Timeline::Run(const StopRequested& stop) {
  start_ = MonotonicNow();
  if (NeedsWatch()) watching_.Start();
  for (Entry& entry : entries_) {
    entry.inject_at = start_ + milliseconds(entry.spec.at_ms +
                                            entry.repetition * entry.spec.every_ms);
  }
  while (!stop() && stuck_.empty()) {
    CheckTriggers();
    const Nanos due = NextDue();
    if (due == Nanos::max()) break;
    if (!AwaitDueOrNews(due, stop)) break;
    InjectDue(MonotonicNow());
    RecoverDue();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (NextStepOf(entries_[i]) <= MonotonicNow()) Step(i);
    }
  }
  watching_.RequestEnd();
  RecoverAll();
  for (std::size_t i = 0; i < entries_.size() && !stuck_.empty(); ++i) {
    if (!entries_[i].started) GiveUp(i, "the run had to end before: " + stuck_);
  }
}

bool Timeline::AwaitDueOrNews(Nanos due, const StopRequested& stop) {
  constexpr Nanos kStep = milliseconds(20);
  while (!stop()) {
    const Nanos left = due - MonotonicNow();
    if (left <= Nanos(0) || watch_.news() != news_) return true;
    watch_.AwaitNews(news_, std::min(left, kStep));
  }
  return false;
}

Nanos Timeline::NextDue() const {
  Nanos due = Nanos::max();
  for (const Entry& entry : entries_) {
    if (!entry.started) {
      due = std::min(due,
                     entry.waiting
                         ? start_ + milliseconds(entry.spec.when->limit_ms) + Nanos(1)
                         : entry.inject_at);
    }
    if (entry.started && !entry.finished) due = std::min(due, entry.recover_at);
    due = std::min(due, NextStepOf(entry));
  }
  return due;
}

bool Timeline::NeedsWatch() const {
  return std::any_of(entries_.begin(), entries_.end(), [](const Entry& entry) {
    if (entry.started) return false;
    const bool promoted =
        std::any_of(entry.spec.victims.begin(), entry.spec.victims.end(),
                    [](const VictimSpec& v) { return v.promoted; });
    return promoted || (entry.waiting && entry.spec.when->event != "fault");
  });
}

void Timeline::CheckTriggers() {
  news_ = watch_.news();
  if (!NeedsWatch()) watching_.RequestEnd();
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (entry.started || !entry.waiting) continue;
    const TriggerSpec& when = *entry.spec.when;
    const Nanos limit = start_ + milliseconds(when.limit_ms);
    const auto seen = Triggered(when);
    if (seen && seen->at <= limit) {
      entry.waiting = false;
      entry.trigger = seen;
      entry.inject_at = seen->at + milliseconds(when.after_ms +
                                                entry.repetition * entry.spec.every_ms);
      records_[i].triggered_by = seen->what;
      records_[i].triggered_at = OnAxis(seen->at);
      if (entry.repetition == 0)
        say_(records_[i].type + ": its time comes, " + seen->what);
    } else if (MonotonicNow() > limit) {
      GiveUp(i, "what it waits for was not seen within " +
                    std::to_string(when.limit_ms) + " ms: " + TellTrigger(when));
    }
  }
}

std::optional<Sighting> Timeline::Triggered(const TriggerSpec& when) const {
  if (when.event == "fault") return TriggeredByEntry(when);
  const auto since = when.since ? BeganOf(*when.since) : start_;
  return since ? watch_.Find(when, *since) : std::nullopt;
}

std::optional<Nanos> Timeline::BeganOf(int number) const {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].number != number) continue;
    return records_[i].injected ? std::optional(entries_[i].began) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Sighting> Timeline::TriggeredByEntry(const TriggerSpec& when) const {
  const bool injected = when.is == "injected";
  std::optional<Sighting> last;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].number != when.entry) continue;
    const FaultRecord& record = records_[i];
    // The first injection, or the last recovery, of a periodic entry.
    if (injected ? !record.injected : !record.recovered) return std::nullopt;
    const Nanos ago = now_() - (injected ? record.done : record.recover_done);
    const Nanos at = MonotonicNow() - ago;
    last = Sighting{"fault", "",
                    record.type + " (entry " + std::to_string(when.entry) + ") was " +
                        (injected ? "injected" : "undone"),
                    at, at};
    if (injected) break;
  }
  return last;
}

void Timeline::GiveUp(std::size_t index, const std::string& why) {
  entries_[index].started = true;
  entries_[index].finished = true;
  records_[index].error = why;
  say_(records_[index].type + " was not injected: " + why);
}

void Timeline::InjectDue(Nanos now) {
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (!entry.started && !entry.waiting && entry.inject_at <= now) due.push_back(i);
  }
  if (due.empty()) return;
  const auto view = AskView();
  std::vector<std::size_t> chosen;
  for (const std::size_t i : due) {
    entries_[i].started = true;
    Status status = view.ok() ? Choose(i, *view) : view.status();
    if (status.ok()) status = Note(i);
    if (status.ok()) {
      chosen.push_back(i);
    } else {
      GiveUp(i, status.message());
    }
  }
  for (const std::size_t i : chosen) Inject(i);
  for (const std::size_t i : chosen) Prove(i);
}

Result<ClusterView> Timeline::AskView() {
  Status last = Status::Error("no node answers CLUSTER NODES");
  // A node that is broken may have a view of its own: it is asked last.
  const std::set<std::string> broken = Broken();
  std::vector<std::string> nodes = cluster_.nodes();
  std::stable_partition(nodes.begin(), nodes.end(), [&](const std::string& node) {
    return !broken.contains(node);
  });
  // Of a promotion that has just been, most nodes have not heard yet.
  std::optional<ClusterView> newest;
  for (const std::string& node : nodes) {
    if (newest && broken.contains(node)) break;
    const auto reply = cluster_.Command(node, {"CLUSTER", "NODES"}, milliseconds(300));
    if (!reply.ok() || reply->IsError()) continue;
    auto view = ParseClusterNodes(reply->text);
    if (!view.ok()) {
      last = view.status();
    } else if (!newest || NewestEpoch(*view) > NewestEpoch(*newest)) {
      newest = std::move(*view);
    }
  }
  if (!newest) return last;
  return std::move(*newest);
}

Status Timeline::Choose(std::size_t index, const ClusterView& view) {
  const auto specs = NameVictims(entries_[index]);
  if (!specs.ok()) return specs.status();
  // A source of chance of its own for each injection: which comes first, where that is
  // up to the cluster, does not change what the others choose.
  Rng rng(Rng(seed_ + index).Next());
  auto victims = SelectVictims(*specs, view, names_, rng);
  if (!victims.ok()) return victims.status();
  FaultRecord& record = records_[index];
  entries_[index].context = std::make_unique<FaultContext>(
      FaultContext{.cluster = cluster_,
                   .victims = *victims,
                   .now = now_,
                   .name = "fault_" + std::to_string(index),
                   .clients = clients_,
                   .seed = rng.Next()});
  const Status aimed = Aim(index, view);
  if (!aimed.ok()) return aimed;
  record.victims = entries_[index].context->victims;
  record.description = entries_[index].fault->Describe(*entries_[index].context);
  if (!entries_[index].spec.victims.empty()) {
    record.description += " (" + DescribeVictims(record.victims) + ")";
  }
  return Status::Ok();
}

Result<std::vector<VictimSpec>> Timeline::NameVictims(const Entry& entry) const {
  std::vector<VictimSpec> specs;
  const auto add = [&specs](const std::string& node) {
    specs.emplace_back();
    specs.back().node = node;
  };
  for (const VictimSpec& spec : entry.spec.victims) {
    if (spec.promoted) {
      const bool own = entry.trigger && entry.trigger->event == "promoted";
      const auto promotion = own ? entry.trigger : watch_.LastPromotion();
      if (!promotion) return Status::Error("nobody was seen being promoted");
      add(promotion->node);
    } else if (spec.victim_of) {
      const std::size_t before = specs.size();
      for (std::size_t i = entries_.size(); i-- > 0 && specs.size() == before;) {
        if (entries_[i].number != *spec.victim_of) continue;
        for (const Victim& victim : records_[i].victims) add(victim.node);
      }
      if (specs.size() == before) {
        return Status::Error("entry " + std::to_string(*spec.victim_of) +
                             " has no victims yet");
      }
    } else {
      specs.push_back(spec);
    }
  }
  return specs;
}

std::set<std::string> Timeline::Broken() const {
  std::set<std::string> broken;
  for (const FaultRecord& record : records_) {
    if (!record.injected || record.recovered) continue;
    for (const Victim& victim : record.victims) broken.insert(victim.node);
  }
  return broken;
}

Status Timeline::Aim(std::size_t index, const ClusterView& view) {
  FaultContext& context = *entries_[index].context;
  const auto hit = entries_[index].fault->Aim(context);
  if (!hit.ok()) return hit.status();
  if (*hit == context.nodes()) return Status::Ok();
  std::vector<VictimSpec> specs(hit->size());
  for (std::size_t i = 0; i < hit->size(); ++i) specs[i].node = hit->at(i);
  Rng unused(0);  // names leave nothing to chance
  auto victims = SelectVictims(specs, view, names_, unused);
  if (!victims.ok()) return victims.status();
  context.victims = std::move(*victims);
  return Status::Ok();
}

Status Timeline::Note(std::size_t index) {
  FaultJournal* journal = cluster_.fault_journal();
  if (journal == nullptr) return Status::Ok();
  return journal->Begin(index, records_[index])
      .Annotate(
          "it could not be noted in the journal, without which nobody could undo it");
}

void Timeline::Inject(std::size_t index) {
  Entry& entry = entries_[index];
  FaultRecord& record = records_[index];
  order_.push_back(index);
  entry.began = MonotonicNow();
  record.asked = now_();
  const Status injected = entry.fault->Inject(*entry.context);
  record.done = now_();
  record.injected = injected.ok();
  record.error = injected.message();
  if (injected.ok()) Narrow(record, entry.context->measured, now_);
  entry.recover_at = MonotonicNow() + milliseconds(entry.spec.recover.after_ms);
  // A failed injection may have gone half-way: it is undone in any case.
  watching_.SetBroken(Broken());
  entry.finished = injected.ok() && !record.recovery_wanted;
  entry.steps = injected.ok() && record.recovery_wanted;
}

void Timeline::Prove(std::size_t index) {
  FaultRecord& record = records_[index];
  if (record.injected)
    record.proofs = entries_[index].fault->Prove(*entries_[index].context);
  say_(record.description + (record.IsProven()      ? ": proven"
                             : record.error.empty() ? ": NOT proven"
                                                    : ": failed: " + record.error));
}

Nanos Timeline::NextStepOf(const Entry& entry) const {
  return entry.steps ? entry.fault->NextStep() : Nanos::max();
}

void Timeline::Step(std::size_t index) {
  Entry& entry = entries_[index];
  FaultStep step;
  step.asked = now_();
  const auto stepped = entry.fault->Step(*entry.context);
  step.done = now_();
  step.what = stepped.ok() ? *stepped : "";
  step.error = stepped.message();
  entry.steps = stepped.ok();
  if (!stepped.ok()) {
    records_[index].proofs.push_back(
        {.what = "a step of the fault failed: " + step.error,
         .holds = false,
         .at = step.done});
    say_(records_[index].type + ": " + records_[index].proofs.back().what);
  }
  records_[index].steps.push_back(std::move(step));
}

void Timeline::Recover(std::size_t index) {
  Entry& entry = entries_[index];
  FaultRecord& record = records_[index];
  entry.finished = true;
  entry.steps = false;
  record.recover_asked = now_();
  const Status recovered = TryToRecover(entry);
  record.recover_done = now_();
  entry.unproven = recovered.ok();
  if (!recovered.ok()) Conclude(index, recovered);
  ProveRecoveries();
}

void Timeline::ProveRecoveries() {
  for (const std::size_t index : order_) {
    const auto in_force = [this](std::size_t other) {
      return entries_[other].context != nullptr && !entries_[other].finished;
    };
    if (!entries_[index].unproven || Shares(index, in_force)) continue;
    entries_[index].unproven = false;
    const auto for_good = [this](std::size_t other) {
      const FaultRecord& record = records_[other];
      return record.injected && !record.recovery_wanted &&
             record.effect != fault_effect::kNone;
    };
    // A node that is to stay dead can not show that something else is undone.
    if (!Shares(index, for_good)) {
      records_[index].recovery_proofs =
          entries_[index].fault->ProveRecovery(*entries_[index].context);
    }
    Conclude(index, Status::Ok());
  }
}

bool Timeline::Shares(std::size_t index,
                      const std::function<bool(std::size_t other)>& holds) const {
  for (std::size_t other = 0; other < records_.size(); ++other) {
    if (other == index || !holds(other)) continue;
    for (const Victim& victim : records_[other].victims) {
      for (const Victim& own : records_[index].victims) {
        if (own.node == victim.node) return true;
      }
    }
  }
  return false;
}

void Timeline::Conclude(std::size_t index, const Status& recovered) {
  FaultRecord& record = records_[index];
  if (!recovered.ok()) {
    record.error += (record.error.empty() ? "" : "; ") + recovered.message();
  }
  record.recovered = recovered.ok() && AllHold(record.recovery_proofs);
  watching_.SetBroken(Broken());
  FaultJournal* journal = cluster_.fault_journal();
  if (record.recovered && journal != nullptr) {
    const Status noted = journal->End(index);
    if (!noted.ok()) say_(record.type + ": " + noted.message());
  }
  const std::string what =
      record.type + " of " + JoinNames(entries_[index].context->nodes());
  if (record.recovered) {
    say_(what + ": undone");
    return;
  }
  const std::string why =
      recovered.ok() ? FirstThatFails(record.recovery_proofs) : recovered.message();
  say_(what + ": could NOT be undone: " + why);
  if (stuck_.empty()) stuck_ = what + " could not be undone: " + why;
}

Status Timeline::TryToRecover(Entry& entry) {
  const Nanos limit = MonotonicNow() + patience_.limit;
  Status recovered = entry.fault->Recover(*entry.context);
  Nanos pause = patience_.first_pause;
  // A single try may take longer than the limit.
  for (int tries = 1;
       !recovered.ok() && (tries < kLeastTries || MonotonicNow() < limit); ++tries) {
    std::this_thread::sleep_for(pause);
    pause = std::min(2 * pause, patience_.longest_pause);
    recovered = entry.fault->Recover(*entry.context);
  }
  return recovered;
}

void Timeline::RecoverDue() {
  // What was laid over something else is taken away before it.
  for (auto index = order_.rbegin(); index != order_.rend(); ++index) {
    const Entry& entry = entries_[*index];
    if (!entry.finished && entry.recover_at <= MonotonicNow()) Recover(*index);
  }
}

void Timeline::RecoverAll() {
  for (auto index = order_.rbegin(); index != order_.rend(); ++index) {
    if (!entries_[*index].finished) Recover(*index);
  }
}

std::set<std::string> Timeline::Absent() const {
  std::set<std::string> absent;
  for (const FaultRecord& record : records_) {
    if (!record.injected || record.recovery_wanted) continue;
    for (const Victim& victim : record.victims) absent.insert(victim.node);
  }
  return absent;
}

}  // namespace slotquake
