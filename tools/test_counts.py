#!/usr/bin/env python3
"""Counts the test cases of one or more Bazel runs, from their build events.

    tools/test_counts.py --bazel-status=N [--failed=WHAT]... [--skipped=N:WHY]... EVENTS.json...

Each case of a GoogleTest program counts, and each scenario as one. A test target
that did not build, crashed or ran out of time counts as one failed case more; so
does each --failed. What could not be run here is told with --skipped. The last line
is "N passed, N failed", with ", N skipped" behind it where there are any. Exits with
Bazel's status; with 1 when that is 0 and yet a case failed, or none ran.
"""

import argparse
import json
import os
import sys
import urllib.parse
import xml.etree.ElementTree

GREEN = ("PASSED", "FLAKY")


def path_of(uri):
    return urllib.parse.unquote(urllib.parse.urlparse(uri).path)


def cases(path):
    """(passed, skipped, names of the failed) of one test.xml."""
    passed, skipped, failed = 0, 0, []
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        name = "%s.%s" % (case.get("classname", ""), case.get("name", ""))
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(name.strip("."))
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
    return passed, skipped, failed


class Counts:
    def __init__(self):
        self.passed = 0
        self.skipped = 0
        self.failed = []
        self.tests = set()  # targets that are tests
        self.ran = set()

    def add_result(self, label, result):
        """One run of one test target, or one shard of it."""
        self.ran.add(label)
        status = result.get("status")
        files = {f["name"]: f.get("uri", "") for f in result.get("testActionOutput", [])}
        passed, skipped, failed = 0, 0, []
        try:
            passed, skipped, failed = cases(path_of(files["test.xml"]))
        except (KeyError, OSError, xml.etree.ElementTree.ParseError):
            if status in GREEN:  # it has no file to count by
                passed = 1
        if status not in GREEN and not failed:
            failed = [status or "no status"]
        self.passed += passed
        self.skipped += skipped
        self.failed += ["%s: %s" % (label, name) for name in failed]

    def add(self, event):
        identity = event["id"]
        if "testResult" in identity and "testResult" in event:
            self.add_result(identity["testResult"]["label"], event["testResult"])
        elif "targetConfigured" in identity:
            if event.get("configured", {}).get("testSize"):
                self.tests.add(identity["targetConfigured"]["label"])

    def finish(self):
        for label in sorted(self.tests - self.ran):
            self.failed.append("%s: did not run" % label)


def read_events(counts, path):
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                counts.add(json.loads(line))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bazel-status", type=int, required=True)
    parser.add_argument("--failed", action="append", default=[])
    parser.add_argument("--skipped", action="append", default=[])
    parser.add_argument("events", nargs="+")
    arguments = parser.parse_args()

    counts = Counts()
    for events in arguments.events:
        read_events(counts, events)
    counts.finish()
    counts.failed += arguments.failed
    for told in arguments.skipped:
        number, why = told.split(":", 1)
        counts.skipped += int(number)
        print("skipped: %s (%s)" % (number, why))

    for name in counts.failed:
        print("failed: " + name)
    line = "%d passed, %d failed" % (counts.passed, len(counts.failed))
    print(line + (", %d skipped" % counts.skipped if counts.skipped else ""))
    if arguments.bazel_status:
        return arguments.bazel_status
    return 1 if counts.failed or not counts.passed else 0


if __name__ == "__main__":
    sys.exit(main())
