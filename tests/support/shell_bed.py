"""A bastion from bastion.sh as Python scripts use it: what they are told by the
environment (see shell_environment in bastion.sh), reports, and a shell session
on a terminal.
"""
import json
import os
import re
import subprocess
import sys
import time

import pexpect

WORK, PORT, DIR, ME, B = (os.environ[n] for n in ("WORK", "PORT", "DIR", "ME", "BUILD"))
TARGET_PORT = os.environ["TARGET_PORT"]
PROMPT = r"\w+@[\w.-]+:[^\r\n]*[$#] "


def report(name, good, detail=""):
    print(("ok " if good else "not ok ") + name, flush=True)
    if not good:
        for line in str(detail).splitlines() or [""]:
            print("   ", line[:600], flush=True)


def equal(name, got, want):
    report(name, got == want, f"got:  {got!r}\nwant: {want!r}")


def matches(name, text, pattern):
    report(name, re.search(pattern, text, re.S) is not None, f"got:  {text!r}\nwant: {pattern!r}")


def until(condition, seconds=10):
    end = time.time() + seconds
    while not condition():
        if time.time() > end:
            return False
        time.sleep(0.03)
    return True


COMMON = ["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR",
          "-o", "SendEnv=LC_*"]


def ssh(*arguments, user="devin+db1", options=()):
    """The command line of ssh through the bastion."""
    return [*COMMON, "-o", f"UserKnownHostsFile={WORK}/known_hosts", "-i", f"{WORK}/devin", "-p", PORT, *options,
            "-l", user, "127.0.0.1", *arguments]


def plain(*arguments, options=()):
    """And to the target itself, by a certificate that shell_environment made."""
    return [*COMMON, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-i", f"{WORK}/plain",
            "-p", TARGET_PORT, *options, "-l", ME, "127.0.0.1", *arguments]


def run(command, stdin="", timeout=60, env=None):
    if isinstance(stdin, str):
        stdin = stdin.encode()
    done = subprocess.run(command, input=stdin, capture_output=True, timeout=timeout,
                          env={**os.environ, "TERM": "xterm", **(env or {})})
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def clean(text):
    """Without the escape sequences of a line editor, and with plain newlines."""
    text = re.sub(r"\x1b\[\?2004[hl]\r?", "", text)
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
    return text.replace("\r\n", "\n").replace("\r", "")


class Session:
    """A shell on a terminal.  Its lines are typed one at a time."""

    def __init__(self, command=None, rows=24, columns=200, timeout=15, term="dumb", prompt=PROMPT, env=None):
        command = command or ssh(options=["-tt"])
        self.prompt = prompt
        self.p = pexpect.spawn(command[0], command[1:], dimensions=(rows, columns), timeout=timeout, encoding="utf-8",
                               codec_errors="replace", env={**os.environ, "TERM": term, **(env or {})})
        self.p.delaybeforesend = None
        self.greeting = self.wait()

    def wait(self, pattern=None, timeout=-1):
        """What came before the prompt, cleaned."""
        self.p.expect(pattern or self.prompt, timeout=timeout)
        return clean(self.p.before)

    def send(self, text):
        self.p.send(text)

    def line(self, text, timeout=-1):
        """The line's output, without its echo."""
        self.p.send(text + "\r")
        out = self.wait(timeout=timeout)
        return out.split("\n", text.count("\n") + 1)[-1] if "\n" in out else out

    def status(self):
        return self.line("echo $?").strip()

    def close(self):
        self.p.close(force=True)

    def end(self, timeout=10):
        """Its exit status, once it has ended by itself; and what came meanwhile."""
        self.p.expect(pexpect.EOF, timeout=timeout)
        rest = clean(self.p.before)
        self.p.close()
        return self.p.exitstatus, rest


# ---- operators -----------------------------------------------------------------

def console(*arguments):
    return subprocess.run([B + "/hitl-console", "--socket", DIR + "/run/operator.sock", *arguments],
                          capture_output=True, text=True, timeout=20)


def pending():
    return [json.loads(line) for line in console("list", "--json").stdout.splitlines()]


def wait_pending(seconds=10):
    until(lambda: pending(), seconds)
    return pending()[0]


def approve(request):
    return console("approve", request["id"], "--digest", request["digest"])


def deny(request, reason="no"):
    return console("deny", request["id"], "--reason", reason)


def left_behind(mark):
    """Processes with `mark` in their command line, folders of keepers."""
    found = subprocess.run(["pgrep", "-f", mark], capture_output=True, text=True).stdout.split()
    return found + [n for n in os.listdir("/tmp") if n.startswith(".hitl-")]
