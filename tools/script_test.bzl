"""Tests that are scripts. (sh_test and py_test are not in every Bazel's natives.)"""

def _script_test_impl(ctx):
    launcher = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(
        output = launcher,
        content = "#!/bin/sh\nexec {} {}\n".format(
            ctx.attr.interpreter,
            ctx.file.script.short_path,
        ),
        is_executable = True,
    )
    return [DefaultInfo(
        executable = launcher,
        runfiles = ctx.runfiles(files = [ctx.file.script] + ctx.files.data),
    )]

script_test = rule(
    implementation = _script_test_impl,
    attrs = {
        "data": attr.label_list(allow_files = True),
        "interpreter": attr.string(mandatory = True, doc = "bash or python3."),
        "script": attr.label(allow_single_file = True, mandatory = True),
    },
    test = True,
)
