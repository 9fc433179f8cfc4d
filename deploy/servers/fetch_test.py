"""Fetches a server from a package source that is made here: this system's own server
program and its libraries, as packages of a release called "next"."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import apt_sources  # noqa: E402
import fetch  # noqa: E402

PROGRAM = shutil.which("redis-check-rdb")
ARCHITECTURE = subprocess.run(["dpkg", "--print-architecture"], capture_output=True,
                              text=True, check=True).stdout.strip()


def libraries():
    said = subprocess.run(["ldd", PROGRAM], capture_output=True, text=True, check=True)
    return [pathlib.Path(p) for p in re.findall(r"(/\S+) \(0x", said.stdout)]


def this_version():
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True,
                          check=True).stdout
    return re.search(r"(\d+)\.(\d+)\.\d+", said)


class PackageSource:
    """A mirror with one release in it."""

    def __init__(self, folder, without=""):
        self._pool = folder / "mirror/pool"
        self._pool.mkdir(parents=True)
        self.uri = "copy:{}".format(folder / "mirror")
        files = {"/usr/lib/x-linux-gnu/" + l.name: l for l in libraries()
                 if not without or not l.name.startswith(without)}
        self._index = ""
        self._pack("fake-libraries", "1.0", "", files)
        self._pack("redis-tools", "5:1.0-1", "fake-libraries",
                   {"/usr/bin/redis-check-rdb": PROGRAM})
        self._publish(folder / "mirror/dists/next")

    def _pack(self, name, version, depends, files):
        with tempfile.TemporaryDirectory() as temporary:
            root = pathlib.Path(temporary)
            control = ("Package: {}\nVersion: {}\nArchitecture: {}\n"
                       "Maintainer: Nobody <nobody@localhost>\n{}"
                       "Description: for a test\n").format(
                           name, version, ARCHITECTURE,
                           "Depends: {}\n".format(depends) if depends else "")
            (root / "DEBIAN").mkdir()
            (root / "DEBIAN/control").write_text(control)
            for path, source in files.items():
                target = pathlib.Path(str(root) + path)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
            file = self._pool / "{}.deb".format(name)
            subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", root,
                            file], check=True, capture_output=True)
        content = file.read_bytes()
        self._index += "{}Filename: pool/{}\nSize: {}\nSHA256: {}\n\n".format(
            control, file.name, len(content), hashlib.sha256(content).hexdigest())

    def _publish(self, folder):
        name = "main/binary-{}/Packages".format(ARCHITECTURE)
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(self._index)
        (folder / "Release").write_text(
            "Codename: next\nSuite: next\nComponents: main\nArchitectures: {}\n"
            "SHA256:\n {} {} {}\n".format(
                ARCHITECTURE, hashlib.sha256(self._index.encode()).hexdigest(),
                len(self._index), name))


class FetchTest(unittest.TestCase):

    def setUp(self):
        self._temporary = tempfile.TemporaryDirectory(
            dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(self._temporary.cleanup)
        self.folder = pathlib.Path(self._temporary.name)
        self.servers = self.folder / "servers"
        found = this_version()
        self.version = found[0]
        self.name = "redis-{}.{}".format(found[1], found[2])
        own = apt_sources.codename
        apt_sources.codename = lambda: "here"
        self.addCleanup(setattr, apt_sources, "codename", own)
        self.addCleanup(os.environ.pop, "APT_CONFIG", None)

    def system_has(self, source):
        """Makes `source` the mirror of what apt takes for this system's sources."""
        (self.folder / "parts").mkdir()
        (self.folder / "parts/own.list").write_text(
            "deb [trusted=yes] {} here main\n".format(source.uri))
        (self.folder / "apt.conf").write_text(
            'Dir::Etc::sourcelist "/dev/null";\n'
            'Dir::Etc::sourceparts "{}/parts";\n'.format(self.folder))
        os.environ["APT_CONFIG"] = str(self.folder / "apt.conf")

    def fetch(self, *arguments, name=None, release="next"):
        """Exit code and what it said."""
        table = [fetch.Server(name or self.name, [release], "redis-tools",
                              "redis-check-rdb", "redis-server")]
        output, errors = self.folder / "out", self.folder / "err"
        kept = sys.stdout, sys.stderr
        with open(output, "w") as sys.stdout, open(errors, "w") as sys.stderr:
            try:
                code = fetch.main(["--folder={}".format(self.servers), *arguments], table)
            finally:
                sys.stdout, sys.stderr = kept
        return code, output.read_text() + errors.read_text()

    def test_a_fetched_server_runs_with_its_own_loader_and_libraries_only(self):
        self.system_has(PackageSource(self.folder))
        code, said = self.fetch()
        self.assertEqual(0, code, said)
        self.assertIn("version {} in".format(self.version), said)
        server = self.servers / self.name
        about = json.loads((server / "about.json").read_text())
        self.assertEqual(self.version, about["version"])
        self.assertEqual("redis-server", about["program"])
        process = subprocess.Popen(
            [server / "redis-server", "--port", "0", "--save", "",
             "--unixsocket", "socket"],
            stdout=subprocess.DEVNULL, cwd=self.folder)
        try:
            # The process that was started is the server itself, not a shell over it.
            end = time.monotonic() + 30
            while not (self.folder / "socket").exists():
                self.assertIsNone(process.poll())
                self.assertLess(time.monotonic(), end)
                time.sleep(0.01)
            proc = pathlib.Path("/proc/{}".format(process.pid))
            self.assertEqual((server / "lib").resolve(),
                             (proc / "exe").resolve().parent)
            mapped = set(re.findall(r"\s(/\S+\.so\S*)", (proc / "maps").read_text()))
            strangers = {m for m in mapped if not m.startswith(str(server.resolve()))}
            self.assertEqual(set(), strangers)
            self.assertGreater(len(mapped), 3)
        finally:
            process.kill()
        self.assertEqual(-signal.SIGKILL, process.wait())

    def test_what_is_there_is_not_fetched_again_unless_asked(self):
        self.system_has(PackageSource(self.folder))
        self.assertEqual(0, self.fetch()[0])
        about = self.servers / self.name / "about.json"
        before = about.stat().st_ino
        code, said = self.fetch()
        self.assertEqual((0, True), (code, "is there already" in said))
        self.assertEqual(before, about.stat().st_ino)
        self.assertEqual(0, self.fetch("--again")[0])
        self.assertNotEqual(before, about.stat().st_ino)

    def fails(self, expected, **arguments):
        code, said = self.fetch(**arguments)
        self.assertEqual(1, code)
        self.assertIn(expected, said)
        self.assertEqual([], os.listdir(self.servers), "something was left behind")

    def test_a_program_of_another_version_is_refused(self):
        self.system_has(PackageSource(self.folder))
        self.fails("was to be version 9.9, and says: Redis server", name="redis-9.9")

    def test_a_release_that_the_mirror_does_not_have(self):
        self.system_has(PackageSource(self.folder))
        self.fails("apt-get failed", release="none-such")

    def test_a_library_that_no_package_has_is_named(self):
        name = next(l.name for l in libraries() if l.name.startswith("libm.so"))
        self.system_has(PackageSource(self.folder, without="libm.so"))
        self.fails("lack the library " + name)

    def test_names_are_checked(self):
        with self.assertRaises(SystemExit):
            self.fetch("redis-1.0")
        self.assertIn("no server redis-1.0; there are " + self.name,
                      (self.folder / "err").read_text())


