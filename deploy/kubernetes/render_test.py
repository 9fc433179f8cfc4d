"""Renders every folder with the kubectl that is there, and looks for what a run relies on."""

import json
import os
import shutil
import subprocess
import sys
import unittest

KUBERNETES = "deploy/kubernetes"
STATE = os.environ.get("SLOTQUAKE_AIRGAP_STATE", "/var/cache/slotquake/airgap")
NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"
OVERLAYS = ["base"] + [
    "overlays/" + o for o in ("kind", "article", "hardened", "hardened-before-1.21")
]
OTHERS = ["worker", "worker-job", "agent", "rbac"]


def kubectls():
    found = {os.path.realpath(p) for p in (shutil.which("kubectl"), STATE + "/bin/kubectl") if p}
    return sorted(p for p in found if os.access(p, os.X_OK))


def run(arguments, **environment):
    done = subprocess.run(
        arguments,
        env=dict(os.environ, **environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError("%s: %s" % (" ".join(arguments), done.stderr))
    return done.stdout


def render(kubectl, folder):
    """{(kind, name): object}"""
    text = run([KUBERNETES + "/render", "--json", folder], KUBECTL=kubectl)
    objects, decoder = {}, json.JSONDecoder()
    while text.strip():
        one, end = decoder.raw_decode(text.lstrip())
        text = text.lstrip()[end:]
        key = one["kind"], one["metadata"]["name"]
        assert key not in objects, key
        objects[key] = one
    return objects


def conf(objects):
    return objects["ConfigMap", "redis-cluster"]["data"]


def directives(text):
    lines = [line.split() for line in text.splitlines()]
    return {words[0]: words[1:] for words in lines if words and not words[0].startswith("#")}


def pod_of(one):
    return one["spec"]["template"]["spec"] if "template" in one["spec"] else one["spec"]


def of_each(*folders):
    """The test is made with what each of the folders renders to."""

    def decorate(test):
        def run_test(self):
            for folder, objects in self.rendered:
                if folder in folders:
                    with self.subTest(folder):
                        test(self, objects)

        return run_test

    return decorate


class RenderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rendered = [
            (folder, render(kubectl, folder))
            for kubectl in kubectls()
            for folder in OVERLAYS + OTHERS
        ]

    def test_everything_is_labelled(self):
        for folder, objects in self.rendered:
            for key, one in objects.items():
                with self.subTest(folder=folder, object=key):
                    labels = one["metadata"]["labels"]
                    self.assertEqual(labels["app.kubernetes.io/managed-by"], "slotquake")
                    if folder == "rbac":
                        continue
                    self.assertEqual(labels[NAME], "redis-cluster")
                    self.assertIn(labels[COMPONENT], ("server", "hit-counter", "worker", "agent"))
                    template = one.get("spec", {}).get("template")
                    if template:
                        pod_labels = template["metadata"]["labels"]
                        self.assertLessEqual(labels.items(), pod_labels.items())
                        wanted = one["spec"].get("selector", {}).get("matchLabels", {})
                        self.assertLessEqual(wanted.items(), pod_labels.items())
                    self.assertNotIn("namespace", one["metadata"])

    @of_each(*OVERLAYS)
    def test_server(self, objects):
        one = objects["StatefulSet", "redis-cluster"]
        self.assertEqual(one["spec"]["replicas"], 6)
        self.assertEqual(one["spec"]["serviceName"], "redis-cluster")
        (container,) = pod_of(one)["containers"]
        self.assertEqual(container["name"], "redis")
        self.assertEqual(container["image"], "redis:7.0")
        self.assertEqual(
            container["command"], ["/conf/update-node.sh", "redis-server", "/conf/redis.conf"]
        )
        ports = {p["name"]: p["containerPort"] for p in container["ports"]}
        self.assertEqual(ports, {"client": 6379, "gossip": 16379})
        self.assertIn("POD_IP", [e["name"] for e in container["env"]])
        (claim,) = one["spec"]["volumeClaimTemplates"]
        self.assertEqual(claim["metadata"]["name"], "data")
        service = objects["Service", "redis-cluster"]["spec"]
        self.assertEqual({p["name"]: p["port"] for p in service["ports"]}, ports)
        self.assertEqual(service["selector"], {NAME: "redis-cluster", COMPONENT: "server"})
        self.assertIn(("StorageClass", claim["spec"]["storageClassName"]), objects)
        volumes = [o for (kind, _), o in objects.items() if kind == "PersistentVolume"]
        self.assertEqual(len(volumes), 6)
        self.assertEqual(len({v["spec"]["hostPath"]["path"] for v in volumes}), 6)
        for volume in volumes:
            self.assertEqual(volume["spec"]["storageClassName"], claim["spec"]["storageClassName"])

    @of_each(*OVERLAYS)
    def test_configuration(self, objects):
        read = directives(conf(objects)["redis.conf"])
        self.assertEqual(read["cluster-enabled"], ["yes"])
        self.assertEqual(read["appendonly"], ["yes"])
        self.assertEqual(read["cluster-config-file"], ["/data/nodes.conf"])
        self.assertGreaterEqual(int(read["cluster-node-timeout"][0]), 1000)
        self.assertTrue(conf(objects)["update-node.sh"].startswith("#!/bin/sh\n"))

    @of_each(*OVERLAYS)
    def test_hit_counter(self, objects):
        (port,) = objects["Service", "hit-counter-lb"]["spec"]["ports"]
        self.assertEqual((port["port"], port["targetPort"]), (80, 5000))
        (container,) = pod_of(objects["Deployment", "hit-counter-app"])["containers"]
        self.assertEqual(container["image"], "slotquake:dev")
        self.assertEqual(container["args"][:2], ["hit-counter", "--listen=0.0.0.0:5000"])
        self.assertIn("--seeds=$(REDIS_CLUSTER_SERVICE_HOST):6379", container["args"])

    @of_each("overlays/kind", "overlays/hardened", "overlays/hardened-before-1.21")
    def test_volumes_are_of_one_pod_and_one_node(self, objects):
        for i in range(6):
            spec = objects["PersistentVolume", "redis-cluster-data-%d" % i]["spec"]
            self.assertEqual(spec["claimRef"]["name"], "data-redis-cluster-%d" % i)
            (term,) = spec["nodeAffinity"]["required"]["nodeSelectorTerms"]
            self.assertEqual(term["matchExpressions"][0]["key"], "slotquake/volume-%d" % i)

    def test_a_master_and_its_replica_are_on_different_nodes(self):
        for workers in range(1, 10):
            text = ". deploy/kind/lib/up.sh; for v in 0 1 2 3 4 5; do worker_of_volume $v %d; done"
            node = [int(n) for n in run(["bash", "-c", text % workers]).split()]
            self.assertLess(max(node), workers)
            if workers > 1:
                for i in range(3):
                    self.assertNotEqual(node[i], node[i + 3], "%d workers" % workers)

    @of_each("overlays/article")
    def test_article_keeps_its_faults(self, objects):
        one = objects["StatefulSet", "redis-cluster"]
        (container,) = pod_of(one)["containers"]
        self.assertNotIn("readinessProbe", container)
        self.assertNotIn("affinity", pod_of(one))
        self.assertEqual(one["spec"]["podManagementPolicy"], "OrderedReady")
        self.assertNotIn(("PodDisruptionBudget", "redis-cluster"), objects)
        self.assertEqual(
            directives(conf(objects)["redis.conf"])["cluster-node-timeout"], ["15000"]
        )

    @of_each("overlays/hardened", "overlays/hardened-before-1.21")
    def test_hardened(self, objects):
        for i in range(6):
            spec = objects["Service", "redis-cluster-%d" % i]["spec"]
            self.assertEqual(
                spec["selector"]["statefulset.kubernetes.io/pod-name"], "redis-cluster-%d" % i
            )
            self.assertTrue(spec["publishNotReadyAddresses"])
        one = objects["StatefulSet", "redis-cluster"]
        self.assertEqual(one["spec"]["podManagementPolicy"], "Parallel")
        (container,) = pod_of(one)["containers"]
        handlers = [container["lifecycle"]["preStop"]] + [
            container[p] for p in ("startupProbe", "readinessProbe", "livenessProbe")
        ]
        for handler in handlers:
            folder, script = os.path.split(handler["exec"]["command"][0])
            self.assertEqual(folder, "/conf")
            self.assertIn(script, conf(objects))
        self.assertEqual(container["livenessProbe"]["exec"]["command"], ["/conf/is-alive"])

    @of_each("overlays/hardened", "overlays/hardened-before-1.21")
    def test_disruption_budget(self, objects):
        budget = objects["PodDisruptionBudget", "redis-cluster"]
        self.assertEqual(budget["spec"]["maxUnavailable"], 1)

    def test_disruption_budgets_for_old_and_new_servers(self):
        versions = {
            folder: objects["PodDisruptionBudget", "redis-cluster"]["apiVersion"]
            for folder, objects in self.rendered
            if "hardened" in folder
        }
        self.assertEqual(versions["overlays/hardened"], "policy/v1")
        self.assertEqual(versions["overlays/hardened-before-1.21"], "policy/v1beta1")

    @of_each("worker")
    def test_workers(self, objects):
        self.assertEqual(set(objects), {("Pod", "observer"), ("StatefulSet", "client")})
        for one in objects.values():
            self.check_worker(one, "$(POD_NAME)")

    @of_each("worker-job")
    def test_worker_job(self, objects):
        one = objects["Job", "client"]
        self.assertEqual(one["spec"]["completionMode"], "Indexed")
        self.check_worker(one, "client-$(JOB_COMPLETION_INDEX)")

    def check_worker(self, one, name):
        pod = pod_of(one)
        (container,) = pod["containers"]
        self.assertEqual(container["image"], "slotquake:dev")
        self.assertEqual(container["args"], ["worker", "--listen=0.0.0.0:7070", "--name=" + name])
        affinity = pod["affinity"]["nodeAffinity"]
        self.assertIn("preferredDuringSchedulingIgnoredDuringExecution", affinity)
        self.assertNotIn("requiredDuringSchedulingIgnoredDuringExecution", affinity)
        self.assertEqual(len(pod["tolerations"]), 2)

    @of_each("agent")
    def test_agent(self, objects):
        pod = pod_of(objects["DaemonSet", "slotquake-agent"])
        self.assertTrue(pod["hostPID"] and pod["hostNetwork"])
        self.assertFalse(pod["automountServiceAccountToken"])
        self.assertEqual(pod["tolerations"], [{"operator": "Exists"}])
        (container,) = pod["containers"]
        self.assertEqual(container["args"], ["agent", "--listen=127.0.0.1:7071"])
        self.assertTrue(container["securityContext"]["privileged"])
        account = objects["ServiceAccount", pod["serviceAccountName"]]
        self.assertFalse(account["automountServiceAccountToken"])

    @of_each("rbac")
    def test_rights_are_named_one_by_one(self, objects):
        for (kind, name), one in objects.items():
            for rule in one.get("rules", []):
                self.assertNotIn("*", rule["verbs"] + rule["resources"] + rule["apiGroups"], name)
                if kind == "ClusterRole":
                    self.assertNotIn("pods", rule["resources"])
                    self.assertNotIn("secrets", rule["resources"])


if __name__ == "__main__":
    if not kubectls():
        said = "no kubectl on PATH nor in %s/bin: nothing was rendered" % STATE
        print("skipped: " + said)
        if "XML_OUTPUT_FILE" in os.environ:
            with open(os.environ["XML_OUTPUT_FILE"], "w") as xml:
                xml.write(
                    '<testsuites><testsuite name="render_test" tests="1"><testcase name="render">'
                    '<skipped message="%s"/></testcase></testsuite></testsuites>' % said
                )
        sys.exit(0)
    unittest.main()
