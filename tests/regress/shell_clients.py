"""How agents and people drive a shell, by the programs that they use for it."""
import asyncio
import shutil
import socket
import threading

import asyncssh
import paramiko
from pexpect import pxssh, replwrap

from shell_bed import *



def decide(pattern):
    """An operator approves what matches."""
    found = []
    until(lambda: found.extend(r for r in pending() if re.search(pattern, r["command"])) or found, 15)
    approve(found[0])


def with_pxssh():
    s = pxssh.pxssh(timeout=15, encoding="utf-8", options={
        "StrictHostKeyChecking": "yes", "UserKnownHostsFile": f"{WORK}/known_hosts", "IdentitiesOnly": "yes"})
    s.login("127.0.0.1", "devin+db1", port=int(PORT), ssh_key=f"{WORK}/devin", quiet=True)
    s.sendline("cd /usr; pwd; (exit 3)")
    report("pxssh: its prompt comes", s.prompt(timeout=10))
    matches("pxssh: output", s.before, r"/usr\r\n")
    s.sendline("echo st=$?")
    s.prompt(timeout=10)
    matches("pxssh: status", s.before, r"st=3")
    s.logout()
    equal("pxssh: logout ends it", s.isalive(), False)


def with_replwrap():
    command = ssh(options=["-tt"])
    p = pexpect.spawn(command[0], command[1:], encoding="utf-8", timeout=15, echo=False,
                      env={**os.environ, "TERM": "dumb"})
    # As its bash() does it: what is echoed must not look like the prompts.
    apart = [q[:5] + "\\[\\]" + q[5:] for q in (replwrap.PEXPECT_PROMPT, replwrap.PEXPECT_CONTINUATION_PROMPT)]
    shell = replwrap.REPLWrapper(p, PROMPT, "PS1='{0}' PS2='{1}' PROMPT_COMMAND=''".format(*apart),
                                 extra_init_cmd="export PAGER=cat")
    matches("replwrap: a command", shell.run_command("cd /usr; pwd"), r"/usr\r\n")
    matches("replwrap: many lines", shell.run_command("for i in 1 2; do\necho no $i\ndone"), r"no 1\r\nno 2")
    # Of an unfinished command it kills its child, here ssh, with or without a bastion.
    matches("replwrap: and the next one runs", shell.run_command("echo on $?"), r"on \d")
    p.close(force=True)


# SWE-ReX: prompts of its own, and the status by a sentinel that has one second.
def with_swe_rex():
    s = Session()
    s.send("export PS1='SHELLPS1PREFIX' ; export PS2='' ; export PS0=''\r")
    s.p.expect("SHELLPS1PREFIX", timeout=1)
    s.p.expect("SHELLPS1PREFIX", timeout=5)
    slowest = 0.0
    for command, status, output in (("cd /usr && pwd", 0, "/usr"), ("ls nonexistent-x", 2, "No such file"),
                                    ("false", 1, ""), ("(exit 42)", 42, ""), ("echo a ; echo b", 0, "a\nb"),
                                    ("cat <<E ; echo after\nin it\nE", 0, "in it")):
        s.send(command.replace("\n", "\r") + "\r")
        s.p.expect("SHELLPS1PREFIX", timeout=30)
        got = clean(s.p.before)
        began = time.time()
        s.send("\recho EXITCODESTART$?EXITCODEEND\r")
        s.p.expect(r"EXITCODESTART(\d+)EXITCODEEND", timeout=1)
        code = int(s.p.match.group(1))
        s.p.expect("SHELLPS1PREFIX", timeout=1)
        slowest = max(slowest, time.time() - began)
        equal(f"SWE-ReX: {command.split(chr(10))[0]}", (code, output in got), (status, True))
        while s.p.expect(["SHELLPS1PREFIX", pexpect.TIMEOUT], timeout=0.2) == 0:
            pass
    report("SWE-ReX: a sentinel within its second", slowest < 1, slowest)
    # At its time-out it sends ^C, and wants a prompt.
    s.send("sleep 300\r")
    time.sleep(0.5)
    s.send("\x03")
    s.p.expect("SHELLPS1PREFIX", timeout=1)
    report("SWE-ReX: ^C gives the prompt back", True)
    s.close()


# OpenHands: a prompt in JSON with escapes of bash.
def with_openhands():
    s = Session()
    ps1 = ('\n###PS1JSON###\n{\n  "pid": "$!",\n  "exit_code": "$?",\n  "username": "\\u",\n  "hostname": "\\h",\n'
           '  "working_dir": "\\w"\n}\n###PS1END###\n').replace('"', '\\"')
    s.send("umask 002; export PS1='" + ps1.replace("\n", "\\n") + "'; export PS2=''\r")
    decide("^umask 002")
    s.p.expect("###PS1END###\r\n", timeout=5)

    def command(text):
        s.send(text + "\r")
        s.p.expect("###PS1JSON###(.*?)###PS1END###", timeout=10)
        while "\\" in s.p.match.group(1):  # our own echo of the prompt that is set
            s.p.expect("###PS1JSON###(.*?)###PS1END###", timeout=10)
        return json.loads(s.p.match.group(1))

    equal("OpenHands: status and folder", [command("cd /usr; (exit 7)")[k] for k in ("exit_code", "working_dir")], ["7", "/usr"])
    equal("OpenHands: the next", command("true")["exit_code"], "0")
    s.send("export PS1='$(pwd)> '\r")
    s.p.expect("###PS1END###", timeout=10)
    matches("OpenHands: $(pwd) in it is refused, with the reason", clean(s.p.before),
            r"code=not-in-session .*would run code at every prompt")
    s.close()


