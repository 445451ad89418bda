"""Raw connections."""
import json, selectors, socket

from topology.plan import USERS


class Client:
    """One raw connection, which also comes again."""

    def __init__(self, net, name, server, account):
        self.net, self.name, self.server, self.account = net, name, server, account
        self.sids, self.sock, self.numbers = {}, None, [0, 0]  # and meanwhile

    def connect(self):
        self.sock = socket.create_connection(("127.0.0.1", self.net.ports[self.server]["client"]))
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer, self.pongs, self.asked, self.sent_away = b"", 0, 0, False
        said = {"verbose": False, "pedantic": False, "headers": True, "no_responders": True, "protocol": 1, "lang": "x", "version": "1", "name": self.name, "user": USERS[self.account][0], "pass": "p"}
        self.send("CONNECT %s\r\n" % json.dumps(said))
        for sid, (subject, queue, most, _) in self.sids.items():
            self.send("SUB %s %s%s\r\n" % (subject, queue + " " if queue else "", sid))
        self.net.selector.register(self.sock, selectors.EVENT_READ, self)

    def close(self):
        if self.sock:
            self.net.selector.unregister(self.sock)
            self.sock.close()
            self.sock = None

    def send(self, data):
        if self.sock:
            try:
                self.sock.sendall(data if isinstance(data, bytes) else data.encode())
            except OSError:
                self.net.errors.append(self.name + " was closed")

    def subscribe(self, sid, subject, queue=None, most=0, key=None):
        self.sids[sid] = (subject, queue, most, key)
        self.send("SUB %s %s%s\r\n" % (subject, queue + " " if queue else "", sid))
        if most:
            self.send("UNSUB %s %d\r\n" % (sid, most))

    def unsubscribe(self, sid):
        del self.sids[sid]
        self.send("UNSUB %s\r\n" % sid)

    def ping(self):
        if self.sock:
            self.asked += 1
            self.send("PING\r\n")

    def read(self):
        try:
            data = self.sock.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            self.net.errors.append(self.name + " was closed")
            self.close()
            return
        buffer, at = self.buffer + data, 0
        while True:
            end = buffer.find(b"\r\n", at)
            if end < 0:
                break
            line = buffer[at:end].decode()
            if line.startswith(("MSG ", "HMSG ")):
                parts = line.split(" ")
                size = int(parts[-1])
                if len(buffer) < end + size + 4:
                    break
                head = int(parts[-2]) if line[0] == "H" else 0
                body = buffer[end + 2:end + 2 + size]
                reply = parts[3] if len(parts) == (6 if head else 5) else None
                self.net.got(self, parts[1], parts[2], reply, body[:head], body[head:].decode())
                at = end + size + 4
                continue
            if line == "PING":
                self.send("PONG\r\n")
            elif line.startswith("INFO ") and json.loads(line[5:]).get("ldm"):
                self.sent_away = True
            elif line == "PONG":
                self.pongs += 1
            elif line.startswith("-ERR"):
                self.net.errors.append(self.name + " " + line)
            at = end + 2
        self.buffer = buffer[at:]
