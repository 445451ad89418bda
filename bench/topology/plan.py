"""What is configured and what clients do: drawn from a seed, for whichever program."""
import json, random

# The accounts of every server: clients come as a or b, links as la or lb, or as ra, who may not do everything.
USERS = {"A": ("a", "la", "ra"), "B": ("b", "lb"), "SYS": ("s", "ls")}
OWNERS = {user: account for account, users in USERS.items() for user in users}
SUBJECTS = ("a.x", "a.y", "b.x", "b.y.z", "c", "a.b.c")
PATTERNS = SUBJECTS + ("a.*", "*.x", ">", "a.>", "b.>", "*.y.z", "*", "a.b.*", "*.*", "b.*.z")
RULES = ("a.>", "a.*", "b.>", "*.x", "c", "a.x", "b.y.z", "svc.>")
FREE = ["probe.>", "_INBOX.>"]  # what restricted users may always do
HEADER = b"NATS/1.0\r\nX: y\r\n\r\n"


class Topology:
    """What is configured, for whichever program: drawn from a seed."""

    def __init__(self, seed):
        self.random = r = random.Random(seed)
        self.servers, self.remotes = {}, []  # name to its cluster and whether it isolates; links
        self.groups = []  # servers that are together: a cluster, or one by itself
        self.add("H", r.choice((1, 1, 2, 2, 3)), r.random() < 0.9)
        if r.random() < 0.35:
            self.add("K", r.choice((1, 2, 2)), True)
            self.link(self.groups[1], self.groups[0])
        for i in range(r.choice((1, 2, 2, 3))):
            above = r.choice(self.groups)
            self.add("L%d" % i, r.choice((1, 1, 1, 2)), False)
            self.link(self.groups[-1], above)
        self.rules = self.restriction()
        more = random.Random("%s more" % seed)
        for group in self.groups:  # accounts with routes of their own
            pinned = more.choice((None, None, None, ["A"], ["B", "A"])) if len(group) > 1 else None
            for server in group:
                self.servers[server]["pinned"] = pinned

    def add(self, name, size, named):
        group = ["%s%d" % (name, i) for i in range(size)]
        self.groups.append(group)
        for server in group:
            isolates = size == 1 and self.random.random() < 0.15  # across routes: docs/nats-server.md
            self.servers[server] = {"cluster": "C" + name if named or size > 1 else None, "group": group, "isolates": isolates}

    def link(self, below, above):
        r = self.random
        pairs = [("A", "la")] if r.random() < 0.6 else r.choice(([("A", "la"), ("B", "lb")], [("A", "lb")], [("A", "la"), ("A", "lb")] if len(below) == 1 else [("A", "la")], [("A", "ra")], [("B", "la")], [("A", "la"), ("SYS", "ls")]))
        options = {}
        hub = r.random() < 0.08 and len(below) == 1 and len(above) == 1
        if hub:
            options["hub"], pairs = True, [("A", "la")]
        elif r.random() < 0.2:  # both: what one direction denies, nats-server's other one denies as soon as a wildcard is wanted
            options["deny_imports"] = options["deny_exports"] = r.sample(RULES, r.choice((1, 2)))
        if r.random() < 0.08 and len(above) == 1:
            options["request_isolation"] = True
        ws, moves = r.random() < 0.25, len(above) > 1 and r.random() < 0.4
        for account, user in pairs:
            parts = self.parts()
            if parts[below[0], account] == parts[above[0], OWNERS[user]]:
                continue  # a loop
            for server in below:
                to = r.choice(above)
                others = [s for s in above if s != to] if moves else []
                self.remotes.append({"from": server, "to": to, "others": others, "account": account, "user": user, "ws": ws, "options": options if account != "SYS" else {}})

    def parts(self):
        """Server and account to a name of all that is joined with it."""
        part = {(s, a): (s, a) for s in self.servers for a in USERS}
        joined = [((s, a), (each["group"][0], a)) for s, each in self.servers.items() for a in USERS]
        joined += [((m["from"], m["account"]), (m["to"], OWNERS[m["user"]])) for m in self.remotes]
        for one, other in joined:
            gone, stays = part[one], part[other]
            part = {k: stays if v == gone else v for k, v in part.items()}
        return part

    def restriction(self):
        if self.random.random() < 0.5:
            return dict.fromkeys(("publish", "subscribe"), {"deny": self.random.sample(RULES, 2)})
        return {what: {"allow": self.random.sample(RULES, 4) + FREE} for what in ("publish", "subscribe")}

    def __str__(self):
        groups = ", ".join("+".join(g) + ("(isolates)" if self.servers[g[0]]["isolates"] else "") + ("(pins %s)" % "".join(self.servers[g[0]]["pinned"]) if self.servers[g[0]]["pinned"] else "") for g in self.groups)
        links = ", ".join("%s>%s %s:%s%s%s" % (m["from"], "|".join([m["to"]] + m["others"]), m["account"], m["user"], " ws" if m["ws"] else "", " " + json.dumps(m["options"]) if m["options"] else "") for m in self.remotes)
        return groups + "; " + links + ("; ra: " + json.dumps(self.rules) if "ra" in links else "")


