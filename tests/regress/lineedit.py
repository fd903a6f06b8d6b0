"""The rows of tests/unit/lineedit/keys.tsv, typed to bash: the line that its
readline gives has to be the row's."""
import codecs, os, pty, re, select, subprocess, sys, tempfile, time

SOURCE = os.path.join(os.path.dirname(__file__), "..", "unit", "lineedit", "keys.tsv")
# `read -e` is readline; what it read goes to a file, since the screen shows it edited.
SCRIPT = r'''
set +o history; HISTCONTROL=
bind 'set bell-style none' 'set bind-tty-special-chars off' 2>/dev/null
while IFS= read -r line; do history -s -- "$line"; done <"$1"
stty -echo -ixon; trap '' INT
printf READY
IFS= read -e -r line
printf %s "$line" >"$2"
'''


def unescape(text):
    text = text.encode().decode("utf-8")
    return re.sub(r"\\(x..|u....|.)", lambda m: {
        "e": "\x1b", "n": "\n", "r": "\r", "t": "\t", "\\": "\\"}.get(m[1]) or
        chr(int(m[1][1:], 16)), text)


def type_to_bash(history, keys):
    with tempfile.TemporaryDirectory() as work:
        before, after = work + "/history", work + "/line"
        with open(before, "w") as f:
            f.writelines(line + "\n" for line in history)
        pid, fd = pty.fork()
        if pid == 0:
            environment = {"TERM": "xterm", "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                           "INPUTRC": "/etc/inputrc", "HOME": work}
            os.execvpe("bash", ["bash", "-c", SCRIPT, "bash", before, after], environment)
        screen, sent, end = b"", False, time.time() + 10
        while time.time() < end:
            if select.select([fd], [], [], 0.05)[0]:
                try:
                    got = os.read(fd, 65536)
                except OSError:
                    break
                screen += got
            elif not sent and b"READY" in screen:
                # one by one: of type-ahead readline takes some keys for others
                for byte in keys.encode() + b"\r":
                    os.write(fd, bytes([byte]))
                    time.sleep(0.003)
                sent = True
        os.close(fd)
        os.waitpid(pid, 0)
        return open(after, "rb").read().decode() if os.path.exists(after) else None


failed = rows = 0
for row in open(SOURCE, encoding="utf-8"):
    row = row.rstrip("\n")
    if not row or row.startswith("#"):
        continue
    name, history, keys, want = row.split("\t")
    rows += 1
    got = type_to_bash([h for h in history.split("|") if h], unescape(keys))
    if got != unescape(want):
        failed += 1
        print(f"not ok bash does otherwise: {name}: {got!r}, the table says {unescape(want)!r}")
if not failed:
    print(f"ok bash gives the same lines for {rows} rows of keys")
sys.exit(failed != 0)