def with_sentinels():
    for how, options in (("a terminal", ["-tt"]), ("no terminal", ["-T"])):
        p = pexpect.spawn(*[(c[0], c[1:]) for c in [ssh(options=options)]][0], timeout=15, encoding="utf-8", echo=False,
                          env={**os.environ, "TERM": "dumb", "LC_HITL_WAIT": "0"})
        for command, status in (("true", 0), ("( exit 7 )", 7), ("ls /nonexistent-x", 2), ("cd /usr", 0), ("rmdir /nonexistent-x", 75)):
            p.send(command + "\n")
            p.send("echo __DONE__$?\n")
            p.expect(r"__DONE__(\d+)")
            equal(f"__DONE__ on {how}: {command}", int(p.match.group(1)), status)
        p.close(force=True)


def with_ansible():
    folder = f"{WORK}/ansible"
    os.makedirs(folder)
    open(f"{folder}/ansible.cfg", "w").close()
    with open(f"{folder}/hosts", "w") as f:
        f.write(f"db1 ansible_host=127.0.0.1 ansible_port={PORT} ansible_user=devin+db1 ansible_ssh_private_key_file={WORK}/devin "
                f"ansible_ssh_common_args='-F none -o UserKnownHostsFile={WORK}/known_hosts -o IdentitiesOnly=yes' ansible_python_interpreter=/usr/bin/python3\n")
    environment = {**os.environ, "ANSIBLE_HOME": folder, "ANSIBLE_LOCAL_TEMP": folder, "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8",
                   "HOME": folder, "ANSIBLE_CONFIG": f"{folder}/ansible.cfg", "ANSIBLE_SSH_RETRIES": "0"}

    def ansible(*arguments):
        done = subprocess.run(["ansible", "-i", f"{folder}/hosts", "db1", *arguments], capture_output=True, text=True,
                              timeout=90, env=environment)
        return done.returncode, done.stdout + done.stderr

    status, out = ansible("-m", "raw", "-a", "cd /usr && pwd; echo \"$0\" | wc -l")
    equal("Ansible raw", (status, "/usr" in out), (0, True))
    for flag in ([], ["-e", "ansible_ssh_use_tty=true"]):
        status, out = ansible("-m", "raw", "-a", "exit 3", *flag)
        matches(f"Ansible raw: its status {flag}", out, r"rc=3")
    # What its other modules begin with, as its ssh connection sends it.
    chain = "/bin/sh -c 'echo ~ && sleep 0'"
    for options in ([], ["-tt"]):
        status, out, err = run(ssh(chain, options=options))
        equal(f"Ansible's first chain {options}", (status, out.strip() != ""), (0, True))
    made = f"{WORK}/ansible-tmp"
    chain = f"/bin/sh -c '( umask 77 && mkdir -p \"` echo {made} `\"&& mkdir \"` echo {made}/a `\" && echo a=\"` echo {made}/a `\" ) && sleep 0'"
    decided = threading.Thread(target=decide, args=("umask 77",))
    decided.start()
    status, out, err = run(ssh(chain, options=["-tt"]))
    decided.join()
    equal("Ansible's second chain, approved", (status, os.path.isdir(f"{made}/a"), oct(os.stat(made).st_mode & 0o777) if os.path.isdir(made) else ""), (0, True, "0o700"))
    # A module is a program that comes with it: a script for an interpreter, held.
    environment["ANSIBLE_PIPELINING"] = "1"
    done = threading.Event()

    def operator():
        while not done.wait(0.1):
            for r in pending():
                approve(r)
    person = threading.Thread(target=operator)
    person.start()
    try:
        status, out = ansible("-m", "ping")
        matches("Ansible's ping, approved", f"{status} {out}", r'^0 .*"ping": "pong"')
        status, out = ansible("-m", "command", "-a", "seq 2")
        matches("Ansible's command, approved", f"{status} {out}", r"^0 .*rc=0 >>\s*1\s*2")
    finally:
        done.set()
        person.join()


def with_paramiko():
    c = paramiko.SSHClient()
    c.load_host_keys(f"{WORK}/known_hosts")
    c.connect("127.0.0.1", int(PORT), "devin+db1", key_filename=f"{WORK}/devin", allow_agent=False, look_for_keys=False)
    channel = c.invoke_shell(term="vt100", width=100, height=30)
    channel.settimeout(10)
    got = ""

    def until_seen(pattern):
        nonlocal got
        while not re.search(pattern, clean(got)):
            data = channel.recv(4096).decode(errors="replace")
            if not data:
                return False
            got += data
        return True

    report("paramiko: the prompt", until_seen(PROMPT))
    channel.send("cd /usr\npwd\necho st''=$?\n")
    report("paramiko: lines sent at once", until_seen(r"\n/usr\n") and until_seen("st=0"), got)
    channel.resize_pty(77, 22)
    channel.send("stty size\n")
    report("paramiko: a resize", until_seen("22 77"), got)
    channel.send("exit 5\n")
    equal("paramiko: its end", channel.recv_exit_status(), 5)
    c.close()


