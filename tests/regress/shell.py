"""What a person or an agent does in a shell: keys and what was typed, scripts
without a terminal, lines that are held.
"""
from shell_bed import *

def keys():
    s = Session()

    def interrupted(line, key="\x03", when="\n"):
        s.send(line + "\r")
        s.p.expect(re.escape(line) + "\r\n")
        until(lambda: subprocess.run(["pgrep", "-f", "^" + when], capture_output=True).returncode == 0, 3) \
            if when != "\n" else time.sleep(0.3)
        s.send(key)
        return s.wait(), s.status()

    equal("^C at a program", interrupted("sleep 47.1", when="sleep 47.1")[1], "130")
    equal("^C at a busy loop", interrupted("while :; do :; done")[1], "130")
    equal("^C at read", interrupted("read x")[1], "130")
    equal("^C at $( )", interrupted("x=$(sleep 47.2)", when="sleep 47.2")[1], "130")
    equal("^C ends all of a list", interrupted("sleep 47.3; echo reached", when="sleep 47.3"), ("^C\n", "130"))
    equal("^Z stops", interrupted("sleep 47.4", "\x1a", when="sleep 47.4")[1], "148")
    matches("jobs tells", s.line("jobs"), r"Stopped.*47\.4")
    equal("fg and ^C", interrupted("fg")[1], "130")
    matches("a background job", s.line("sleep 0.2 &"), r"^\[1\] \d+\n$")
    equal("wait", (s.line("wait"), s.status())[1], "0")
    equal("^C at the prompt", (s.send("echo not"), s.send("\x03"), s.wait() and "", s.line("echo yes"))[3], "yes\n")
    s.send("read x\r")
    s.p.expect("read x\r\n")
    time.sleep(0.3)
    s.send("typed\r")
    s.wait()
    equal("read has what was typed", s.line("echo $x"), "typed\n")
    s.send("cat\r")
    s.p.expect("cat\r\n")
    s.send("abc\r\x04")
    matches("cat and ^D", s.wait(), "abc\nabc\n")
    s.send("sleep 0.5\r")
    s.send("echo la''ter\r")
    s.wait()
    equal("type-ahead is a line", s.wait().split("\n")[-2], "later")
    s.send("head -1\r")
    time.sleep(0.4)
    s.send("one\recho t''wo\r")
    s.wait()
    equal("what a program did not read too", s.wait().split("\n")[-2], "two")
    s.p.setwinsize(33, 111)
    until(lambda: s.line("stty size") == "33 111\n", 5)
    equal("a resize reaches the target", s.line("stty size"), "33 111\n")
    s.close()


def scripts():
    script = "cd /tmp\nx=1\nfor i in 1 2\ndo\necho $i $x\ndone\npwd\nfalse\necho $?\ncat <<E\nhere $x\nE\nls /nonexistent-here\nexit 4\n"
    want = (4, "1 1\n2 1\n/tmp\n1\nhere 1\n")
    for name, words in (("-T", ["-T"]), ("HOST bash", ["bash"]), ("HOST sh", ["sh"]), ("HOST bash -s", ["bash -s"]),
                        ("HOST bash -l", ["bash -l"])):
        command = ssh(options=words) if words == ["-T"] else ssh(*words)
        status, out, err = run(command, script)
        equal(f"a script by {name}", (status, out), want)
        matches(f"its errors by {name}", err, "No such file")
    equal("no newline at the end", run(ssh("-T"), "echo a; exit 3")[:2], (3, "a\n"))
    equal("no input", run(ssh("-T"), "")[:2], (0, ""))
    equal("the last status is the shell's", run(ssh("-T"), "true\nfalse\n")[0], 1)
    equal("a program does not read the script", run(ssh("-T"), "cat\necho on\n")[1], "on\n")
    status, out, err = run(ssh("-T"), "for i in 1 2; do\necho a\n")
    report("an unfinished end runs nothing", out == "" or "ended within" in out, (status, out, err))


def holds():
    s = Session()
    path = WORK + "/made"
    s.send(f"mkfifo {path}\r")
    s.p.expect("held for approval")
    s.send("\x03")
    s.wait()
    equal("^C at a held line", s.status(), "130")
    s.send(f"mkfifo {path}\r")
    s.p.expect("held for approval")
    approve(wait_pending())
    s.wait()
    equal("an approved line runs", (s.status(), os.path.exists(path)), ("0", True))
    s.send(f"mkfifo {path}2\r")
    s.p.expect("held for approval")
    deny(wait_pending())
    s.wait()
    equal("a denied line", (s.status(), os.path.exists(path + "2")), ("126", False))
    s.close()
    s = Session(env={"LC_HITL_WAIT": "0"})
    s.line(f"mkfifo {path}3")
    equal("nobody decides", s.status(), "75")
    approve(wait_pending())
    s.line(f"mkfifo  '{path}3'")
    equal("its approval is for the identical line", (s.status(), os.path.exists(path + "3")), ("0", True))
    s.line(f"rm {path}3; : ")
    s.line("cd /tmp; cd /")
    deny(wait_pending())
    s.close()
    # Nothing that is refused or held leaves the session in another state.
    out = run(ssh("-T"), f"cd /tmp\nmkfifo {path}4\npwd\necho $?\n", env={"LC_HITL_WAIT": "0"})[1]
    equal("a script goes on behind it", out, "/tmp\n0\n")
    deny(wait_pending())


if __name__ == "__main__":
    holds()
    keys()
    scripts()
