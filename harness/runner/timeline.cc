#include "harness/runner/timeline.h"

#include <algorithm>

#include "harness/base/option_reader.h"
#include "harness/cluster/node_selector.h"
#include "harness/redis/cluster_nodes.h"

namespace slotquake {
namespace {

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

bool AllHold(const std::vector<Proof>& proofs) {
  return std::all_of(proofs.begin(), proofs.end(),
                     [](const Proof& proof) { return proof.holds; });
}

}  // namespace

Timeline::Timeline(Cluster& cluster, const std::vector<TimelineEntry>& entries,
                   std::map<std::string, std::string> names, std::uint64_t seed,
                   std::function<Nanos()> now,
                   std::function<void(const std::string&)> say)
    : cluster_(cluster),
      names_(std::move(names)),
      rng_(seed),
      now_(std::move(now)),
      say_(std::move(say)) {
  for (const TimelineEntry& spec : entries) {
    Entry entry;
    entry.spec = spec;
    entry.fault = MakeFault(spec);
    FaultRecord record;
    record.type = spec.fault;
    if (entry.fault != nullptr) record.effect = entry.fault->effect();
    entries_.push_back(std::move(entry));
    record.options = spec.options;
    record.recovery_wanted = spec.recover.how != "none";
    records_.push_back(record);
  }
}

Timeline::~Timeline() { RecoverAll(); }

Status Timeline::CheckSupported() {
  std::string problems;
  for (const Entry& entry : entries_) {
    const Status supported = entry.fault != nullptr
                                 ? entry.fault->CheckSupported(cluster_)
                                 : Status::Error("no fault " + entry.spec.fault);
    if (!supported.ok())
      problems += (problems.empty() ? "" : "\n") + supported.message();
  }
  return problems.empty() ? Status::Ok() : Status::Error(problems);
}

void Timeline::Run(const StopRequested& stop) {
  const Nanos start = MonotonicNow();
  for (Entry& entry : entries_) {
    entry.inject_at = start + std::chrono::milliseconds(entry.spec.at_ms);
  }
  while (!stop()) {
    const Nanos due = NextDue();
    if (due == Nanos::max()) break;
    if (!SleepUntil(due, stop)) break;
    InjectDue(MonotonicNow());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      const bool can_recover = entry.started && !entry.finished;
      if (can_recover && entry.recover_at <= MonotonicNow()) Recover(i);
      if (NextStepOf(entry) <= MonotonicNow()) Step(i);
    }
  }
  RecoverAll();
}

Nanos Timeline::NextDue() const {
  Nanos due = Nanos::max();
  for (const Entry& entry : entries_) {
    if (!entry.started) due = std::min(due, entry.inject_at);
    if (entry.started && !entry.finished) due = std::min(due, entry.recover_at);
    due = std::min(due, NextStepOf(entry));
  }
  return due;
}

void Timeline::InjectDue(Nanos now) {
  std::vector<std::size_t> due;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].started && entries_[i].inject_at <= now) due.push_back(i);
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
      records_[i].error = status.message();
      entries_[i].finished = true;
      say_(records_[i].type + " was not injected: " + status.message());
    }
  }
  for (const std::size_t i : chosen) Inject(i);
  for (const std::size_t i : chosen) Prove(i);
}

Result<ClusterView> Timeline::AskView() {
  Status last = Status::Error("no node answers CLUSTER NODES");
  for (const std::string& node : cluster_.nodes()) {
    const auto reply =
        cluster_.Command(node, {"CLUSTER", "NODES"}, std::chrono::milliseconds(300));
    if (!reply.ok() || reply->IsError()) continue;
    auto view = ParseClusterNodes(reply->text);
    if (view.ok()) return view;
    last = view.status();
  }
  return last;
}

Status Timeline::Choose(std::size_t index, const ClusterView& view) {
  auto victims = SelectVictims(entries_[index].spec.victims, view, names_, rng_);
  if (!victims.ok()) return victims.status();
  FaultRecord& record = records_[index];
  entries_[index].context = std::make_unique<FaultContext>(
      FaultContext{.cluster = cluster_,
                   .victims = *victims,
                   .now = now_,
                   .name = "fault_" + std::to_string(index),
                   .clients = clients_});
  const Status aimed = Aim(index, view);
  if (!aimed.ok()) return aimed;
  record.victims = entries_[index].context->victims;
  record.description = entries_[index].fault->Describe(*entries_[index].context);
  if (!entries_[index].spec.victims.empty()) {
    record.description += " (" + DescribeVictims(record.victims) + ")";
  }
  return Status::Ok();
}

Status Timeline::Aim(std::size_t index, const ClusterView& view) {
  FaultContext& context = *entries_[index].context;
  const auto hit = entries_[index].fault->Aim(context);
  if (!hit.ok()) return hit.status();
  if (*hit == context.nodes()) return Status::Ok();
  std::vector<VictimSpec> specs(hit->size());
  for (std::size_t i = 0; i < hit->size(); ++i) specs[i].node = hit->at(i);
  auto victims = SelectVictims(specs, view, names_, rng_);
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
  record.asked = now_();
  const Status injected = entry.fault->Inject(*entry.context);
  record.done = now_();
  record.injected = injected.ok();
  record.error = injected.message();
  entry.recover_at =
      MonotonicNow() + std::chrono::milliseconds(entry.spec.recover.after_ms);
  // A failed injection may have gone half-way: it is undone in any case.
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
  const Status recovered = entry.fault->Recover(*entry.context);
  record.recover_done = now_();
  if (recovered.ok()) {
    record.recovery_proofs = entry.fault->ProveRecovery(*entry.context);
  } else {
    record.error += (record.error.empty() ? "" : "; ") + recovered.message();
  }
  record.recovered = recovered.ok() && AllHold(record.recovery_proofs);
  FaultJournal* journal = cluster_.fault_journal();
  if (record.recovered && journal != nullptr) {
    const Status noted = journal->End(index);
    if (!noted.ok()) say_(record.type + ": " + noted.message());
  }
  say_(record.type + " of " + JoinNames(entry.context->nodes()) +
       (record.recovered ? ": undone" : ": could NOT be undone: " + record.error));
}

void Timeline::RecoverAll() {
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].started && !entries_[i].finished) Recover(i);
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
