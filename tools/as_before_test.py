#!/usr/bin/env python3
"""as_before.py sees whatever a command leaves, and nothing else.

Each command runs in namespaces of its own, so that what it leaves goes with them."""

import os
import signal
import subprocess
import sys
import time
import unittest

SCRIPT = os.path.abspath("tools/as_before.py")
TMP = os.environ["TEST_TMPDIR"]
LEFTOVERS = 70
NAMESPACES = ["unshare", "--net", "--mount"]
if os.geteuid() != 0:
    NAMESPACES += ["--user", "--map-root-user"]
# /run is the test's own, and so are the names in it.
PREPARE = "mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up && "


def as_before(command, before="true", limit_s="0.5"):
    """What as_before.py says of a shell command: its exit code and its words."""
    script = PREPARE + before + ' && exec "$0" "$1" sh -c "$2"'
    done = subprocess.run(
        NAMESPACES + ["sh", "-c", script, sys.executable, SCRIPT, command],
        capture_output=True,
        text=True,
        env=dict(os.environ, AS_BEFORE_LIMIT_S=limit_s, TMPDIR=TMP),
        timeout=60,
    )
    return done.returncode, done.stderr


def can(command):
    """Whether the command works at all where the tests run."""
    done = subprocess.run(
        NAMESPACES + ["sh", "-c", PREPARE + command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ, TMPDIR="/run"),
    )
    return done.returncode == 0


class AsBeforeTest(unittest.TestCase):
    def check_left(self, command, *words, before="true"):
        self.assertTrue(can(before + " && " + command), command)
        code, said = as_before(command, before)
        self.assertEqual(code, LEFTOVERS, said)
        for word in words:
            self.assertIn(word, said)

    def test_nothing_left(self):
        self.assertEqual(as_before("true"), (0, ""))
        self.assertEqual(as_before("exit 3"), (3, ""))

    def test_what_is_put_right_is_not_left(self):
        for command in (
            "ip link add host0 type veth peer name p0; ip link del host0",
            'echo x > "$TMPDIR/x"; rm "$TMPDIR/x"',
            "ip netns add redis-0; ip netns del redis-0",
            "nft add table inet slotquake_0; nft delete table inet slotquake_0",
            "setsid sleep 0.2 &",
        ):
            self.assertEqual(as_before(command, limit_s="20"), (0, ""), command)

    def test_processes(self):
        for command in ("sleep 300 &", "setsid sleep 300 > /dev/null 2>&1 &"):
            code, said = as_before(command)
            self.assertEqual(code, LEFTOVERS)
            self.assertIn("process", said)
            self.assertIn("sleep 300", said)

    def test_processes_that_are_left_are_ended(self):
        mark = os.path.join(TMP, "alive")
        as_before("(sleep 3; echo > '%s') &" % mark)
        time.sleep(4)
        self.assertFalse(os.path.exists(mark))

    def test_files(self):
        self.check_left('echo x > "$TMPDIR/left.txt"', "+ file", "left.txt")
        self.check_left("mkdir /run/slotquake-3", "+ file /run/slotquake-3")
        self.check_left(
            "rm /run/slotquake.lock",
            "- file /run/slotquake.lock",
            before="touch /run/slotquake.lock",
        )

    def test_mounts(self):
        self.check_left('mount -t tmpfs tmpfs "$TMPDIR"', "+ mount")
        self.check_left("mount -t tmpfs tmpfs /run && mkdir /run/netns", "+ mount")
        self.check_left(
            "mkdir /run/x && mount -t tmpfs slotquake-disk /run/x", "slotquake-disk"
        )

    def test_networks(self):
        self.check_left("ip netns add redis-0", "+ network namespace /run/netns/redis-0")
        self.check_left("ip link add host7 type veth peer name p7", "+ link host7")
        self.check_left(
            "ip link add x0 address 02:77:00:01:00:01 type veth peer name p0", "02:77:00:01:00:01"
        )
        self.check_left("ip route add 10.77.1.1/32 dev lo", "+ route 10.77.1.1 dev lo")
        self.check_left(
            "ip link del host7", "- link host7", before="ip link add host7 type veth peer name p7"
        )

    def test_rules(self):
        self.check_left("nft add table inet slotquake_0", "+ table inet slotquake_0")
        self.check_left(
            "tc qdisc add dev lo root tbf rate 1mbit burst 16k latency 200ms",
            "+ qdisc tbf dev lo",
        )
        queue = "iptables-legacy -A FORWARD -j NFQUEUE --queue-num 7"
        if can("export XTABLES_LOCKFILE=/run/lock.xt && " + queue):
            self.check_left("export XTABLES_LOCKFILE=/run/lock.xt && " + queue, "NFQUEUE")

    def test_what_others_do_is_not_ours(self):
        for command in (
            "ip link add docker7 type veth peer name p7",
            "ip netns add cni-0123",
            "nft add table inet kube",
            "touch /run/other",
            "mkdir /run/x && mount -t tmpfs tmpfs /run/x",
            "mount -t tmpfs tmpfs /var/cache && mkdir -p /var/cache/slotquake/base && "
            "mount -t tmpfs tmpfs /var/cache/slotquake/base",
            "mount -t tmpfs tmpfs /var/cache && mkdir -p /var/cache/slotquake/docker/netns/a && "
            "mount -t tmpfs tmpfs /var/cache/slotquake/docker/netns/a",
            "mkdir -p /run/docker/netns/a && mount -t tmpfs tmpfs /run/docker/netns/a",
        ):
            self.assertTrue(can(command), command)
            self.assertEqual(as_before(command), (0, ""), command)

    def test_a_failure_stays_a_failure_and_what_was_left_is_told(self):
        code, said = as_before("ip link add host7 type veth peer name p7; exit 1")
        self.assertEqual(code, 1)
        self.assertIn("host7", said)

    def test_who_asks_it_to_end_asks_the_command(self):
        mark = os.path.join(TMP, "asked")
        command = "trap 'echo > \"%s\"; exit 5' TERM; echo there; while :; do sleep 0.1; done"
        child = subprocess.Popen(
            [sys.executable, SCRIPT, "sh", "-c", command % mark],
            stdout=subprocess.PIPE,
            env=dict(os.environ, TMPDIR=TMP),
        )
        child.stdout.readline()
        child.send_signal(signal.SIGTERM)
        self.assertEqual(child.wait(30), 5)
        child.stdout.close()
        self.assertTrue(os.path.exists(mark))


if __name__ == "__main__":
    unittest.main()
