"""A topology that runs, and what clients do in it."""
import collections, concurrent.futures, random, selectors, signal, time

from topology.client import Client
from topology.plan import HEADER, PATTERNS, SUBJECTS
from topology.servers import Servers


class Net(Servers):
    """A topology that runs, and what is heard in it."""

    def __init__(self, topology, script, programs, resuming):
        super().__init__(topology, programs, resuming)
        self.script = script
        self.selector = selectors.DefaultSelector()
        self.heard, self.answers = collections.defaultdict(list), collections.defaultdict(list)
        self.probes, self.total = collections.Counter(), 0
        self.results, self.during = {}, 0

    # Links.

    def await_links(self, wanted):
        """Until they are those of the model, or have stood still for a while."""
        end, since, before = time.time() + 20, time.time(), None
        while time.time() < end:
            now = self.links()
            if now != before:
                before, since = now, time.time()
            still = time.time() - since
            if wanted is not None and now == wanted and still > (0.5 if self.during else 0.1):
                break
            if wanted is None and still > (0.5 if self.whole(now) else 3):
                break
            self.publish_meanwhile()
            self.pump(0.1)
        return before

    def publish_meanwhile(self):
        """What is published while links and interest come and go: some of it gets lost, but nothing comes twice or out of order."""
        for i, client in enumerate(self.clients.values() if self.during else ()):
            self.publish(self.during, client, SUBJECTS[i % len(SUBJECTS)], 5, False)
            for sid in [s for s in client.sids if s.startswith("t")]:
                client.unsubscribe(sid)
            for each in range(random.randrange(4)):
                client.subscribe("t%d" % each, random.choice(PATTERNS), random.choice((None, "q", "g")))

    def stale(self):
        """What servers still tell each other of when all clients are gone."""
        for client in self.everybody():
            client.close()
        end = time.time() + 15
        while True:
            said = {}
            for name in self.processes:
                for path, each in (("leafz", "leafs"), ("routez", "routes")):
                    for link in self.get(name, "/%s?subs=1" % path).get(each) or []:
                        subjects = [t for t in link.get("subscriptions_list") or [] if " $" not in " " + t]
                        if subjects:
                            said[name, path, link.get("name") or link.get("remote_name")] = subjects[:5]
            if not said or time.time() > end:
                return said
            time.sleep(0.2)

    # What is heard.

    def pump(self, seconds, until=None):
        """Reads for so long, or until nothing came for a twentieth of a second and `until` holds."""
        end = time.time() + seconds
        while True:
            ready = self.selector.select(min(0.05, max(0, end - time.time())))
            for key, _ in ready:
                if key.data.sock:
                    key.data.read()
            if time.time() >= end or (not ready and until and until()):
                return

    def flush(self):
        for client in self.everybody():
            client.ping()
        self.pump(10, lambda: all(not c.sock or c.pongs >= c.asked for c in self.everybody()))

    def everybody(self):
        return list(self.clients.values()) + list(self.probers.values())

    def got(self, client, subject, sid, reply, header, text):
        kind = text[:1]
        if kind == "P":
            if subject.startswith("probe.") and client.name.startswith("p"):
                self.probes[tuple(text.split(" ")[1:]) + (client.name,)] += 1
        elif kind == "M":
            _, phase, publisher, number, sent, headers = text.split(" ")
            wrong = "" if sent == subject and (headers == "True") == (header == HEADER) else "!%s %s" % (subject, header)
            key = client.sids.get(sid, (0, 0, 0, None))[3]
            self.heard[int(phase), key or client.name + "?" + sid, publisher].append(number + wrong)
            self.total += int(phase) < 100
        elif kind == "Q":
            _, phase, number = text.split(" ")
            subscription = client.sids.get(sid)
            if subscription:
                self.heard[int(phase), subscription[3], "request"].append(number)
                if subscription[3] and self.services.get(subscription[3]) and reply:
                    client.send("PUB %s %d\r\n%s\r\n" % (reply, len("R " + subscription[3]), "R " + subscription[3]))
        elif sid == "i":
            self.answers[subject].append(text[2:] if kind == "R" else header.decode().strip())

    # The play.

    def play(self, model):
        """@param model the results of nats-servers, None for these themselves"""
        try:
            with concurrent.futures.ThreadPoolExecutor() as pool:
                for group in self.topology.groups:  # those above first, since leaves take the first that answers
                    list(pool.map(self.start, group))
            self.services = {}
            self.clients = {n: Client(self, n, s, a) for n, (s, a) in self.script.clients.items()}
            self.probers = {(s, a): Client(self, "p.%s.%s" % (s, a), s, a) for s in self.programs for a in ("A", "B")}
            for client in self.everybody():
                client.connect()
                client.subscribe("i", "_INBOX.%s.*" % client.name)
            for number, phase in enumerate(self.script.phases):
                self.results[number] = self.phase(number, phase, model and model[number])
            if model:
                self.left = self.stale()
        finally:
            for client in self.everybody() if hasattr(self, "probers") else []:
                client.close()
            with concurrent.futures.ThreadPoolExecutor() as pool:
                list(pool.map(self.stop, list(self.processes)))
        for number in self.results:
            self.results[number]["heard"] = {k[1:]: v for k, v in self.heard.items() if k[0] == number}
            self.results[number]["meanwhile"] = {k[1:]: v for k, v in self.heard.items() if k[0] == number + 100}
        return self.results

    def event(self, kind, what):
        if kind == "freeze":
            self.processes[what].send_signal(signal.SIGSTOP)
            for _ in range(15):
                self.publish_meanwhile()
                self.pump(0.1)
            self.processes[what].send_signal(signal.SIGCONT)
        elif kind in ("stop", "kill", "ldm"):
            there = [c for c in self.everybody() if c.server == what]
            if kind == "ldm":
                self.processes[what].send_signal(signal.SIGUSR2)
                for _ in range(8):
                    self.publish_meanwhile()
                    self.pump(0.1)
                self.pump(5, lambda: all(c.sent_away for c in there))
                self.errors += [c.name + " was not sent away" for c in there if not c.sent_away]
            for client in there:
                client.close()
            if kind == "kill":
                self.processes[what].kill()
            return self.ended(what) if kind == "ldm" else self.stop(what)
        elif kind == "start":
            self.start(what)
            for client in self.everybody():
                if client.server == what:
                    client.connect()
        elif kind != "thawed":
            self.gone = {what} if kind == "reload" else set()
            self.disabled = {what} if kind == "disable" else set()
            name = self.topology.remotes[what]["from"]
            self.write(name)
            self.processes[name].send_signal(signal.SIGHUP)

    def noted(self):
        return {e: e for e in self.errors + ["stale at %s, %s: %s of %s" % (*k[:2], v, k[2]) for k, v in self.left.items()]}

    def phase(self, number, phase, model):
        result = {}
        self.during = number and 100 + number
        if "event" in phase:
            result["code"] = self.event(*phase["event"])
            self.pump(0.3)
        result["links"] = self.await_links(model and model["links"])
        self.during = 0
        for client in self.clients.values():
            for sid in [s for s in client.sids if s.startswith("t")]:
                client.unsubscribe(sid)
        for step in phase["do"]:
            if step[0] == "unsubscribe":
                next(c for c in self.clients.values() if step[1] in c.sids).unsubscribe(step[1])
            else:
                key, s = step[1:]
                self.services[key] = s["service"]
                self.clients[s["client"]].subscribe(key, s["subject"], s["queue"], s["most"], key)
        self.flush()
        result["probes"] = self.probe(number, model and model["probes"])
        before = self.total
        for name, subject, count, headers in phase["publish"]:
            self.publish(number, self.clients[name], subject, count, headers)
        self.gather(before, model and model["total"])
        result["total"] = self.total - before
        result["answers"] = self.ask(number, phase["ask"], model and model["answers"])
        result["documents"] = self.await_documents(model and model["documents"])
        return result

    def await_documents(self, wanted):
        unsteady = {s["subject"] for s in self.script.all.values() if s["most"]}
        end = time.time() + (4 if wanted else 0.3)
        while True:
            said, lost = self.documents(unsteady), self.lost()
            if time.time() > end or (said == wanted and not lost):
                self.errors += lost
                return said
            self.pump(0.1)

    def probe(self, number, wanted):
        """Publishes from everywhere to everywhere until it goes where it should, or always the same way."""
        before, same, end, attempt = None, 0, time.time() + 12, 0
        while time.time() < end:
            attempt += 1
            self.probes.clear()
            for (server, account), prober in self.probers.items():
                if attempt == 1:
                    prober.subscribe("p%d" % number, "probe.%d.%s.%s" % (number, server, account))
            self.flush() if attempt == 1 else None
            for prober in self.probers.values():
                text = "P %d %s" % (attempt, prober.name)
                prober.send("".join("PUB probe.%d.%s.%s %d\r\n%s\r\n" % (number, s, a, len(text), text) for s, a in self.probers))
            self.flush()
            self.pump(0.15)
            now = {(k[1], k[2]): n for k, n in self.probes.items() if k[0] == str(attempt)}
            same = same + 1 if now == before else 0
            before = now
            if now == wanted or (wanted is None and same >= 3):
                break
        return before

    def publish(self, number, client, subject, count, headers):
        lines, first = [], client.numbers[number > 99] + 1
        client.numbers[number > 99] += count
        for each in range(first, first + count):
            text = "M %d %s %d %s %s" % (number, client.name, each, subject, headers)
            if headers:
                lines.append("HPUB %s %d %d\r\n%s%s\r\n" % (subject, len(HEADER), len(HEADER) + len(text), HEADER.decode(), text))
            else:
                lines.append("PUB %s %d\r\n%s\r\n" % (subject, len(text), text))
        client.send("".join(lines))

    def gather(self, before, wanted):
        self.flush()
        end = time.time() + (14 if self.resuming and self.results else 5)  # interest that went is remembered for 10 s
        while time.time() < end:
            count = self.total
            self.pump(0.4 if wanted is None or self.total - before < wanted else 0.15)
            if count == self.total and (wanted is None or self.total - before >= wanted or time.time() > end - 2):
                break

    def ask(self, number, asked, wanted):
        names = []
        for i, (name, subject) in enumerate(asked):
            client = self.clients[name]
            inbox, text = "_INBOX.%s.%d-%d" % (name, number, i), "Q %d %d" % (number, i)
            if client.sock:
                names.append(inbox)
            client.send("PUB %s %s %d\r\n%s\r\n" % (subject, inbox, len(text), text))
        self.flush()
        end = time.time() + 3
        while True:
            self.pump(0.3)
            now = {inbox: sorted(self.answers[inbox]) for inbox in names}
            if wanted is None or time.time() > end or {k: len(v) for k, v in now.items()} == {k: len(v) for k, v in wanted.items()}:
                return now
