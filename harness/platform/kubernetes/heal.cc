#include "harness/platform/kubernetes/heal.h"

#include <algorithm>
#include <map>
#include <regex>

#include "harness/platform/kubernetes/heal_machines.h"
#include "harness/platform/kubernetes/heal_run.h"
#include "harness/platform/kubernetes/kind_cluster.h"
#include "harness/platform/kubernetes/manifests.h"

namespace slotquake {
namespace {

using nlohmann::json;
using Remains = std::map<std::string, RunRemains>;  // by run

const std::string& Selector() {
  static const std::string kSelector =
      "--selector=app.kubernetes.io/managed-by=slotquake," + std::string(kRunLabel);
  return kSelector;
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// The objects of these kinds that a run has labelled, of the runs that are meant; in
// kubectl's namespace, or everywhere where it has none.
Result<std::vector<json>> Labelled(const Kubectl& kubectl, const std::string& kinds,
                                   const std::string& run) {
  std::vector<std::string> words = {"get", kinds, Selector(), "--output=json"};
  if (kubectl.target().name_space.empty()) words.emplace_back("--all-namespaces");
  const auto objects = kubectl.Json(words);
  if (!objects.ok()) return objects.status();
  std::vector<json> found;
  for (const json& object : objects->value("items", json::array())) {
    if (IsOfRun(object["metadata"]["labels"].value(kRunLabel, ""), run)) {
      found.push_back(object);
    }
  }
  return found;
}

// The namespace that a volume belongs to; "": none.
std::string ClaimedFrom(const json& volume) {
  return volume.value(json::json_pointer("/spec/claimRef/namespace"), "");
}

// All that runs have left in the cluster, or in kubectl's namespace, by its labels.
Result<Remains> FindRemains(const Kubectl& kubectl, const std::string& run,
                            HealSteps& steps) {
  // In one namespace a right to look at more is not needed.
  const bool inside_one = !kubectl.target().name_space.empty();
  const auto wide = Labelled(kubectl,
                             inside_one ? "persistentvolumes,storageclasses"
                                        : "namespaces,persistentvolumes,storageclasses,"
                                          "clusterroles,clusterrolebindings",
                             run);
  if (!wide.ok()) return wide.status();
  const auto objects = Labelled(
      kubectl, "configmaps,pods,statefulsets,deployments,daemonsets,jobs,services",
      run);
  if (!objects.ok()) return objects.status();
  Remains remains;
  const auto of = [&](const json& object) -> RunRemains& {
    const std::string label = object["metadata"]["labels"].value(kRunLabel, "");
    remains[label].run = label;
    return remains[label];
  };
  for (const json& object : *wide) {
    if (inside_one && ClaimedFrom(object) != kubectl.target().name_space) continue;
    if (object.value("kind", "") == "Namespace") {
      of(object).name_spaces.insert(object["metadata"].value("name", ""));
    } else {
      of(object).cluster_wide = true;
    }
  }
  for (const json& map : *objects) {
    const std::string name_space = map["metadata"].value("namespace", "");
    if (!of(map).name_spaces.contains(name_space) &&
        name_space != "slotquake-" + of(map).run) {
      of(map).lent.insert(name_space);
    }
    if (map["metadata"].value("name", "") != kJournalName) continue;
    auto journal = ReadJournal(map);
    if (journal.ok()) {
      of(map).journal = std::move(*journal);
    } else {
      steps.Leave(journal.message());
    }
  }
  return remains;
}

// A kind cluster that a run made is deleted as a whole. Their contexts are returned.
std::vector<std::string> DeleteOwnClusters(const HealOptions& options,
                                           HealSteps& steps) {
  std::vector<std::string> contexts;
  const auto names = KindCluster::AllNames(options.docker);
  if (!names.ok()) return contexts;  // no engine, no kind clusters
  for (const std::string& name : *names) {
    const std::string run = RunOfKindCluster(name);
    if (run.empty() || !IsOfRun(run, Lower(options.run))) continue;
    contexts.push_back("kind-" + name);
    steps.Do("delete kind cluster " + name,
             [&] { return KindCluster(name, options.docker).Delete(); });
  }
  return contexts;
}

void HealCluster(const HealOptions& options, HealSteps& steps) {
  const Kubectl kubectl(options.target);
  const std::string run = Lower(options.run);
  const bool everything = run.empty() && options.name_space.empty();
  const auto remains = FindRemains(kubectl.In(options.name_space), run, steps);
  if (!remains.ok()) {
    steps.Leave("what is in context " + options.target.context +
                " can not be told: " + remains.message());
    return;
  }
  std::optional<KindCluster> kind;
  const auto found = KindCluster::Of(kubectl, options.docker);
  if (found.ok()) kind = *found;
  for (const auto& [_, one] : *remains) {
    UndoFaults(kubectl, kind, found.message(), one, steps);
  }
  const auto machines = kind ? kind->Machines() : std::vector<std::string>();
  for (const std::string& machine :
       machines.ok() ? *machines : std::vector<std::string>()) {
    if (everything) ClearMachineNetwork(*kind, machine, steps);
  }
  for (const auto& [_, one] : *remains) RemoveRemains(kubectl, one, steps);
  for (const std::string& machine :
       machines.ok() ? *machines : std::vector<std::string>()) {
    if (everything) ClearData(*kind, machine, "", steps);
    for (const auto& [id, _] : *remains) {
      if (!everything) ClearData(*kind, machine, id, steps);
    }
  }
}

}  // namespace

bool IsOfRun(const std::string& label, const std::string& run) {
  const std::string wanted = Lower(run);
  if (label.empty() || wanted.empty()) return !label.empty();
  if (label.rfind(wanted, 0) != 0) return false;
  static const std::regex kTrial("(-[0-9]+)?");
  return std::regex_match(label.substr(wanted.size()), kTrial);
}

std::string RunOfKindCluster(const std::string& name) {
  static const std::regex kOwn("slotquake-([0-9]{8}t[0-9]{6}z-[0-9]+(-[0-9]+)?)");
  std::smatch parts;
  return std::regex_match(name, parts, kOwn) ? parts[1].str() : "";
}

Healed Heal(const HealOptions& options,
            const std::function<void(const std::string&)>& say) {
  HealSteps steps(options.dry_run, say);
  const std::vector<std::string> deleted = options.name_space.empty()
                                               ? DeleteOwnClusters(options, steps)
                                               : std::vector<std::string>();
  HealOptions named = options;
  if (named.target.context.empty()) {
    const auto current = Kubectl(options.target).Run({"config", "current-context"});
    if (current.ok()) named.target.context = current->substr(0, current->find('\n'));
  }
  const std::string& context = named.target.context;
  if (context.empty()) {
    say("kubectl has no current context: only kind clusters of the Docker engine here "
        "were looked at (--context=NAME)");
  } else if (std::find(deleted.begin(), deleted.end(), context) == deleted.end()) {
    HealCluster(named, steps);
  }
  return {.steps = steps.count(), .left = steps.left()};
}

Healed UndoJournal(const Kubectl& own, bool lent,
                   const std::function<void(const std::string&)>& say) {
  HealSteps steps(false, say);
  const auto text = own.Run(
      {"get", "configmap", kJournalName, "--ignore-not-found", "--output=json"});
  if (text.ok() && text->empty()) return {};
  const auto journal = text.ok() ? ReadJournal(json::parse(*text, nullptr, false))
                                 : Result<RunJournal>(text.status());
  if (!journal.ok()) return {.steps = 0, .left = {journal.message()}};
  const auto kind = KindCluster::Of(own);
  UndoFaults(own, kind.ok() ? std::optional(*kind) : std::nullopt, kind.message(),
             {.run = journal->run,
              // What goes with it needs no healing; in a lent one there may be others.
              .name_spaces = lent ? std::set<std::string>()
                                  : std::set<std::string>{journal->name_space},
              .lent = {},
              .cluster_wide = false,
              .journal = *journal},
             steps);
  return {.steps = steps.count(), .left = steps.left()};
}

}  // namespace slotquake
