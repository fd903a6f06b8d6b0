"""The broker between hostile peers: this script plays its listener, an ingress
and an egress, says what each may not say, and kills the broker when it hurts.

What must hold: a peer that breaks the protocol ends, and only that peer; nothing
is sent to a target without a rule or an approval, nor twice; what the broker
said is on disk before it said it.
"""
import base64, json, os, random, re, shutil, signal, socket, sqlite3, struct, subprocess, sys, tempfile, threading, time

BUILD = os.path.abspath(os.environ.get("B", "build"))
WORK = tempfile.mkdtemp()
ME = subprocess.check_output(["id", "-un"], text=True).strip()


def report(name, good, detail=""):
    print(("ok " if good else "not ok ") + name, flush=True)
    if not good:
        print("   ", detail, flush=True)


# ---- the wire ---------------------------------------------------------------

def u32(n): return struct.pack(">I", n)
def text(s): b = s if isinstance(s, bytes) else s.encode(); return u32(len(b)) + b
def flag(b): return bytes([1 if b else 0])


class Reader:
    def __init__(self, data): self.data = data
    def take(self, n): out, self.data = self.data[:n], self.data[n:]; return out
    def u8(self): return self.take(1)[0]
    def u32(self): return struct.unpack(">I", self.take(4))[0]
    def text(self): return self.take(self.u32())


class Peer:
    """One of our ends of a socket to the broker."""
    def __init__(self, sock):
        self.sock, self.buffer, self.fds = sock, b"", []

    def say(self, frame, fd=None):
        self.raw(u32(len(frame)) + frame, fd)

    def raw(self, data, fd=None):
        try:
            if fd is None:
                self.sock.sendall(data)
            else:
                socket.send_fds(self.sock, [data[:1]], [fd])
                self.sock.sendall(data[1:])
        except (BrokenPipeError, ConnectionResetError):
            pass

    def hear(self, timeout=5):
        """The next frame; None where the broker closed; TimeoutError where it is silent."""
        self.sock.settimeout(timeout)
        while True:
            if len(self.buffer) >= 4:
                n = struct.unpack(">I", self.buffer[:4])[0]
                if len(self.buffer) >= 4 + n:
                    frame, self.buffer = self.buffer[4:4 + n], self.buffer[4 + n:]
                    return frame
            try:
                data, fds, _, _ = socket.recv_fds(self.sock, 65536, 8)
            except ConnectionResetError:
                return None
            self.fds += fds
            if not data:
                return None
            self.buffer += data

    def until(self, kind, timeout=5):
        """The next frame of this type, and those that came before it."""
        before, end = [], time.time() + timeout
        while True:
            frame = self.hear(max(0.01, end - time.time()))
            if frame is None or frame[0] == kind:
                return frame, before
            before.append(frame)

    def is_ended(self, timeout=5):
        try:
            while True:
                if self.hear(timeout) is None:
                    return True
        except TimeoutError:
            return False

    def close(self):
        self.sock.close()
        for fd in self.fds:
            os.close(fd)
        self.fds = []


# Types, as in include/hitl/*_protocol.h.
HELLO, AUTH_KEY, EXEC, INPUT, CANCEL = 1, 2, 3, 4, 5
AUTH_ANSWER, NOTICE, COLLECT, RUN, FINISH = 65, 66, 67, 68, 69
TARGET, E_CONNECT, E_RUN, DROP, RECORDED = 1, 2, 3, 4, 5
READY, LEG_FAILED, STARTED, OUTPUT, ENDED = 65, 66, 67, 68, 69
SHELL, LINE, RESIZE, CLOSE = 6, 7, 8, 9
MORE, LINE_RUNS, LINE_DONE, PROMPT = 70, 71, 72, 73
SUBSYSTEM, JOIN = 10, 74
E_LINE, E_RESIZE, KEEPER_READY, LINE_ENDED = 6, 7, 70, 71
L_CONNECTION, L_RELOAD, L_DRAIN, L_READY, L_SPAWN = 1, 2, 3, 65, 66


def hello(): return bytes([HELLO]) + u32(1)
def auth(user, key, verified): return bytes([AUTH_KEY]) + text(user) + text(key) + flag(verified)
def exec_(channel, command, env=()):
    return (bytes([EXEC]) + u32(channel) + text(command) + u32(len(env)) +
            b"".join(text(n) + text(v) for n, v in env) + u32(0) + terminal())
