// SPDX-License-Identifier: Apache-2.0
// Lines that look like a look and are none: none may be allowed.
#include "unit/judge/shipped.h"

namespace hitl::judge {
namespace {

void never_allowed(std::initializer_list<const char*> lines) {
  for (const char* line : lines) EXPECT_NE(judged(line).verdict, Verdict::Allow) << line;
}

void allowed(std::initializer_list<const char*> lines) {
  for (const char* line : lines) {
    const auto j = judged(line);
    EXPECT_EQ(j.verdict, Verdict::Allow) << line << ": " << j.summary;
  }
}

TEST(AttacksTest, WhatPeopleRunToLookAroundIsAllowed) {
  allowed({"ls -la",
           "cat /etc/os-release",
           "ps aux",
           "df -h /",
           "git status",
           "git log --oneline -5",
           "systemctl status nginx",
           "journalctl -u ssh -n 50 --no-pager",
           "ip -br a",
           "ss -tlnp",
           "grep -rn TODO /srv/app/src | head -20",
           "find /srv -name '*.log' -mtime -1",
           "for f in *.log; do wc -l \"$f\"; done",
           "cd /srv/app && git diff",
           "tar tzf x.tar.gz",
           "sed -n '1,20p' x",
           "awk '{print $1}' x",
           "jq .a x.json",
           "test -f x && echo yes || echo no",
           "docker ps -a",
           "kubectl get pods -n x",
           "dpkg -l | grep ssh",
           "LC_ALL=C sort x",
           "timeout 5 ls /",
           "sh -c 'ls | wc -l'",
           "f() { ls; }; f",
           "echo \"$(date)\" >/dev/null 2>&1",
           "find . -name '*.go' | xargs grep -l x",
           "diff <(ls a) <(ls b)",
           "python3 --version",
           "case $1 in a) ls;; esac",
           "du -sh * | sort -h",
           "ls /tmp | while read -r f; do echo \"$f\"; done"});
}

TEST(AttacksTest, ProgramsAndOptionsThatAreNotListed) {
  never_allowed({"frobnicate", "./ls", "/tmp/ls", "~/bin/ls", "$X", "$(echo ls)", "l*", "ls --frob",
                 "cat -Z", "sort --outp=x", "git frob", "kubectl frob", "busybox ls", "\"\"",
                 "LS"});
}

TEST(AttacksTest, OptionsThatWriteOrRun) {
  never_allowed({"sort -o x y",
                 "sort -ox y",
                 "sort --output=x y",
                 "sort --compress-program=./x y",
                 "sort -T /tmp x",
                 "uniq a b",
                 "uniq *",
                 "find . -fprint x",
                 "find . -delete",
                 "find . -exec touch x {} +",
                 "find . -ok rm {} \\;",
                 "find . -execdir cat shadow \\;",
                 "find $x -name y",
                 "find . $x",
                 "tree -o x",
                 "xxd x y",
                 "xxd -r x y",
                 "tar tf x -I ./y",
                 "tar tf x --to-command=id",
                 "tar tf h:x",
                 "tar xf x",
                 "rg --pre ./x y",
                 "rg -z x",
                 "less +x y",
                 "man -P x ls",
                 "man /etc/shadow",
                 "date -s 1",
                 "date 010203042020",
                 "hostname x",
                 "dmesg -C",
                 "sysctl -w a=1",
                 "sysctl a=1",
                 "ip link set x down",
                 "ip netns exec x id",
                 "ip -b x",
                 "ss -K",
                 "journalctl --vacuum-size=1M",
                 "systemctl -H x status",
                 "pidstat -e id",
                 "numactl id",
                 "ethtool -s x",
                 "nm --plugin=x y",
                 "nm @x",
                 "ldd x",
                 "rpm -q --pipe id x",
                 "git branch x",
                 "git tag x",
                 "git remote add a b",
                 "mount /dev/sdb /x",
                 "awk -f x",
                 "gawk -i inplace 1 x",
                 "sed -i s/a/b/ x",
                 "sed -f x y",
                 "jq -f x y",
                 "file -f /etc/shadow",
                 "wc --files0-from=/etc/shadow",
                 "xargs -a /etc/shadow echo"});
}

// SECURITY: rule 27.
TEST(AttacksTest, GitThatRunsWhatARepositorySays) {
  never_allowed({"git -c core.pager=x log",
                 "git -c core.fsmonitor=x status",
                 "git -c alias.l='!id' l",
                 "git --exec-path=/tmp status",
                 "git --git-dir=x status",
                 "git -p log",
                 "git diff --ext-diff",
                 "git show --textconv",
                 "git log --output=x",
                 "git log --format=%G?",
                 "git log --show-signature",
                 "git log --pretty=%GK",
                 "git grep -O x",
                 "git grep --open-files-in-pager=x y",
                 "git cat-file --textconv HEAD:x",
                 "git diff --no-index a b",
                 "git diff /dev/null /etc/shadow",
                 "git show HEAD:.env",
                 "git log -p -- .env",
                 "git help log",
                 "git log --help",
                 "git config core.pager x",
                 "git bisect run x",
                 "GIT_DIR=x git status",
                 "git submodule foreach id",
                 "git archive HEAD",
                 "git stash",
                 "git ls-remote x",
                 "git fetch"});
  never_allowed({"mvn --version", "yarn --version", "cargo tree", "bundle list", "poetry show",
                 "make", "npm test"});
}

// SECURITY: rule 28.
TEST(AttacksTest, VariablesThatTurnDataIntoCode) {
  never_allowed({"PATH=. ls",
                 "LD_PRELOAD=x ls",
                 "PAGER=x git log",
                 "TAR_OPTIONS=-Ix tar tf y",
                 "IFS=x; ls",
                 "export FOO=x",
                 "export PATH",
                 "export EDITOR=x",
                 "LESSOPEN='|id' less x",
                 "env PATH=. ls",
                 "env -S 'sh -c id'",
                 "env -C /etc cat shadow",
                 "read PATH",
                 "unset PATH",
                 "command read PATH",
                 "builtin unset PATH",
                 "for PATH in x; do ls; done",
                 "echo ${PATH:=x}",
                 "BASH_ENV=x sh -c ls",
                 "printf -v PATH x",
                 "HOME=/etc; cat ~/x",
                 "declare -x A=1",
                 "http_proxy=x ls",
                 "set -a",
                 "GREP_OPTIONS=x grep y"});
}

// Another character set changes what bytes mean: in SJIS half a letter is a
// backslash.  A time zone can name a file.
TEST(AttacksTest, VariablesAreHarmlessOnlyWithCertainValues) {
  never_allowed({"LC_ALL=ja_JP.SJIS; ls", "LC_ALL=ja_JP.SJIS ls", "export LC_ALL=ja_JP.SJIS; ls",
                 "env LC_CTYPE=zh_CN.GBK ls", "LANG=ja_JP ls", "LC_ALL=$X ls",
                 "LANG=../../tmp/x.UTF-8 ls", "LANGUAGE=../../tmp ls",
                 "for LC_ALL in ja_JP.SJIS; do ls; done", "read LC_ALL",
                 "echo ${LC_ALL:=ja_JP.SJIS}", "TZ=:/etc/shadow date", "TZ=/etc/shadow date",
                 "TZ=../../../etc/shadow date"});
  for (const auto* line :
       {"LC_ALL=C ls", "LC_ALL=C.UTF-8 sort x", "LANG=de_AT.UTF-8 ls", "LC_ALL= ls",
        "export LC_ALL=en_US.utf8; ls", "TZ=UTC date", "TZ=Europe/Vienna date",
        "TZ=America/New_York date", "env LC_ALL=C ls", "LANGUAGE=en ls"})
    EXPECT_EQ(judged(line).verdict, Verdict::Allow) << line;
}

// The shell's variables hold what env shows, which is held.
TEST(AttacksTest, EveryVariableIsShownByMoreThanEnv) {
  never_allowed({"set", "declare", "typeset", "export", "readonly", "declare -a",
                 "f() { local; }; f", "command set", "builtin declare", "set | grep x",
                 "export -p"});
}

TEST(AttacksTest, SecretsHoweverTheyAreReached) {
  never_allowed({"cat /etc/shadow",
                 "cat /etc/shado?",
                 "cat /e*/shadow",
                 "cat /etc/../etc/shadow",
                 "cat ~/.ssh/id_rsa",
                 "cat /home/*/.ssh/id_*",
                 "cat .env",
                 "cat .e*",
                 "cat ../.env",
                 "cat ../../etc/shadow",
                 "cat /var/run/../etc/shadow",
                 "cat $X",
                 "cat \"$1\"",
                 "cat $(echo /etc/shadow)",
                 "cat /etc/$X",
                 "x=shadow; cat /etc/$x",
                 "cat < /etc/shadow",
                 "cat <(cat /etc/shadow)",
                 "echo $(< /etc/shadow)",
                 "cat /proc/self/environ",
                 "cat /proc/self/root/etc/shadow",
                 "cat /proc/*/environ",
                 "cat /dev/sda",
                 "cat /run/secrets/x",
                 "grep -r x /etc",
                 "grep -r x ~",
                 "grep -rn x .",
                 "grep x -r --include='.en*' /srv",
                 "rg --hidden x ~",
                 "find / -name shadow -exec cat {} +",
                 "find . -name '*env' -exec cat {} +",
                 "find . -iname '*ENV' -exec cat {} +",
                 "find . -name 'id_rs[a]' | xargs cat",
                 "find ~ | xargs cat",
                 "find . ! -name '*.log' -exec cat {} +",
                 "echo /etc/shadow | xargs cat",
                 "ls -d /etc/* | xargs cat",
                 "cat list | xargs cat",
                 "for f in /etc/*; do cat $f; done",
                 "for f in shadow; do cat /etc/$f; done",
                 "for f in a; do read f; cat \"$f\"; done",
                 "env",
                 "printenv",
                 "printenv AWS_SECRET_ACCESS_KEY",
                 "echo $GITHUB_TOKEN",
                 "docker inspect x",
                 "kubectl get secrets",
                 "kubectl get pods -o yaml",
                 "kubectl get pods,secrets",
                 "ps auxe",
                 "systemctl show-environment"});
}

// SECURITY: rule 30.
TEST(AttacksTest, AfterACdRelativePathsMayBeElsewhere) {
  never_allowed({"cd /etc && cat shadow", "cd /etc; cat shadow", "! cd /etc; cat shadow",
                 "cd /etc || true; cat shadow", "if cd /etc; then cat shadow; fi",
                 "command cd /etc; cat shadow", "builtin cd /etc; cat shadow",
                 "f() { cd /etc; }; f; cat shadow", "cd $X; cat foo", "cd -; cat foo",
                 "(cd /etc; cat shadow)", "for d in /etc; do cd $d; cat shadow; done",
                 "while cd ..; do cat etc/shadow; done", "{ cd /etc; } && cat shadow",
                 "cd /etc && cd .. && cat etc/shadow", "cd ~root; cat .ssh/id_rsa"});
  allowed({"cd /srv && cat x", "(cd /srv && ls); cat x", "cd a/b; ls -l"});
  EXPECT_NE(judged("cat shadow", "/etc").verdict, Verdict::Allow);
  EXPECT_EQ(judged("cat shadow.txt", "/srv/app").verdict, Verdict::Allow);
  EXPECT_EQ(judged("grep -r x .", "/srv/app").verdict, Verdict::Allow);
}

// SECURITY: rule 31.
TEST(AttacksTest, FunctionsAreJudgedWhereTheyAreDefined) {
  never_allowed({"ls() { :; }; ls", "f() { rm x; }", "f() { rm x; }; f", "cd() { :; }",
                 "g; g() { ls; }", "if true; then f() { ls; }; fi; f", "f() { ls; }; env f",
                 "f() { ls; }; xargs f"});
}

TEST(AttacksTest, WhatIsInsideIsJudgedToo) {
  never_allowed({"echo $(rm x)",
                 "echo `rm x`",
                 "cat <(rm x)",
                 "echo ${x:-$(rm x)}",
                 "ls && rm x",
                 "ls & rm x",
                 "ls || (rm x)",
                 "if ls; then rm x; fi",
                 "while ls; do rm x; done",
                 "case x in x) rm y;; esac",
                 "{ ls; } > x",
                 "ls > x",
                 "ls >> x",
                 "ls 2> x",
                 "ls <> x",
                 "cat > x <<E\nhi\nE",
                 "ls > \"$X\"",
                 "sh -c 'rm x'",
                 "sh -c \"$X\"",
                 "bash x",
                 "bash -lc ls",
                 "echo ls | sh",
                 "sh <<< ls",
                 "nice rm x",
                 "timeout 5 rm x",
                 "xargs rm",
                 "xargs -I{} sh -c {}",
                 "sudo ls",
                 "nohup ls",
                 "exec 3<>/dev/tcp/1.2.3.4/5",
                 "cat < /dev/tcp/1.2.3.4/5",
                 "eval ls",
                 ". x",
                 "source x",
                 "trap 'rm x' EXIT",
                 "alias ls=rm",
                 "ls | tee x",
                 "[[ -f $(rm x) ]]",
                 "x=$(rm y)"});
}

// SECURITY: rule 37.
TEST(AttacksTest, LongAndDeepLinesEndInAVerdict) {
  std::string wrappers, nested = "ls", args = "cat", stars = "cat ";
  for (int i = 0; i < 5'000; ++i) wrappers += "env ";
  for (int i = 0; i < 7'000; ++i) args += " a*b";
  for (int i = 0; i < 3'000; ++i) stars += "*a";
  EXPECT_NE(judged(wrappers + "ls").verdict, Verdict::Allow);
  for (int i = 0; i < 8; ++i) {
    std::string quoted;
    for (const char c : nested) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    nested = "sh -c '" + quoted + "'";
  }
  EXPECT_NE(judged(nested.substr(0, 60'000)).verdict, Verdict::Allow);
  judged(args);
  judged(stars);
}

}  // namespace
}  // namespace hitl::judge
