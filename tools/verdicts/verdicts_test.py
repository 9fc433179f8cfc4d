"""Recording with a stand-in for slotquake, and the tables made from it."""

import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verdict_store  # noqa: E402
import verdict_tables  # noqa: E402
import verdicts  # noqa: E402

# Does what the scenario's "behave" says: [exit code, text, runs], each run the verdict
# of its checkers. It is told the words it was called with in a file.
STAND_IN = """#!{python}
import json, os, sys
options = dict(a[2:].split("=", 1) for a in sys.argv[3:])
scenario = json.load(open(sys.argv[2]))
with open("{calls}", "a") as calls:
    calls.write(" ".join([os.environ.get("UNDER", "")] + sys.argv[1:]) + "\\n")
code, text, runs = scenario["behave"]
print(text)
for number, verdict in enumerate(runs):
    folder = options["out"] + "/" + scenario["name"] + "/2026-%d" % number
    os.makedirs(folder)
    checks = [{{"checker": "lost_writes", "validity": verdict, "summary": "0 lost",
               "cases": [{{"name": "max_count", "validity": verdict, "text": "why"}}]}},
              {{"checker": "assumptions", "validity": "pass", "summary": "hold",
               "cases": []}}]
    json.dump({{"validity": verdict, "verdicts": checks}},
              open(folder + "/verdicts.json", "w"))
    json.dump({{"environment": {{"server": "redis 7.0.15 (/x)"}}, "seed": 7}},
              open(folder + "/record.json", "w"))
    link = options["out"] + "/" + scenario["name"] + "/latest"
    if os.path.islink(link):
        os.remove(link)
    os.symlink(folder, link)
sys.exit(code)
"""

ISSUE = {"title": "A bug", "links": ["https://github.com/some/thing/issues/1"],
         "expected": "Nothing lost.", "happens": "Much is.",
         "shown_by": ["lost_writes.max_count"]}