def terminal(): return flag(False) + text("") + u32(80) + u32(24)
def shell(channel, env=(), pty=False):
    return (bytes([SHELL]) + u32(channel) + u32(len(env)) + b"".join(text(n) + text(v) for n, v in env) + u32(0) +
            flag(pty) + text("dumb") + u32(80) + u32(24))
def line(channel, command, last=False): return bytes([LINE]) + u32(channel) + text(command) + flag(last)
def resize(channel): return bytes([RESIZE]) + u32(channel) + u32(99) + u32(33)
def close(channel): return bytes([CLOSE]) + u32(channel)
def keeper_ready(leg): return bytes([KEEPER_READY]) + u32(leg)
def line_ended(leg, number, status=0, cwd="/srv"): return bytes([LINE_ENDED]) + u32(leg) + u32(number) + u32(status) + text(cwd) + text("h") + u32(0)
def cancel(channel): return bytes([CANCEL]) + u32(channel)
def input_(channel, data): return bytes([INPUT]) + u32(channel) + bytes([0]) + text(data)
def ready(leg): return bytes([READY]) + u32(leg) + text(b"k" * 32)
def started(leg): return bytes([STARTED]) + u32(leg) + struct.pack(">Q", 4711) + text("99")
def output(leg, code, data): return bytes([OUTPUT]) + u32(leg) + code + text(data)
def ended(leg, status=0): return bytes([ENDED]) + u32(leg) + bytes([0]) + u32(status) + text("") + flag(False) + text("") + u32(0)


def finish_of(frame):
    r = Reader(frame[1:])
    channel, status = r.u32(), r.u32()
    return channel, status, r.text().decode()


# ---- the bastion's folder ----------------------------------------------------

def keygen(name):
    path = os.path.join(WORK, name)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True)
    return base64.b64decode(open(path + ".pub").read().split()[1])


DEVIN, STRANGER, HOST, ALICE = keygen("devin"), keygen("stranger"), keygen("host"), keygen("alice")
target = socket.socket()
target.bind(("127.0.0.1", 0))
target.listen(64)
accepted = []
threading.Thread(target=lambda: [accepted.append(target.accept()) for _ in iter(int, 1)], daemon=True).start()
DIR = os.path.join(WORK, "bastion")
subprocess.run([BUILD + "/hitl-bastiond", "init", DIR, "--agent", f"devin={WORK}/devin.pub", "--operator", ME, "--operator", f"alice={WORK}/alice.pub",
                "--target", f"db1={ME}@127.0.0.1:{target.getsockname()[1]}", "--host-key", f"{WORK}/host.pub"],
               check=True, stdout=subprocess.DEVNULL)


def console(*args):
    return subprocess.run([BUILD + "/hitl-console", "--socket", DIR + "/run/operator.sock", *args],
                          capture_output=True, text=True, timeout=20)


def pending():
    return [json.loads(line) for line in console("list", "--json").stdout.splitlines()]


def approve(request):
    return console("approve", request["id"], "--digest", request["digest"]).returncode


def query(sql, *args):
    db = sqlite3.connect(f"file:{DIR}/hitl.db?mode=ro", uri=True)
    try:
        return db.execute(sql, args).fetchall()
    finally:
        db.close()


class Broker:
    def __init__(self, proven=True):
        ours, theirs = socket.socketpair()
        self.log = open(WORK + "/broker.log", "ab")
        self.process = subprocess.Popen([BUILD + "/hitl-broker", DIR + "/bastion.toml", f"listener={theirs.fileno()}"],
                                        pass_fds=[theirs.fileno()], stderr=self.log)
        theirs.close()
        self.listener = Peer(ours)
        frame = self.listener.hear(10)
        assert frame and frame[0] == L_READY, frame
        if proven: self.prove()

    def prove(self):
        """Passes the self-test, with which every broker begins a target."""
        self.drop_egresses()
        i, e, leg = session(self)
        i.say(exec_(1, "echo x"))
        assert run_of(e.until(E_RUN)[0])["request"] == "self-test"
        e.say(ended(leg, 79))
        e.until(E_CONNECT)
        i.close(); e.close()

    def connect(self):
        """A new ingress."""
        ours, theirs = socket.socketpair()
        self.listener.say(bytes([L_CONNECTION]) + text("192.0.2.1") + u32(4242), theirs.fileno())
        theirs.close()
        return Peer(ours)

    def egress(self):
        """The egress that the broker asks for."""
        frame, _ = self.listener.until(L_SPAWN)
        assert frame is not None
        return Peer(socket.socket(fileno=self.listener.fds.pop(0)))

    def drop_egresses(self):
        """Those of links that end what was left running."""
        try:
            while True:
                self.listener.until(L_SPAWN, 0.2)
                os.close(self.listener.fds.pop(0))
        except TimeoutError:
            pass

    def alive(self): return self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.listener.close()
        self.process.wait(10)


