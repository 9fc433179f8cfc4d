#!/usr/bin/env python3
"""library.py PROGRAM FILE... --out=FOLDER [options of `slotquake run`]

Runs scenarios that take turns at this machine (`slotquake run --turns`): while one comes
to rest, the next has the load, and the one after that deploys. Says of each what it came
to and what it waited for, writes JUnit into $XML_OUTPUT_FILE, and exits with 0 where all
passed. --only=NAME,... leaves the others out.
"""

import argparse
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

# One comes to rest, one has the load, one is ready for it; one more, for some need long
# until they are at rest, or never are.
AT_ONCE = 4
ATTEMPTS = 5
VERDICTS = {0: "pass", 1: "fail", 2: "inconclusive"}
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


class Run:
    """A scenario's run, from its start."""

    def __init__(self, command, file, out):
        self.name = file.stem
        self.out = out
        self.begin = time.monotonic()
        self.code = None
        self.seconds = 0.0
        self.log = out / (self.name + ".log")
        # As it was run, for whoever takes the verdicts over.
        shutil.copyfile(file, out / file.name)
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                command + [str(file)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0),
            )

    def has_ended(self):
        if self.code is None and self.process.poll() is not None:
            self.code = self.process.returncode
            self.seconds = time.monotonic() - self.begin
        return self.code is not None

    def verdict(self):
        return VERDICTS.get(self.code, "no verdict (exit code {})".format(self.code))

    def said(self):
        return self.log.read_text(errors="replace")

    def phases(self):
        """What the last attempt waited for: [(phase, seconds)]; [] without a record."""
        try:
            text = (self.out / self.name / "latest" / "record.json").read_text()
            return [(p["name"], (p["end"] - p["begin"]) / 1e9)
                    for p in json.loads(text)["phases"]]
        except OSError:
            return []

    def summary(self):
        waited = ", ".join("{} {:.1f}".format(n.replace("_", " "), s)
                           for n, s in self.phases())
        return "{:<12}  {}  {:.1f} s{}".format(
            self.verdict(), self.name, self.seconds, waited and ": " + waited)


class Library:
    def __init__(self, command, files, out):
        self.command = command
        self.waiting = list(files)
        self.out = out
        self.active = []
        self.done = []
        self.stopped = False

    def stop(self, number, _):
        self.stopped = True
        for run in self.active:
            if run.process.returncode is None:
                run.process.send_signal(number)

    def start_next(self):
        while self.waiting and len(self.active) < AT_ONCE and not self.stopped:
            self.active.append(Run(self.command, self.waiting.pop(0), self.out))

    def collect(self):
        for run in [r for r in self.active if r.has_ended()]:
            self.active.remove(run)
            self.done.append(run)
            print("\n" + run.said() + run.summary(), flush=True)

    def run_all(self):
        while (self.waiting and not self.stopped) or self.active:
            self.start_next()
            self.collect()
            time.sleep(0.02)

    def passed(self):
        return bool(self.done) and not self.waiting and all(r.code == 0 for r in self.done)


def write_junit(path, runs, seconds):
    suite = ElementTree.Element("testsuite", name="library", tests=str(len(runs)),
                                time="{:.3f}".format(seconds))
    counts = {"failure": 0, "error": 0}
    for run in runs:
        case = ElementTree.SubElement(suite, "testcase", classname="scenarios",
                                      name=run.name, time="{:.3f}".format(run.seconds))
        if run.code != 0:
            kind = "failure" if run.code == 1 else "error"
            counts[kind] += 1
            ElementTree.SubElement(case, kind, message=run.verdict())
        printable = "".join(c for c in run.said() if c.isprintable() or c in "\n\t")
        ElementTree.SubElement(case, "system-out").text = printable + run.summary()
    suite.set("failures", str(counts["failure"]))
    suite.set("errors", str(counts["error"]))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def read_arguments(arguments):
    """The library's own, and those of every run."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("program")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--only", default="")
    options, of_runs = parser.parse_known_args(arguments)
    only = [name for name in options.only.split(",") if name]
    unknown = set(only) - {file.stem for file in options.files}
    if unknown:
        parser.error("no scenario " + ", ".join(sorted(unknown)))
    if only:
        options.files = [file for file in options.files if file.stem in only]
    return options, of_runs


def main(arguments):
    options, of_runs = read_arguments(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="library-") as folder:
        command = [options.program, "run", "--attempts={}".format(ATTEMPTS),
                   "--out=" + str(options.out), "--turns=" + folder + "/turn", *of_runs]
        library = Library(command, options.files, options.out)
        for number in STOPS:
            signal.signal(number, library.stop)
        library.run_all()
    seconds = time.monotonic() - begin
    if "XML_OUTPUT_FILE" in os.environ:
        write_junit(os.environ["XML_OUTPUT_FILE"], library.done, seconds)
    print("\n" + "\n".join(run.summary() for run in library.done))
    passed = sum(run.code == 0 for run in library.done)
    print("{} of {} scenarios pass; {:.0f} min {:02.0f} s".format(
        passed, len(options.files), seconds // 60, seconds % 60))
    return 0 if library.passed() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
