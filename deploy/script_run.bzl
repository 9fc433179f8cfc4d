"""Scripts of deploy/, to be started with bazel run. (sh_binary is not in every Bazel's natives.)"""

# Scripts find what belongs to them beside them. Arguments of the caller come last, and
# the caller's own paths count from where "bazel run" was called.
_LAUNCHER = """#!/bin/sh
set -e
runfiles="${{RUNFILES_DIR:-$0.runfiles}}"
runfiles="$(cd "$runfiles" && pwd)/{workspace}"
cd "${{BUILD_WORKING_DIRECTORY:-.}}"
exec "$runfiles/{script}" {arguments} "$@"
"""

def _script_run_impl(ctx):
    launcher = ctx.actions.declare_file(ctx.label.name)
    arguments = list(ctx.attr.arguments)
    runfiles = ctx.runfiles(files = [ctx.file.script] + ctx.files.data)
    if ctx.attr.program:
        arguments.append('"--program=$runfiles/{}"'.format(ctx.executable.program.short_path))
        runfiles = runfiles.merge(ctx.attr.program[DefaultInfo].default_runfiles)
    ctx.actions.write(
        output = launcher,
        content = _LAUNCHER.format(
            arguments = " ".join(arguments),
            script = ctx.file.script.short_path,
            workspace = ctx.workspace_name,
        ),
        is_executable = True,
    )
    return [DefaultInfo(executable = launcher, runfiles = runfiles)]

script_run = rule(
    implementation = _script_run_impl,
    attrs = {
        "arguments": attr.string_list(doc = "Before those of the caller."),
        "data": attr.label_list(allow_files = True),
        "program": attr.label(
            cfg = "target",
            doc = "Given to the script as --program=FILE.",
            executable = True,
        ),
        "script": attr.label(allow_single_file = True, mandatory = True),
    },
    executable = True,
)