def login(broker, user="devin+db1"):
    i = broker.connect()
    i.say(hello())
    i.say(auth(user, DEVIN, True))
    frame, _ = i.until(AUTH_ANSWER)
    assert frame == bytes([AUTH_ANSWER, 1]), frame
    return i


def session(broker):
    """An ingress that has logged in, its egress, and the leg that is ready."""
    i = login(broker)
    e = broker.egress()
    frame, _ = e.until(E_CONNECT)
    leg = Reader(frame[1:]).u32()
    e.say(ready(leg))
    return i, e, leg


def next_leg(e):
    frame, _ = e.until(E_CONNECT)
    leg = Reader(frame[1:]).u32()
    e.say(ready(leg))
    return leg


def run_of(frame):
    r = Reader(frame[1:])
    return dict(leg=r.u32(), command=r.u32(), certificate=r.text(), request=r.text().decode(), nonce=r.text(),
                part=r.u8(), control=r.u32(), terminal=(r.u8(), r.text(), r.u32(), r.u32()), input=r.u8(), script=r.text())


def certificate(run):
    path = WORK + "/cert.pub"
    with open(path, "w") as f:
        f.write("ssh-ed25519-cert-v01@openssh.com " + base64.b64encode(run["certificate"]).decode() + "\n")
    return subprocess.check_output(["ssh-keygen", "-L", "-f", path], text=True)


# ---- what an ingress may not say ---------------------------------------------

def hostile_ingress(broker):
    greeted = [hello()]
    known = greeted + [auth("devin+db1", DEVIN, True)]
    cases = [
        ("a command before the greeting", [], exec_(1, "echo x")),
        ("a key before the greeting", [], auth("devin+db1", DEVIN, True)),
        ("a command before the login", greeted, exec_(1, "echo x")),
        ("input before the login", greeted, input_(1, b"x")),
        ("a command after a key that nobody verified", greeted + [auth("devin+db1", DEVIN, False)], exec_(1, "echo x")),
        ("a command after a stranger's key", greeted + [auth("devin+db1", STRANGER, True)], exec_(1, "echo x")),
        ("a second greeting", greeted, hello()),
        ("another user in mid-login", greeted + [auth("devin+db1", STRANGER, False)], auth("devin", DEVIN, True)),
        ("a second login", known, auth("devin+db1", DEVIN, True)),
        ("a channel used twice", known + [exec_(3, "mkfs /dev/sda")], exec_(3, "echo x")),
        ("a channel of the past", known + [exec_(3, "mkfs /dev/sda")], exec_(2, "echo x")),
        ("a message of the broker's own", known, bytes([RUN]) + u32(1) + bytes([1])),
        ("a type that does not exist", known, bytes([200])),
        ("an empty frame", known, None),
        ("a frame of 4 GB", known, b"raw" + u32(0xFFFFFFFF)),
        ("a frame that is too short", known, exec_(1, "echo x")[:-1]),
        ("a frame with a tail", known, exec_(1, "echo x") + b"x"),
        ("a length beyond the frame", known, bytes([EXEC]) + u32(1) + u32(1 << 30) + b"x"),
        ("sixty-five variables", known, exec_(1, "echo x", [(f"LC_{n}", "x") for n in range(65)])),
        ("another version", [], bytes([HELLO]) + u32(2)),
        ("a shell before the login", greeted, shell(1)),
        ("a line before the login", greeted, line(1, "echo x")),
        ("a resize before the login", greeted, resize(1)),
        ("a close before the login", greeted, close(1)),
        ("a shell on a channel of a command", known + [exec_(3, "mkfs /dev/sda")], shell(3)),
        ("a shell on a channel of a shell", known + [shell(3)], shell(3)),
        ("a command on a channel of a shell", known + [shell(3)], exec_(3, "echo x")),
        ("a shell with a variable that no gate lets through", known, shell(1, [("LD_PRELOAD", "/x")])),
        ("a shell that is too short", known, shell(1)[:-1]),
        ("a line with a tail", known + [shell(1)], line(1, "echo x") + b"x"),
        ("a line over the limit", known + [shell(1)], line(1, "x" * 65_538)),
        ("a resize that is too short", known + [shell(1)], resize(1)[:-1]),
        *[(f"the broker's own word of shells, {t}", known + [shell(1)], bytes([t]) + u32(1)) for t in (MORE, LINE_RUNS, LINE_DONE, PROMPT)],
    ]
    for name, before, last in cases:
        i = broker.connect()
        for frame in before:
            i.say(frame)
        if last is None:
            i.raw(u32(0))
        elif last[:3] == b"raw":
            i.raw(last[3:])
        else:
            i.say(last)
        good = i.is_ended(3) and broker.alive()
        i.close()
        report("ends an ingress: " + name, good)
    i = broker.connect()
    i.say(hello())
    answers = []
    for user, key, verified in [("devin+db1", STRANGER, True), ("devin+db1", b"", True), ("devin+db1", HOST, False)]:
        i.say(auth(user, key, verified))
        answers.append(i.until(AUTH_ANSWER)[0])
    report("refuses keys of nobody's", answers == [bytes([AUTH_ANSWER, 0])] * 3, answers)
    i.close()
    i = broker.connect()
    i.say(hello())
    i.say(auth("root", DEVIN, True))
    report("the key is the identity, not the name", i.until(AUTH_ANSWER)[0] == bytes([AUTH_ANSWER, 0]))
    i.close()
    i = broker.connect()
    i.say(hello())
    for _ in range(40):
        i.say(auth("devin+db1", STRANGER, True))
    report("key after key ends it", i.is_ended(3))
    i.close()


