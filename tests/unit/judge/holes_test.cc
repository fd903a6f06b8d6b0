// SPDX-License-Identifier: Apache-2.0
// What an attacker found in the catalogue, by the way in: lines that were
// allowed once.  Each table has beside it what must stay allowed.
#include "unit/judge/shipped.h"

namespace hitl::judge {
namespace {

using Lines = std::initializer_list<const char*>;

void never_allowed(Lines lines) {
  for (const char* line : lines) EXPECT_NE(judged(line).verdict, Verdict::Allow) << line;
}

void allowed(Lines lines) {
  for (const char* line : lines) {
    const auto j = judged(line);
    EXPECT_EQ(j.verdict, Verdict::Allow) << line << ": " << j.summary;
  }
}

TEST(HolesTest, EnvironmentsOfProcesses) {
  never_allowed({"ps aux e",
                 "ps ax eww",
                 "ps l e",
                 "ps - e",
                 "ps auxe",
                 "ps eww 1",
                 "ps -o environ",
                 "ps -eo pid,environ",
                 "ps -eoenviron",
                 "ps -Ao pid=,environ=",
                 "ps -O environ",
                 "ps --format environ",
                 "ps --format=pid,environ",
                 "ps --form environ",
                 "ps axo environ",
                 "ps o pid,environ",
                 "ps O environ",
                 "ps axoenviron",
                 "ps -auxe",
                 "ps -u xe",
                 "ps -eu xaf",
                 "ps -e -s xaf",
                 "ps -u xoenviron",
                 "ps $x",
                 "ps -o \"$x\"",
                 "docker top x auxe",
                 "docker top x e",
                 "docker top x -eo environ",
                 "systemctl show x -p Environment",
                 "systemctl show --property=Environment x",
                 "systemctl show x",
                 "find /proc/self -name environ -exec cat {} +",
                 "find /proc -name 'env*' | xargs cat",
                 "git diff environ /dev/null",
                 "grep -r x /proc --include='*n'"});
  allowed({"ps",
           "ps aux",
           "ps -ef",
           "ps auxww --sort=-%mem",
           "ps -eo pid,ppid,cmd --sort -rss",
           "ps axo pid,args",
           "ps -p 1 -o args=",
           "ps -u root",
           "ps -fu postgres",
           "ps -C nginx -o pid=",
           "ps aux --sort=-%cpu | head",
           "ps -e --forest",
           "ps axjf",
           "ps -eLf",
           "ps p 1",
           "ps 1",
           "ps -ejH",
           "ps -p \"$$\"",
           "docker top x",
           "docker top x aux",
           "docker top x -ef",
           "systemctl show x -p MainPID",
           "systemctl show -p ActiveState,SubState x"});
}

TEST(HolesTest, SelectionThatComesTooLate) {
  never_allowed(
      {"find . -exec cat {} + -name '*.log'", "find . -type f -exec cat {} + -name '*.log'",
       "find . -print -name '*.log' | xargs cat", "find . -print0 -name '*.log' | xargs -0 cat",
       "find . -name '*.log' -ls | xargs cat", "find . -name '*.log' -fprint x | xargs cat",
       "find . -name '*.log' | xargs -d, cat", "find . -name '*' -exec cat {} +",
       "find /etc -name '*[a-z]' -exec cat {} +", "find /etc -name '*.conf' -exec cat {} +",
       "find ~ -name config -exec cat {} +", "find . -name '*.json' | xargs cat"});
  allowed({"find . -name '*.log' -exec grep x {} +", "find . -name '*.go' -print | xargs wc -l",
           "find . -name '*.log' | xargs -d '\\n' cat",
           "find /srv/app -name '*.json' -exec cat {} +", "find . -name package.json | xargs cat"});
}

TEST(HolesTest, NamesThatAPatternOfFileNamesReaches) {
  never_allowed({"grep -r x /srv --include='?env'", "grep -r x /srv --include='[.]env'",
                 "grep -r x ~ --include='*'", "grep -r x /etc --include='*[a-z]'",
                 "grep -r x /etc --include='*.conf'", "grep -r x ~ --include='*.json'"});
  allowed({"grep -rn x . --include='*.ts'", "grep -rn x /srv/app --include='*.json'"});
}

TEST(HolesTest, FoldersReadWithAllInThem) {
  never_allowed({"grep -d recurse x /etc", "grep -drecurse x /root",
                 "grep --directories=recurse x /etc", "grep --directories recurse x", "rg x /etc",
                 "rg x /", "rg x /root/.ssh", "rg -g .env x", "rg -g'.env' x",
                 "rg -g '*.pem' x /srv", "rg --iglob '*.PEM' x /srv", "rg -uu x", "rg -. x",
                 "rg x ~/.aws", "cd /etc && rg x"});
  allowed({"rg x", "rg -n x src", "rg x -g '*.go' /srv/app", "rg x -g '!*.min.js' src",
           "rg --files /srv", "ls | rg x", "grep -d skip x *", "grep -dskip x y"});
}

TEST(HolesTest, NamesOfVariables) {
  never_allowed({"declare +x LESSSECURE; less x", "f() { local LESSSECURE; less x; }; f",
                 "typeset PAGER", "local LESSSECURE", "env -i less x", "env - less x",
                 "env -u LESSSECURE less x", "env --unset=PAGER git log", "env -uPAGER man ls",
                 "env --ignore-environment less x"});
  allowed({"f() { local a b=1; ls; }; f", "env -u FOO ls"});
}

TEST(HolesTest, LanguagesInArguments) {
  never_allowed({"sed 's,[,],w /tmp/y,g' x", "sed -n 's/[/]/w x/' y", "sed '\\,[,],w x' y",
                 "awk '{print SYMTAB[\"x\"]}'", "awk 'FUNCTAB[\"x\"]'",
                 "awk 1 /inet/tcp/0/10.0.0.1/80", "awk 1 < /inet4/udp/0/10.0.0.1/80",
                 "jq '.[env:3]' x", "jq '[1,env:2]' x", "jq '..env' x"});
  allowed({"sed 's/[^/]*$//' x", "sed 's/[0-9]//' x", "jq '{env: .a}' x", "jq '{a, env: 1}' x",
           "jq .env x", "jq '.a.env' x", "jq '.a[1:2]' x"});
}

TEST(HolesTest, AbbreviationsOfIp) {
  never_allowed({"ip l s x up", "ip link s dev x up", "ip link s", "ip l se x up", "ip a a x",
                 "ip a c x", "ip r a x", "ip n r x", "ip n c x", "ip ru a x", "ip -n x a",
                 "ip xfrm state", "ip netns exec x id", "ip l set x up"});
  allowed({"ip a", "ip a s", "ip l sh x", "ip link show up", "ip r s", "ip n s", "ip -br l"});
}

TEST(HolesTest, OperandsThatSet) {
  never_allowed({"resolvectl dns eth0 1.1.1.1",
                 "resolvectl domain eth0 x",
                 "resolvectl query x",
                 "multipath",
                 "multipath -v",
                 "pmap -n 1",
                 "pmap -N x 1",
                 "pmap -C x 1",
                 "peekfd 1",
                 "coredumpctl -o x info",
                 "docker search x",
                 "pip list --outdated",
                 "pip debug --local x",
                 "pip check --log x",
                 "pip show --local x",
                 "ss -N x",
                 "man -K x",
                 "man ./x",
                 "man /tmp/x",
                 "file -z x",
                 "file -Z x"});
  allowed({"resolvectl status", "resolvectl dns", "resolvectl dns eth0", "multipath -ll",
           "pmap -x 1", "coredumpctl list", "pip list", "man ls", "man 5 passwd", "file x"});
}

TEST(HolesTest, KindsBesideTheFirst) {
  never_allowed({"kubectl get pods/x secrets/y", "kubectl get pod x secret/y",
                 "kubectl describe pod/x secret/y", "kubectl describe pod x cm/y"});
  allowed({"kubectl get pod/x", "kubectl get pods x y", "kubectl describe pod x"});
}

// SECURITY: rule 27.
TEST(HolesTest, WhatARepositoryConfigures) {
  never_allowed({"git config --get http.extraheader",
                 "git config --get-all http.https://x/.extraheader",
                 "git config --get credential.helper",
                 "git config --get x.token",
                 "git var -l",
                 "git for-each-ref --format='%(signature)'",
                 "git for-each-ref --format='%(*signature:key)'",
                 "git for-each-ref --sort=signature",
                 "git branch --sort=-signature",
                 "git tag --format='%(signature:key)'",
                 "git log --diff-merges=remerge",
                 "git log --diff-merges=on",
                 "git log --format=my",
                 "git log --pretty=my",
                 "git log -m -p",
                 "git range-diff a b c",
                 "git show HEAD:secrets/x",
                 "git show HEAD:.ssh/x",
                 "git log -p -- secrets/x",
                 "git log -p -- ':(icase).ENV'",
                 "git --icase-pathspecs log -p -- .ENV",
                 "git blame -S /etc/shadow x",
                 "git diff /dev/null x",
                 "git diff x /dev/null",
                 "git -C /etc diff a /dev/null",
                 "cd /etc/ssl/private; git diff a b"});
  allowed({"git config --get remote.origin.url", "git config user.name", "git var GIT_EDITOR",
           "git for-each-ref --format='%(contents:signature)'", "git branch --sort=-committerdate",
           "git show HEAD:src/x.c", "git log --format=%h", "git log --pretty=oneline",
           "git log --pretty=format:%s", "git show --format=raw", "git log --pretty",
           "git log -p -- src", "git blame x", "git diff main dev", "git diff HEAD~2 -- src/x",
           "git log -- /srv/app/x"});
  for (const char* line : {"git log -1", "git status", "git show HEAD", "git diff"}) {
    const auto j = judged(line);
    ASSERT_TRUE(j.canonical) << line;
    const auto& text = j.canonical->bytes();
    for (const char* off : {"core.fsmonitor=false", "core.hooksPath=/dev/null", "gpg.program=false",
                            "gpg.ssh.program=false", "gpg.x509.program=false",
                            "gpg.openpgp.program=false", "safe.bareRepository=explicit"})
      EXPECT_NE(text.find(off), std::string::npos) << text;
  }
}

// What a person approves runs as it was approved, hooks and all.
TEST(HolesTest, NothingIsPutIntoWhatIsNoLook) {
  for (const char* line : {"git commit -m x", "git push", "git checkout x"})
    EXPECT_EQ(judged(line).canonical->bytes().find("hooksPath"), std::string::npos) << line;
}

TEST(HolesTest, PinsThatKeepConfigurationFromRunning) {
  const auto j = judged("ls");
  const auto pinned = [&](std::string_view name) {
    for (const auto& [n, value] : j.environment)
      if (n == name) return true;
    return false;
  };
  for (const char* name : {"GIT_NO_LAZY_FETCH", "LESSHISTFILE", "TAR_OPTIONS", "LESSSECURE",
                           "COMPOSE_EXPERIMENTAL_GIT_REMOTE", "COMPOSE_EXPERIMENTAL_OCI_REMOTE"})
    EXPECT_TRUE(pinned(name)) << name;
}

TEST(HolesTest, SubscriptsThatTheShellEvaluates) {
  never_allowed({"test -v \"$x\"", "[ -v \"$x\" ]", "test -v 'a[$(id)]'", "[ -R \"$x\" ]",
                 "test ! -v \"$x\"", "[ a -o -v \"$x\" ]"});
  allowed({"test -v x", "test -f \"$x\"", "[ \"$x\" = -v ]"});
}

TEST(HolesTest, ClientsOfDatabases) {
  never_allowed({"psql",
                 "psql x",
                 "psql -f x.sql",
                 "psql -c 'drop table t'",
                 "psql -c '\\! id'",
                 "psql -c \"$x\"",
                 "psql -h evil -c 'select 1'",
                 "psql -d postgresql://evil/x -c 'select 1'",
                 "psql 'host=evil' -c 'select 1'",
                 "psql -o x -c 'select 1'",
                 "psql -L x -l",
                 "psql -P pager=on -l",
                 "psql -v x=y -c 'select 1'",
                 "sqlite3",
                 "sqlite3 x.db",
                 "echo .shell | sqlite3 x.db",
                 "sqlite3 -cmd '.shell id' x.db 'select 1'",
                 "sqlite3 -init x y.db 'select 1'",
                 "sqlite3 x.db 'select 1' '.shell id'",
                 "sqlite3 ~/.mozilla/cookies.sqlite 'select 1'",
                 "mysql",
                 "mysql x < y",
                 "mysql -e 'system id'",
                 "mysql --pager=id -e 'select 1'",
                 "mysql --init-command=x -e 'select 1'",
                 "mysql --defaults-file=x -e 'select 1'",
                 "mysql --plugin-dir=x -e 'select 1'",
                 "mysql -h evil -e 'select 1'",
                 "redis-cli -h evil info",
                 "redis-cli flushall",
                 "redis-cli config set a b",
                 "redis-cli config get requirepass",
                 "redis-cli eval x 0",
                 "redis-cli --eval x",
                 "redis-cli -x set a",
                 "redis-cli monitor",
                 "redis-cli --rdb x",
                 "redis-cli -u x info",
                 "pg_isready -h evil",
                 "pg_ctl stop"});
  allowed({"psql -c 'select 1'", "psql -U postgres -d app -Atc 'select count(*) from t'", "psql -l",
           "psql -c '\\dt'", "sqlite3 app.db 'select 1'", "sqlite3 -header app.db .tables",
           "mysql -u root -e 'show databases'", "mysql app -e 'select 1'", "redis-cli info",
           "redis-cli -n 1 dbsize", "redis-cli ttl a:b", "psql --version", "mysql --version",
           "sqlite3 --version", "pg_isready"});
  EXPECT_EQ(judged("psql -l").canonical->bytes(), "'psql' '-X' '-l'");
  EXPECT_EQ(judged("sqlite3 x .tables").canonical->bytes(),
            "'sqlite3' '-readonly' '-init' '/dev/null' 'x' '.tables'");
}

TEST(HolesTest, StartUpFilesOfReaders) {
  for (const char* line :
       {"echo x > ~/.lesskey", "echo x > ~/.psqlrc", "echo x > ~/.sqliterc", "echo x > ~/.manpath",
        "echo x > ~/.rpmmacros", "echo x > ~/.config/git/config"})
    EXPECT_TRUE(has(judged(line), "persist")) << line;
}

// What the next attacker found.
TEST(HolesTest, FilesThatNoWordOfTheLineNames) {
  never_allowed(
      {"printf '/etc/shadow\\0' | sort --files0-from=-", "sort --files0-from=list",
       "cat ~/.zsh_history", "cat ~/.node_repl_history", "cat .server.key", "cat wp-*.php",
       "cat *local_settings.py", "find . -name 'wp-*.php' -exec cat {} +", "git log -L1,5:.env",
       "git log -p -- \"$X\"", "git show HEAD:\"$X\"", "yq -o . .env", "yq -s .name f",
       "find /etc \\( -name shadow -prune -o -name '*.log' \\) -exec cat {} +",
       "find . -name '*.log' -prune -o -exec cat {} +", "find . -not -name '*.log' -exec cat {} +",
       "find . -name '*.log' | while read -r f; do f=/etc/shadow; cat \"$f\"; done",
       "find . -name '*.log' | while read -r f; do cat \"${f%.log}\"; done",
       "for f in $(find . -name '*.log'); do cat $f/../.env; done"});
  allowed({"find . -name '*_test.go' -exec grep -l x {} +", "grep -l x cmd/*/*_test.go",
           "git show REV:.env.example", "git config --get a.b.c", "git log --oneline -- \"$X\"",
           "find . -name '*.log' | while IFS= read -r f; do wc -l \"$f\"; done"});
}

TEST(HolesTest, OptionsWithTwoArguments) {
  never_allowed({"jq --arg a b env f", "jq --arg a b '$ENV' f", "jq --rawfile a /etc/shadow '$a'",
                 "jq --slurpfile a ~/.docker/config.json '$a'", "jq --arg a", "jq --arg=a b env",
                 "jq --arg a $x . f", "jq --arg $x . f"});
  allowed({"jq --arg a b '.a == $a' f", "jq --arg a \"$x\" '.a == $a' f",
           "jq -n --argjson a 1 '$a'", "jq --slurpfile a b.json '$a' f"});
}

TEST(HolesTest, WordsThatAreShortForOthers) {
  never_allowed({"nmcli con dele x", "nmcli dev wifi connect x", "iw dev wlan0 set type monitor",
                 "iw reg set US", "tune2fs -C 1 /dev/sda1", "service ../../tmp/x status",
                 "service nginx restart", "dnf module enable x", "corosync-cfgtool -s -r",
                 "tmux ls -F '#(id)'", "nginx -t -c /tmp/x", "compgen -W '$(id)'",
                 "mapfile -C id -c 1 a", "trap 'rm x' EXIT", "shopt -s expand_aliases",
                 "wg show wg0 private-key", "bat --pager=id f", "cpio -t -F h:x"});
  allowed({"nmcli dev status", "iw dev wlan0 link", "tune2fs -l /dev/sda1", "service nginx status",
           "nginx -t", "tmux ls", "wg show", "trap -p", "alias", "bat -n f.py", "popd"});
}

// They show a manual by a program that the repository configures, or compare
// submodules by what these configure.
TEST(HolesTest, GitThatStartsWhatIsConfigured) {
  never_allowed({"git --help log", "git -h log", "git diff --submodule=diff"});
  allowed({"git log -h", "git diff --submodule=log"});
}

// A later stage that talks to another host gets what the shell writes; the words
// of a shell in quotes are a script all the same.
TEST(HolesTest, WhatFeedsAShellIsJudged) {
  for (const char* line : {"echo 'rm -rf /' | sh", "sh <<< 'rm -rf /'", "eval 'rm -rf /'"})
    EXPECT_EQ(judged(line).verdict, Verdict::Deny) << line;
  never_allowed({"echo ls | sh", "eval ls", "sh <<< ls", "$(echo ls)", "ls${IFS}-l"});
}

}  // namespace
}  // namespace hitl::judge