class Script:
    """What clients do, phase by phase: drawn from the topology's seed."""

    def __init__(self, topology, seed):
        self.random = r = random.Random(seed)
        self.servers = list(topology.servers)
        self.clients = {}  # name to server and account
        for i in range(r.randint(4, 9)):
            self.clients["c%d" % i] = (r.choice(self.servers), "A" if r.random() < 0.75 else "B")
        self.subscriptions, self.phases = {}, []
        for phase in range(2):
            self.phases.append({"do": self.changes(phase), "publish": self.publishes(), "ask": self.requests()})
        kind = r.choice(("stop", "kill", "freeze", "reload", None))
        if kind:
            what = r.randrange(len(topology.remotes)) if kind == "reload" else r.choice(self.servers)
            others = {"stop": "ldm", "reload": "disable"}
            if kind == "reload" and topology.remotes[what]["others"]:
                others = {}  # which of its URLs a remote takes that is enabled again is its own matter
            kind = random.Random("%s more" % seed).choice((others.get(kind, kind), kind))
            self.phases.append({"do": self.changes(2), "event": (kind, what), "publish": self.publishes(), "ask": self.requests()})
            self.phases.append({"do": self.changes(3), "event": ({"stop": "start", "ldm": "start", "kill": "start", "freeze": "thawed", "reload": "restore", "disable": "restore"}[kind], what), "publish": self.publishes(), "ask": self.requests()})

    def changes(self, phase):
        r, steps = self.random, []
        if phase:
            for key in r.sample(sorted(self.subscriptions), len(self.subscriptions) // 3):
                steps.append(("unsubscribe", key))
                del self.subscriptions[key]
        for i in range(r.randint(8, 16) if not phase else r.randint(2, 6)):
            key = "%d.%d" % (phase, i)
            service = r.random() < 0.2
            queue = r.choice((None, None, "q", "q", "g")) if not service else r.choice((None, "s"))
            subject = r.choice(("svc.1", "svc.2", "svc.*")) if service else r.choice(PATTERNS)
            most = r.randint(1, 60) if not service and not queue and subject != ">" and r.random() < 0.1 else 0
            self.subscriptions[key] = {"client": r.choice(sorted(self.clients)), "subject": subject, "queue": queue, "service": service, "most": most}
            steps.append(("subscribe", key, self.subscriptions[key]))
        return steps

    def publishes(self):
        r, steps = self.random, []
        for client in r.sample(sorted(self.clients), min(len(self.clients), 5)):
            for subject in r.sample(SUBJECTS, 3):
                steps.append((client, subject, 40, r.random() < 0.3))
        return steps

    def requests(self):
        r = self.random
        return [(r.choice(sorted(self.clients)), r.choice(("svc.1", "svc.2", "svc.3"))) for _ in range(6)]
