"""Commands and sessions by every login shell; see shell_logins.sh."""
from shell_bed import *

SCRIPT = "cd /usr\npwd\nx='a  b'; echo \"$x\" {1,2} ~ | head -c 9; echo\nfalse\necho $? \"$BASH_VERSION\" | wc -w\ncat <<E\n$((1+2)) 'q' !\nE\nexit 5\n"
WANTED = "/usr\na  b 1 2 \n2\n3 'q' !\n"


def served(name, quiet):
    user = f"devin+{name}"
    status, out, err = run(ssh("printf '%s|' 'a  b' \"it's\" '!x' \"c\\\\d\" $((1+1)); ls -d /usr; exit 4", user=user))
    equal(f"{name}: a command", (status, out), (4, "a  b|it's|!x|c\\d|2|/usr\n"))
    if quiet:
        equal(f"{name}: its errors are its own", err, "")
    status, out, err = run(ssh("-T", user=user), SCRIPT)
    equal(f"{name}: a script", (status, out), (5, WANTED))
    s = Session(command=ssh(options=["-tt"], user=user))
    equal(f"{name}: a session", (s.line("cd /tmp; pwd"), s.line("echo 'a!b' \"it's\" $((2*3))"), s.line("(exit 3)"), s.status()),
          ("/tmp\n", "a!b it's 6\n", "", "3"))
    s.send("sleep 40\r")
    time.sleep(0.4)
    s.send("\x03")
    s.wait()
    equal(f"{name}: ^C", s.status(), "130")
    s.send("exit 6\r")
    equal(f"{name}: its end", s.end()[0], 6)


def refused(name, why):
    for how, command in (("a command", ssh("echo reached", user=f"devin+{name}")), ("a session", ssh("-T", user=f"devin+{name}"))):
        status, out, err = run(command, "echo reached\n")
        equal(f"{name}: {how} is refused", (status, "reached" in out, "taken" in out), (125, False, False))
        matches(f"{name}: {how}, with the reason", err, r"hitl-result: error code=target-shell .*" + why)


def main():
    for shell in ("bash", "dash", "zsh", "fish", "tcsh"):
        served(f"{shell}.plain", True)
        served(f"{shell}.noisy", False)
    for name in ("bash.hijacked", "zsh.hijacked", "tcsh.hijacked", "bash.function", "zsh.function", "bash.ends", "tcsh.histchars",
                 "none"):
        refused(name, "start-up files")
    equal("nothing is left of them", left_behind("sleep 40"), [])


main()
