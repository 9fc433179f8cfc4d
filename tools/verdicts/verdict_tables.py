"""The documents that are made from the scenarios and their recorded verdicts."""

import pathlib
import re

import verdict_store

NOTE = ("<!-- Written by `bazel run //scenarios:verdicts -- --tables` from the scenarios "
        "and verdicts.json. -->\n")


def describe_expectation(path, value):
    """One expectation in words: what is named `path` ("lost_writes.max_count")."""
    words = {
        "promotion": lambda v: {"required": "a promotion", "forbidden": "no promotion",
                                "any": None}[v],
        "promotion_ms.max": lambda v: "the promotion within " + (
            "what theory allows" if v == "theory" else "{} ms".format(v)),
        "return": lambda v: None if v == "any" else "its return is a " + v,
        "rest": lambda v: {"required": "it comes to rest", "any": None,
                           "never": "it never comes to rest"}[v],
        "lost_writes.max_count": lambda v: "at most {} writes lost".format(v)
                                 if v else "no write lost",
        "lost_writes.min_count": lambda v: "at least {} writes lost".format(v),
        "lost_writes.max_window_ms": lambda v: (
            "writes lost within {} ms at most".format(v) if v else "no write lost"),
        "slot_coverage.max_uncovered_ms": lambda v:
            "no slot down for over {} ms".format(v),
        "slot_coverage.max_slot_seconds": lambda v:
            "at most {} slot-seconds lost".format(v),
        "slot_coverage.stays_down_until_recovery": lambda v:
            "the slots stay down until the recovery" if v else None,
        # How much load it needs to tell anything.
        "load.min_acked_before": lambda v: None,
    }
    if path in words:
        return words[path](value)
    return "{} {}".format(path, value)


def describe_expectations(expect, path=""):
    parts = []
    for key, value in expect.items():
        if isinstance(value, dict):
            parts += describe_expectations(value, path + key + ".")
        else:
            said = describe_expectation(path + key, value)
            parts += [said] if said else []
    return parts


def expectation(scenario):
    return "; ".join(describe_expectations(scenario.get("expect", {}))) or "nothing"


def issue_state(entry, issue):
    """What a run says of an issue, by one rule: "expect" is how it is without the bug,
    so a run that fails for the issue's own reasons, and no other, reproduces it."""
    if entry is None:
        return "not run"
    if entry["verdict"] == "refused":
        return "not available"
    if entry["verdict"] == "pass":
        return "not reproduced"
    if entry["verdict"] == "inconclusive":
        return "inconclusive"
    shown_by = issue["shown_by"]
    own = [f for f in entry["failed"] if f in shown_by]
    others = [f for f in entry["failed"] if f not in shown_by]
    if own and not others:
        return "reproduced"
    return "fails otherwise"


def row(cells):
    return "| {} |\n".format(" | ".join(
        str(c).replace("|", "\\|").replace("\n", " ") for c in cells))


def header(cells):
    return row(cells) + "|" + "---|" * len(cells) + "\n"


def column(server, entries):
    """"redis-7.0" with the exact versions that its verdicts were recorded with."""
    versions = sorted({e["version"] for e in entries if e and "version" in e})
    return server.replace("-", " ", 1).capitalize() + (
        "<br>({})".format(", ".join(versions)) if versions else "")


def verdict_cell(entry, local):
    if not local:
        return "Kubernetes"
    if entry is None:
        return "not run"
    word = {"refused": "not available"}.get(entry["verdict"], entry["verdict"])
    return word if word == "pass" else "**{}**".format(word)


def brief(summary):
    """The beginning of a checker's summary: the rest is for the run's own report."""
    return "; ".join(summary.split("; ")[:2])


def figures_section(name, entries):
    """How each version did, in the harness's own summaries."""
    lines = ["\n### {}\n\n".format(name),
             header(["", "date", "lost writes", "promotion", "slot coverage"])]
    for server, entry in entries:
        figures = entry.get("figures", {})
        lines.append(row([
            "{} {}".format(server, entry["verdict"]), entry["date"],
            *(brief(figures.get(checker, "")) for checker in
              ("lost_writes", "promotion_timing", "slot_coverage"))]))
    for server, entry in entries:
        for finding in entry.get("findings", [])[:4]:
            lines.append("\n- {}: {}".format(server, " ".join(finding.split())))
    if any(entry.get("findings") for _, entry in entries):
        lines.append("\n")
    return "".join(lines)


def entries_of(verdicts, scenarios, name):
    """(server, entry or None), in the order of the columns."""
    return [(s, verdict_store.recorded(verdicts, scenarios, name, s))
            for s in verdict_store.SERVERS]