def with_asyncssh():
    async def go():
        async with asyncssh.connect("127.0.0.1", int(PORT), username="devin+db1", client_keys=[f"{WORK}/devin"],
                                    known_hosts=f"{WORK}/known_hosts", agent_path=None) as c:
            p = await c.create_process(term_type="dumb")
            async def to_prompt():
                seen = ""
                while not re.search(PROMPT, seen):
                    seen += await p.stdout.read(1024)
                return seen
            await to_prompt()
            p.stdin.write("cd /usr; pwd\n")
            first = await to_prompt()
            p.stdin.write("exit 4\n")
            await p.wait()
            q = await c.run("bash", input="echo one\ncd /tmp\npwd\nexit 3\n", check=False)
            return "/usr" in first, p.exit_status, q.stdout, q.exit_status
    equal("asyncssh: a session and a script", asyncio.run(asyncio.wait_for(go(), 30)), (True, 4, "one\n/tmp\n", 3))


class Tmux:
    """A person: what is typed, and the screen."""
    def __init__(self, command):
        self.socket = f"{WORK}/tmux"
        self("-f", "/dev/null", "new-session", "-d", "-x", "90", "-y", "24", command)

    def __call__(self, *arguments):
        return subprocess.run(["tmux", "-S", self.socket, *arguments], capture_output=True, text=True, timeout=20).stdout

    def type(self, *keys): self("send-keys", *keys)
    def screen(self): return self("capture-pane", "-p")
    def shows(self, pattern, seconds=15): return until(lambda: re.search(pattern, self.screen(), re.M), seconds)


def with_tmux():
    note = f"{WORK}/note.txt"
    with open(note, "w") as f:
        f.write("".join(f"row {n}\n" for n in range(1, 201)))
    t = Tmux("TERM=tmux-256color " + " ".join(ssh(options=["-t"])) + "; sleep 60")
    report("tmux: the prompt", t.shows(r"[$#] ?$"), t.screen())
    t.type(f"cd {WORK}", "Enter")
    t.type("wc -l note.tx", "BSpace", "BSpace", "Left", "C-e", "tx", "tt", "BSpace", "Enter")
    report("tmux: a line that was edited", t.shows(r"^200 note\.txt"), t.screen())
    t.type("less note.txt", "Enter")
    report("tmux: less is held, and says what is not checked", t.shows("is not checked"), t.screen())
    decide("^less note")
    report("tmux: less shows its first page", t.shows(r"^row 1$") and t.shows(r"^row 20$"), t.screen())
    t.type("Space")
    report("tmux: less turns the page", t.shows(r"^row 40$"), t.screen())
    t.type("/row 150", "Enter")
    report("tmux: less searches", t.shows(r"^row 15[0-9]$"), t.screen())
    t("resize-window", "-x", "100", "-y", "30")
    report("tmux: less follows a resize", until(lambda: len(re.findall(r"^row 1[5-9]\d$", t.screen(), re.M)) >= 28, 10), t.screen())
    t.type("q")
    report("tmux: and the prompt is back", t.shows(r"[$#] ?$"), t.screen())
    t.type("vim -u NONE note.txt", "Enter")
    report("tmux: vim is held", t.shows("vim (is an editor|runs code)"), t.screen())
    decide("^vim -u")
    report("tmux: vim shows the file", t.shows(r"^row 1$") and t.shows(r"^row 20$"), t.screen())
    t.type("Gohello from vim", "Escape", ":wq", "Enter")
    report("tmux: vim has written it", until(lambda: open(note).read().endswith("row 200\nhello from vim\n"), 10), t.screen())
    report("tmux: and the prompt is back behind it", t.shows(r"[$#] ?$"), t.screen())
    t.type("tail -1 note.txt; echo st=$?", "Enter")
    report("tmux: lines are judged again", t.shows(r"^hello from vim$") and t.shows("^st=0$"), t.screen())
    t.type("rm note.txt", "Enter")
    report("tmux: a held line", t.shows("removes note.txt|held for approval"), t.screen())
    t.type("C-c")
    report("tmux: ^C", t.shows(r"cancelled[^$#]*\n[^\n]*[$#] ?$"), t.screen())
    t.type("exit", "Enter")
    t("kill-server")
    equal("tmux: the file is there", os.path.exists(note), True)


if __name__ == "__main__":
    for client in [v for k, v in list(globals().items()) if k.startswith("with_") and (not sys.argv[1:] or k[5:] in sys.argv[1:])]:
        try:
            client()
        except Exception as e:  # one that fails is one
            report(client.__name__, False, f"{type(e).__name__}: {e}")
    equal("nothing is left of them", until(lambda: not left_behind("hitl-keeper"), 15), True)