# ---- what runs, and what does not ---------------------------------------------

def allowed(broker):
    i, e, leg = session(broker)
    i.say(exec_(1, "echo  hi"))
    frame, before = e.until(E_RUN)
    run = run_of(frame)
    shown = certificate(run)
    report("an allowed command gets a certificate", "force-command" in shown and "Extensions: (none)" in shown, shown)
    report("of its own text, printed by us", "'echo' 'hi'".replace("'", r"\0047") in shown, shown)
    report("from here only", "source-address 127.0.0.1" in shown, shown)
    valid = re.search(r"from (\S+) to (\S+)", shown)
    span = time.mktime(time.strptime(valid[2], "%Y-%m-%dT%H:%M:%S")) - time.mktime(time.strptime(valid[1], "%Y-%m-%dT%H:%M:%S"))
    report("for about a minute", span <= 75, span)
    row = query("SELECT id,state FROM commands ORDER BY row DESC LIMIT 1")[0]
    report("under the command's id", f'Key ID: "{row[0]}"' in shown, shown)
    report("and its intent was on disk before", row[1] == "starting", row)
    e.say(started(leg))
    e.say(output(leg, b"o", "hi\n"))
    frame, _ = e.until(RECORDED)
    data = query("SELECT data FROM chunks ORDER BY row DESC LIMIT 1")
    report("output is stored before it is acknowledged", data and b"hi\n" in bytes(data[0][0]), data)
    e.say(ended(leg, 7))
    frame, _ = i.until(FINISH)
    report("its exit status comes back", finish_of(frame)[1] == 7)
    i.close()
    report("egress ends with its session", e.is_ended())
    e.close()


def held_runs_nothing(broker):
    i, e, leg = session(broker)
    i.say(exec_(1, "touch /tmp/never"))
    i.until(NOTICE)
    for frame in (input_(1, b"yes\n"), input_(9, b"x"), cancel(8)):
        i.say(frame)
    try:
        frame, _ = e.until(E_RUN, 1.5)
        report("a held command sends nothing to the target", False, frame)
    except TimeoutError:
        report("a held command sends nothing to the target", True)
    [request] = pending()
    report("an approval with another digest is refused", console("approve", request["id"], "--digest", "0" * 64).returncode == 1)
    report("an approval is taken", approve(request) == 0)
    run = run_of(e.until(E_RUN)[0])
    report("and then it is sent, under the request's id", run["request"] == request["id"], run)
    e.say(started(leg)); e.say(ended(leg))
    report("and ends", finish_of(i.until(FINISH)[0])[1] == 0)
    i.say(exec_(2, "touch /tmp/never", [("LC_HITL_WAIT", "0")]))
    report("the approval is used up", finish_of(i.until(FINISH)[0])[1] == 75)
    [request] = pending()
    console("deny", request["id"], "--reason", "test")
    i.close(); e.close()


