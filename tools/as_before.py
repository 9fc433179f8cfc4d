#!/usr/bin/env python3
"""as_before.py COMMAND...: runs it, and fails when the machine is not as before.

Others are at work on the machine at the same time, so only what can come from the
command is looked at:

- processes: every descendant of the command, whoever its parent is by now
- files: its TMPDIR, which is a new folder and must be empty at the end; names that
  begin with "slotquake" in /tmp, /var/tmp, /run and /dev/shm
- mounts on or below its TMPDIR and its output folder, on names of network namespaces,
  on /run itself, and those with "slotquake" in them (but for the cache, where a kind
  cluster's images are made)
- names of network namespaces (not those of container networks, cni-...)
- links and neighbours of a local cluster: hostN, addresses that begin with 02:77:00
- routes to a local cluster: 10.77/16 and 10.78/16
- tables of nftables that begin with "slotquake", and rules of iptables-legacy that hand
  packets to a queue
- queueing disciplines: all but those that the kernel gives to every link by itself
- control groups whose names begin with "slotquake"

Its exit code is the command's; 70 where that was 0 but something was left. Processes that
were left are ended.
"""

import ctypes
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

LEFTOVERS = 70
LIMIT_S = float(os.environ.get("AS_BEFORE_LIMIT_S", "15"))
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LIBC = ctypes.CDLL(None, use_errno=True)
CACHE = "/var/cache/slotquake"
# Of ip netns; container engines have others.
NETNS_FOLDERS = ("/run/netns", "/var/run/netns")
# What links have without anybody's doing.
USUAL_QDISCS = ("noqueue", "mq", "pfifo_fast", "fq_codel", "fq", "pfifo", "noop")


def read(path):
    try:
        with open(path, errors="replace") as f:
            return f.read()
    except OSError:
        return ""


def lines_of(*command):
    """The lines that a program says; none where there is no such program, or where it is
    refused: where nobody may look, nobody may change anything either."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except (FileNotFoundError, PermissionError):
        return []
    return done.stdout.splitlines() if done.returncode == 0 else []


def mounts(folders):
    found = set()
    for line in read("/proc/self/mountinfo").splitlines():
        point = line.split()[4]
        ours = not point.startswith(CACHE + "/") and (
            "slotquake" in line
            or point == "/run"
            or (os.path.dirname(point) in NETNS_FOLDERS and not is_cni(point))
            or any(point == f or point.startswith(f + "/") for f in folders)
        )
        if ours:
            number, _, _, *rest = line.split()
            found.add("mount %s %s" % (number, " ".join(rest)))
    return found


def is_cni(path):
    return os.path.basename(path).startswith("cni-")


def namespaces():
    return {"network namespace " + n for n in glob.glob("/run/netns/*") if not is_cni(n)}


def links():
    return {
        "link " + re.sub(r"^\d+: ", "", line)
        for line in lines_of("ip", "-o", "link")
        if re.match(r"\d+: host\d+[:@]", line) or "link/ether 02:77:00:" in line
    }


def neighbours_and_routes():
    found = {
        "neighbour " + line
        for line in lines_of("ip", "neigh", "show", "nud", "permanent")
        if "lladdr 02:77:00:" in line
    }
    for line in lines_of("ip", "route", "show", "table", "all"):
        if re.search(r"\b10\.7[78]\.", line):
            found.add("route " + line.strip())
    return found


def rules():
    found = {t for t in lines_of("nft", "list", "tables") if "slotquake" in t}
    for chain in lines_of("iptables-legacy-save"):
        if "NFQUEUE" in chain:
            found.add("rule " + chain)
    return found


def qdiscs():
    found = set()
    for line in lines_of("tc", "qdisc", "show"):
        words = line.split()
        if len(words) > 2 and words[1] not in USUAL_QDISCS:
            # Its handle is a number that says nothing.
            found.add("qdisc " + " ".join([words[1]] + words[3:]))
    return found


def files():
    folders = ("/tmp", "/var/tmp", "/run", "/dev/shm")
    return {"file " + f for d in folders for f in glob.glob(d + "/slotquake*")}


def cgroups():
    return {
        "control group " + folder
        for depth in range(1, 5)
        for folder in glob.glob("/sys/fs/cgroup" + "/*" * depth + "/")
        if os.path.basename(folder.rstrip("/")).startswith("slotquake")
    }


def snapshot(folders):
    """All that is looked at, but for processes and the TMPDIR, one line each."""
    found = mounts(folders)
    for part in (
        namespaces,
        links,
        neighbours_and_routes,
        rules,
        qdiscs,
        files,
        cgroups,
    ):
        found |= part()
    return found


def children_of(pid):
    threads = glob.glob("/proc/%s/task/*/children" % pid)
    return [int(child) for t in threads for child in read(t).split()]


def descendants():
    """Orphans included: this process is the one that they fall to."""
    found, ask = [], [os.getpid()]
    while ask:
        children = children_of(ask.pop())
        found += children
        ask += children
    return found


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0] != 0:
            pass
    except ChildProcessError:
        pass


def await_end():
    """The descendants that have not ended within the limit. The kernel takes its time to
    end a namespace."""
    end = time.monotonic() + LIMIT_S
    while True:
        reap()
        left = descendants()
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.02)


def describe(pid):
    line = read("/proc/%d/cmdline" % pid).replace("\0", " ").strip()
    return "process %d: %s" % (pid, line or read("/proc/%d/comm" % pid).strip())


def end_all():
    while True:
        left = descendants()
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.02)
        reap()


def files_below(folder):
    return {
        "file " + os.path.join(place, name)
        for place, folders, names in os.walk(folder)
        for name in names + folders
    }


def tie_to_parent():
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def run(command, tmp):
    """The command's exit code. Whoever asks this process to end asks the command."""
    # Before the fork, so that no signal comes in between; they are held back till then.
    stops = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)

    def prepare():
        tie_to_parent()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)

    # The child sets its own ties: there is one thread here.
    child = subprocess.Popen(
        command, env=dict(os.environ, TMPDIR=tmp), preexec_fn=prepare
    )
    for number in stops:
        signal.signal(number, lambda n, _: child.send_signal(n))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, stops)
    code = child.wait()
    return code if code >= 0 else 128 - code


def main(command):
    if LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        sys.exit("as_before: cannot become the parent of orphans")
    tmp = tempfile.mkdtemp(prefix="as_before-", dir=os.environ.get("TEST_TMPDIR"))
    out = os.environ.get("TEST_UNDECLARED_OUTPUTS_DIR", tmp)
    folders = [os.path.realpath(tmp), os.path.realpath(out)]
    before = snapshot(folders)
    code = run(command, tmp)
    left = await_end()
    leftovers = sorted(describe(pid) for pid in left)
    end_all()
    after = snapshot(folders)
    changes = ["+ " + line for line in leftovers]
    changes += ["+ " + line for line in sorted((after - before) | files_below(tmp))]
    changes += ["- " + line for line in sorted(before - after)]
    # What is mounted in there is not this script's to empty.
    if not any(os.path.realpath(tmp) in mount for mount in after):
        shutil.rmtree(tmp, ignore_errors=True)
    if not changes:
        return code
    print("as_before: the machine is not as it was before:", file=sys.stderr)
    for change in changes:
        print("  " + change, file=sys.stderr)
    return code or LEFTOVERS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
