"""Attempts to get a byte to the reader of a session's shell, or an effect that
nobody judged.  What each wants is `touch MARK`, which the policy holds; what it
needs for a start the policy allows, or an operator approves.  Each must fail
closed: no mark, the words that say so, and behind it a session that still judges,
or none.
"""
import concurrent.futures
import threading

from shell_bed import *

FREE = WORK + "/free"
MARKS = WORK + "/marks"

# What the attacker reads.
HELD = r"held for approval"
REFUSED = r"code=not-in-session"
SWAPPED = r"the working directory is another one now: not run"
PARSE = r"held for approval.*|code=not-in-session"


class Do:
    """A step: typed to the session, or done elsewhere on the target."""
    def __init__(self, do, plain=False): self.do, self.plain = do, plain
    def __call__(self, a): self.do(a)


def line(text): return Do(lambda a: a.line(text), True)
def allowed(text): return Do(lambda a: a.allowed(text))
def granted(text): return Do(lambda a: a.approved(text, False))
def keys(text, pause=0.0): return Do(lambda a: (a.type(text), time.sleep(pause)))
def approved(text): return Do(lambda a: a.approved(text))
def begun(text, pause=0.35): return Do(lambda a: a.begun(text, pause))
def prompt(n=1): return Do(lambda a: [a.wait() for _ in range(n)])
def outside(command): return Do(lambda a: subprocess.run(["bash", "-c", a.fill(command)], timeout=20), True)
def ends(): return Do(lambda a: a.wait_end())
def small_window(): return Do(lambda a: setattr(a.session.p, "searchwindowsize", 300))
def wait(seconds): return Do(lambda a: time.sleep(seconds))


class Attempt:
    """One row.  It has a session of its own, unless it only enters lines one by one:
    of those all of a thread have one."""
    shared, sessions = threading.local(), []

    def __init__(self, number, row):
        self.name, self.steps, self.sees = row[0], row[1], row[2]
        self.more = row[3] if len(row) > 3 else {}
        self.folder = f"{FREE}/{number}"
        self.mark = f"{MARKS}/{number}"
        self.seen, self.ended = "", False

    def fill(self, text):
        return (text.replace("{F}", self.folder).replace("{M}", self.mark).replace("{T}", f"touch {self.mark}"))

    def wait(self):
        try:
            self.seen += self.session.wait() + "\n"
        except pexpect.EOF:
            self.seen += clean(self.session.p.before)
            self.ended = True

    def wait_end(self):
        self.session.p.expect(pexpect.EOF, timeout=15)
        self.seen += clean(self.session.p.before)
        self.ended = True

    def type(self, text):
        if self.ended:
            return
        text = self.fill(text)
        # Who writes much and reads nothing meanwhile stops ssh, and waits for ever.
        for at in range(0, len(text), 2000):
            self.session.send(text[at:at + 2000])
            if len(text) - at > 2000:
                self.session.p.expect(pexpect.TIMEOUT, timeout=0.02)

    def line(self, text):
        if self.ended:
            return
        self.type(text + "\r")
        for _ in range(text.count("\n")):
            self.session.p.expect("> ")
        before = len(self.seen)
        self.wait()
        if "code=too-fast" in self.seen[before:]:  # what has one session is many rows
            time.sleep(1)
            self.line(text)

    def begun(self, text, pause):
        """The line is running when this returns."""
        self.type(text + "\r")
        self.session.p.expect("\r\n")
        time.sleep(pause)

    def allowed(self, text):
        """It ran, by a rule or an operator."""
        before = len(self.seen)
        self.line(text + f"  # {os.path.basename(self.folder)}")
        if re.search(HELD, self.seen[before:]):
            self.approved(text)

    def approved(self, text, to_its_end=True):
        text = self.fill(text) + f"  # {os.path.basename(self.folder)}"
        self.line(text)
        mine = [r for r in pending() if r["command"] == text]
        if not mine:
            raise AssertionError(f"nothing to approve for {text!r}: {self.seen[-400:]!r}")
        approve(mine[0])
        if to_its_end:
            self.type(text + "\r")
            self.wait()
        else:
            self.begun(text, 0.5)

    def opened(self):
        return Session(command=ssh(options=["-tt"]), timeout=10, env={"LC_HITL_WAIT": "0"})

    def run(self):
        os.makedirs(self.folder)
        self.session = None
        problems = []
        shares = not self.more and all(s.plain for s in self.steps)
        try:
            if shares:
                self.session = getattr(Attempt.shared, "session", None)
                Attempt.shared.session = None  # until all went well
            self.session = self.session or self.opened()
            self.line(f"cd {self.folder}")
            for step in self.steps:
                step(self)
            self.after(problems, shares)
        except Exception as e:  # reported, not lost
            p = self.session and self.session.p
            problems.append(f"{type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}; "
                            f"{p.before if p else ''!r}"[:600])
        if os.path.exists(self.mark):
            problems.append("the mark is there")
        if not re.search(self.sees, self.seen, re.S):
            problems.append(f"not seen: {self.sees!r} in {self.seen[-700:]!r}")
        if shares and not problems:
            Attempt.shared.session = self.session
            Attempt.sessions.append(self.session)
        elif self.session:
            self.session.close()
        return problems

    def after(self, problems, shares):
        """The session still judges, or has ended."""
        if self.more.get("ends"):
            if not self.ended:
                self.wait_end()
            return
        if self.ended:
            problems.append("the session has ended")
            return
        before = len(self.seen)
        if not shares and not self.more.get("tainted"):
            self.line("echo ali''ve")
            if "alive" not in self.seen[before:]:
                problems.append(f"not alive: {self.seen[before:]!r}")
        self.line(f"touch {self.mark}.after")
        if not re.search(HELD, self.seen[before:]) or os.path.exists(self.mark + ".after"):
            problems.append(f"judges no more: {self.seen[before:]!r}")