def script_is_the_brokers(broker):
    i, e, leg = session(broker)
    i.say(exec_(1, "python3 -"))
    frame, _ = i.until(COLLECT)
    i.say(input_(1, b"echo judged\n"))
    i.until(NOTICE)
    [request] = pending()
    approve(request)
    run = run_of(e.until(E_RUN)[0])
    report("a judged script comes from the broker, not from ingress", run["input"] == 2 and run["script"] == b"echo judged\n", run)
    e.say(started(leg)); e.say(ended(leg))
    i.until(FINISH)
    i.say(exec_(2, "python3 -", [("LC_HITL_WAIT", "0")]))
    i.until(COLLECT)
    i.say(input_(2, b"echo other\n"))
    report("another script is another question", finish_of(i.until(FINISH)[0])[1] == 75 and len(pending()) == 1)
    for r in pending(): console("deny", r["id"], "--reason", "test")
    i.close(); e.close()


def hostile_egress(broker):
    cases = [
        ("a start that was not asked for", lambda leg: [started(leg)], None),
        ("output before the start", lambda leg: [output(leg, b"o", "x")], 74),
        ("an end before the start", lambda leg: [ended(leg)], 74),
        ("a process group of 1", lambda leg: [bytes([STARTED]) + u32(leg) + struct.pack(">Q", 1) + text("9")], 74),
        ("output of another kind", lambda leg: [started(leg), output(leg, b"m", "approved by root")], 74),
        ("a second start", lambda leg: [started(leg), started(leg)], 74),
        ("ready again", lambda leg: [started(leg), ready(leg)], 74),
        ("a broken frame", lambda leg: [started(leg), b"\x43"], 74),
        ("a message of the broker's own", lambda leg: [bytes([E_RUN])], 74),
    ]
    for name, frames, status in cases:
        i, e, leg = session(broker)
        if status is not None:
            i.say(exec_(1, "echo x"))
            e.until(E_RUN)
        for frame in frames(leg):
            e.say(frame)
        good = e.is_ended(3) and broker.alive()
        got = None
        if status is not None:
            got = finish_of(i.until(FINISH)[0])[1]
            good = good and got == status
        report("ends an egress: " + name, good, got)
        i.close(); e.close()
        broker.drop_egresses()


# ---- shells --------------------------------------------------------------------

def line_of(frame):
    r = Reader(frame[1:])
    return dict(control=r.u32(), number=r.u32(), nonce=r.text(), input=r.u8(), text=r.text().decode())


def next_line(e, timeout=5):
    return line_of(e.until(E_LINE, timeout)[0])


def silent(peer, kind, word=b"", seconds=0.5):
    """Nothing of this type, with this word in it, comes."""
    try:
        while True:
            frame = peer.until(kind, seconds)[0]
            if frame is None or word in frame:
                return frame is None
    except TimeoutError:
        return True


def open_shell(broker, before=()):
    """An ingress with a shell at its first prompt, its egress, and the two legs."""
    i, e, control = session(broker)
    i.say(shell(1))
    for frame in before:
        i.say(frame)
    part = run_of(e.until(E_RUN)[0])
    assert part["part"] == 2, part
    e.say(started(control))
    e.say(keeper_ready(control))
    main_leg = next_leg(e)
    run = run_of(e.until(E_RUN)[0])
    assert (run["part"], run["control"]) == (3, control), run
    e.say(started(main_leg))
    opening = next_line(e)
    assert opening["number"] == 0
    return i, e, control, main_leg, opening


