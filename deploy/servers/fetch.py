#!/usr/bin/env python3
"""Puts server programs of several versions into a folder, each with its own loader and
libraries, so that the versions of one Debian release run on another.

They come from this system's own mirror, through apt in a configuration of its own:
nothing is installed, and apt's state on this system stays as it is.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import apt_sources

# releases: codenames of Debian releases that have the version and its libraries.
# program: the file of the package; the server goes by the name that it is called by.
Server = collections.namedtuple("Server", "name releases package program called")

SERVERS = [
    Server("redis-7.0", ["bookworm"], "redis-tools", "redis-check-rdb", "redis-server"),
    Server("redis-8.0", ["trixie"], "redis-tools", "redis-check-rdb", "redis-server"),
    Server("valkey-8.0", ["bookworm-backports", "bookworm"], "valkey-tools",
           "valkey-check-rdb", "valkey-server"),
    Server("valkey-8.1", ["trixie"], "valkey-tools", "valkey-check-rdb", "valkey-server"),
]

# The process stays the one that was started: the harness stops and kills it by its pid.
WRAPPER = """#!/bin/sh
here="$(readlink -f "$0")"
here="${{here%/*}}"
exec "$here/lib/{loader}" --library-path "$here/lib" "$here/program/{called}" "$@"
"""


class FetchError(Exception):
    """Its text says what is wrong and what helps."""


def default_folder():
    """Where `slotquake run --server=NAME` looks, too."""
    return pathlib.Path(os.environ.get("SLOTQUAKE_SERVERS") or
                        pathlib.Path.home() / ".cache/slotquake/servers")


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()[-12:]
        raise FetchError("{} failed:\n  {}".format(" ".join(map(str, command[:1])),
                                                   "\n  ".join(said)))
    return done.stdout


class Apt:
    """apt with sources and state of its own, in a folder that is thrown away."""

    def __init__(self, folder, releases):
        self._folder = folder
        for name in ("lists/partial", "cache/archives/partial", "parts"):
            (folder / name).mkdir(parents=True)
        system = apt_sources.read_system()
        (folder / "sources.list").write_text("".join(
            apt_sources.for_release(system, release) + "\n" for release in releases))
        # An empty status: every package that the server needs is one to download.
        (folder / "status").touch()
        (folder / "apt.conf").write_text("\n".join([
            'Dir::Etc::sourcelist "{0}/sources.list";',
            'Dir::Etc::sourceparts "{0}/parts";',
            'Dir::Etc::preferences "/dev/null";',
            'Dir::Etc::preferencesparts "{0}/parts";',
            'Dir::State "{0}";',
            'Dir::State::lists "{0}/lists";',
            'Dir::State::status "{0}/status";',
            'Dir::Cache "{0}/cache";',
            'Acquire::Languages "none";',
            'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
            'APT::Install-Recommends "false";',
            'APT::Sandbox::User "";',
            # The system's own hooks are about the system's own state.
            '#clear APT::Update::Pre-Invoke;',
            '#clear APT::Update::Post-Invoke;',
            '#clear APT::Update::Post-Invoke-Success;',
            '#clear DPkg::Pre-Invoke;',
            '#clear DPkg::Post-Invoke;',
        ]).format(folder) + "\n")
        run(self._command("update", "--error-on=any"))

    def _command(self, *arguments):
        return ["apt-get", "-c", self._folder / "apt.conf", "-qq", "--yes", *arguments]

    def download(self, package):
        """The package and all that it depends on: files, checked by apt."""
        run(self._command("install", "--download-only", package))
        return sorted((self._folder / "cache/archives").glob("*.deb"))


def only(files, what):
    files = list(files)
    if not files:
        raise FetchError("the packages have no {}".format(what))
    return files[0]


def unpack(packages, into):
    for package in packages:
        run(["dpkg-deb", "--extract", package, into])


def own_libraries(root, program):
    """The loader of the packages in `root`, and the libraries that it loads the program
    with."""
    loaders = [f for f in root.glob("**/ld-linux*.so.*") if f.is_file()]
    loader = only(loaders, "loader (ld-linux*.so)")
    folders = sorted({str(f.parent) for f in root.glob("**/*.so*")
                      if f.parent.name.endswith(("-linux-gnu", "lib", "lib64"))})
    listed = run([loader, "--library-path", ":".join(folders), "--list", program])
    libraries = []
    for name, path in re.findall(r"^\s*(\S+) => (\S+)", listed, re.MULTILINE):
        if not path.startswith(str(root)) or not os.path.exists(path):
            raise FetchError("the packages lack the library {}".format(name))
        libraries.append(pathlib.Path(path))
    return loader, libraries


def assemble(server, root, into):
    """The server's folder: lib/, program/, a wrapper that starts it, about.json."""
    found = only((f for f in root.glob("**/" + server.program) if f.is_file()),
                 "program " + server.program)
    loader, libraries = own_libraries(root, found)
    (into / "lib").mkdir(parents=True)
    (into / "program").mkdir()
    for file in [loader, *libraries]:
        shutil.copy(file, into / "lib" / file.name)
    (into / "lib" / loader.name).chmod(0o755)
    shutil.copy(found, into / "program" / server.called)
    (into / "program" / server.called).chmod(0o755)
    wrapper = into / server.called
    wrapper.write_text(WRAPPER.format(loader=loader.name, called=server.called))
    wrapper.chmod(0o755)


