#!/usr/bin/env python3
"""library.py with a program that only looks like slotquake."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree

SCRIPT = os.path.abspath("tools/library.py")
# Ends as the scenario's file says, and notes how it was called.
PROGRAM = """#!/usr/bin/env python3
import json, os, pathlib, sys, time
words = dict(w.split("=", 1) for w in sys.argv[2:-1])
file = pathlib.Path(sys.argv[-1])
does = json.loads(file.read_text())
with open(os.environ["CALLS"], "a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
print("the story of " + file.stem, flush=True)
latest = pathlib.Path(words["--out"]) / file.stem / "latest"
if does["code"] in (0, 1, 2):
    latest.mkdir(parents=True)
    (latest / "record.json").write_text(json.dumps({"phases": [
        {"name": "warm_up", "begin": 0, "end": 2000000000},
        {"name": "rest", "begin": 2000000000, "end": 7100000000}]}))
time.sleep(does.get("seconds", 0))
sys.exit(does["code"])
"""


class LibraryTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"]))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "tmp").mkdir()
        self.program = self.folder / "slotquake"
        self.program.write_text(PROGRAM)
        self.program.chmod(0o755)
        self.calls = self.folder / "calls"

    def command(self, codes, *more, seconds=0):
        files = []
        for name, code in codes.items():
            file = self.folder / (name + ".json")
            file.write_text('{"code": %d, "seconds": %g}' % (code, seconds))
            files.append(str(file))
        return [sys.executable, SCRIPT, str(self.program), *files,
                "--out=" + str(self.folder / "out"), *more]

    def environment(self):
        return dict(os.environ, CALLS=str(self.calls), TMPDIR=str(self.folder / "tmp"),
                    XML_OUTPUT_FILE=str(self.folder / "test.xml"))

    def run_library(self, codes, *more):
        return subprocess.run(self.command(codes, *more), env=self.environment(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False)

    def cases(self):
        root = ElementTree.parse(self.folder / "test.xml").getroot()
        return {c.get("name"): [e.tag for e in c] for c in root.iter("testcase")}

    def test_all_pass(self):
        names = {"s%d" % i: 0 for i in range(9)}
        done = self.run_library(names)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("9 of 9 scenarios pass", done.stdout)
        self.assertIn("the story of s3", done.stdout)
        self.assertRegex(done.stdout, r"pass +s3  \d+\.\d s: warm up 2\.0, rest 5\.1")
        self.assertEqual(self.cases(), {n: ["system-out"] for n in names})
        self.assertEqual(os.listdir(self.folder / "tmp"), [])

    def test_runs_take_turns_with_each_other(self):
        self.run_library({"a": 0, "b": 0}, "--server=x")
        calls = self.calls.read_text().splitlines()
        self.assertEqual(len(calls), 2)
        turns = {w for c in calls for w in c.split() if w.startswith("--turns=")}
        self.assertEqual(len(turns), 1)
        for call in calls:
            self.assertTrue(call.startswith("run --attempts=5 "), call)
            self.assertIn(" --server=x ", call)

    def test_one_that_does_not_pass_makes_it_red(self):
        for code, tag, says in ((1, "failure", "fail  "), (2, "error", "inconclusive  "),
                                (3, "error", "no verdict (exit code 3)")):
            done = self.run_library({"a": 0, "b": code})
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn(says, done.stdout)
            self.assertIn("1 of 2 scenarios pass", done.stdout)
            self.assertEqual(self.cases(),
                             {"a": ["system-out"], "b": [tag, "system-out"]})
            shutil.rmtree(self.folder / "out")

    def test_only_some(self):
        done = self.run_library({"a": 0, "b": 1, "c": 0}, "--only=a,c")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(set(self.cases()), {"a", "c"})
        done = self.run_library({"a": 0}, "--only=x")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no scenario x", done.stdout)

    def test_a_stop_ends_it_and_is_no_pass(self):
        names = {"s%d" % i: 0 for i in range(9)}
        process = subprocess.Popen(self.command(names, seconds=600),
                                   env=self.environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, text=True)
        limit = time.monotonic() + 60
        while not (self.calls.exists()
                   and len(self.calls.read_text().splitlines()) == 4):
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, said)
        self.assertIn("0 of 9 scenarios pass", said)
        self.assertEqual(len(self.calls.read_text().splitlines()), 4)


if __name__ == "__main__":
    unittest.main()