def shells(broker):
    i, e, control, main_leg, opening = open_shell(broker, [line(1, "echo early"), resize(1), cancel(1), line(9, "echo other")])
    report("a line before the shell has opened is none", "early" not in opening["text"] and silent(e, E_LINE))
    e.say(line_ended(control, 5))
    report("nor does another line's end open it", silent(i, LINE_DONE))
    e.say(line_ended(control, 0))
    i.until(LINE_DONE)
    i.say(line(1, "echo a"))
    i.say(line(1, "echo b"))
    i.say(line(1, "mkdir c"))
    one = next_line(e)
    report("a line is our text, in the folder where the shell stands", "'echo' 'a'" in one["text"] and "[[ . -ef '/srv' ]]" in one["text"], one)
    report("and only one at a time", silent(e, E_LINE) and pending() == [])
    e.say(line_ended(control, one["number"] - 1))
    e.say(line_ended(control, one["number"] + 1))
    i.until(LINE_RUNS)
    report("the end of another line is not this one's", silent(i, LINE_DONE))
    e.say(line_ended(control, one["number"], 7, "relative/../folder"))
    i.until(LINE_DONE)
    i.say(line(1, "mkdir d"))
    report("a held line is not sent", silent(e, E_LINE) and len(pending()) == 1)
    i.say(line(1, "echo meanwhile"))
    report("nor another one meanwhile", silent(e, E_LINE))
    i.say(cancel(1))
    settled = next_line(e)
    report("cancelled, it is not sent either", "mkdir" not in settled["text"], settled)
    e.say(line_ended(control, settled["number"], 130))
    i.until(LINE_DONE)
    i.say(line(1, "mkdir d"))
    time.sleep(0.2)
    held = pending()[0]
    i.say(close(1))
    i.until(FINISH)
    approve(held)
    report("what was held when the shell closed is not sent", silent(e, E_LINE, b"mkdir"))
    for frame in (line(1, "echo z"), resize(1), close(1), cancel(1)):
        i.say(frame)
    report("a closed shell takes nothing", silent(e, E_LINE) and silent(i, LINE_RUNS) and broker.alive())
    i.say(exec_(2, "echo on"))
    leg = next_leg(e)
    report("and its session goes on", run_of(e.until(E_RUN)[0])["part"] == 0)
    i.close(); e.close()
    broker.drop_egresses()
    cases = [
        ("a shell that is ready before its control began", lambda c, m: [keeper_ready(m)]),
        ("the end of a line by the shell's leg", lambda c, m: [line_ended(m, 0)]),
        ("a line of its own", lambda c, m: [bytes([E_LINE]) + u32(c) + u32(1) + text("a" * 32) + bytes([0]) + text("x")]),
        ("an end of a line that is too short", lambda c, m: [line_ended(c, 0)[:-1]]),
        ("a folder's name over the limit", lambda c, m: [line_ended(c, 0, 0, "/" + "x" * 70_000)]),
    ]
    for name, frames in cases:
        i, e, control, main_leg, _ = open_shell(broker)
        for frame in frames(control, main_leg):
            e.say(frame)
        good = e.is_ended(3) and broker.alive()
        status = finish_of(i.until(FINISH)[0])[1]
        report("ends the egress of a shell: " + name, good and status == 125, status)
        i.close(); e.close()
        broker.drop_egresses()
    for request in pending():
        console("deny", request["id"], "--reason", "x")


def flood(broker):
    i, e, _ = session(broker)
    for n in range(1, 15):
        i.say(exec_(n, f"touch /tmp/f{n}"))
    time.sleep(0.5)
    report("many held commands of one connection", len(pending()) == 14, len(pending()))
    i.close(); e.close()
    statuses = []
    for base in range(4):
        i, e, _ = session(broker)
        for n in range(1, 17):
            i.say(exec_(n, f"touch /tmp/g{base}-{n}", [("LC_HITL_WAIT", "0")]))
            statuses.append(finish_of(i.until(FINISH)[0])[1])
        i.close(); e.close()
    report("an agent's requests have a limit", statuses.count(125) > 0 and statuses.count(75) == 50, statuses)
    for r in pending(): console("deny", r["id"], "--reason", "test")
    i = login(broker)
    e = broker.egress()
    big = "echo " + "x" * 60000
    i.sock.settimeout(5)
    try:
        for n in range(1, 2000):
            i.raw(u32(len(exec_(n, big))) + exec_(n, big))
    except (TimeoutError, OSError):
        pass
    report("a flood ends its connection only", broker.alive() and console("list").returncode == 0)
    i.close(); e.close()


