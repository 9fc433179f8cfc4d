#!/usr/bin/env python3
"""Runs scenarios, writes their verdicts into docs/verdicts.json, and makes the tables of
docs/scenarios.md and docs/known_issues.md from that."""

import argparse
import datetime
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import verdict_store
import verdict_tables

# Exit codes of `slotquake run`.
PASS, FAIL, INCONCLUSIVE = 0, 1, 2
# So many in a row that were inconclusive are a verdict.
ATTEMPTS = 5
JUDGED = {PASS: "pass", FAIL: "fail", INCONCLUSIVE: "inconclusive"}
# A server of a version that does not know a setting says this, and does not start.
REFUSAL = re.compile(r"Bad directive or wrong number of arguments|"
                     r"FATAL CONFIG FILE ERROR|Unresolved Configuration")


class RunError(Exception):
    """A run that gave no verdict; its text says why."""


def run_once(command, file, server, out):
    """Exit code, and all that the program said, which is shown too."""
    full = [*command, "run", str(file), "--attempts=%d" % ATTEMPTS, "--server=" + server,
            "--out=" + str(out)]
    process = subprocess.Popen(full, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True)
    said = ""
    for line in process.stdout:
        sys.stdout.write(line)
        sys.stdout.flush()
        said += line
    return process.wait(), said


def runs_in(out):
    """Folders of the runs, oldest first: attempts lie side by side."""
    return sorted(p.parent for p in out.glob("**/verdicts.json") if not
                  any(part == "latest" for part in p.parts))


def findings(judged):
    """What did not pass: "lost_writes.max_window_ms: …"."""
    return ["{}.{}: {}".format(v["checker"], c["name"], c["text"])
            for v in judged["verdicts"] for c in v["cases"] if c["validity"] != "pass"]


def failed(judged):
    """Names of what failed, "checker.case", without what the case is about."""
    return sorted({"{}.{}".format(v["checker"], c["name"].split("/")[0])
                   for v in judged["verdicts"] for c in v["cases"]
                   if c["validity"] == "fail"})


def read_run(folder, expected):
    """The entry of a judged run. `expected`: the verdict that the exit code tells."""
    judged = json.loads((folder / "verdicts.json").read_text())
    record = json.loads((folder / "record.json").read_text())
    if judged["validity"] != expected:
        raise RunError("the exit code says {}, {} says {}".format(
            expected, folder / "verdicts.json", judged["validity"]))
    server = record["environment"]["server"].split()
    entry = {
        "verdict": judged["validity"],
        "engine": server[0],
        "version": server[1],
        "figures": {v["checker"]: v["summary"] for v in judged["verdicts"]
                    if v["checker"] != "assumptions"},
        "seed": record["seed"],
    }
    if judged["validity"] != "pass":
        entry["findings"] = findings(judged)
        entry["failed"] = failed(judged)
    return entry


def last_lines(said, count=5):
    return "\n  ".join(said.strip().splitlines()[-count:])


def dated(entry, scenario):
    """The entry with what belongs to every one."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {**entry, "date": now.strftime("%Y-%m-%d"),
            "scenario": verdict_store.fingerprint(scenario)}


def take_over(library, name, scenario, server):
    """What is to be recorded of a run of //scenarios:library, which left its folder."""
    file = library / (name + ".json")
    runs = runs_in(library / name)
    if not file.exists() or not runs:
        raise RunError("no run in {}".format(library))
    if verdict_store.fingerprint(json.loads(file.read_text())) != (
            verdict_store.fingerprint(scenario)):
        raise RunError("the run in {} is of another {}.json".format(library, name))
    judged = json.loads((runs[-1] / "verdicts.json").read_text())
    entry = read_run(runs[-1], judged["validity"])
    ran = "{}-{}".format(entry["engine"], ".".join(entry["version"].split(".")[:2]))
    if ran != server:
        raise RunError("the run in {} is of {}".format(library, ran))
    if entry["verdict"] == JUDGED[INCONCLUSIVE] and len(runs) < ATTEMPTS:
        raise RunError("the run in {} was ended before its last attempt".format(library))
    return dated({**entry, "attempts": len(runs)}, scenario)


