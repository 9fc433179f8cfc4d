"""Scenarios: one JSON file each, to run by hand or as a test."""

# Arguments of the caller come last, so that they win over the defaults here.
_LAUNCHER = """#!/bin/sh
set -e
runfiles="${{TEST_SRCDIR:-${{RUNFILES_DIR:-$0.runfiles}}}}"
runfiles="$(cd "$runfiles" && pwd)/{workspace}"
# A scenario that names no server takes the one on PATH.
for folder in {server_folders}; do
  PATH="$(cd "$runfiles/$folder" && pwd):$PATH"
done
out="${{TEST_UNDECLARED_OUTPUTS_DIR:-${{BUILD_WORKSPACE_DIRECTORY:-$PWD}}/out}}"
for argument in "$@"; do
  case "$argument" in --out | --out=*) out= ;; esac
done
# The caller's own paths count from where "bazel run" was called.
cd "${{BUILD_WORKING_DIRECTORY:-.}}"
exec {before}"$runfiles/{program}" {command} ${{out:+"--out=$out"}} "$@"
"""

def _before(ctx):
    return "".join([
        'python3 "$runfiles/{}" '.format(script.short_path)
        for script in [ctx.file.as_before, ctx.file.leader]
        if script
    ])

def _command(ctx):
    if ctx.files.configs:
        return " ".join(['"$runfiles/{}"'.format(f.short_path) for f in ctx.files.configs])
    config = ctx.file.config
    return 'run "$runfiles/{}"'.format(config.short_path) if config else "explore"

def _scenario_impl(ctx):
    launcher = ctx.actions.declare_file(ctx.label.name)
    folders = {f.short_path.rpartition("/")[0]: True for f in ctx.files.servers}
    ctx.actions.write(
        output = launcher,
        content = _LAUNCHER.format(
            before = _before(ctx),
            command = _command(ctx),
            program = ctx.executable.program.short_path,
            server_folders = " ".join(folders.keys()),
            workspace = ctx.workspace_name,
        ),
        is_executable = True,
    )
    runfiles = ctx.runfiles(
        files = [ctx.executable.program] + ctx.files.config + ctx.files.configs +
                ctx.files.servers + ctx.files.as_before + ctx.files.leader,
    )
    runfiles = runfiles.merge(ctx.attr.program[DefaultInfo].default_runfiles)
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

_ATTRS = {
    "as_before": attr.label(
        allow_single_file = True,
        doc = "What runs the program, and fails when it leaves something.",
    ),
    "config": attr.label(
        allow_single_file = [".json"],
        doc = "The scenario; without one, scenarios are explored.",
    ),
    "configs": attr.label_list(
        allow_files = [".json"],
        doc = "Several scenarios, which `leader` runs.",
    ),
    "leader": attr.label(
        allow_single_file = True,
        doc = "What runs the program, once for each scenario.",
    ),
    "program": attr.label(
        cfg = "target",
        default = "//harness/cli:slotquake",
        executable = True,
    ),
    "servers": attr.label_list(
        allow_files = True,
        default = ["@redis//:redis-server", "@valkey//:valkey-server"],
    ),
}

_scenario_binary = rule(implementation = _scenario_impl, attrs = _ATTRS, executable = True)

_scenario_test = rule(implementation = _scenario_impl, attrs = _ATTRS, test = True)

def scenario(
        name,
        size = "medium",
        tags = [],
        kubernetes = False,
        local = True,
        every_change = False,
        **kwargs):
    """Declares the targets of NAME.json.

    NAME is for bazel run, NAME_test for bazel test on this machine, and NAME_kind_test
    for bazel test on a kind cluster, which --test_arg=--context=NAME names.

    Args:
      name: The scenario's name.
      size: The test's size; a failover takes tens of seconds.
      tags: More tags for the tests.
      kubernetes: Whether there is a test on kind.
      local: Whether there is a test on this machine.
      every_change: Whether that test belongs to //..., which is run at every change.
        The others are run by library() only.
      **kwargs: Passed to all rules.
    """
    config = name + ".json"
    _scenario_binary(name = name, config = config, **kwargs)
    if kubernetes:
        _scenario_test(
            name = name + "_kind_test",
            size = "large",
            config = config,
            args = ["--platform=kubernetes", "--attempts=5"],
            # manual: it needs a cluster that is there. local: it speaks to the
            # container engine.
            tags = ["exclusive", "local", "manual", "requires-kind"] + tags,
            **kwargs
        )
    if not local:
        return
    _scenario_test(
        name = name + "_test",
        size = size,
        config = config,
        # A run that was disturbed proves nothing: it is repeated, not passed.
        args = ["--attempts=5"],
        as_before = "//tools:as_before.py",
        # exclusive: what a run measures is time, so nothing else may use the
        # machine meanwhile. requires-netns: it makes network namespaces.
        tags = ["exclusive", "requires-netns"] +
               ([] if every_change else ["manual"]) + tags,
        **kwargs
    )

def versions(name, scenarios, servers):
    """Declares a test suite of scenarios on servers of several versions.

    They are those that deploy/servers:fetch has fetched. Call it behind library(),
    which these tests do not belong to.

    Args:
      name: The suite's name.
      scenarios: Names of scenarios of the package.
      servers: Names of servers: redis-8.0.
    """
    tests = []
    for scenario_name in scenarios:
        for server in servers:
            test = "{}_{}_test".format(
                scenario_name,
                server.replace("-", "_").replace(".", "_"),
            )
            tests.append(test)
            _scenario_test(
                name = test,
                size = "medium",
                config = scenario_name + ".json",
                args = ["--attempts=5", "--server=" + server],
                # local: the servers lie outside of the workspace.
                tags = ["exclusive", "local", "manual", "requires-netns"],
            )
    native.test_suite(name = name, tags = ["manual"], tests = tests)

def explore(name):
    """Declares a target for bazel run that composes scenarios by chance.

    Args:
      name: The target's name.
    """
    _scenario_binary(name = name)

def library(name):
    """Declares a test of all scenarios of the package that have a local test.

    They take turns at the machine, which is quicker than their own tests one after the
    other. Scenarios with the tag "long" are left out. Call it behind them, and before
    versions().

    Args:
      name: The test's name.
    """
    _scenario_test(
        name = name,
        timeout = "eternal",
        as_before = "//tools:as_before.py",
        configs = sorted([
            rule["name"][:-len("_test")] + ".json"
            for rule in native.existing_rules().values()
            if rule["kind"] == "_scenario_test" and
               "requires-netns" in rule["tags"] and "long" not in rule["tags"]
        ]),
        leader = "//tools:library.py",
        tags = ["exclusive", "manual", "requires-netns"],
    )