def reload(broker):
    path = DIR + "/policy.toml"
    good = open(path).read()
    with open(path, "a") as f: f.write('\n[[rule]]\nnonsense = 1\n')
    broker.listener.say(bytes([L_RELOAD]))
    i, e, leg = session(broker)
    i.say(exec_(1, "echo x"))
    report("a bad policy changes nothing", e.until(E_RUN)[0] is not None)
    e.say(started(leg)); e.say(ended(leg)); i.until(FINISH)
    i.say(exec_(2, "touch /tmp/reload"))
    i.until(NOTICE)
    [request] = pending()
    with open(path, "w") as f: f.write(good + "\n# changed\n")
    broker.listener.say(bytes([L_RELOAD]))
    frame, _ = i.until(FINISH)
    report("what was held under the old policy is to be asked again under the new one", finish_of(frame)[1] == 75, finish_of(frame))
    report("and nobody can approve it any more", pending() == [] and approve(request) == 4)
    i.close(); e.close()


# ---- death ---------------------------------------------------------------------

def crashes():
    """Kills the broker at every stage of a held command, again and again."""
    seed = int(os.environ.get("SEED", "20261124"))
    dice = random.Random(seed)
    ran = {}       # request -> how often a Run was seen for it
    lost = []
    for round_ in range(24):
        broker = Broker()
        broker.drop_egresses()
        stage = dice.choice(["held", "left", "approved", "sent", "started", "output", "ended"])
        try:
            i, e, leg = session(broker)
            i.say(exec_(1, f"touch /tmp/crash{round_}"))
            i.until(NOTICE)
            request = next(r for r in pending() if r["command"].endswith(f"/crash{round_}"))
            if stage == "held":
                time.sleep(dice.random() * 0.01)
            else:
                if stage == "left":
                    i.close()
                    time.sleep(0.05)
                code = approve(request)
                if stage not in ("approved", "left"):
                    run = run_of(e.until(E_RUN)[0])
                    ran[run["request"]] = ran.get(run["request"], 0) + 1
                    if stage in ("started", "output", "ended"):
                        e.say(started(leg))
                    if stage in ("output", "ended"):
                        e.say(output(leg, b"o", "x"))
                        e.until(RECORDED)
                    if stage == "ended":
                        e.say(ended(leg))
                        i.until(FINISH)
                if code == 0: lost.append((request["id"], stage))
        except TimeoutError as error:
            report(f"round {round_} ({stage})", False, repr(error))
        broker.kill()
        i.close(); e.close(); broker.listener.close()
    states = dict(query("SELECT id,state FROM requests"))
    report("nothing ran twice", all(n == 1 for n in ran.values()), f"seed {seed}: {ran}")
    report("what ran had been used up on disk", all(states[r] == "consumed" for r in ran), f"seed {seed}")
    report("no decision that was acknowledged is lost",
           all(states[r] in ("approved", "consumed") for r, _ in lost), f"seed {seed}: {[(r, s, states[r]) for r, s in lost]}")
    decided = {r for (r,) in query("SELECT request FROM decisions WHERE say IN ('approve','break-glass')")}
    report("nothing ran without a decision", all(r in decided for r in ran))
    broker = Broker(proven=False)
    # What it may have left running is to be ended by links of its own.
    time.sleep(0.3)
    open_rows = query("SELECT count(*) FROM commands WHERE state IN ('judged','held','starting','running')")[0][0]
    report("the next broker closes what the last left open", open_rows == 0, open_rows)
    broker.prove()
    told = ran_again = kept = silent = unknown = 0
    for round_ in range(24):
        command = f"touch /tmp/crash{round_}"
        [(request, state, outcome)] = query(
            "SELECT r.id,r.state,c.state FROM requests r JOIN commands c ON c.request=r.id WHERE r.submitted=CAST(? AS BLOB)", command)
        i, e, leg = session(broker)
        i.say(exec_(1, command, [("LC_HITL_WAIT", "0")]))
        unknown += outcome == "unknown"
        if state == "approved":  # decided, and nothing had run: it runs now, once
            run = run_of(e.until(E_RUN)[0])
            ran_again += run["request"] == request
            kept += 1
            e.say(started(leg)); e.say(ended(leg)); i.until(FINISH)
        else:
            frame, notices = i.until(FINISH)
            silent += finish_of(frame)[1] != 75
            told += outcome == "unknown" and any(b"outcome is unknown" in n for n in notices)
        i.close(); e.close()
    report("a decision that no run had used up is used by the identical command", ran_again == kept > 0, (ran_again, kept))
    report("what was used up asks again", silent == 0, silent)
    report("and says that the outcome is unknown", told == unknown > 0, (told, unknown))
    broker.end()