class VerdictsTest(unittest.TestCase):

    def setUp(self):
        self._temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self._temporary.cleanup)
        self.workspace = pathlib.Path(self._temporary.name)
        for folder in ("docs", "scenarios/known_issues"):
            (self.workspace / folder).mkdir(parents=True)
        self.calls = self.workspace / "calls"
        self.program = self.workspace / "slotquake"
        self.program.write_text(STAND_IN.format(python=sys.executable, calls=self.calls))
        self.program.chmod(0o755)
        self.write_issues({})
        # Of every scenario that a test writes.
        self.write_build("".join('scenario(name = "{}")\n'.format(n) for n in (
            "good", "third", "never", "refused", "one", "two")))

    def write_build(self, text):
        (self.workspace / "scenarios/BUILD").write_text(text)

    def write_issues(self, issues):
        (self.workspace / "scenarios/known_issues/issues.json").write_text(
            json.dumps(issues))

    def scenario(self, name, code, text, runs, teaches="It teaches.", **more):
        content = {"name": name.split("/")[-1], "teaches": teaches,
                   "behave": [code, text, runs],
                   "expect": {"lost_writes": {"max_count": 0}}, **more}
        (self.workspace / "scenarios" / (name + ".json")).write_text(json.dumps(content))

    def run_tool(self, *arguments):
        """Exit code and all that it said."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = verdicts.main(["--workspace={}".format(self.workspace),
                                  "--program={}".format(self.program), *arguments])
        return code, said.getvalue()

    def recorded(self, name, server="redis-7.0"):
        return verdict_store.read_verdicts(self.workspace).get(name, {}).get(server)

    def library(self, name, runs):
        """What //scenarios:library leaves of the scenario as it is now."""
        out = self.workspace / "library"
        file = self.workspace / "scenarios" / (name + ".json")
        out.mkdir(exist_ok=True)
        (out / file.name).write_text(file.read_text())
        self.scenario(name, 0, "", runs)
        verdicts.run_once([str(self.program)], file, "redis-7.0", out)
        file.write_text((out / file.name).read_text())
        return "--library={}".format(out)

    def test_verdicts_of_the_library_are_taken_over(self):
        self.scenario("good", 3, "it must not run again", [])
        library = self.library("good", ["inconclusive", "pass"])
        code, said = self.run_tool("--server=redis-7.0", library, "good")
        self.assertEqual(0, code, said)
        entry = self.recorded("good")
        self.assertEqual(("pass", 2, "7.0.15"),
                         (entry["verdict"], entry["attempts"], entry["version"]))

    def test_of_the_library_only_the_same_scenario_and_server_count(self):
        self.scenario("good", 3, "", [])
        library = self.library("good", ["pass"])
        code, said = self.run_tool("--server=redis-8.0", library, "good")
        self.assertEqual((1, None), (code, self.recorded("good", "redis-8.0")))
        self.assertIn("is of redis-7.0", said)
        self.scenario("good", 3, "", [], warm_up_ms=1)
        self.assertEqual(1, self.run_tool("--server=redis-7.0", library, "good")[0])
        self.scenario("third", 3, "", [])
        self.assertEqual(1, self.run_tool("--server=redis-7.0", library, "third")[0])
        self.library("third", ["inconclusive"])
        code, said = self.run_tool("--server=redis-7.0", library, "third")
        self.assertEqual(1, code)
        self.assertIn("was ended before its last attempt", said)
        self.assertEqual({}, verdict_store.read_verdicts(self.workspace))

    def test_a_pass_is_recorded_with_version_figures_and_date(self):
        self.scenario("good", 0, "fine", ["pass"])
        self.assertEqual(0, self.run_tool("--server=redis-7.0", "good")[0])
        entry = self.recorded("good")
        self.assertEqual(("pass", "redis", "7.0.15", 1, 7, {"lost_writes": "0 lost"}),
                         tuple(entry[k] for k in ("verdict", "engine", "version",
                                                  "attempts", "seed", "figures")))
        self.assertRegex(entry["date"], r"^20\d\d-\d\d-\d\d$")
        self.assertIn("--attempts=5 --server=redis-7.0", self.calls.read_text())

    def test_the_last_attempt_counts_and_findings_are_kept(self):
        self.scenario("third", 1, "", ["inconclusive", "inconclusive", "fail"])
        self.assertEqual(0, self.run_tool("--server=redis-7.0", "third")[0])
        entry = self.recorded("third")
        self.assertEqual(("fail", 3, ["lost_writes.max_count"],
                          ["lost_writes.max_count: why"]),
                         (entry["verdict"], entry["attempts"], entry["failed"],
                          entry["findings"]))

    def test_inconclusive_is_recorded_as_that(self):
        self.scenario("never", 2, "", ["inconclusive"] * 5)
        self.assertEqual(0, self.run_tool("--server=redis-7.0", "never")[0])
        self.assertEqual("inconclusive", self.recorded("never")["verdict"])
        self.assertEqual([], self.recorded("never")["failed"])

    def test_a_server_that_refuses_a_setting_is_not_available(self):
        for words in (">>> 'some-setting yes'\n"
                      "Bad directive or wrong number of arguments",
                      "Unresolved Configuration(s) Detected:\n>>> 'some-setting yes'"):
            self.scenario("refused", 255, words, [])
            self.assertEqual(0, self.run_tool("--server=redis-7.0", "refused")[0], words)
            self.assertEqual("refused", self.recorded("refused")["verdict"])

    def test_what_gave_no_verdict_is_not_recorded(self):
        self.scenario("broken", 255, "the switch is on fire", [])
        self.scenario("liar", 0, "", ["fail"])
        self.scenario("empty", 0, "", [])
        code, said = self.run_tool("--server=redis-7.0", "broken", "liar", "empty")
        self.assertEqual(1, code)
        for text in ("the switch is on fire", "the exit code says pass", "left no run"):
            self.assertIn(text, said)
        self.assertEqual({}, verdict_store.read_verdicts(self.workspace))

    def test_names_are_checked_before_anything_runs(self):
        self.scenario("good", 0, "", ["pass"])
        self.assertEqual(2, self.run_tool("--server=redis-7.0", "good", "none")[0])
        self.assertFalse(self.calls.exists())
        for wrong in (["--server=redis-1.0", "good"], ["good"]):
            with self.assertRaises(SystemExit):
                self.run_tool(*wrong)

    def test_each_run_is_under_the_command(self):
        self.scenario("good", 0, "", ["pass"])
        self.run_tool("--server=redis-7.0", "--server=valkey-8.0",
                      "--under=env UNDER=lock", "good")
        calls = self.calls.read_text().splitlines()
        self.assertEqual([True, True], [c.startswith("lock run") for c in calls])

    def test_missing_runs_only_what_has_no_verdict_or_has_changed(self):
        self.write_build('scenario(name = "one")\nscenario(name = "two")\n'
                         'scenario(\n    name = "pods",\n    local = False,\n)\n')
        for name in ("one", "two", "pods"):
            self.scenario(name, 0, "", ["pass"])
        self.run_tool("--server=redis-7.0")
        self.assertIsNone(self.recorded("pods"))
        self.calls.unlink()
        self.scenario("one", 0, "", ["pass"], teaches="In other words.")
        self.scenario("two", 0, "", ["pass"], hold_ms=1)
        self.run_tool("--server=redis-7.0", "--missing")
        self.assertIn("two.json", self.calls.read_text())
        self.assertNotIn("one.json", self.calls.read_text())

    def documents(self):
        return verdict_tables.documents(self.workspace)

    def cells(self, document, name):
        line = next(l for l in self.documents()[document].splitlines()
                    if l.startswith("| [`{}`]".format(name)))
        return [c.strip() for c in line.strip("|").split("|")][-4:]

    def test_a_changed_scenario_is_not_run(self):
        self.scenario("good", 0, "", ["pass"])
        self.assertEqual(["not run"] * 4, self.cells("scenarios.md", "good"))
        self.run_tool("--server=valkey-8.0", "good")
        self.assertEqual(["not run", "pass", "not run", "not run"],
                         self.cells("scenarios.md", "good"))
        self.scenario("good", 0, "", ["pass"], teaches="In other words.")
        self.assertEqual("pass", self.cells("scenarios.md", "good")[1])
        self.scenario("good", 0, "", ["pass"], warm_up_ms=1)
        self.assertEqual("not run", self.cells("scenarios.md", "good")[1])

    def test_where_a_scenario_runs_is_what_build_says(self):
        self.write_build('load("x", "scenario")\nscenario(\n    name = "here",\n'
                         '    every_change = True,\n)\n\nscenario(\n    name = "there",\n'
                         '    local = False,\n)\n\nscenario(name = "short")\n')
        self.assertEqual({"here": True, "there": False, "short": True},
                         verdict_tables.read_places(self.workspace))
        self.scenario("there", 0, "", ["pass"])
        self.assertEqual(["Kubernetes"] * 4, self.cells("scenarios.md", "there"))
        # One that BUILD does not name is a mistake, and no cell of a table.
        self.scenario("forgotten", 0, "", ["pass"])
        with self.assertRaises(KeyError):
            self.documents()

    def test_an_issue_is_reproduced_by_its_own_reasons_only(self):
        self.write_issues({"thing_1": ISSUE})
        name = "known_issues/thing_1"
        for code, runs, state in ((1, ["fail"], "**reproduced**"),
                                  (0, ["pass"], "not reproduced"),
                                  (2, ["inconclusive"], "inconclusive")):
            self.scenario(name, code, "", runs)
            self.run_tool("--server=redis-7.0", name)
            self.assertEqual(state, self.cells("known_issues.md", "thing_1")[0])
        self.scenario(name, 255, "FATAL CONFIG FILE ERROR", [])
        self.run_tool("--server=redis-7.0", name)
        self.assertEqual("not available", self.cells("known_issues.md", "thing_1")[0])
        self.write_issues({"thing_1": {**ISSUE, "shown_by": ["promotion_timing.x"]}})
        self.scenario(name, 1, "", ["fail"])
        self.run_tool("--server=redis-7.0", name)
        self.assertEqual("fails otherwise", self.cells("known_issues.md", "thing_1")[0])

    def test_one_more_failure_than_the_issue_explains_is_another_one(self):
        entry = {"verdict": "fail", "failed": ["lost_writes.max_count", "other.thing"]}
        self.assertEqual("fails otherwise", verdict_tables.issue_state(entry, ISSUE))

    def test_tables_drop_verdicts_on_scenarios_that_are_gone(self):
        self.write_build('scenario(name = "good")\nscenario(name = "gone")\n')
        for name in ("good", "gone"):
            self.scenario(name, 0, "", ["pass"])
        self.run_tool("--server=redis-7.0", "good", "gone")
        (self.workspace / "scenarios/gone.json").unlink()
        self.assertEqual(0, self.run_tool("--tables")[0])
        self.assertIsNone(self.recorded("gone"))
        self.assertIsNotNone(self.recorded("good"))
        text = (self.workspace / "docs/scenarios.md").read_text()
        self.assertIn("no write lost", text)
        self.assertIn("Redis 7.0<br>(7.0.15)", text)

    def test_expectations_in_words(self):
        self.assertEqual(
            "a promotion; the promotion within what theory allows; writes lost within "
            "200 ms at most; something.new 5",
            verdict_tables.expectation({"expect": {
                "promotion": "required", "promotion_ms": {"max": "theory"},
                "lost_writes": {"max_window_ms": 200}, "something": {"new": 5}}}))
        self.assertEqual("nothing", verdict_tables.expectation({}))


if __name__ == "__main__":
    unittest.main()
