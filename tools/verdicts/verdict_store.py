"""Scenarios, issues and recorded verdicts as they are in the workspace."""

import hashlib
import json
import pathlib

# Columns of the tables, and names of deploy/servers/fetch.py.
SERVERS = ["redis-7.0", "valkey-8.0", "redis-8.0", "valkey-8.1"]

ISSUES = "known_issues"


def read_scenarios(workspace):
    """By name; those of known issues as known_issues/NAME."""
    folder = pathlib.Path(workspace) / "scenarios"
    scenarios = {}
    for file in sorted(folder.glob("*.json")) + sorted(folder.glob(ISSUES + "/*.json")):
        name = str(file.relative_to(folder))[:-len(".json")]
        if file.name.endswith(".schema.json") or name == ISSUES + "/issues":
            continue
        scenarios[name] = json.loads(file.read_text())
    return scenarios


def read_issues(workspace):
    file = pathlib.Path(workspace) / "scenarios" / ISSUES / "issues.json"
    return json.loads(file.read_text())


def fingerprint(scenario):
    """Of all that a run depends on; what a scenario says of itself is not among it."""
    rest = {k: v for k, v in scenario.items() if k not in ("$schema", "teaches")}
    text = json.dumps(rest, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def verdicts_file(workspace):
    return pathlib.Path(workspace) / "docs/verdicts.json"


def read_verdicts(workspace):
    """{scenario: {server: what was recorded}}; what there is before the first is {}."""
    file = verdicts_file(workspace)
    return json.loads(file.read_text()) if file.exists() else {}


def write_verdicts(workspace, verdicts):
    text = json.dumps(verdicts, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    verdicts_file(workspace).write_text(text)


def recorded(verdicts, scenarios, name, server):
    """What was recorded of the scenario as it is now, or None: a verdict on a scenario
    that has changed since is none."""
    found = verdicts.get(name, {}).get(server)
    if found is None or found["scenario"] != fingerprint(scenarios[name]):
        return None
    return found
