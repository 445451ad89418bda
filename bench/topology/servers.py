"""The servers of a topology: their configurations, processes and documents."""
import collections, json, os, random, signal, socket, subprocess, tempfile, time, urllib.request

from topology.plan import USERS


def free_ports(count):
    """Below those that the system gives to connections, so that a server that is started again finds its ports free."""
    first, ports = 10_000 + os.getpid() % 44 * 500, []
    for port in random.sample(range(first, first + 500), 500):
        try:
            socket.create_server(("127.0.0.1", port)).close()
            ports.append(port)
        except OSError:
            pass
        if len(ports) == count:
            return ports
    raise RuntimeError("too few free ports")


class Servers:
    def __init__(self, topology, programs, resuming):
        """@param programs what each server runs"""
        self.topology, self.programs, self.resuming = topology, programs, resuming
        self.folder = tempfile.mkdtemp(prefix="topology-")
        numbers = free_ports(5 * len(programs))
        self.ports = {s: dict(zip(("client", "http", "leaf", "route", "ws"), numbers[5 * i:])) for i, s in enumerate(programs)}
        self.processes, self.gone, self.disabled = {}, set(), set()
        self.errors = []

    def config(self, name):
        p, server = self.ports[name], self.topology.servers[name]
        users = {"ra": json.dumps(self.topology.rules)}
        accounts = "".join("  %s { users [ %s ] }\n" % (a, ", ".join("{user: %s, password: p%s}" % (u, ", permissions: " + users[u] if u in users else "") for u in names)) for a, names in USERS.items())
        text = 'server_name: %s\nlisten: "127.0.0.1:%d"\nhttp: "127.0.0.1:%d"\naccounts {\n%s}\nsystem_account: SYS\nlame_duck_duration: 30s\nlame_duck_grace_period: 1s\n' % (name, p["client"], p["http"], accounts)
        text += 'websocket { listen: "127.0.0.1:%d", no_tls: true }\n' % p["ws"]
        if server["cluster"]:
            routes = ", ".join('"nats-route://127.0.0.1:%d"' % self.ports[s]["route"] for s in server["group"] if s != name)
            pinned = ", accounts: " + json.dumps(server["pinned"]) if server["pinned"] else ""
            text += 'cluster { name: %s, listen: "127.0.0.1:%d", routes: [ %s ]%s }\n' % (server["cluster"], p["route"], routes, pinned)
        remotes = []
        for i, m in enumerate(self.topology.remotes):
            if m["from"] == name and i not in self.gone:
                urls = ["%s://%s:p@127.0.0.1:%d" % ("ws" if m["ws"] else "nats-leaf", m["user"], self.ports[s]["ws" if m["ws"] else "leaf"]) for s in [m["to"]] + m["others"]]
                remotes.append("    " + json.dumps({"urls": urls, "no_randomize": True, "account": m["account"], "ignore_discovered_servers": True, **({"disabled": True} if i in self.disabled else {}), **m["options"]}))
        isolates = "  isolate_leafnode_interest: true\n" if server["isolates"] else ""
        text += 'leafnodes {\n  listen: "127.0.0.1:%d"\n  reconnect: 1\n%s  remotes: [\n%s\n  ]\n}\n' % (p["leaf"], isolates, ",\n".join(remotes))
        if self.resuming and "frond" in os.path.basename(self.programs[name]):
            text += 'jetstream { store_dir: "%s", domain: %s }\n' % (os.path.join(self.folder, name), server["group"][0])
        return text

    def write(self, name):
        path = os.path.join(self.folder, name + ".conf")
        with open(path, "w") as f:
            f.write(self.config(name))
        return path

    def start(self, name):
        with open(os.path.join(self.folder, name + ".log"), "ab") as log:
            before = log.tell()
            self.processes[name] = process = subprocess.Popen([self.programs[name], "-c", self.write(name)], stdout=log, stderr=log, start_new_session=True)
        end = time.time() + 60
        while time.time() < end:
            with open(os.path.join(self.folder, name + ".log"), errors="replace") as log:
                log.seek(before)
                text = log.read()
            if "Server is ready" in text:
                return
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("%s does not come up:\n%s" % (name, text[-2000:]))

    def stop(self, name):
        """@return with which code it ended"""
        self.processes[name].terminate()
        return self.ended(name)

    def ended(self, name):
        process = self.processes.pop(name)
        try:
            return process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            self.errors.append(name + " does not stop")

    def links(self):
        """Which leaf links and routes each server says it has."""
        said = {}
        for name in self.processes:
            try:
                leaves, routes = self.get(name, "/leafz").get("leafs") or [], self.get(name, "/routez").get("routes") or []
                said[name] = (sorted((leaf["name"], leaf["account"]) for leaf in leaves), sorted({r["remote_name"] for r in routes}))
            except OSError as e:
                said[name] = str(e)
        return said

    def expected(self):
        up = self.processes
        routes = sum(len([s for s in each["group"] if s in up]) - 1 for name, each in self.topology.servers.items() if name in up)
        return 2 * len([m for i, m in enumerate(self.topology.remotes) if i not in self.gone | self.disabled and m["from"] in up and up.keys() & {m["to"], *m["others"]}]), routes

    def get(self, name, path):
        return json.loads(urllib.request.urlopen("http://127.0.0.1:%d%s" % (self.ports[name]["http"], path), timeout=10).read())

    def documents(self, unsteady):
        """What monitoring says of links and interest.

        @param unsteady subjects of subscriptions that end by themselves
        """
        said = {}

        def plain(subjects):
            return sorted(s for s in subjects if not s.startswith(("$", "_GR_", "_R_")) and s.split(" ")[0] not in unsteady)
        for name in self.processes:
            for leaf in self.get(name, "/leafz?subs=1").get("leafs") or []:
                if leaf["account"] != "SYS":
                    key = name, "leafz", leaf["name"], leaf["account"], leaf["is_spoke"], leaf.get("is_isolated", False)
                    said[key] = sorted(said.get(key, []) + plain(leaf.get("subscriptions_list") or []))
            routes = collections.Counter((r["remote_name"], r.get("account", "")) for r in self.get(name, "/routez").get("routes") or [])
            said[name, "routez"] = sorted(routes.items())
            for account in ("A", "B"):
                subscriptions = self.get(name, "/subsz?subs=1&limit=100000&acc=" + account)
                said[name, "subsz", account] = plain(s["subject"] + (" " + s["qgroup"] if s.get("qgroup") else "") for s in subscriptions.get("subscriptions_list") or [])
        return said

    def lost(self):
        """Links on which one end sent another number of messages than the other received."""
        sent, received = collections.Counter(), collections.Counter()
        for name in self.processes:
            for path, each in (("leafz", "leafs"), ("routez", "routes")):
                for link in self.get(name, "/" + path).get(each) or []:
                    there = link.get("name") or link.get("remote_name")
                    sent[path, name, there] += link["out_msgs"]
                    received[path, there, name] += link["in_msgs"]
        return ["%s to %s: %d sent, %d received over %s" % (*k[1:], sent[k], received[k], k[0]) for k in sorted(set(sent) | set(received)) if sent[k] != received[k]]

    def whole(self, links):
        counted = [sum(len(v[i]) for v in links.values() if not isinstance(v, str)) for i in (0, 1)]
        return tuple(counted) == self.expected()
