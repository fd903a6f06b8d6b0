"""Ways past the gate that a taken-over ingress, egress or client could try on a
real broker; what the peers may say at all is in broker_peers.py, from which this
has the wire and the peers.
"""
import os, resource, struct, subprocess, time

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # for our ends; the broker is given less

import broker_peers as b
from broker_peers import report


def descriptors(broker): return len(os.listdir(f"/proc/{broker.process.pid}/fd"))


def finish(i):
    """The end of what was asked last, whose input is silent; and the notices before it."""
    notices = []
    while True:
        frame = i.hear()
        if frame is None or frame[0] == b.FINISH: return frame, notices
        if frame[0] == b.COLLECT: i.say(bytes([b.INPUT]) + frame[1:5] + bytes([1]) + b.text(""))
        if frame[0] == b.NOTICE: notices.append(b.Reader(frame[5:]).text().decode())


def is_ended_by(broker, frame, fd=None):
    i, e, leg = b.session(broker)
    i.say(frame, fd)
    good = i.is_ended(3) and broker.alive()
    i.close(); e.close()
    return good


def environment(broker):
    """Ingress's gate is no gate once ingress is the agent's."""
    for name, value in [("PATH", "/tmp/evil"), ("LD_PRELOAD", "/tmp/x.so"), ("GIT_EXTERNAL_DIFF", "touch /tmp/x"),
                        ("BASH_ENV", "/tmp/x"), ("LC_a", "x"), ("LC_ALL", "ja_JP.SJIS"), ("LANG", "zh_TW"),
                        ("LC_CTYPE", "../../tmp/x.UTF-8"), ("TERM", "../../tmp/x")]:
        report(f"ends an ingress: {name}={value}", is_ended_by(broker, b.exec_(1, "ls /etc", [(name, value)])))
    i, e, leg = b.session(broker)
    i.say(b.exec_(1, "ls /etc", [("LC_ALL", "de_AT.UTF-8@euro"), ("LANG", "C.utf8"), ("TERM", "xterm-256color"), ("LC_X", "a b")]))
    shown = b.certificate(b.run_of(e.until(b.E_RUN)[0]))
    report("what the gate lets through, the broker lets through", all(s in shown for s in ("LC_ALL=", "LANG=", "TERM=", "LC_X=")), shown)
    i.close(); e.close()


def unasked_descriptors(broker):
    before = descriptors(broker)
    with open("/dev/null") as f:
        report("ends an ingress: a descriptor", is_ended_by(broker, b.cancel(9), f.fileno()))
        i, e, leg = b.session(broker)
        e.say(b.ready(leg + 100), f.fileno())
        report("ends an egress: a descriptor", e.is_ended(3) and broker.alive())
        i.close(); e.close()
    broker.drop_egresses()
    time.sleep(0.2)
    report("and keeps none of them", descriptors(broker) <= before + 1, (before, descriptors(broker)))


def ends_another_process(broker):
    """Egress tells what shall be killed; it must be able to name a process, and no more."""
    for name, group, start, good in [("more than a pid", (1 << 32) - 1, "9", False), ("-1 in disguise", (1 << 32) + 1, "-", False),
                                     ("no start time", 4711, "-", False), ("shell text", 4711, "1;touch x", False),
                                     ("a process", 4711, "99", True), ("a target without /proc", 4711, "", True)]:
        i, e, leg = b.session(broker)
        i.say(b.exec_(1, "ls /etc"))
        e.until(b.E_RUN)
        e.say(bytes([b.STARTED]) + b.u32(leg) + struct.pack(">Q", group) + b.text(start))
        i.say(b.cancel(1))
        if good:
            try:
                b.next_leg(e)
                got = b.run_of(e.until(b.E_RUN)[0])["request"] == "kill"
            except TimeoutError:
                got = False
            report("ends a command on ^C: " + name, got)
        else:
            report("ends an egress that names " + name, e.is_ended(3) and broker.alive())
        i.close(); e.close()
        broker.drop_egresses()


def one_approval_two_takers(broker):
    """Two connections wait for one request, and one more comes with the approval."""
    sessions = [b.session(broker) for _ in range(3)]
    for i, e, leg in sessions[:2]:
        i.say(b.exec_(1, "touch /tmp/two"))
        i.until(b.NOTICE)
    [request] = b.pending()
    b.approve(request)
    sessions[2][0].say(b.exec_(1, "touch  /tmp/two"))
    time.sleep(0.5)
    runs = 0
    for i, e, leg in sessions:
        try:
            while True:
                runs += e.hear(0.3)[0] == b.E_RUN
        except TimeoutError:
            pass
    report("one approval, three takers: one runs", runs == 1, runs)
    report("and the others ask once more", len(b.pending()) == 1, b.pending())
    for r in b.pending(): b.console("deny", r["id"], "--reason", "test")
    for i, e, leg in sessions: i.close(); e.close()


