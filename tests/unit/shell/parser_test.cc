// SPDX-License-Identifier: Apache-2.0
#include "shell/parser.h"

#include "unit/shell/canonical.h"

namespace hitl::shell {
namespace {

TEST(ParserTest, WordsHaveOneForm) {
  expect_rows({
      {"'ls' '-l' '/tmp'", "ls -l /tmp", "  ls   -l\t/tmp ", "l\\s -\"l\" /t'm'p", "ls -l /tmp # x",
       "ls \\\n  -l /tmp", "\n\nls -l /tmp\n", "ls -l /tmp;", "ls $'-l' /tmp"},
      {"'echo' 'a b'", "echo a\\ b", "echo \"a b\"", "echo a' 'b"},
      {"'echo' ''", "echo \"\"", "echo ''\"\"", "echo $''", "echo \"\\\n\""},
      {"'echo' ''${U}", "echo \"\\\n\"${U}", "echo \"\"${U}"},
      {"'echo' \"${U}\" *", "echo \"${U}\"'' ''*"},
      {"'echo' 'it'\\''s'", "echo it\\'s", "echo \"it's\"", "echo $'it\\'s'"},
      {"'echo' 'a\nb'", "echo 'a\nb'", "echo $'a\\nb'", "echo \"a\nb\"", "echo $'a\\012b'"},
      {"'echo' $'\\033[1m'", "echo $'\\e[1m'", "echo $'\\x1b[1m'"},
      {"'echo' 'größe'", "echo größe", "echo \"gr\"öße"},
      {"'echo' '\\n' '\\'", "echo '\\n' \"\\\\\"", "echo \"\\n\" \\\\"},
      {"'echo' 'a#b' '#' '}' '{' '!' '{}' 'a=b' '-x=y'", "echo a#b \\# } { ! {} a=b -x=y",
       "echo a\"#\"b '#' \"}\" '{' '!' {} a=b -x=y"},
      {"'echo' '$' '$5' '$(id)' '`id`'", "echo $ \\$5 '$(id)' \\`id\\`"},
      {"'time_it' 'if' 'then'", "time_it if then"},
      {"'if' 'x'", "\\if x", "'if' x", "i\"f\" x"},
      {"'g++' '-DX=1'", "g++ -DX=1", "g'++' -DX\\=1"},
      {"'echo' '~' '~/x'", "echo \\~ '~/x'", "echo \"~\" \"~/x\""},
  });
}

TEST(ParserTest, TildesStayBare) {
  expect_rows({
      {"'echo' ~ ~/'x' ~root/'x y' 'a~b' 'HEAD~1'", "echo ~ ~/x ~root/x\\ y a~b HEAD~1"},
      {"PATH=~/'bin':~/'x:'\"${PATH}\"", "PATH=~/bin:~/x:$PATH"},
      {"'dd' of=~/'x'", "dd of=~/x"},
      {"'echo' x=~ 'x=a~'", "echo x=~ x=a~"},
      {"x='a':~b:~/'c'", "x=a:~b:~/c"},
      {"export x=~/'a':~", "export x=~/a:~"},
      {"~/'x' 'y'", "~/x y"},
  });
}

TEST(ParserTest, PatternsStayBareAndTheirNeighboursQuoted) {
  expect_rows({
      {"'ls' *'.txt' 'a'? [a-z]*", "ls *.txt a? [a-z]*", "ls *\".txt\" 'a'? [a-z]*"},
      {"'ls' [!a] [^a] []x] [[:alpha:]_]", "ls [!a] [^a] []x] [[:alpha:]_]"},
      {"'[' '-f' 'x' ']'", "[ -f x ]", "\\[ -f x \\]"},
      {"'echo' '*' 'a[' '[a]'", "echo '*' a[ \\[a]", "echo \\* 'a[' \"[a]\""},
      {"[[ \"${x}\" == ${y}* && \"${x}\" != \"${y}\" ]]", "[[ $x == $y* && $x != \"$y\" ]]"},
      {"case \"${x}\" in (${y}) 'a' ;; (\"${y}\") ;; esac", "case $x in $y) a;; \"$y\") ;; esac"},
  });
}

TEST(ParserTest, BracesAreExpandedHere) {
  expect_rows({
      {"'echo' 'ab' 'ac'", "echo a{b,c}", "echo {ab,ac}", "echo 'a'{b,'c'}"},
      {"'cp' 'f' 'f.bak'", "cp f{,.bak}"},
      {"'echo' '1' '2' '3'", "echo {1..3}"},
      {"'echo' '3' '2'", "echo {3..2}"},
      {"'echo' 'a1' 'a2' 'b1' 'b2'", "echo {a,b}{1,2}"},
      {"'echo' 'a' 'b' 'c'", "echo {a,{b,c}}"},
      {"'echo' '{}' '{a}' 'a,b' '{a,b}' '{{.Name}}'", "echo {} {a} a,b '{a,b}' {{.Name}}"},
      {"'echo' \"${x}\"'a' \"${x}\"'b'", "echo \"${x}\"{a,b}"},
      {"X='{a,b}'", "X={a,b}"},
      {"'x=1' 'b'", "{x=1,b}"},
      {"'echo'", "echo {,}"},
      {"'echo' '-1' '0' '1'", "echo {-1..1}"},
      {"'echo' \"${y}\"'1' \"${y}\"'2' ${y}'1' ${y}'2'", "echo \"${y}\"{1,2} ${y}{1,2}"},
  });
}

TEST(ParserTest, ExpansionsHaveOneForm) {
  expect_rows({
      {"'echo' \"${HOME}\"'/x'", "echo \"$HOME\"'/x'", "echo \"$HOME/x\"", "echo \"${HOME}/x\""},
      {"'echo' ${HOME}'/x'", "echo ${HOME}/x", "echo $HOME/x"},
      {"'echo' ${1}'0' ${10} ${#} ${?} ${@} \"${@}\"", "echo $10 ${10} $# $? $@ \"$@\""},
      {"'echo' \"${x:-a b}\" ${x%.txt} ${x##*/} ${x/a/b} ${x//[0-9]} ${x:1:2} ${x: -3}",
       "echo \"${x:-a b}\" ${x%.txt} ${x##*/} ${x/a/b} ${x//[0-9]} ${x:1:2} ${x: -3}"},
      {"'echo' ${#x} ${a[0]} \"${a[@]}\" ${#a[@]} ${x^^} ${x,}",
       "echo ${#x} ${a[0]} \"${a[@]}\" ${#a[@]} ${x^^} ${x,}"},
      {"'echo' \"${x:-<a|b>;*[c]?}\"", "echo \"${x:-<a|b>;*[c]?}\""},
      {"'echo' $('id')", "echo $(id)", "echo `id`", "echo $( id )", "echo $(id;)"},
      {"'echo' \"$('id' '-u')\"", "echo \"$(id -u)\"", "echo \"`id -u`\""},
      {"'echo' $( ('id'))", "echo $( (id) )"},
      {"'echo' $() \"$()\"'x'", "echo $() \"$( )\"x", "echo `` \"``x\""},
      {"'echo' $((1 + 2 * ( 3 - 4 )))", "echo $((1+2*(3-4)))"},
      {"'echo' $((${#} + ${?}))", "echo $(($#+$?))", "echo $((${#} + ${?}))"},
      {"x=\"${y}\"", "x=${y}", "x=$y"},
      {"'diff' <('ls' 'a') <('ls' 'b')", "diff <(ls a) <(ls b)"},
  });
}

TEST(ParserTest, ListsHaveOneForm) {
  expect_rows({
      {"'a' | 'b' && 'c'; 'd'", "a|b&&c;d", "a | b && c; d ;", "a |\n b &&\n\n c ; d"},
      {"'a'\n'b'", "a\nb", "a;\n\n b\n", "a # c\nb"},
      {"'a' & 'b' &", "a & b &", "a&b&"},
      {"'a' &\n'b'", "a &\nb"},
      {"! 'a' | 'b'", "! a|b"},
      {"time 'a' | 'b'", "time a|b"},
      {"time -p ! 'a'", "time -p ! a"},
      {"'a' || 'b' && 'c'", "a||b&&c"},
      {"'a' 2>&1 | 'b'", "a |& b", "a 2>&1|b"},
      {"A='1' B='a b' 'cmd' 'x'", "A=1 B='a b' cmd x"},
      {"A='#b'", "A=#b # c"},
      {"A= B='x'", "A= B=x", "A='' B=\"x\""},
      {"export A='1' B=\"${y}\" 'C'", "export A=1 B=$y C", "export A='1' B=\"$y\" C"},
      {"a=('1' 'b c' *)", "a=(1 'b c' *)", "a=( 1\n 'b c'\n * )"},
      {"'a' 2>'x' 2>&1 | 'b' 2>&1 | 'c'", "a 2>x |& b |& c"},
      {"a=\"${x}\" b=\"$('c')\" 'd'", "a=$x b=`c` d"},
      {"'a' && 'b'", "a && \\\n b", "a &&\nb"},
  });
}

TEST(ParserTest, RedirectionsAreExplicit) {
  expect_rows({
      {"'a' 1>'f' 2>&1", "a >f 2>&1", "a > f 2>&1", ">f a 2>&1", "a &>f", "a >&f", "a 1>f 2>&1"},
      {"'a' 1>>'f' 2>&1", "a &>>f", "a >>f 2>&1"},
      {"'a' 0<'f' 1>|'g' 2<>'h' 1>&- 0<&3", "a <f >|g 2<>h >&- <&3"},
      {"'a' '2' 1>'f'", "a 2 >f"},
      {"'a' 0<<<'x y'", "a <<<'x y'", "a <<< \"x y\""},
      {"1>'f'", ">f", " 1> f"},
      {"'a' 0< <('b')", "a < <(b)"},
      {"'a' 1>\"${f}\"", "a > \"$f\""},
      {"'a' 1>${f}", "a >$f", "a > ${f}"},
      {"'a' 1>'q{a}'", "a >q{a}"},
      {"'!' 1>'f' 2>&1", "&>f !", ">f 2>&1 \\!"},
      {"'if' 'a' 1>'f'", ">f if a"},
      {"'a' 0<<<\"${x}\"", "a <<<$x"},
      {"'a' 1>'b'", "a > \\\n b", "a >b"},
  });
}

TEST(ParserTest, CompoundCommandsHaveOneForm) {
  expect_rows({
      {"('a'; 'b')", "(a;b)", "( a\nb )"},
      {"{ 'a'; 'b'; }", "{ a;b;}", "{\na\nb\n}"},
      {"( ('a'); 'b')", "( (a);b)"},
      {"if 'a'; then 'b'; elif 'c'; then 'd'; else 'e'; fi", "if a;then b;elif c;then d;else e;fi",
       "if a\nthen b\nelif c\nthen d\nelse\ne\nfi"},
      {"for x in 'a' *; do 'f' \"${x}\"; done", "for x in a *; do f \"$x\"; done",
       "for x in a * # c\ndo\nf \"${x}\"\ndone"},
      {"for x in \"${@}\"; do 'f'; done", "for x; do f; done", "for x do f; done",
       "for x in \"$@\"; do f; done"},
      {"while 'a'; do 'b'; done 0<'f'", "while a;do b;done<f"},
      {"until 'a'; do 'b' & done", "until a; do b& done"},
      {"case \"${x}\" in ('a'|'b'*) 'c' ;; (*) ;; esac", "case $x in a|b*) c;; *) ;; esac",
       "case \"$x\" in\n(a | b*) c\n;;\n*)\nesac"},
      {"case 'a' in ('b') 'c' & ;; esac", "case a in b) c& ;; esac", "case a in b) c & esac"},
      {"f() { 'a' \"${1}\"; }", "f() { a \"$1\"; }", "function f { a \"$1\"; }",
       "f ( )\n{ a \"$1\"\n}"},
      {":() { ':' | ':' & }; ':'", ":(){ :|:& };:"},
      {"[[ -f 'x' && ! ( -n \"${y}\" || 'a' == 'b'* ) ]]", "[[ -f x && ! ( $y || a == b* ) ]]",
       "[[ -f x&&! ( -n $y || a = b* ) ]]"},
      {"if 'a'; then 'b'; fi | 'c'", "if a; then b; fi|c"},
      {"[[ \"$((3 > 2))\" -ne '0' ]] && 'a'", "((3>2)) && a", "(( 3 > 2 )) && a"},
  });
}

TEST(ParserTest, HereDocuments) {
  expect_rows({
      {"'cat' 0<<'EOT_1'\na $x\nEOT_1", "cat <<'E'\na $x\nE", "cat <<\\E\na $x\nE\n",
       "cat <<-'E'\n\ta $x\n\tE", "cat <<E\na \\$x\nE"},
      {"'cat' 0<<EOT_1\na ${x} $('id') \\\\\nEOT_1", "cat <<E\na $x `id` \\\\\nE"},
      {"'cat' 0<<'EOT_2' |\nEOT_1\nEOT_2\n'b'; 'c'\n'd'", "cat <<E|b;c\nEOT_1\nE\nd"},
      {"'a' 0<<'EOT_1' 3<<'EOT_2'\nx\nEOT_1\ny\nEOT_2", "a <<A 3<<B\nx\nA\ny\nB"},
      {"'git' '-m' \"$('cat' 0<<<'x\n$y')\"", "git -m \"$(cat <<'E'\nx\n$y\nE\n)\""},
      {"'a' 'b'$('cat' 0<<<'x') 'c'$('cat' 0<<<'x')", "a {b,c}$(cat <<E\nx\nE\n)"},
      {"'a' 0<<'EOT_1' 3< <('b' | 'c')\nx\nEOT_1", "a <<E 3< <(b | c)\nx\nE"},
      {"if 'cat' 0<<'EOT_1'\nx\nEOT_1\nthen 'b'; fi", "if cat <<E\nx\nE\nthen b; fi"},
      {"'a' 0<<'EOT_1' &&\nx\nEOT_1\n'b' 0<<'EOT_2' ||\ny\nEOT_2\n'c'",
       "a <<E && b <<F || c\nx\nE\ny\nF", "a <<E &&\nx\nE\nb <<F ||\ny\nF\nc"},
      {"('a' 0<<'EOT_1'\nx\nEOT_1\n)", "(a <<E\nx\nE\n)", "(a <<E)\nx\nE"},
      {"{ 'a' 0<<'EOT_1'\nx\nEOT_1\n'b'; }", "{ a <<E; b; }\nx\nE"},
      {"'a' 0<<'EOT_1' & 'b'\nx\nEOT_1", "a <<E & b\nx\nE"},
      {"while 'a' 0<<'EOT_1'\nx\nEOT_1\ndo 'b'; done", "while a <<E; do b; done\nx\nE"},
      {"'a' 0<<'EOT_1'\n\nx\nEOT_1", "a <<-E\n\t\n\tx\n\tE"},
      {"'a' <('b' 0<<<'x') $('c' 0<'/dev/null')", "a <(b <<E\nx\nE\n) `c <<E\nE\n`"},
      {"'a' $('b' 0<<<'x'\"${y}\" | 'c')", "a $(b <<E | c\nx$y\nE\n)"},
  });
}

// A target without bash gets only what every shell reads alike.
TEST(ParserTest, SaysWhatIsNotPosix) {
  const auto is_bash_only = [](const char* in) {
    const auto script = parse(in);
    EXPECT_TRUE(script) << in;
    return script && script->bash_only;
  };
  for (const auto* in :
       {"ls [^a]", "dd of=~/x", "a=(b)", "a+=b", "a <<<b", "a <(b)", "[[ a ]]", "((1))", "time a",
        "echo ${x/a/b}", "echo ${x:1}", "echo ${x^}", "echo ${a[0]}", "echo $((2**3))",
        "declare x=1", "f() { local x=1; }", "a $(b <<E\nx\nE\n)"})
    EXPECT_TRUE(is_bash_only(in)) << in;
  // what only bash spells is printed in words that all know
  for (const auto* in : {"ls [!a]", "echo {a,b}", "a &>b", "a |& b", "echo $'a'", "export x=~",
                         "function f { a; }", "a <<E\nx\nE"})
    EXPECT_FALSE(is_bash_only(in)) << in;
}

TEST(ParserTest, RangesPointIntoTheText) {
  const std::string text = "A=1 ls  \"-l\" >f | cat";
  const auto script = parse(text);
  ASSERT_TRUE(script);
  const auto at = [&](Range r) { return text.substr(r.begin, r.end - r.begin); };
  const auto& command = script->body.items[0].command;
  EXPECT_EQ(at(command.range), text);
  const auto& ls = std::get<Pipeline>(command.node).stages[0];
  EXPECT_EQ(at(ls.range), "A=1 ls  \"-l\" >f");
  const auto& simple = std::get<Simple>(ls.node);
  EXPECT_EQ(at(simple.assignments[0].range), "A=1");
  EXPECT_EQ(at(simple.words[1].range), "\"-l\"");
  EXPECT_EQ(at(ls.redirections[0].range), ">f");
}

TEST(ParserTest, BlankTextIsAnEmptyScript) {
  for (const char* in : {"", "  ", "\n\n", "# only a comment", " \t# x\n"}) {
    SCOPED_TRACE(in);
    EXPECT_EQ(canonical(in), "");
  }
}

}  // namespace
}  // namespace hitl::shell
