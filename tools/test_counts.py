#!/usr/bin/env python3
"""Counts the test cases of one Bazel run, from its build events.

    tools/test_counts.py --bazel-status=N EVENTS.json

Each case of a GoogleTest program counts, and each scenario as one. A test target
that did not build, crashed or ran out of time counts as one failed case more. The
last line is "N passed, N failed". Exits with Bazel's status; with 1 when that is 0
and yet a case failed, or none ran.
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bazel-status", type=int, required=True)
    parser.add_argument("events")
    arguments = parser.parse_args()

    counts = Counts()
    if os.path.exists(arguments.events):
        with open(arguments.events, encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    counts.add(json.loads(line))
    counts.finish()

    for name in counts.failed:
        print("failed: " + name)
    if counts.skipped:
        print("%d skipped" % counts.skipped)
    print("%d passed, %d failed" % (counts.passed, len(counts.failed)))
    if arguments.bazel_status:
        return arguments.bazel_status
    return 1 if counts.failed or not counts.passed else 0


if __name__ == "__main__":
    sys.exit(main())