def script(text):
    """Without a terminal, in one go."""
    def do(a):
        status, out, err = run(ssh("-T"), a.fill(text), env={"LC_HITL_WAIT": "0"})
        a.seen += out + err
    return Do(do)


# {F}: a folder that the attacker may write; {M}: the mark; {T}: touch {M}.
ROWS = [
    # ---- input is a grant of its own -----------------------------------------------
    ("a pager that a look may start gets no keys",
     [outside("cd {F} && git init -q . && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m \"$(seq 200)\""),
      keys("git log\r"), prompt(), line("!{T}")], "commit .*" + HELD),
    ("git's pager by an option", [line("git -c core.pager='{T}' log")], HELD),
    ("git's pager by its variable", [line("GIT_PAGER='{T}' git -p log")], HELD),
    ("the pager exported", [line("export PAGER='{T}'"), line("git -p log")], HELD),
    ("less, for its !", [line("seq 1000 >{F}/x"), line("less {F}/x"), line("!{T}")], "less.*what is typed inside is not checked.*" + HELD),
    ("more, for its !", [line("seq 1000 >{F}/x"), line("more {F}/x"), line("!{T}")], HELD),
    ("man, for its pager", [line("man ls"), line("!{T}")], HELD),
    ("an editor's command line", [line("vim -c '!{T}' -c q {F}/x")], HELD),
    ("an editor in a mode that shows only", [line("vim -R {F}/x"), line(":!{T}")], HELD),
    ("sed's e", [line("sed -n '1e {T}' /etc/hostname")], HELD),
    ("awk's system", [line("awk 'BEGIN { system(\"{T}\") }'")], HELD),
    ("what cat reads is no line", [begun("cat"), keys("{T}\r", 0.2), keys("\x04"), prompt()], r"touch .*\n.*touch"),
    ("nor what read reads", [begun("read x"), keys("$({T})\r"), prompt(), line('echo "$x"')], r"\$\(touch"),
    ("an interpreter's prompt", [line("python3"), line("import os; os.system('{T}')")], HELD),
    ("a shell within the shell", [line("bash"), line("{T}")], HELD),
    ("a shell that reads the terminal", [line("bash </dev/tty"), line("{T}")], HELD),
    ("a shell that reads its input", [line("bash -s"), line("{T}")], HELD),
    ("ssh to itself", [line("ssh localhost")], HELD),
    ("su", [line("su - -c '{T}'")], HELD),
    ("a shell started by a name that is a value", [begun("read x"), keys("bash\r"), prompt(), line("$x -c '{T}'")], HELD),
    ("what was granted keys to one line grants none to the next",
     [granted("python3 -c 'input()'"), keys("{T}\r"), prompt(), begun("sleep 0.6", 0.2), keys("{T}\r"), prompt(2)], HELD),
    # ---- type-ahead, paste, keys --------------------------------------------------------
    ("type-ahead is judged", [begun("sleep 0.7"), keys("{T}\r"), prompt(2)], HELD),
    ("type-ahead in halves", [begun("sleep 0.7"), keys("tou"), prompt(), keys("ch {M}\r"), prompt()], HELD),
    ("half a line, ^C, the other half",
     [begun("sleep 5"), keys("echo a; "), keys("\x03", 0.2), prompt(), keys("{T}\r"), prompt()], r"\^C.*" + HELD),
    ("a paste during a run", [begun("sleep 0.7"), keys("\x1b[200~echo a\r{T}\r\x1b[201~\r"), prompt(2)], HELD),
    ("a paste with an end of its own in it", [keys("\x1b[200~echo a\x1b[201~\r{T}\r\x1b[201~"), prompt(2)], HELD),
    ("a paste of many lines", [keys("\x1b[200~echo one\r{T}\recho two\x1b[201~\r"), prompt()], HELD),
    ("64 KiB typed ahead, then the line", [begun("sleep 1"), keys(":" + " x" * 2000 + "\r{T}\r"), prompt(3)], HELD),
    ("typed while a line is held", [line("{T}"), keys("y\rapprove\rtouch {M}\r"), prompt(3)], HELD),
    ("^Z at a reader, and a line", [begun("cat"), keys("\x1a", 0.2), prompt(), line("{T}"), line("kill -9 %1"), line("wait")],
     r"Stopped.*" + HELD),
    ("^Z, fg, and its keys", [begun("cat"), keys("\x1a", 0.2), prompt(), begun("fg"), keys("{T}\r", 0.2), keys("\x04"), prompt()],
     "touch"),
    ("fg of what was granted nothing takes no keys",
     [begun("sleep 2"), keys("\x1a", 0.2), prompt(), begun("fg"), keys("{T}\r"), prompt(2)], HELD),
    ("^Z at a line of two commands", [begun("sleep 5; echo reached"), keys("\x1a", 0.2), prompt(), line("{T}")], HELD),
    ("^C at a line of two commands", [begun("sleep 5; ls -d /tmp"), keys("\x03", 0.2), prompt(), line("{T}")], HELD),
    ("^\\ at a program", [begun("sleep 5"), keys("\x1c", 0.2), prompt(), line("{T}")], HELD),
    ("^C many times, in the middle of lines",
     [keys("echo '" + "a" * 300 + ";\x03" * 5 + "\r", 0.3), keys("\x03" * 50, 0.2), keys("{T}\x03{T}\r"), Do(lambda a: a.session.p.expect("held for approval")), prompt()], ""),
    ("^C while a line with text in quotes is being read",
     [keys("echo '\r{T}\r'\r\x03\x03\x03", 0.5), keys("\x03", 0.5), keys("\r", 0.3), Do(lambda a: a.session.p.expect(a.session.prompt + "$"))], ""),
    ("^D at the prompt leaves no line behind", [keys("\x04{T}\r"), ends()], "", {"ends": True}),
    ("a NUL in the line", [line("echo a\0;{T}")], HELD),
    ("quoted insert of a newline", [keys("echo a\x16\n{T}\r"), prompt()], HELD),
    ("bytes that are no UTF-8", [line("echo \x9b2J\x85;{T}")], HELD),
    ("CR for a line's end within one", [keys("echo a\r{T}\r"), prompt(2)], HELD),
    ("an ANSI answer as input", [line("echo \x1b[6n"), line("{T}")], HELD),
    ("stty raw, and type-ahead", [allowed("stty raw -echo"), begun("sleep 0.7", 0.1), keys("{T}\r"), prompt(2)], ""),
    ("stty without signals", [allowed("stty -isig"), begun("sleep 0.6", 0.1), keys("{T}\x03\r"), prompt(2)], ""),
    ("stty with another interrupt", [allowed("stty intr x"), begun("sleep 0.6", 0.1), keys("x{T}\r"), prompt(2)], ""),
    ("stty with another end of line", [allowed("stty eol x"), begun("cat", 0.1), keys("x{T}x\x04\x04", 0.2), prompt()], ""),
    ("stty is judged too", [line("stty -F /dev/tty1 raw")], HELD),
    # ---- the prompt ------------------------------------------------------------------------
    *[(f"PS1 with {what}", [line(text), line(":")], REFUSED) for what, text in (
        ("$( )", "PS1='$({T})> '"), ("backquotes", "PS1='`{T}`> '"), ("$( in octal", r"PS1='\044({T})> '"),
        ("backquotes in octal", r"PS1='\140{T}\140> '"), ("octal that overflows", r"PS1='\444({T})> '"),
        ("a backslash in octal", r"PS1='\134$({T})> '"), ("arithmetic", "PS1='$((a[$({T})]))> '"),
        ("a default", "PS1='${{x:-$({T})}}> '".replace("{{", "{").replace("}}", "}")), ("@P", "PS1='${x@P}> '"),
        ("$'…'", r"PS1=$'\x24({T})> '"), ("a value", 'PS1="$x"'), ("an export", "export PS1='$({T})> '"),
        ("a substitution that runs now", 'PS1="$(printf \'$({T})\')"'))],
    *[(f"PS1 that quotes its backslash: {text}", [line("mkdir -p '{F}/$({T})'".replace("{T}", "touch ..\\052..\\052marks")), line(text)], REFUSED) for text in (
        r"PS1='\\\W> '", r"PS1='\\\\\W> '", r"PS1='\\\$({T})> '", r"PS1='\\\w'")],
    ("PS1 and a folder's name", [line("mkdir '{F}/$(touch mark)'"), line("cd '{F}/$(touch mark)'"), line(r"PS1='\\\W@''x:# '"), line(r"PS1='a''@x:\W# '"),
                                 line("ls -A '{F}/$(touch mark)'"), line("cd {F}"), line("ls -A '{F}/$(touch mark)' | grep -c mark")], r"\n0\n"),
    *[(f"{name} is not for the agent: {text}", [line(text), line(":")], sees)
      for name, text, sees in (
        ("PROMPT_COMMAND", "PROMPT_COMMAND='{T}'", ""), ("PROMPT_COMMAND", "PROMPT_COMMAND+='{T}'", ""),
        ("PROMPT_COMMAND", "PROMPT_COMMAND=('{T}')", ""), ("PROMPT_COMMAND", "PROMPT_COMMAND[1]='{T}'", PARSE),
        ("PROMPT_COMMAND", "unset PROMPT_COMMAND; PROMPT_COMMAND='{T}'", ""),
        ("PROMPT_COMMAND", "declare -a PROMPT_COMMAND=('{T}')", PARSE), ("PROMPT_COMMAND", "export PROMPT_COMMAND='{T}'", ""),
        ("PROMPT_COMMAND", "printf -v PROMPT_COMMAND '%s' '{T}'", PARSE), ("PROMPT_COMMAND", "for PROMPT_COMMAND in '{T}'; do :; done", REFUSED),
        ("PROMPT_COMMAND", "(PROMPT_COMMAND='{T}')", REFUSED), ("PROMPT_COMMAND", ": ${PROMPT_COMMAND:={T}}", PARSE),
        ("PS0", "PS0='$({T})'", ""), ("PS2", "PS2='$({T})'", ""), ("PS4", "PS4='$({T})'; set -x", REFUSED), ("PS1", "read PS1 <<<'$({T})'", REFUSED),
        ("PS1", "for PS1 in '$({T})'; do :; done", REFUSED), ("PS1", "mapfile PS1 <<<'$({T})'", REFUSED), ("PS1", "wait -pPS1", REFUSED))],
    # ---- the shell's own reading --------------------------------------------------------------
    *[(f"refused: {text}", [line(text), line("ls")], PARSE) for text in (
        "alias ls='{T}'", "unalias -a", "shopt -s expand_aliases extglob", "shopt -u promptvars", "enable -n printf", "enable -f {F}/x.so x", "hash -p {F}/x ls",
        "set -o posix", "set -k", "set -v", "set -x", "set -n", "set -T", "set +B", "set -H", "set -o history", "bind 'set x y'", "fc -s touch", "coproc {T}",
        "suspend", "logout", "readonly PATH", "declare -r x=1", "declare -n r=PATH", "declare -i n='a[$({T})0]'", "typeset -u x=y", "local -l x", "declare -a 'a[$({T})]=1'",
        "exec <{F}/x", "exec 0</dev/tty", "exec 1>/dev/null", "exec 2>&1", "exec 3<&0", "exec 10</dev/null", "exec {fd}</dev/null", "exec 10>&-",
        "builtin alias ls=x", "command -p set -v", "IFS=/", "POSIXLY_CORRECT=1", "BASH_COMPAT=31", "FUNCNEST=1", "TMOUT=1", "auto_resume=1", "HISTFILE={M}",
        "BASH_ENV={F}/x", "ENV={F}/x", "SHELLOPTS=xtrace", "BASHOPTS=extglob", "BASH_XTRACEFD=1; set -x")],
    # ---- functions -------------------------------------------------------------------------------
    *[(f"a function over a command: {name}", [line(f"{name}() {{ {{T}}; }}"), *([] if name in ("read", "exit", "trap") else [line(name)]), line("ls"), line("echo x")], HELD + "|" + REFUSED) for name in (
        "ls", "printf", "read", "builtin", "command", "echo", "cd", "test", "trap", "true", "eval", "exec", "exit", "return", "set", "unset", "declare", "__hr",
        "kill", "umask", "jobs", "wait", "command_not_found_handle")],
    ("a function by the other spelling", [line("function ls { {T}; }"), line("ls")], HELD),
    ("a function in the environment", [line("env 'BASH_FUNC_ls%%=() { {T}; }' bash -c ls")], HELD),
    ("a function that becomes another one", [line("f() { ls; }"), line("f() { {T}; }"), line("f")], HELD),
    ("a function whose callee becomes another one", [line("g() { ls; }"), line("f() { g; }"), line("f"), line("g() { {T}; }"), line("f")], HELD),
    ("a function that runs its words", [line('f() { "$@"; }'), line("f {T}")], HELD),
    ("a function defined by a branch", [line("f() { ls; }"), line("if true; then f() { {T}; }; fi"), line("f")], HELD),
    ("a function without its end", [line("f() {\n{T}\n}"), line("f")], HELD, {"own": True}),
    ("our own function is no name of theirs", [line("unset -f __hr"), line("__hr 3"), line("unset -f printf")], PARSE),
    # ---- variables ----------------------------------------------------------------------------------
    *[(f"PATH by {how}", [outside("printf '#!/bin/sh\n{T}\n' >{F}/ls; chmod +x {F}/ls"), *[line(t) for t in lines], line("ls -d ."), line("nosuchthing-here; ls")], HELD + "|" + REFUSED)
      for how, lines in (
        ("assignment", ["PATH={F}:$PATH"]), ("export", ["export PATH={F}"]), ("+=", ["PATH+=:{F}"]), ("a prefix", ["PATH={F} ls"]), ("declare", ["declare PATH={F}"]),
        ("a loop", ["for PATH in {F}; do ls; done"]), ("read", ["read PATH <<<{F}"]), ("a default", ["unset PATH; : ${PATH:={F}}"]),
        ("printf -v", ["printf -v PATH %s {F}"]), ("mapfile", ["mapfile -t PATH <<<{F}"]), ("getopts", ["getopts a PATH -a"]), ("a function", ["f() { PATH={F}; }", "f"]),
        ("typeset -x", ["typeset -x PATH={F}"]), ("a sub-expression", ["x=${PATH:=y}; PATH={F}; ls"]), ("command -p", ["PATH={F} command ls"]), ("a group", ["{ PATH={F}; ls; }"]))],
    *[(f"a value that is code: {text}", [line("read -r x <<<'a[$({T})]'"), line("a=(1 2)"), line(text.replace("@", "x"))], HELD + "|" + REFUSED) for text in (
        "echo $((@))", "[[ $@ -eq 0 ]]", 'test -v "$@"', '[ -v "$@" ]', 'printf -v "$@" 1', 'declare "$@=1"', 'let "$@"', "echo ${!@}", "echo ${@@P}", 'unset "$@"', 'read "$@" <<<1',
        "echo ${a[$@]}", "a[$@]=1", "for ((i=$@;i<1;i++)); do :; done", "echo ${a:$@}", 'wait -p "$@"', "((@))", '[ $@ ]', "printf $@", 'eval "$@"', 'trap "$@" EXIT',
        'unset "a[$({T})]"', 'source /dev/stdin <<<"$@"')],
    ("a value followed is the value that runs", [line("{T}.other >{F}/x; f=/etc/hostname"), line("for f in /etc/shadow; do :; done"), line("cat $f")], HELD),
    ("a value changed by a job", [line("f=/etc/hostname"), line("f=/etc/shadow &"), line("cat $f")], ""),
    ("a value under set -u, gone", [line("f=/etc/hostname"), line("unset f"), line("cat ${f:-/etc/shadow}")], HELD),
    ("CDPATH", [line("mkdir {F}/x"), line("CDPATH={F}; cd x")], HELD + "|" + REFUSED),
    ("HOME", [line("HOME={F}; cat ~/.ssh/x")], HELD),
    ("LD_PRELOAD", [line("LD_PRELOAD={F}/x.so ls")], HELD), ("TAR_OPTIONS", [line("TAR_OPTIONS=--checkpoint-action=exec='{T}' tar tf x")], HELD),
    ("GIT_DIR", [line("GIT_DIR={F} git status")], HELD),
    # ---- folders ------------------------------------------------------------------------------------------
    ("the folder is another one under its name", [line("mkdir {F}/a"), line("cd {F}/a"), outside("mv {F}/a {F}/b; mkdir {F}/a; echo stolen >{F}/a/x"), line("cat x"), line("cd {F}")], SWAPPED),
    ("the folder is swapped by the session itself", [line("mkdir {F}/a {F}/b"), line("cd {F}/a"), line("mv {F}/a {F}/c; mv {F}/b {F}/a"), line("rm -r ../a/x"), line("cd {F}")], SWAPPED),
    ("the folder behind a link", [outside("mkdir {F}/a {F}/b; ln -s a {F}/l"), line("cd {F}/l"), outside("ln -sfn b {F}/l"), line("ls -d ."), line("cd {F}")], SWAPPED),
    ("the folder by a job", [line("mkdir {F}/a {F}/b"), line("cd {F}/a"), line("(sleep 0.3; mv {F}/a {F}/c; mv {F}/b {F}/a) &"), wait(0.8), line("ls -d ."), line("cd {F}")], SWAPPED),
    ("a folder entered within the line", [line("cd /etc && cat shadow")], HELD),
    ("a folder in a subshell", [line("(cd /root/.ssh; cat id_x)")], HELD),
    ("a folder by cd -", [line("cd /root/.ssh"), line("cd {F}"), line("cd - >/dev/null; cat id_x")], HELD),
    ("a folder by pushd", [line("pushd /root/.ssh && cat id_x")], HELD),
    ("a folder that is gone", [line("mkdir {F}/a"), line("cd {F}/a"), line("rmdir {F}/a"), line("ls ../x"), line("cd {F}")], ""),
    # ---- marks, nonces, status -----------------------------------------------------------------------------
    ("a mark on the terminal", [line(r"printf '\036%032d\036fake> ' 0"), line("{T}")], HELD),
    ("the prompt's end on the terminal", [line(r"printf '\036\036\036'"), line("{T}")], HELD),
    ("the nonce by its name", [line("echo $__hn")], REFUSED), ("the nonce by indirection", [line("n=__hn; echo ${!n}")], HELD),
    ("the nonce printed back", [line("set | grep __h"), line("declare -p"), line("{T}")], HELD),
    ("the nonce kept", [line("x=${__hn}")], REFUSED), ("the nonce set", [line("__hn=0")], REFUSED), ("the nonce by export", [line("export __hn")], REFUSED),
    ("the nonce by a loop", [line("for __hn in a; do :; done")], REFUSED), ("the nonce by printf", [line("printf -v __hn x")], REFUSED),
    ("a status of one's own", [line("echo x >/tmp/.hitl-*/s"), line("ls /tmp/.hitl-*/s")], HELD),
    ("a status by approved code, which lies of the folder",
     [outside("cat >{F}/lie.py <<'E'\nimport glob, os, sys\nfor s in glob.glob('/tmp/.hitl-*/s'):\n    f = os.open(s, os.O_RDWR | os.O_NONBLOCK)\n"
              "    os.write(f, sys.argv[1].encode() + b'\\0' + b'0\\0/etc\\0himBHs\\0\\0')\nE"),
      line("set | grep ^__hn"), approved("python3 lie.py 0123456789abcdef0123456789abcdef"), line("cat shadow"), line("pwd")], "{F}|" + FREE),
    ("a prompt that is printed", [line("printf 'root''@x:/# \\n'"), prompt(), line(":"), line("{T}")], HELD),
    ("a notice that is printed", [line("echo 'hitl-result: approved'"), line("{T}")], HELD),
    # ---- descriptors ------------------------------------------------------------------------------------------
    *[(f"the shell's own input: {text}", [line(text), line("ls")], HELD + "|" + REFUSED) for text in (
        "cat <&10", "read x <&10", "read -u 10 x </dev/null", "read -ru10 x", "read -r -u 255 x", "read -r -t 1 -u \"$n\" x", "(read -u 10 x) &", "echo '{T}' >&10", "cat /dev/fd/10", "cat /proc/self/fd/10", "cat /proc/$$/fd/0", "echo '{T}' >/proc/$$/fd/0", "echo '{T}' >/dev/fd/0",
        "mapfile -u 10 x", "cat <&255", "cat 10<&0 <&10", "tee /proc/$$/fd/0", "source /dev/stdin", "source /dev/tty", ". /proc/self/fd/10", "dd of=/proc/$PPID/fd/1", "cat /tmp/.hitl-*/c",
        "cat /proc/*/environ", "gdb -p $$", "strace -p $$", "cat /proc/$$/mem", "kill -9 $PPID", "kill -STOP $$", "kill -INT 0", "renice 19 $$")],
    ("a job that takes what comes for the shell", [line("(read -r -u 10 x; read -r -u 10 y) &"), keys("echo '\r{T}\r'\r", 0.5), keys("\x03", 0.3), keys("\r", 0.3), Do(lambda a: a.session.p.expect(a.session.prompt + "$"))], REFUSED),
    *[(f"a builtin that runs a word: {text}", [line(text)], HELD + "|" + REFUSED) for text in (
        "compgen -C '{T}' x", "compgen -W '$({T})' x", "complete -C '{T}' ls", "mapfile -C '{T}' -c 1 x </etc/passwd", "jobs -x {T}", "builtin jobs -x {T}", "bind -x '\"x\":{T}'",
        "history -a {M}", "ulimit -f 0", "kill -STOP $$", "exec -a ls {T}", "command {T}", "nice {T}", "xargs touch <<<{M}")],
    ("a program sees no descriptor of ours", [line("ls -l /proc/self/fd"), line("{T}")], HELD + r"|0 -> /dev/pts"),
    ("a script's program does not read the script", [script("cat\nhead -5\nread x\necho on $x\n{T}\n")], r"on\n.*" + HELD),
    ("a script's lines by the shell's own descriptor", [script("read -r -u 255 x; echo $x\n(read -r -u 255 x; read -r -u 255 y) &\necho '\n{T}\n'\n{T}.x\n")], REFUSED),
    ("a script's shell does not read the script", [script("bash\n{T}\nsh -s\n{T}\n")], HELD),
    ("a script with a here-document without its end", [script("cat <<E\n{T}\n")], ""),
    ("a script with quotes without their end", [script("echo '\n{T}\n")], ""),
    # ---- out of the group -------------------------------------------------------------------------------------
    *[(f"out of the line's group: {text!r}", [keys(text.replace("\n", "\r") + "\r", 0.3), keys("\x03", 0.2), keys("\r", 0.2), Do(lambda a: a.session.p.expect(a.session.prompt + "$"))], "")
      for text in ("}; {T}; {", "fi; {T}; if true; then", "else {T}", ") ; {T} ; (", "done; {T}", "esac; {T}", "}\n{T}\n{", "fi\n{T}\nif true", "{ echo a\n}; {T}", ":; } </dev/tty; {T}; {",
                   "break; {T}", "return; {T}", "continue 9; {T}", "cat <<EOT_1\nEOT_1\n{T}\nEOT_1", "cat <<'E'\nfi\n{T}\nE\n", "cat <<E\n$({T})\nE", "echo \"`{T}`\"", "#\n{T}", "echo \\\n{T}",
                   "'\n{T}\n'", "\"\n$({T})\n\"", "if true; then {T}; fi", "case x in x) {T};; esac", "x() ( {T} ); x", "time {T}", "! {T}", "{T} &", "({T})", "select x in a; do {T}; done")],
    *[(f"history: {text}", [line("echo {T}"), line(text)], "") for text in ("!!", "!touch", "!-1", "!?touch?", "^echo ^", "!!:1*", "echo !!", "`!!`")],
    # ---- traps, signals, ends -----------------------------------------------------------------------------------
    *[(f"a trap: {text}", [line(text), line("false"), line("ls")], HELD + "|" + REFUSED) for text in (
        "trap '{T}' DEBUG", "trap '{T}' ERR", "trap '{T}' RETURN", "trap '{T}' EXIT", "trap '{T}' 0", "trap '{T}' INT", "trap '{T}' CHLD", "trap '{T}' WINCH", "trap -- '{T}' sigdebug",
        "builtin trap '{T}' USR1; kill -USR1 $$", "trap \"$x\" EXIT", "f() { trap '{T}' EXIT; }; f", "(trap '{T}' EXIT)")],
    ("what an approved source leaves is trusted no more", [outside("echo 'ls() { {T}; }' >{F}/s"), approved("source s"), line("ls")], HELD, {"tainted": True}),
    ("nor what an approved eval leaves", [approved("eval \"g() { :; }\""), line("g"), line("ls")], HELD, {"tainted": True}),
    ("nor what an approved trap leaves", [approved("trap ':' USR1"), line("ls")], HELD, {"tainted": True}),
    ("what is not understood runs in a bash of its own", [approved("eval 'x=1' ; declare -n r=PATH; r={F}; ls() { {T}; }"), line("ls -d .")], r"\.\n"),
    ("the shell killed with lines typed ahead", [approved("kill -9 $$; {F}/nothing"), ends()], "", {"ends": True}),
    ("the shell killed while a line waits", [begun("sleep 1"), keys("{T}\r"), outside("for p in $(pgrep -x bash); do [ \"$(readlink /proc/$p/cwd)\" = {F} ] && kill -9 $p; done; :"), ends()],
     "", {"ends": True}),
    ("the keeper's feeder killed", [outside("for p in $(pgrep -x bash); do [ \"$(readlink /proc/$p/cwd)\" = {F} ] && c=$(readlink /proc/$p/fd/0) && d=${c%/c*} && pkill -KILL -f \"d='$d\" && rm -rf \"$d\"; done; :"),
                                    wait(0.3), keys("{T}\r"), ends()], "", {"ends": True}),
    ("exec of another program ends the session", [line("exec cat /etc/hostname"), ], "", {"ends": True}),
    ("exit within a line", [keys("exit; {T}\r"), prompt()], HELD),
    # ---- floods --------------------------------------------------------------------------------------------------
    ("a line that is too long", [small_window(), keys("echo " + "x" * 70000 + ";{T}\r"), prompt()], "code=too-long"),
    ("a line of a thousand commands", [line("; ".join([":"] * 1000) + "; {T}")], HELD),
    ("lines faster than they run", [keys("echo a\r" * 200 + "{T}\r"), prompt(201)], HELD),
    ("output that fills, then a line", [small_window(), begun("seq 200000"), prompt(), line("{T}")], HELD),
    ("output that never ends, ^C, a line", [small_window(), begun("yes", 0.3), keys("\x03"), prompt(), line("{T}")], HELD),
]


def main():
    only = sys.argv[1:]
    rows = [(n, r) for n, r in enumerate(ROWS) if not only or any(o in r[0] for o in only)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        attempts = [Attempt(n, r) for n, r in rows]
        for a, problems in zip(attempts, pool.map(Attempt.run, attempts)):
            report(a.name, not problems, "\n".join(problems))
        for s in Attempt.sessions:
            s.close()
    if not only:
        until(lambda: not left_behind(FREE), 10)
        equal("no mark anywhere", os.listdir(MARKS), [])
        equal("nothing is left of the sessions", left_behind(FREE), [])


if __name__ == "__main__":
    main()