# ---- an ingress that says it is an operator's -----------------------------------

O_HELLO, O_LIST, O_SHOW, O_DECIDE, O_WATCH, O_CONTROL, O_LOOK = 1, 2, 3, 4, 5, 7, 10
O_WELCOME, O_REFUSED, O_DONE = 65, 69, 73


def operator(broker):
    i = broker.connect()
    i.say(hello())
    i.say(auth("alice", ALICE, True))
    assert i.until(AUTH_ANSWER)[0] == bytes([AUTH_ANSWER, 1])
    i.say(bytes([SUBSYSTEM]) + u32(1) + text("hitl-operator"))
    i.until(JOIN)
    c = Peer(socket.socket(fileno=i.fds.pop(0)))
    c.say(bytes([O_HELLO]) + u32(1) + u32(3))
    c.until(O_WELCOME)
    return i, c


def control(tag, action, reason=b""):
    return bytes([O_CONTROL]) + u32(tag) + text("") + text("devin") + bytes([action]) + text(reason)


def memory(broker):
    return int(re.search(r"VmRSS:\s*(\d+)", open(f"/proc/{broker.process.pid}/status").read())[1]) // 1024


def hostile_operator(broker):
    i, c = operator(broker)
    c.say(control(2, 0, b"\x01" * 4096))
    report("an operator's ingress may pause", c.until(O_DONE)[0] is not None)
    c.say(control(3, 1))
    frame, _ = c.until(O_REFUSED)
    report("but not resume", frame is not None and b"own host" in frame, frame)
    report("the broker's own host may", console("resume", "--agent", "devin").returncode == 0)
    a, e, leg = session(broker)
    a.say(exec_(1, "true"))
    e.until(E_RUN)
    a.say(exec_(2, "mkdir /srv/held"))
    a.until(NOTICE)
    c.say(control(4, 2, b"\x01" * 4096))
    report("nor end the broker with the words of a kill", c.until(O_DONE)[0] is not None and broker.alive())
    a.say(exec_(3, "echo too late"))
    try:
        late = e.until(E_RUN, 0.5)[0]
    except (TimeoutError, OSError):
        late = None
    report("what is killed starts nothing more", late is None, late)
    report("and is gone", a.is_ended(5))
    a.close(); e.close()

    # Each answer has a megabyte.
    a, e, leg = session(broker)
    a.say(exec_(1, "mkdir " + "x" * 60_000))
    a.until(NOTICE)
    request = pending()[-1]["id"]
    before = memory(broker)
    show = bytes([O_SHOW]) + u32(9) + text(request)
    c.raw((u32(len(show)) + show) * 20_000)
    time.sleep(2)
    grown = memory(broker) - before
    report("many questions in one breath do not fill the broker", broker.alive() and grown < 200, f"{grown} MB")
    c.close(); i.close()

    # One that watches and never reads.
    i, c = operator(broker)
    c.say(bytes([O_WATCH]) + u32(5))
    c.say(bytes([O_LOOK]) + u32(6) + text(query("SELECT id FROM sessions WHERE state='open' AND agent='devin'")[0][0]))
    a.say(exec_(2, "echo x"))
    run = run_of(e.until(E_RUN)[0])
    e.say(started(run["leg"]))
    before = memory(broker)
    for _ in range(100):
        e.say(output(run["leg"], b"o", b"y" * 1_000_000))
    time.sleep(2)
    grown = memory(broker) - before
    report("a console that does not read is let go", broker.alive() and c.is_ended(5) and grown < 90, f"{grown} MB")
    for p in (a, e, c, i): p.close()


def main():
    broker = Broker()
    hostile_ingress(broker)
    broker.drop_egresses()
    for part in (allowed, held_runs_nothing, script_is_the_brokers, hostile_egress, shells, flood, reload, hostile_operator):
        try:
            part(broker)
        except Exception as error:  # the rest is still worth knowing
            report(part.__name__, False, repr(error))
    report("the broker has lived through it", broker.alive(), open(WORK + "/broker.log").read()[-2000:])
    broker.end()
    report("and ends with its listener", broker.process.returncode == 0, broker.process.returncode)
    crashes()


def clean_up():
    subprocess.run(["pkill", "-KILL", "-f", DIR], check=False)
    shutil.rmtree(WORK)


if __name__ == "__main__":  # tests/regress/attack.py plays these peers too
    try:
        main()
    finally:
        clean_up()
