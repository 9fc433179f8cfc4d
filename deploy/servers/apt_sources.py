"""This system's apt sources: where its own mirror is, and how it is trusted."""

import collections
import pathlib
import re
import shlex
import subprocess

# options: of both forms by one name, in small letters: {"signed-by": "/usr/…"}.
Source = collections.namedtuple("Source", "uri suite components options")


class SourcesError(Exception):
    """Its text says what is wrong and what helps."""


def parse_line(line):
    """`deb [signed-by=/x] URI SUITE COMPONENT…`: a source, or None."""
    found = re.match(r"deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+(\S.*)", line.strip())
    if not found:
        return None
    options = dict(o.split("=", 1) for o in (found[1] or "").split() if "=" in o)
    return Source(found[2], found[3], found[4].split("#")[0].split(),
                  {name.lower(): value for name, value in options.items()})


def parse_stanzas(text):
    """The sources of a file in the form of deb822 (*.sources)."""
    text = "\n".join(l for l in text.splitlines() if not l.startswith("#"))
    for stanza in re.split(r"\n\s*\n", text):
        fields = {}
        name = None
        for line in stanza.splitlines():
            if line[:1].isspace() and name:
                fields[name] += "\n" + line.strip()
            elif ":" in line:
                name, value = line.split(":", 1)
                name = name.strip().lower()
                fields[name] = value.strip()
        if "deb" not in fields.pop("types", "").split():
            continue
        if fields.pop("enabled", "yes").lower() in ("no", "false"):
            continue
        uris = fields.pop("uris", "").split()
        suites = fields.pop("suites", "").split()
        components = fields.pop("components", "").split()
        for uri in uris:
            for suite in suites:
                yield Source(uri, suite, components, fields)


def read_system():
    """Every source of this system, from wherever its apt says that they are."""
    try:
        said = subprocess.run(
            ["apt-config", "shell", "LIST", "Dir::Etc::sourcelist/f",
             "PARTS", "Dir::Etc::sourceparts/d"],
            capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise SourcesError("no apt on this system ({}): servers come from Debian's "
                           "packages".format(error)) from error
    places = dict(word.split("=", 1) for word in shlex.split(said))
    parts = pathlib.Path(places["PARTS"])
    files = [pathlib.Path(places["LIST"]), *sorted(parts.glob("*.list")),
             *sorted(parts.glob("*.sources"))]
    sources = []
    for file in files:
        if not file.is_file():
            continue
        if file.suffix == ".sources":
            sources += parse_stanzas(file.read_text())
        else:
            sources += filter(None, map(parse_line, file.read_text().splitlines()))
    return sources


def codename(os_release="/etc/os-release"):
    """This system's Debian release: "bookworm"."""
    text = pathlib.Path(os_release).read_text()
    fields = dict(re.findall(r'^(\w+)="?([^"\n]*)', text, re.MULTILINE))
    if fields.get("ID") != "debian":
        raise SourcesError("this is {}, and its mirror has no packages of Debian; put a "
                           "server program's path into --server"
                           .format(fields.get("PRETTY_NAME", "an unknown system")))
    return fields.get("VERSION_CODENAME", "")


def for_release(sources, release, own=None):
    """The line of a sources.list for `release`: this system's own mirror, and its way
    of trusting it, with the name of the suite changed."""
    own = own or codename()
    for source in sources:
        if source.suite != own or "main" not in source.components:
            continue
        options = " ".join("{}={}".format(name, source.options[name])
                           for name in ("signed-by", "trusted")
                           if name in source.options)
        if "\n" in options:
            raise SourcesError("the key of {} is written into the sources; a file is "
                               "needed".format(source.uri))
        return "deb {}{} {} main".format("[{}] ".format(options) if options else "",
                                         source.uri, release)
    raise SourcesError("the apt sources of this system name no mirror of {} main"
                       .format(own))
