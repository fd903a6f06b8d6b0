"""Sessions that are refused, lost, left or tainted; see shell_state.sh."""
import signal

from shell_bed import *


def decided(s, line, pattern=None):
    """Typed, held, approved; it runs."""
    s.send(line + "\r")
    s.p.expect("held for approval")
    approve([r for r in pending() if re.search(pattern or re.escape(line), r["command"])][0])


def keeper_of(folder):
    """The session's bash that stands there, and its folder of FIFOs."""
    for pid in subprocess.run(["pgrep", "-x", "bash"], capture_output=True, text=True).stdout.split():
        try:
            if os.readlink(f"/proc/{pid}/cwd") == folder:
                return int(pid), os.path.dirname(os.readlink(f"/proc/{pid}/fd/0").replace(" (deleted)", ""))
        except OSError:
            pass
    return 0, ""


def opened(name):
    folder = f"{WORK}/{name}"
    os.makedirs(folder)
    s = Session()
    s.line(f"cd {folder}")
    return (s, *keeper_of(folder))


def lost():
    words = "the session cannot tell any more how its lines end"
    s, pid, folder = opened("descriptors")
    decided(s, "ulimit -n 3")
    status, rest = s.end(15)
    matches("a shell without descriptors ends, and says why", rest, words)
    equal("its status is no command's", status, 97)
    p = subprocess.Popen(ssh("-T"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    p.stdin.write("ulimit -n 3\necho reached\n")
    p.stdin.close()
    until(lambda: pending())
    approve(pending()[0])
    out, err = p.stdout.read(), p.stderr.read()
    equal("one without a terminal too", (p.wait(15), "reached" in out), (97, False))
    s, pid, folder = opened("stopped")
    s.send("sleep 43\r")
    time.sleep(0.4)
    s.send("\x1a")
    s.wait()
    decided(s, "ulimit -n 3")
    matches("and one with a stopped job", s.end(15)[1], words)
    s, pid, folder = opened("removed")
    subprocess.run(["rm", "-r", folder])
    s.send("echo a\r")
    matches("a shell whose folder of FIFOs was removed ends", s.end(15)[1], words)
    s, pid, folder = opened("replaced")
    os.remove(folder + "/s")
    open(folder + "/s", "w").close()
    s.send("echo a\r")
    matches("or replaced", s.end(15)[1], words)
    s, pid, folder = opened("unheard")
    found = subprocess.run(["pgrep", "-x", "cat"], capture_output=True, text=True).stdout.split()
    for cat in found:
        if os.path.exists(f"/proc/{cat}/fd/0") and os.readlink(f"/proc/{cat}/fd/0") == folder + "/s":
            os.kill(int(cat), signal.SIGKILL)
    s.send("echo a\r")
    s.end(15)
    report("a shell that nobody hears ends", True)
    equal("and its folder is gone", until(lambda: not os.path.exists(folder), 5), True)


def left():
    s, pid, folder = opened("left")
    s.send("sleep 42.5 & sleep 42.6\r")
    until(lambda: len(left_behind("^sleep 42")) >= 2, 5)
    s.p.kill(signal.SIGKILL)
    s.close()
    equal("of a client that left in mid-line nothing runs on", until(lambda: not left_behind("^sleep 42") and not os.path.exists(folder), 10), True)
    p = subprocess.Popen(ssh("-T"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    p.stdin.write("sleep 42.7 & sleep 42.8; echo\n")
    p.stdin.flush()
    until(lambda: len(left_behind("^sleep 42")) >= 2, 5)
    p.kill()
    p.wait()
    equal("without a terminal neither", until(lambda: not left_behind("^sleep 42"), 10), True)
    made = f"{WORK}/made"
    s = Session()
    s.send(f"mkdir {made}\r")
    s.p.expect("held for approval")
    s.p.kill(signal.SIGKILL)
    s.close()
    approve(pending()[0])
    time.sleep(0.7)
    equal("of one that left while its line was held nothing runs", os.path.exists(made), False)
    s = Session()
    s.line(f"mkdir {made}")
    equal("the identical line of another session, in the same folder, finds the approval", os.path.isdir(made), True)
    s.send(f"echo half; touch {made}/x")
    s.close()
    equal("half a line is none", until(lambda: os.path.exists(f"{made}/x"), 0.7), False)


def tainted():
    file = f"{WORK}/sourced"
    open(file, "w").write("ls() { echo not the program; }\n")
    s = Session(env={"LC_HITL_WAIT": "0"})
    matches("source is held", s.line(f"source {file}"), "held for approval")
    approve(pending()[0])
    s.line(f"source {file}")
    equal("approved, it runs in the session's shell", pending(), [])
    for line in ("ls", "echo a", "true", "cd /tmp", "echo $?"):
        matches(f"and behind it is held: {line}", s.line(line), "held for approval.*source has run text in the session's shell")
    for r in pending():
        deny(r)
    s.close()
    s = Session(env={"LC_HITL_WAIT": "0"})
    equal("another session is not", s.line("echo a"), "a\n")
    s.close()


def closed():
    status, out, err = run(ssh("-T", user="devin+closed"), "echo reached\n")
    equal("a policy refuses shells", (status, out), (126, ""))
    matches("with its words", err, r'hitl-result: denied .*by=policy .*one command at a time, please')
    status, out, err = run(ssh(options=["-tt"], user="devin+closed"), "echo reached\n")
    equal("on a terminal too", (status, "reached" in out), (126, False))
    for shell in ("bash", "sh", "bash -s", "bash -l"):
        equal(f"and by the name of one: {shell}", run(ssh(shell, user="devin+closed"), "echo reached\n")[:2], (126, ""))
    equal("but no commands", run(ssh("echo reached", user="devin+closed"))[:2], (0, "reached\n"))


def old():
    status, out, err = run(ssh("-T", user="devin+old"), "cd /usr\npwd\nx=5\necho $x\nfalse\necho $?\nexit 3\n")
    equal("a target with an old bash carries sessions", (status, out), (3, "/usr\n5\n1\n"))
    matches("and says so", err, "the target's bash is older than 4.4: each line here runs in a shell of its own")
    s = Session(command=ssh(options=["-tt"], user="devin+old"))
    matches("on a terminal, above the prompt", s.greeting, "older than 4.4")
    equal("lines run", (s.line("cd /usr; :"), s.line("cd /usr"), s.line("pwd")), ("", "", "/usr\n"))
    equal("commands too", run(ssh("echo $((1+1))", user="devin+old"))[:2], (0, "2\n"))
    s.send("exit 4\r")
    equal("and it ends", s.end()[0], 4)


if __name__ == "__main__":
    for part in [lost, left, tainted, closed, old]:
        if sys.argv[1:] and part.__name__ not in sys.argv[1:]:
            continue
        try:
            part()
        except Exception as e:  # what fails is one
            report(part.__name__, False, f"{type(e).__name__}: {e}"[:1500])
        for r in pending():
            deny(r)
    equal("nothing is left", until(lambda: not left_behind("^sleep 4[123]"), 15), True)
