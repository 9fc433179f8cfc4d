"""docs/scenarios.md and docs/known_issues.md are what the scenarios and the recorded
verdicts give; issues.json and the scenarios of known issues fit each other."""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import verdict_store  # noqa: E402
import verdict_tables  # noqa: E402

WORKSPACE = pathlib.Path(".")


class DocumentsTest(unittest.TestCase):

    def test_documents_are_up_to_date(self):
        for name, text in verdict_tables.documents(WORKSPACE).items():
            if (WORKSPACE / "docs" / name).read_text() != text:
                self.fail("docs/{} does not fit the scenarios and verdicts.json; "
                          "bazel run //scenarios:verdicts -- --tables".format(name))

    def test_every_recorded_verdict_is_of_a_scenario(self):
        scenarios = verdict_store.read_scenarios(WORKSPACE)
        for name, by_server in verdict_store.read_verdicts(WORKSPACE).items():
            self.assertIn(name, scenarios)
            for server in by_server:
                self.assertIn(server, verdict_store.SERVERS)

    def test_every_issue_is_told_and_has_a_scenario(self):
        issues = verdict_store.read_issues(WORKSPACE)
        files = {n.split("/")[1]: s
                 for n, s in verdict_store.read_scenarios(WORKSPACE).items() if "/" in n}
        self.assertEqual(sorted(files), sorted(issues))
        for name, issue in issues.items():
            self.assertEqual(name, files[name]["name"])
            self.assertEqual(["expected", "happens", "links", "shown_by", "title"],
                             sorted(issue), name)
            self.assertTrue(issue["shown_by"], name)
            project, number = name.rsplit("_", 1)
            # Named by the report that comes first: project_number.
            self.assertRegex(issue["links"][0],
                             "/{}/(issues|pull)/{}$".format(
                                 project.replace("_", "[-/]"), number))


if __name__ == "__main__":
    unittest.main()