def columns(verdicts, scenarios, names):
    return [column(s, [verdict_store.recorded(verdicts, scenarios, n, s) for n in names])
            for s in verdict_store.SERVERS]


def scenarios_document(scenarios, verdicts, places):
    names = [n for n in scenarios if "/" not in n]
    text = NOTE + (
        "\n# Scenarios\n\n"
        "What each scenario shows, what must hold for it to pass, and what came of it "
        "with which server. Verdicts are those of recorded runs (`bazel run "
        "//scenarios:verdicts -- --server=NAME SCENARIO`) on one machine with two "
        "processors; *not run*: no run is recorded of the scenario as it is now. "
        "*Kubernetes*: it does not run on this machine alone. Inconclusive is what five "
        "attempts were. Where a scenario says nothing of it, the cluster must come to "
        "rest at the end.\n\n")
    text += header(["scenario", "what it teaches", "passes if",
                    *columns(verdicts, scenarios, names)])
    for name in names:
        cells = [verdict_cell(e, places[name])
                 for _, e in entries_of(verdicts, scenarios, name)]
        text += row(["[`{0}`](../scenarios/{0}.json)".format(name),
                     scenarios[name]["teaches"], expectation(scenarios[name]), *cells])
    text += "\n## Figures\n\nOf the recorded runs.\n"
    for name in names:
        entries = [(s, e) for s, e in entries_of(verdicts, scenarios, name) if e]
        if entries:
            text += figures_section(name, entries)
    return text


def issue_section(name, scenario, issue, entries):
    short = name.split("/")[1]
    text = "\n## {}\n\n{}.\n\n".format(short, issue["title"])
    text += "- **Reported**: {}\n".format(
        " · ".join("[{}]({})".format(link.split("github.com/")[1], link)
                   for link in issue["links"]))
    text += "- **Expected**: {}\n- **What happens**: {}\n".format(
        issue["expected"], issue["happens"])
    text += "- **Scenario**: `bazel run //scenarios/{}:{}`; passes if {}\n".format(
        verdict_store.ISSUES, short, expectation(scenario))
    for server, entry in entries:
        if entry is None:
            continue
        because = entry.get("findings") or [
            "{}: {}".format(k, brief(v)) for k, v in entry["figures"].items()
            if k in ("lost_writes", "promotion_timing", "slot_coverage")]
        text += "- **{}**, {}: {}. {}\n".format(
            server, entry["date"], issue_state(entry, issue),
            " · ".join(" ".join(b.split()) for b in because[:3]))
    return text


def issues_document(scenarios, verdicts, issues):
    names = [n for n in scenarios if n.startswith(verdict_store.ISSUES + "/")]
    text = NOTE + (
        "\n# Known issues\n\n"
        "Bugs and failure modes that others have reported, as scenarios "
        "(`scenarios/known_issues`). Each expects what its reporter had a right to: "
        "*reproduced* is a run that failed for the reasons that issues.json names for it, "
        "and for no other; *not reproduced* one that passed; *not available*: the server "
        "does not know the setting that it needs. *Not run*: no run is recorded of the "
        "scenario as it is now. Every cluster must come to rest at the end, too.\n\n")
    text += header(["", "issue", *columns(verdicts, scenarios, names)])
    for name in names:
        issue = issues[name.split("/")[1]]
        states = [issue_state(e, issue) for _, e in entries_of(verdicts, scenarios, name)]
        short = name.split("/")[1]
        text += row(["[`{0}`](#{0})".format(short), issue["title"],
                     *("**{}**".format(s) if s == "reproduced" else s for s in states)])
    for name in names:
        issue = issues[name.split("/")[1]]
        text += issue_section(name, scenarios[name], issue,
                              entries_of(verdicts, scenarios, name))
    return text


def read_places(workspace):
    """{scenario: whether it has a test on this machine}, as scenarios/BUILD says."""
    build = (pathlib.Path(workspace) / "scenarios/BUILD").read_text()
    calls = re.findall(r"^scenario\((.*?)\)$", build, re.MULTILINE | re.DOTALL)
    return {re.search(r'name = "(\w+)"', call)[1]: "local = False" not in call
            for call in calls}


def documents(workspace):
    """{file of docs/: its text}."""
    scenarios = verdict_store.read_scenarios(workspace)
    verdicts = verdict_store.read_verdicts(workspace)
    return {
        "scenarios.md": scenarios_document(scenarios, verdicts, read_places(workspace)),
        "known_issues.md": issues_document(scenarios, verdicts,
                                           verdict_store.read_issues(workspace)),
    }