def version_of(server, folder):
    """What the program says of itself; an error if that is not what was asked for."""
    said = run([folder / server.called, "--version"]).strip()
    found = re.search(r"server v=(\S+)", said)
    wanted = server.name.split("-")[1]
    if not found or not found[1].startswith(wanted + "."):
        raise FetchError("{} was to be version {}, and says: {}".format(
            server.name, wanted, said[:80]))
    return found[1]


def fetch(server, folder):
    """Fetches one; whatever goes wrong leaves nothing behind. Its version."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as temporary:
        work = pathlib.Path(temporary).resolve()
        apt = Apt(work / "apt", server.releases)
        packages = apt.download(server.package)
        unpack(packages, work / "root")
        assemble(server, work / "root", work / "server")
        version = version_of(server, work / "server")
        (work / "server/about.json").write_text(json.dumps({
            "version": version,
            "releases": server.releases,
            "program": server.called,
            "packages": sorted(p.name for p in packages),
        }, indent=1) + "\n")
        shutil.rmtree(folder / server.name, ignore_errors=True)
        (work / "server").rename(folder / server.name)
    return version


def parse(arguments, servers):
    names = [s.name for s in servers]
    parser = argparse.ArgumentParser(
        description="Fetches server programs: " + ", ".join(names) +
        ". They are used with slotquake run --server=NAME.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all of them")
    parser.add_argument("--folder", type=pathlib.Path, default=default_folder(),
                        help="default: $SLOTQUAKE_SERVERS, else ~/.cache/slotquake/servers")
    parser.add_argument("--again", action="store_true",
                        help="those that are there already, too")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in names:
            parser.error("no server {}; there are {}".format(name, ", ".join(names)))
    return options


def main(arguments, servers=None):
    servers = servers or SERVERS
    options = parse(arguments, servers)
    code = 0
    for server in servers:
        if options.names and server.name not in options.names:
            continue
        about = options.folder / server.name / "about.json"
        if about.exists() and not options.again:
            version = json.loads(about.read_text())["version"]
            print("{}: version {} is there already".format(server.name, version))
            continue
        try:
            version = fetch(server, options.folder)
            print("{}: version {} in {}".format(server.name, version,
                                                options.folder / server.name))
        except (FetchError, apt_sources.SourcesError, OSError) as error:
            print("{}: {}".format(server.name, error), file=sys.stderr)
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
