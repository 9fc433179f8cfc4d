#!/usr/bin/env python3
"""test_counts.py on made-up build events."""

import json
import os
import subprocess
import sys
import unittest

TMP = os.environ["TEST_TMPDIR"]


def configured(label):
    return {
        "id": {"targetConfigured": {"label": label}},
        "configured": {"testSize": "SMALL"},
    }


def result(label, status, xml=None, shard=1):
    output = []
    if xml is not None:
        path = os.path.join(TMP, "%s %d.xml" % (label.replace("/", "_"), shard))
        with open(path, "w") as f:
            f.write(xml)
        output = [{"name": "test.xml", "uri": "file://" + path.replace(" ", "%20")}]
    return {
        "id": {"testResult": {"label": label, "shard": shard}},
        "testResult": {"status": status, "testActionOutput": output},
    }


def suite(*cases):
    return "<testsuites><testsuite>%s</testsuite></testsuites>" % "".join(
        '<testcase classname="A" name="%s">%s</testcase>' % case for case in cases
    )


def count(events, bazel_status=0, more=()):
    path = os.path.join(TMP, "events.json")
    with open(path, "w") as f:
        f.write("".join(json.dumps(e) + "\n" for e in events))
    done = subprocess.run(
        [sys.executable, "tools/test_counts.py", "--bazel-status=%d" % bazel_status]
        + list(more)
        + [path],
        stdout=subprocess.PIPE,
        universal_newlines=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


class TestCounts(unittest.TestCase):
    def test_cases_of_all_shards_count(self):
        events = [configured("//a")]
        events.append(result("//a", "PASSED", suite(("x", ""), ("y", "")), 1))
        events.append(result("//a", "PASSED", suite(("z", "")), 2))
        self.assertEqual(count(events), (0, ["3 passed, 0 failed"]))

    def test_failed_and_skipped_cases(self):
        xml = suite(("x", ""), ("y", "<failure/>"), ("z", "<skipped/>"))
        status, lines = count([configured("//a"), result("//a", "FAILED", xml)], 3)
        self.assertEqual(status, 3)
        self.assertEqual(lines, ["failed: //a: A.y", "1 passed, 1 failed, 1 skipped"])

    def test_a_crash_is_a_failure_whatever_the_file_says(self):
        for status in ("FAILED", "TIMEOUT", "REMOTE_FAILURE", "INCOMPLETE"):
            for xml in (None, "", "<testsuites", suite(("x", ""))):
                code, lines = count([configured("//a"), result("//a", status, xml)])
                self.assertEqual(code, 1, (status, xml))
                self.assertTrue(lines[-1].endswith(" 1 failed"), (status, xml))

    def test_a_target_that_did_not_run_is_a_failure(self):
        events = [configured("//a"), configured("//b")]
        events.append(result("//a", "PASSED", suite(("x", ""))))
        status, lines = count(events, 1)
        self.assertEqual(status, 1)
        self.assertEqual(lines, ["failed: //b: did not run", "1 passed, 1 failed"])

    def test_runs_add_up_with_what_failed_and_could_not_run_outside(self):
        first = os.path.join(TMP, "first.json")
        with open(first, "w") as f:
            f.write(json.dumps(result("//a", "PASSED", suite(("x", "")), 3)) + "\n")
        more = ["--skipped=3:no containers", "--failed=the cluster", first]
        status, lines = count([result("//b", "PASSED", suite(("y", "")))], 0, more)
        self.assertEqual(status, 1)
        self.assertEqual(lines[0], "skipped: 3 (no containers)")
        self.assertEqual(lines[1], "failed: the cluster")
        self.assertEqual(lines[2], "2 passed, 1 failed, 3 skipped")

    def test_no_tests_at_all_is_no_success(self):
        self.assertEqual(count([]), (1, ["0 passed, 0 failed"]))
        self.assertEqual(count([], 4), (4, ["0 passed, 0 failed"]))

    def test_a_passed_test_without_a_file_counts_once(self):
        events = [configured("//a"), result("//a", "PASSED")]
        self.assertEqual(count(events), (0, ["1 passed, 0 failed"]))


if __name__ == "__main__":
    unittest.main()