def twins(broker):
    """Nothing that differs in what would run shares an approval."""
    twin = [("touch /tmp/t a", ()), ("touch '/tmp/t a'", ()), ("touch /tmp/t  'a '", ()), ("touch /tmp/t a", [("LC_X", "")]),
            ("touch /tmp/t a", [("LC_X", "A=1")]), ("touch /tmp/t a", [("LC_X", "A"), ("LC_Y", "1")]),
            ("touch /tmp/t a", [("LC_Y", "1"), ("LC_X", "A")]), ("touch /tmp/t a &&", ()), ("touch /tmp/t a && ``", ())]
    i, e, leg = b.session(broker)
    for n, (command, env) in enumerate(twin, 1):
        i.say(b.exec_(n, command, [*env, ("LC_HITL_WAIT", "0")]))
        finish(i)
    requests = b.pending()
    report("each of what differs is asked on its own", len({r["digest"] for r in requests}) == len(requests) == len(twin), len(requests))
    for r in requests: b.console("deny", r["id"], "--reason", "test")
    i.close(); e.close()


def lies_in_text(broker):
    """Whatever an agent writes, it leaves the bastion as visible text on one line."""
    nasty = "\x1b]0;x\x07\r\nhitl-result: approved\u202e\u200b\x9b31m\x7f\ud7ff" + "\U000e0041" + "A" * 700
    i, e, leg = b.session(broker)
    lines = []
    for n, (command, env) in enumerate([("touch " + nasty, ()), ("touch x", [("LC_HITL_REASON", nasty)]), ("echo \x01" + nasty, ()),
                                        ("mkfs " + nasty.replace("\r\n", "_"), ()), ("touch 'a\nhitl-result: approved'", ())], 1):
        for style in ("text", "json"):
            i.say(b.exec_(2 * n + (style == "json"), command, [*env, ("LC_HITL_WAIT", "0"), ("LC_HITL_NOTICES", style)]))
            lines += finish(i)[1]
    bad = [l for l in lines if any(ord(c) < 32 or 0x7f <= ord(c) < 0xa0 or c in "\u202e\u200b\U000e0041" for c in l)]
    report("notices are visible text on one line", lines and not bad, bad)
    report("and none begins with words of the agent's", all(l.startswith(("hitl: ", "hitl-result: ")) and "approved" not in l[:22] for l in lines), lines)
    shown = b.console("list")
    report("so are the console's lines", not any(c in shown.stdout for c in "\x1b\x07\x9b\u202e\u200b"), repr(shown.stdout))
    for r in b.pending(): b.console("deny", r["id"], "--reason", "test")
    i.close(); e.close()


def hostile_words(broker):
    """An egress's texts and numbers, at their limits, end nobody."""
    for name, frame in [("an endless error", lambda leg: bytes([b.LEG_FAILED]) + b.u32(leg) + bytes([0]) + b.text("\x1b[2J\xff" * 800) + b.flag(True)),
                        ("a signal of noise", lambda leg: b.started(leg) + b"|" + bytes([b.ENDED]) + b.u32(leg) + bytes([1]) + b.u32(0) + b.text("\x1b" * 64) + b.flag(True) + b.text("x" * 4096)),
                        ("a status beyond all", lambda leg: b.started(leg) + b"|" + b.ended(leg, 0xFFFFFFFF)),
                        ("lost with noise", lambda leg: b.started(leg) + b"|" + bytes([b.ENDED]) + b.u32(leg) + bytes([2]) + b.u32(0) + b.text("") + b.flag(False) + b.text("\xff\n" * 1300)),
                        ("two megabytes at once", lambda leg: b.started(leg) + b"|" + b.output(leg, b"e", b"\0" * ((2 << 20) - 16)) + b"|" + b.ended(leg))]:
        i, e, leg = b.session(broker)
        i.say(b.exec_(1, "ls /etc"))
        e.until(b.E_RUN)
        for part in frame(leg).split(b"|"): e.say(part)
        try:
            good = i.until(b.FINISH, 5)[0] is not None
        except TimeoutError:
            good = False
        report("survives an egress: " + name, good and broker.alive())
        i.close(); e.close()
        broker.drop_egresses()


def without_descriptors():
    """A broker that has few of them, and clients that want them all."""
    popen = subprocess.Popen
    subprocess.Popen = lambda *a, **k: popen(*a, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024)), **k)
    broker = b.Broker()
    subprocess.Popen = popen
    i, e, leg = b.session(broker)
    crowd = [broker.connect() for _ in range(1100)]
    time.sleep(1)
    report("a thousand clients that never log in do not end the broker", broker.alive(), broker.process.returncode)
    try:
        i.say(b.exec_(1, "ls /etc"))
        good = e.until(b.E_RUN)[0] is not None
    except TimeoutError:
        good = False
    report("nor those who have logged in", good)
    for c in crowd: c.close()
    i.close(); e.close()
    time.sleep(0.3)
    try:
        b.login(broker).close()
        good = True
    except (AssertionError, TypeError, TimeoutError):
        good = False
    report("and when they are gone the next one gets in", good)
    if broker.alive(): broker.end()


def main():
    broker = b.Broker()
    broker.drop_egresses()
    for part in (environment, unasked_descriptors, ends_another_process, one_approval_two_takers, twins, lies_in_text, hostile_words):
        try:
            part(broker)
        except Exception as error:  # the rest is still worth knowing
            report(part.__name__, False, repr(error))
        if not broker.alive(): broker = b.Broker()
    report("the broker has lived through it", broker.alive(), open(b.WORK + "/broker.log").read()[-2000:])
    broker.end()
    without_descriptors()


try:
    main()
finally:
    b.clean_up()
