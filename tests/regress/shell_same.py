"""Sessions of 5 to 30 lines, made up from a seed, through the bastion and through
plain ssh to the same account, each in a fresh folder of the same name.

What may differ, and why:
  what is not understood runs in a bash of its own, which has none of the session's
                      variables: the maker writes no such lines
  bash: line N:       the keeper has lines of its own between those of the script
  $1: unbound variable   is 1: ..., for canonical text says ${1}
  [1] PID             numbers of processes
  [1]+  Done ...      bash says it when it comes to know, sooner or later
  a tab at a prompt   completes with bash's own editor: none is typed
What is held an operator approves at once, whatever it is; a refusal is a difference
like any other.
"""
import concurrent.futures
import random
import shutil
import stat
import threading

from shell_bed import *

TREE = WORK + "/tree"


class Maker:
    """One session: a list of commands, each of one or more lines."""

    def __init__(self, seed, terminal):
        self.r = random.Random(seed)
        self.terminal = terminal
        self.vars, self.functions, self.files, self.dirs, self.arrays = [], [], [], [], []
        self.integers = []
        self.errexit = False
        self.n = 0

    def pick(self, *choices): return self.r.choice(choices)
    def word(self): return self.any_word().replace("\t", " " if self.terminal else "\t")
    def any_word(self): return self.pick("alpha", "beta", "gamma", "x1", "two words", "a*b", "it's", "ü", "-n", "", "tab\there", "$no", "100%", "a\\b", "#no", "~x")
    def plain_word(self): return self.pick("alpha", "beta", "gamma", "delta", "x1", "0", "42")
    def quoted(self, text):
        how = self.r.randrange(3)
        if how == 0 or any(c in text for c in "$`\\\"\t"):
            return "'" + text.replace("'", "'\\''") + "'"
        if how == 1:
            return '"' + text + '"'
        return "".join("\\" + c if c in " '*#~-" and c != "-" else c for c in text) if text and text.isascii() else "'" + text.replace("'", "'\\''") + "'"
    def fresh(self, stem):
        self.n += 1
        return f"{stem}{self.n}"
    def file(self): return self.r.choice(self.files) if self.files and self.r.random() < 0.9 else "missing"
    def one_word(self):
        """What is split in [ ] would not be understood, and run in a bash of its own."""
        return f'"${self.r.choice(self.vars)}"' if self.vars and self.r.random() < 0.6 else self.quoted(self.word())

    def value(self):
        """A word for an argument."""
        kinds = ["word"] * 4 + (["var"] * 4 if self.vars else []) + ["subst", "arith", "status"] + (["array"] if self.arrays else [])
        kind = self.r.choice(kinds)
        if kind == "word": return self.quoted(self.word())
        if kind == "var":
            v = self.r.choice(self.vars)
            return self.pick(f'"${v}"', f"${v}", f'"${{{v}}}"', f'"${{{v}:-none}}"', f'"${{#{v}}}"', f'"${{{v}%a*}}"', f'"${{{v}#*a}}"', f'x"${v}"y')
        if kind == "subst": return self.pick('"$(echo sub)"', "$(printf 'a b')", '"$(printf \'%s\' two; echo three)"', '"$(pwd | wc -l)"')
        if kind == "arith": return self.pick("$((1 + 2))", "$((7 % 4 * 2))", '"$(( (3 << 2) - 1 ))"')
        if kind == "array":
            a = self.r.choice(self.arrays)
            return self.pick(f'"${{{a}[0]}}"', f'"${{{a}[@]}}"', f'"${{#{a}[@]}}"', f'"${{{a}[*]}}"')
        return "$?"

    def show(self): return self.pick("printf '[%s]' " + " ".join(self.value() for _ in range(self.r.randrange(1, 4))) + "; echo", "echo " + " ".join(self.value() for _ in range(self.r.randrange(1, 3))))

    def producer(self):
        return self.pick("printf '%s\\n' c a b a", "seq 5", "echo " + self.value(), f"cat {self.file()}", "ls", "printf 'one two\\nthree\\n'", "find . -type f | sort",
                         "{ echo b; echo a; }", "(echo 1; echo 2)")
    def filter(self):
        return self.pick("sort", "sort -r", "uniq", "wc -l", "head -2", "tail -1", "tr a-z A-Z", "grep -c a", "grep a", "sed s/a/A/", "cut -c1-3", "nl", "cat", "rev", "sort | uniq -c", "tac", "grep -v b")
    def pipe(self):
        return " | ".join([self.producer()] + [self.filter() for _ in range(self.r.randrange(1, 4))])

    def assign(self):
        v = self.fresh("v")
        text = self.pick(f"{v}={self.quoted(self.word())}", f"{v}=$(echo {self.plain_word()})", f"{v}={self.value()}", f"export {v}={self.quoted(self.word())}", f"{v}=a {v}b=b",
                         f"{v}=$((2 * 3))", f"{v}=\"$(pwd)\"", f"{v}=x; {v}+=y")
        self.vars.append(v)
        return text
    def array(self):
        a = self.fresh("arr")
        self.arrays.append(a)
        return f"{a}=({' '.join(self.quoted(self.word()) for _ in range(self.r.randrange(1, 4)))})"

    def write(self):
        f = self.fresh("f")
        # Whoever lists the folder would race with the file's making.
        source = self.pick("printf '%s\\n' c a b a", "seq 5", "echo " + self.value(), "{ echo b; echo a; }")
        text = self.pick(f"{source} | {self.filter()} | {self.filter()} > {f}", f"echo {self.value()} >{f}", f"{source} >> {f}", f"printf '%s\\n' {self.value()} > {f}; cat {f}",
                         f"ls missing 2> {f}", f"{{ echo out; ls missing; }} > {f} 2>&1", f"cat > {f} <<< {self.value()}", f"echo {self.value()} | tee {f}", f"touch {f}", f": > {f}",
                         f"ls missing &> {f}; wc -l < {f}")
        self.files.append(f)
        return text
    def here(self):
        f = self.fresh("h")
        self.files.append(f)
        var = f"${self.r.choice(self.vars)}" if self.vars else "$HOME"
        delimiter = self.pick("E", "'E'", "\"E\"", "\\E")
        return self.pick(f"cat > {f} <<{delimiter}\none {var}\n  two $(echo x) \\$y\n'three'\nE", f"cat <<-{delimiter} > {f}\n\tone {var}\n\t\ttwo\n\tE" if not self.terminal else f"cat <<{delimiter}\nx\nE",
                         f"sort <<{delimiter}\nb\na {var}\nE", f"cat <<A; cat <<B\n{var}\nA\ntwo\nB")
    def change(self):
        f, g = self.file(), self.fresh("g")
        self.files.append(g)
        return self.pick(f"cp {f} {g}", f"mv {f} {g}", f"ln -s {f} {g}", f"rm {f}", f"rm -f {g}", f"chmod 600 {f}" , f"mkdir {g}d && touch {g}d/in && ls {g}d", f"cat {f} >> {g}", f"rmdir {g}x")
    def folder(self):
        if self.dirs and self.r.random() < 0.4:
            self.dirs.pop()
            return self.pick("cd ..; pwd", "cd ..")
        d = self.fresh("d")
        self.dirs.append(d)
        return self.pick(f"mkdir {d}\ncd {d}", f"mkdir -p {d} && cd {d} && pwd", f"mkdir {d}; cd {d}")

    def condition(self): return self.pick("true", "false", f"[ -e {self.file()} ]", f"[[ -f {self.file()} ]]", f"test {self.one_word()} = alpha", f"grep -q a {self.file()} 2>/dev/null", "[ 2 -gt 1 ]",
                                         f"[[ {self.value()} == a* ]]", f"! [ -d {self.file()} ]")
    def simple(self): return self.pick(self.show, self.show, self.pipe, self.write)()
    def compound(self, depth=0):
        sep = self.pick("; ", "\n")
        body = self.compound(depth + 1) if depth < 1 and self.r.random() < 0.3 else self.simple()
        if "<<" in body and "<<<" not in body: body = self.show()
        kind = self.r.randrange(7)
        v = self.fresh("i")
        if kind == 0: return f"if {self.condition()}{sep}then {body}{sep}else {self.show()}{sep}fi"
        if kind == 1: return f"for {v} in {self.quoted(self.plain_word())} b 'c d'{sep}do echo \"${v}\"; {body}{sep}done"
        if kind == 2: return f"case {self.value()} in a*) echo A;; '') echo empty;; *) {self.show()};; esac"
        if kind == 3: return f"{{ {body}; echo in group; }}"
        if kind == 4: return f"( {v}=sub; {body}; exit {self.r.randrange(4)} )"
        if kind == 5: return f"for {v} in 1 2 3; do [ ${v} = 2 ] && continue; echo ${v}; done"
        return f"while read -r {v}{sep}do echo \"<${v}>\"{sep}done < {self.file()}" if self.r.random() < 0.5 else f"printf 'a\\nb c\\n' | while read -r {v}; do echo \"<${v}>\"; done"
    def function(self):
        f = self.fresh("fun")
        body = self.pick("echo in \"$1\" $#", "local x=$1; echo \"$x\"; return 3", "printf '%s;' \"$@\"; echo", "pwd; ls", "echo one\necho two", "[ -n \"$1\" ] && echo yes || return 2",
                         self.show())
        self.functions.append(f)
        return self.pick(f"{f}() {{ {body}; }}", f"{f}() {{\n{body}\n}}", f"function {f} {{ {body}; }}")
    def call(self):
        if not self.functions: return self.function()
        f = self.r.choice(self.functions)
        return self.pick(f"{f} {self.value()}", f"{f} a b", f"{f} x | cat", f"x=$({f} in); echo \"$x\"", f"{f}; echo $?", f"{f} y > out.{f}; cat out.{f}")
    def job(self): return self.pick("sleep 0.05 & wait; echo $?", "(sleep 0.05; exit 3) & wait $!; echo $?", "echo from job > jobfile & wait; cat jobfile", "false & wait $!\necho $?")
    def status(self): return self.pick("false\necho $?", "ls missing-here\necho $?", "(exit 7)\necho $? $?", "true; echo $?", "! true\necho $?", "false | true; echo $?", "true | false; echo $?",
                                       "nosuchcommand-x; echo $?", "exit_status=$?; echo $exit_status", "echo $?")
    def option(self): return self.pick("set -u\necho \"${novar-}\"", "set -o pipefail\nfalse | true\necho $?", "set +u", "set -f\necho *\nset +f", "umask 027\numask", "set -- a 'b c'\necho $# \"$2\"; shift; echo \"$1\"",
                                       "set -C\necho x > noclob; echo y > noclob; set +C")
    def misc(self): return self.pick("echo *", "echo [a-f]*", "echo {a,b}{1,2}", "printf '%s ' ./*; echo", "type cd", "command -v ls", "echo ~ | wc -l", "echo $# $0", "pwd", "ls -1", "ls -A | wc -l", "echo a b   c", "# a comment",
                                     "printenv HOME | wc -l", "read -r a b <<< 'one two three'; echo \"$b\"", "echo \"a\nb\"", "echo 'x\ny' | wc -l", "echo a \\\n  b", "true && echo and || echo or", "false || echo or", "false && echo and",
                                     "unset v1; echo \"${v1-unset}\"", "IFS_like=1; echo $IFS_like", "x=1 printenv x; echo \"${x-gone}\"", "stat -c %a . ", "let_like=3; echo $((let_like))", "echo $((1/1))", "echo \"${HOME:+set}\"",
                                     "date +%Y | wc -c", "basename \"$PWD\"", "dirname /a/b/c", "seq 3 | paste -s -d,", "diff <(echo a) <(echo a) && echo same", "test -t 0; echo $?" if not self.terminal else "test -t 1; echo $?")

    def make(self):
        lines = []
        count = self.r.randrange(5, 31)
        while sum(c.count("\n") + 1 for c in lines) < count:
            kind = self.r.choices([self.show, self.pipe, self.assign, self.write, self.change, self.folder, self.compound, self.function, self.call, self.job, self.status, self.option, self.misc, self.here, self.array],
                                  [4, 3, 4, 4, 3, 2, 4, 2, 3, 2, 3, 1, 5, 2, 1])[0]
            lines.append(kind())
        if self.r.random() < 0.25:
            lines.insert(self.r.randrange(len(lines) // 2, len(lines)), "set -e")
        end = self.r.choice(["", "", f"exit {self.r.randrange(5)}", "false", "exit"])
        if self.terminal: end = f"exit {self.r.randrange(5)}"
        return lines + ([end] if end else [])


def tree(path):
    found = {}
    for folder, dirs, files in os.walk(path):
        for n in dirs + files:
            p = os.path.join(folder, n)
            s = os.lstat(p)
            what = os.readlink(p) if stat.S_ISLNK(s.st_mode) else open(p, "rb").read() if stat.S_ISREG(s.st_mode) else ""
            found[os.path.relpath(p, path)] = (stat.S_IFMT(s.st_mode), stat.S_IMODE(s.st_mode), what)
    return found


def like(text):
    """Without what may differ."""
    text = re.sub(r"bash: line \d+: ", "bash: ", text)
    text = re.sub(r"^(bash: )\$(\d: unbound)", r"\1\2", text, flags=re.M)
    text = re.sub(r"^\[(\d+)\] \d+$", r"[\1] PID", text, flags=re.M)
    return re.sub(r"^\[\d+\][+-]? +(?:Done|Exit \d+) .*\n", "", text, flags=re.M)


def by_script(command, lines):
    return run(command, "".join(c + "\n" for c in lines), timeout=90, env={"LC_HITL_NOTICES": "off"})


def by_terminal(command, lines):
    """What came after each physical line, and the exit status."""
    s = Session(command=command, timeout=20, env={"LC_HITL_NOTICES": "off"}, prompt=PROMPT + r"|bash-[0-9.]+[$#] ")
    s.prompt = r"@@> |(?<=\n)> "
    out = []
    try:
        s.send("PS1='@''@> '\r")
        s.p.expect("\n@@> ")
        for text in "\n".join(lines).split("\n"):
            if not s.p.isalive():
                break
            s.send(text + "\r")
            if s.p.expect([s.prompt, pexpect.EOF]) == 1:
                out.append(clean(s.p.before).split("\n", 1)[-1])
                break
            out.append(clean(s.p.before).split("\n", 1)[-1])
        s.p.close(force=True)
    except pexpect.TIMEOUT:
        out.append("TIMEOUT " + clean(s.p.before))
        s.close()
    return s.p.exitstatus, out


def try_one(seed):
    terminal = seed % 3 == 0
    lines = Maker(seed, terminal).make()
    folder = f"{TREE}/{seed}"
    results = []
    for command in ((plain("bash --norc -i", options=["-tt"]), ssh(options=["-tt"])) if terminal else (plain("bash -s"), ssh(options=["-T"]))):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        status, *out = (by_terminal if terminal else by_script)(command, [f"cd {folder}"] + lines)
        # A shell's own farewell, and ssh's, are no output of a line.
        out = [[like(o).replace("logout\n", "").replace("exit\n", "") for o in out[0]]] if terminal else [like(o) for o in out]
        results.append({"status": status, "out": out, "tree": tree(folder)})
    shutil.rmtree(folder, ignore_errors=True)
    plain_one, ours = results
    if plain_one == ours:
        return None
    text = [f"seed {seed}{' on a terminal' if terminal else ''}", *("| " + x for c in lines for x in c.split("\n"))]
    for key in plain_one:
        if plain_one[key] != ours[key]:
            a, b = plain_one[key], ours[key]
            if key == "tree":
                a, b = sorted(a.items() - b.items()), sorted(b.items() - a.items())
            elif terminal and key == "out":
                both = list(zip([""] + "\n".join(lines).split("\n"), a[0], b[0]))
                a, b = [(l, x) for l, x, y in both if x != y], [(l, y) for l, x, y in both if x != y]
            text += [f"{key}: plain {a!r}", f"{key}: ours  {b!r}"]
    return "\n".join(text)


def operator(stop):
    while not stop.wait(0.05):
        for request in pending():
            approve(request)


def main():
    stop = threading.Event()
    person = threading.Thread(target=operator, args=(stop,))
    person.start()
    try:
        sessions()
    finally:
        stop.set()
        person.join()


def sessions():
    if len(sys.argv) > 1:
        for seed in sys.argv[1:]:
            print(try_one(int(seed)))
        return
    first = int(os.environ.get("SEED", random.randrange(1_000_000)))
    count = int(os.environ.get("SESSIONS", 40))
    differ = []
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for difference in pool.map(try_one, range(first, first + count)):
            if difference:
                differ.append(difference)
    print(f"SEED={first} SESSIONS={count}")
    report(f"{count} sessions are as without the bastion", not differ, "\n\n".join(differ))
    equal("nothing is left of them", until(lambda: not left_behind(TREE), 15), True)


if __name__ == "__main__":
    main()