def run_scenario(command, name, scenario, file, server):
    """Runs it, and gives what is to be recorded."""
    # The folder has to outlive nothing but this: figures are taken over.
    with tempfile.TemporaryDirectory(prefix="verdicts-") as temporary:
        out = pathlib.Path(temporary)
        code, said = run_once(command, file, server, out)
        runs = runs_in(out)
        if code in JUDGED:
            if not runs:
                raise RunError("{} left no run".format(name))
            entry = read_run(runs[-1], JUDGED[code])
            return dated({**entry, "attempts": len(runs)}, scenario)
        if REFUSAL.search(said):
            refused = next(l for l in said.splitlines() if REFUSAL.search(l))
            return dated({"verdict": "refused", "findings": [refused.strip()]}, scenario)
        raise RunError("exit code {}:\n  {}".format(code, last_lines(said)))


def is_current(workspace, name, scenario, server):
    return verdict_store.recorded(verdict_store.read_verdicts(workspace),
                                  {name: scenario}, name, server) is not None


def record(options, workspace):
    """Runs all that is asked for; each verdict is written at once. Exit code."""
    scenarios = verdict_store.read_scenarios(workspace)
    unknown = [n for n in options.scenarios if n not in scenarios]
    if unknown:
        print("verdicts: no scenario {}".format(", ".join(unknown)), file=sys.stderr)
        return 2
    names = options.scenarios or [
        n for n, here in verdict_tables.read_places(workspace).items() if here]
    command = [*shlex.split(options.under), options.program]
    code = 0
    for server in options.server:
        for name in names:
            if options.missing and is_current(workspace, name, scenarios[name], server):
                continue
            file = workspace / "scenarios" / (name + ".json")
            try:
                entry = (take_over(options.library, name, scenarios[name], server)
                         if options.library else
                         run_scenario(command, name, scenarios[name], file, server))
            except RunError as error:
                print("verdicts: {} on {}: {}".format(name, server, error),
                      file=sys.stderr)
                code = 1
                continue
            # Read again: somebody else may have recorded meanwhile.
            verdicts = verdict_store.read_verdicts(workspace)
            verdicts.setdefault(name, {})[server] = entry
            verdict_store.write_verdicts(workspace, verdicts)
            make_tables(workspace)
            print("recorded: {} on {}: {}".format(name, server, entry["verdict"]),
                  flush=True)
    return code


def make_tables(workspace):
    """Writes the two documents, and drops verdicts on scenarios that are gone."""
    scenarios = verdict_store.read_scenarios(workspace)
    verdicts = verdict_store.read_verdicts(workspace)
    verdict_store.write_verdicts(
        workspace, {n: v for n, v in verdicts.items() if n in scenarios})
    for name, text in verdict_tables.documents(workspace).items():
        (workspace / "docs" / name).write_text(text)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="bazel run //scenarios:verdicts --",
                                     description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO",
                        help="kill_master, known_issues/redis_1868, … (default: all that run "
                        "on this machine, but known issues)")
    parser.add_argument("--server", action="append", default=[], metavar="NAME",
                        choices=verdict_store.SERVERS,
                        help="one that deploy/servers:fetch has fetched; several times "
                        "for several")
    parser.add_argument("--missing", action="store_true",
                        help="only what has no verdict, or one on an older scenario")
    parser.add_argument("--tables", action="store_true",
                        help="make docs/scenarios.md and docs/known_issues.md again, without "
                        "any run")
    parser.add_argument("--library", type=pathlib.Path, metavar="FOLDER",
                        help="take the verdicts of `bazel run //scenarios:library -- "
                        "--out=FOLDER` over, instead of running anything")
    parser.add_argument("--under", default="", metavar="COMMAND",
                        help="put before each run, for example a lock on the machine")
    parser.add_argument("--program", default="slotquake", help=argparse.SUPPRESS)
    parser.add_argument("--workspace", type=pathlib.Path, help=argparse.SUPPRESS,
                        default=pathlib.Path(
                            os.environ.get("BUILD_WORKSPACE_DIRECTORY", ".")))
    options = parser.parse_args(arguments)
    if not options.server and not options.tables:
        parser.error("which server? --server=NAME; or --tables")
    return options


def main(arguments):
    options = parse(arguments)
    code = record(options, options.workspace) if options.server else 0
    if options.tables:
        make_tables(options.workspace)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
