"""Where two plays of a script differ."""
import collections


def groups(script, heard):
    """For each queue group, publisher and subject's first number: how often each message came, and to whom."""
    counts, members = collections.defaultdict(collections.Counter), collections.defaultdict(collections.Counter)
    for (key, publisher), numbers in heard.items():
        s = script.all.get(key)
        if s and s["queue"] and publisher != "request":
            for number in numbers:
                block = (script.parts[script.clients[s["client"]]], s["queue"], publisher, (int(number.split("!")[0]) - 1) // 40)
                counts[block][number] += 1
                members[block][key] += 1
    return counts, members


def differences(script, theirs, ours, resuming, denies):
    """Texts by what they are about, so that a second play can confirm them."""
    found = {}
    for number in theirs:
        a, b = theirs[number], ours[number]
        down = script.phases[number].get("event", ("",))[0] in ("stop", "kill", "ldm", "reload", "disable")
        kept = down and resuming  # and sent later

        def note(about, x, y):
            found[number, about] = "phase %d %s%s\n      nats-server: %s\n      otherwise:   %s" % (number, "(%s %s) " % script.phases[number]["event"] if "event" in script.phases[number] else "", about, x, y)
        if a["links"] != b["links"]:
            for name in a["links"]:
                if a["links"][name] != b["links"].get(name):
                    note("links of " + name, a["links"][name], b["links"].get(name))
        if a.get("code") != b.get("code"):
            note("exit code", a.get("code"), b.get("code"))
        for key in sorted(set(a["documents"]) | set(b["documents"]) if not resuming else ()):  # sessions remember interest
            x, y = (d["documents"].get(key) for d in (a, b))
            if x != y and not (key[1] == "leafz" and denies and None not in (x, y)):  # interest that may not be served: taken or not
                note("%s of %s" % (key[1], (key[0],) + key[2:]), x, y)
        for way in sorted(set(a["probes"]) | set(b["probes"])):
            if a["probes"].get(way, 0) != b["probes"].get(way, 0):
                note("probes %s to %s" % way, a["probes"].get(way, 0), b["probes"].get(way, 0))
        for key in sorted(set(a["heard"]) | set(b["heard"])):
            s = script.all.get(key[0])
            if not s or s["queue"]:
                continue
            x, y = a["heard"].get(key, []), b["heard"].get(key, [])
            if s["most"]:
                continue
            if key[1] == "request":
                x, y = sorted(x), sorted(y)
            if x != y and not (kept and [n for n in y if n in set(x)] == x and len(set(y)) == len(y)):
                gone, more = [n for n in x if n not in set(y)], [n for n in y if n not in set(x)]
                note("%s %s of %s at %s by %s" % (key[0], s["subject"], s["client"], script.clients[s["client"]], key[1]), "%d, %d of them only here %s" % (len(x), len(gone), gone[:3]), "%d, %d of them only here %s, %d twice%s" % (len(y), len(more), more[:3], len(y) - len(set(y)), "" if sorted(x) != sorted(y) else ", other order"))
        for key, s in script.all.items():
            if s["most"] and number < 2:
                x, y = (sum(len(v) for k, v in r["heard"].items() if k[0] == key) for r in (a, b))
                if x != y:
                    note("%s %s at most %d of %s" % (key, s["subject"], s["most"], s["client"]), x, y)
        (xc, xm), (yc, ym) = groups(script, a["heard"]), groups(script, b["heard"])
        for block in sorted(set(xc) | set(yc)):
            x, y = collections.Counter(xc[block].values()), collections.Counter(yc[block].values())
            where = "group %s of %s by %s at %s on %s" % (block[1], block[0], block[2], script.clients[block[2]], subject_of(script, block[2], block[3]))
            if not set(y) - {1} and (kept or denies and sum(x.values()) < sum(y.values())):
                continue  # nats-server chooses members, too, that are denied the message
            if x != y:
                note(where + ": how often each came", dict(x), dict(y))
            for member in sorted(set(xm[block]) | set(ym[block])):
                m, n = xm[block][member], ym[block][member]
                if abs(m - n) > 16 or (min(m, n) == 0 and max(m, n) > 7):
                    s = script.all[member]
                    note(where + ": to %s %s at %s" % (member, s["subject"], script.clients[s["client"]]), m, n)
        known = disorder(script, a["meanwhile"])  # nats-servers send some of a group's messages a second way, too
        for about, text in disorder(script, b["meanwhile"]).items():
            if about not in known:
                note(about, None, text)
        for inbox in [] if kept else a["answers"]:
            x, y = a["answers"][inbox], b["answers"].get(inbox, [])
            kinds = [sorted(("one of " + script.all[t]["queue"]) if script.all.get(t, {}).get("queue") else t for t in v) for v in (x, y)]
            if kinds[0] != kinds[1]:
                note("request %s at %s on %s" % (inbox, script.clients[inbox.split(".")[1]], script.phases[number]["ask"][int(inbox.split("-")[1])][1]), x, y)
    return found


def disorder(script, heard):
    """What came twice or out of order, whoever is to get it."""
    found, groups = {}, collections.defaultdict(list)
    for (key, publisher), numbers in heard.items():
        s, numbers = script.all.get(key), [int(n.split("!")[0]) for n in numbers]
        if s and publisher != "request":
            if s["queue"]:
                groups[script.parts[script.clients[s["client"]]], s["queue"], publisher] += numbers
            if numbers != sorted(set(numbers)) and not s["queue"]:  # a group's member gets some by way of one that left
                found["%s %s of %s at %s by %s meanwhile" % (key, s["subject"], s["client"], script.clients[s["client"]], publisher)] = "%d, %d twice: %s" % (len(numbers), len(numbers) - len(set(numbers)), [(a, b) for a, b in zip(numbers, numbers[1:]) if b <= a][:5])
    for group, numbers in groups.items():
        if len(numbers) != len(set(numbers)):
            found["group %s of %s by %s meanwhile" % (group[1], group[0], group[2])] = "%d, %d twice" % (len(numbers), len(numbers) - len(set(numbers)))
    return found


def subject_of(script, publisher, block):
    for phase in script.phases:
        for name, subject, _, _ in phase["publish"]:
            if name == publisher:
                if block == 0:
                    return subject
                block -= 1