STANZAS = """\
# A comment.
Types: deb deb-src
URIs: http://mirror.example/debian
# Another one.
Suites: here here-updates
Components: main contrib
Signed-By: /usr/share/keyrings/some.gpg

Types: deb
URIs: http://mirror.example/security
Suites: here-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: here
Components: main
"""


class AptSourcesTest(unittest.TestCase):

    def line(self, sources):
        return apt_sources.for_release(sources, "next", "here")

    def test_stanzas(self):
        sources = list(apt_sources.parse_stanzas(STANZAS))
        self.assertEqual(["here", "here-updates", "here-security"],
                         [s.suite for s in sources])
        self.assertEqual("deb [signed-by=/usr/share/keyrings/some.gpg] "
                         "http://mirror.example/debian next main", self.line(sources))

    def test_lines(self):
        lines = ["# deb http://off.example/debian here main",
                 "deb-src http://source.example/debian here main",
                 "deb http://security.example/debian here-security main",
                 "deb [arch=amd64 signed-by=/k.gpg] http://m.example/debian here "
                 "main contrib # mine"]
        sources = list(filter(None, map(apt_sources.parse_line, lines)))
        self.assertEqual("deb [signed-by=/k.gpg] http://m.example/debian next main",
                         self.line(sources))
        self.assertEqual(["main", "contrib"], sources[1].components)

    def test_a_system_without_a_mirror_of_its_own_release(self):
        with self.assertRaisesRegex(apt_sources.SourcesError, "name no mirror of here"):
            self.line([apt_sources.parse_line("deb http://m.example/debian other main")])

    def test_a_key_inside_the_sources_is_not_lost_silently(self):
        text = ("Types: deb\nURIs: http://m.example\nSuites: here\nComponents: main\n"
                "Signed-By:\n -----BEGIN PGP-----\n .\n abc\n")
        with self.assertRaisesRegex(apt_sources.SourcesError, "a file is needed"):
            self.line(list(apt_sources.parse_stanzas(text)))

    def test_other_systems(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write('ID=other\nPRETTY_NAME="Other 1.0"\n')
            file.flush()
            with self.assertRaisesRegex(apt_sources.SourcesError, "this is Other 1.0"):
                apt_sources.codename(file.name)
            file.seek(0)
            file.write('ID=debian\nVERSION_CODENAME=bookworm\n')
            file.flush()
            self.assertEqual("bookworm", apt_sources.codename(file.name))


if __name__ == "__main__":
    unittest.main()
