// SPDX-License-Identifier: Apache-2.0
// What is not understood is refused by name, with its place, in words that an
// agent can act on.  It never guesses.
#include "unit/shell/canonical.h"

namespace hitl::shell {
namespace {

using namespace std::string_literals;

TEST(RefusalsTest, BytesThatHideOrReorder) {
  expect_refused({
      {"a\0b"s, "column 2: the text has a NUL byte"},
      {"ls\r\npwd",
       "line 1 column 3: the text has a carriage return: end lines with a newline alone"},
      {"a \x1b[1m", "column 3: the text has a control character"},
      {"a \x7f", "column 3: the text has a control character"},
      {"a \xff", "column 3: the text has a byte that is not UTF-8"},
      {"a\u202eb", "column 2: the text has a character that reorders text"},
      {"a\u200bb", "column 2: the text has a zero-width character"},
      {"a\u00a0b", "column 2: the text has a no-break space: use a plain one"},
      {"a\u0085", "column 2: the text has a control character"},
      {"a\u2028b", "column 2: the text has a line separator: use a newline"},
      {"a\ufeffb", "column 2: the text has a byte order mark"},
      {"a\xed\xa0\x80", "column 2: the text has a byte that is not UTF-8"},
      {"a \x0c", "column 3: the text has a control character"},
  });
}

TEST(RefusalsTest, Commands) {
  expect_refused({
      {"a &&", "column 5: a command is missing at the end"},
      {"a | | b", "column 5: '|' where a command is expected"},
      {"; a", "column 1: ';' where a command is expected"},
      {"a\n;", "line 2 column 1: ';' where a command is expected"},
      {"a | time b", "column 5: 'time' in the middle of a pipeline: put it in front"},
      {"time -x a", "column 6: an option of 'time' other than -p"},
      {"time", "column 5: a command after 'time' is missing at the end"},
      {"coproc a", "column 1: 'coproc' is not understood"},
      {"fi", "column 1: 'fi' where a command is expected"},
      {"if a; then fi", "column 12: 'fi' where a command after 'then' is expected"},
      {"if a; then b", "column 13: 'fi' is missing at the end"},
      {"{ }", "column 3: '}' where a command after '{' is expected"},
      {"(a", "column 3: ')' is missing at the end"},
      {"a)", "column 2: ')' where a command is expected"},
      {"case x in a) b;& esac", "column 15: ';&' and ';;&' in a case are not understood"},
      {"f() (a)", "column 5: '(' where '{' is expected"},
      {"cd() { a; }", "column 1: a function named like the shell's own 'cd'"},
      {"%1", "column 1: a job as a command: write fg"},
      {"{ case a in (}) b;; esac; }", "column 14: '}' where a pattern is expected"},
      {"for a in esac; do b; done", "column 10: 'esac' where a word is expected"},
      {"case a in (esac) b;; esac", "column 12: 'esac' where a pattern is expected"},
      {"a[x y", "column 1: a name with '[' where a command is expected: quote the '['"},
      {"for ((;;)); do a; done", "column 5: for (( )): write a for over words, or a while"},
      {"a | ! b", "column 5: '!' after '|'"},
      {"! ! a", "column 3: '!' twice"},
      {"in x", "column 1: 'in' where a command is expected"},
      {"]] x", "column 1: ']]' where a command is expected"},
      {"( )", "column 3: ')' where a command after '(' is expected"},
      {"while ; do a; done", "column 7: ';' where a command is expected"},
      {"while a; do done", "column 13: 'done' where a command after 'do' is expected"},
      {"f() { }", "column 7: '}' where a command after '{' is expected"},
      {"if a; then b; else fi", "column 20: 'fi' where a command after 'else' is expected"},
      {"case a in esac", "column 11: 'esac' where a pattern after 'in' is expected"},
      {"for x in a; do done", "column 16: 'done' where a command after 'do' is expected"},
      {"select x in a; do b; done", "column 1: 'select' is not understood"},
      {"case x in a) b;;& esac", "column 15: ';&' and ';;&' in a case are not understood"},
      {"a; }", "column 4: '}' where a command is expected"},
      {"!\\\n a", "line 1 column 2: a word is continued on the next line: join it"},
  });
}

TEST(RefusalsTest, Words) {
  expect_refused({
      {"echo 'x", "column 6: a single quote is not closed"},
      {"echo \"x", "column 6: a double quote is not closed"},
      {"echo a \\", "column 8: a backslash ends the text"},
      {"a b(c)", "column 4: an unquoted '(' in a word"},
      {"echo ${x", "column 6: ${ is not closed"},
      {"echo ${!x}", "column 8: ${!name}: the name that is meant is not known"},
      {"echo ${a[$i]}", "column 9: an array subscript other than a number, @ or *"},
      {"echo \"${x:-\"a\"}\"", "column 12: a quote inside ${ }: shells read it differently"},
      {"echo $\"x\"", "column 6: $\"...\": drop the dollar sign"},
      {"a[0]=x", "column 1: an assignment to an array element"},
      {"echo {a..c}", "column 6: a brace range other than of plain integers: write it out"},
      {"echo {1..999999}", "column 6: brace expansion makes too many words"},
      {"echo $x{1,2}", "column 6: a $name beside brace expansion: write ${name}"},
      {"echo {a,b", "column 6: braces are not balanced: quote them"},
      {"echo ~+", "column 6: this form of tilde: write the folder's name, or quote it"},
      {"echo ca\\\nse", "line 1 column 8: a word is continued on the next line: join it"},
      {"\\export X=$y", "column 1: 'export' in quotes: write it plain"},
      {"echo [a\"b\"]", "column 6: a bracket expression around quotes or expansions: quote it all"},
      {"{ a\n}\\\n b", "line 2 column 2: a word is continued on the next line: join it"},
      {"a <<<x=~", "column 6: a tilde after = or : here: write the folder's name, or quote it"},
      {"case a:~ in b) c; esac",
       "column 6: a tilde after = or : here: write the folder's name, or quote it"},
      {"a $b$", "column 5: a lone $ beside an expansion: quote it"},
      {"a \"$@\"''", "column 3: \"$@\" beside other expansions: make it a word of its own"},
      {"a \"$\\\nb\"", "line 1 column 5: a line is continued right after a $ or $name: join it"},
      {"a \"$b\\\nc\"", "line 1 column 6: a line is continued right after a $ or $name: join it"},
      {"a=(''[b]c)", "column 4: an array element with a subscript"},
      {"a b[c]=~", "column 3: a tilde after = or :, which bash may expand: quote it"},
      {"a x[1]=$b:~", "column 10: a tilde after = or :, which bash may expand: quote it"},
      {"a x=$b:~", "column 7: a tilde after = or :, which bash may expand: quote it"},
      {"a >x=~", "column 4: a tilde after = or : here: write the folder's name, or quote it"},
      {"x=1 y=(2) cmd", "column 5: an array assigned before a command"},
      {"echo $[1+1]", "column 6: $[ ]: write $(( ))"},
      {"ls !(a)", "column 5: an unquoted '(' in a word"},
      {"ls @(a|b)", "column 5: an unquoted '(' in a word"},
      {"echo ~\"x\"", "column 6: this form of tilde: write the folder's name, or quote it"},
      {"echo ~'x'/y", "column 6: this form of tilde: write the folder's name, or quote it"},
      {"x=~-", "column 3: this form of tilde: write the folder's name, or quote it"},
      {"echo ~/{a,b}", "column 6: a tilde beside brace expansion: write the words out"},
      {"echo {a,b}=~/x", "column 6: a tilde beside brace expansion: write the words out"},
      {"export {a,b}=$x", "column 8: a $name beside brace expansion: write ${name}"},
      {"export {a,b}=1", "column 8: brace expansion in a declaration: write the words out"},
      {"export X=(a b)", "column 10: an array in a declaration: assign it by itself"},
      {"echo {01..03}", "column 6: a brace range other than of plain integers: write it out"},
      {"echo {1..9..2}", "column 6: a brace range other than of plain integers: write it out"},
      {"echo {a,b}{c", "column 6: braces are not balanced: quote them"},
      {"echo $'a\\u00e9'", "column 9: an unknown escape inside $'...'"},
      {"echo ${x:-'a'}", "column 11: a quote inside ${ }: shells read it differently"},
      {"echo ${x:$y}", "column 10: an offset or length inside ${ } that is no plain number"},
      {"a[$i]=x", "column 1: an assignment to an array element"},
      {"a=([1]=x)", "column 4: an array element with a subscript"},
      {"a\\\nb", "line 1 column 2: a word is continued on the next line: join it"},
      {"a && b\\\n c d\\\ne", "line 2 column 5: a word is continued on the next line: join it"},
  });
}

TEST(RefusalsTest, Redirections) {
  expect_refused({
      {"a 10>f", "column 3: a file descriptor above 9"},
      {"a 2>&10", "column 6: a duplicated file descriptor other than 0 to 9 or -"},
      {"a >&-x", "column 5: a duplicated file descriptor other than 0 to 9 or -"},
      {"a >& $x", "column 6: >& with an expansion, which bash expands twice: write &>"},
      {"a > *", "column 5: a pattern as a redirection's target: quote it"},
      {"a > 2>&1", "column 5: a number right before a redirection: put a space between"},
      {"a {b}>f", "column 3: a {name} right before a redirection: put a space between"},
      {"a >#b", "column 4: '#' where the target of a redirection is expected"},
      {"a >& 'b\\n'", "column 6: this target of >&: write &>"},
      {"a >$b$", "column 6: a lone $ in a redirection's target: quote it"},
      {"a >'q'{1..3}", "column 4: braces in a redirection's target: quote them"},
      {">f a=(b)", "column 6: an array after a redirection: put it first"},
      {"a >&b-", "column 5: this target of >&: write &>"},
      {"a 2>&1x", "column 6: a duplicated file descriptor other than 0 to 9 or -"},
      {"a >&\\\n-x",
       "line 1 column 5: a line is continued without a space: put one before the backslash"},
      {"a {v}>f", "column 3: a {name} right before a redirection: put a space between"},
      {"a 2>&$x", "column 6: a duplicated file descriptor that is not a number"},
      {"a <&x", "column 5: a duplicated file descriptor that is not a number"},
  });
}

TEST(RefusalsTest, HereDocuments) {
  expect_refused({
      {"cat <<E\nx",
       "line 1 column 5: the here-document's end, a line with its delimiter, is missing"},
      {"cat <<E 'a\nb'\nx\nE",
       "line 1 column 5: a here-document whose own line goes on over a newline"},
      {"a <<<#b", "column 6: '#' where the text of a here-string is expected"},
      {"a <<E; b <(c $'\\n')\nx\nE",
       "line 1 column 14: a newline in a quote on the line of a here-document"},
      {"a $(b <<E\n$x$@\nE\n)",
       "line 1 column 7: \"$@\" beside other expansions: make it a word of its own"},
      {"a $(b <<E && c\nx\nE\n)",
       "line 1 column 11: && or || after a here-document inside a substitution, which bash may "
       "misread: put the here-document in a file or variable first"},
      {"a $(b <<E || c\nx\nE\n)",
       "line 1 column 11: && or || after a here-document inside a substitution, which bash may "
       "misread: put the here-document in a file or variable first"},
      {"cat <<$E\nx\nE", "line 1 column 7: a here-document's delimiter that is not plain text"},
      {"cat <<E\nx\\\ny\nE",
       "line 2 column 2: a here-document's line ends in a backslash: quote the delimiter"},
      {"cat <<E\n$(a $'\\n')\nE",
       "line 2 column 5: a newline in a quote on the line of a here-document"},
  });
}

TEST(RefusalsTest, Conditionals) {
  expect_refused({
      {"[[ a =~ b ]]", "column 6: =~ in [[ ]]: use == with a pattern, or grep"},
      {"[[ a\n== b ]]", "line 1 column 5: an operator in [[ ]] is missing at the end of the line"},
      {"[[ a ==\nb ]]",
       "line 1 column 8: a space after the operator in [[ ]] is missing at the end of the line"},
      {"[[ a\n]]", "line 1 column 5: an operator in [[ ]] is missing at the end of the line"},
      {"[[ -f\na ]]", "line 1 column 6: an operand in [[ ]] is missing at the end of the line"},
      {"[[ a -xx b ]]", "column 6: an unknown operator in [[ ]]"},
      {"[[ ]]", "column 4: ']]' where an operand in [[ ]] is expected"},
      {"[[ ! ]]", "column 6: ']]' where an operand in [[ ]] is expected"},
      {"[[ a && ]]", "column 9: ']]' where an operand in [[ ]] is expected"},
      {"[[ $x == @(a) ]]", "column 11: an unquoted '(' in a word"},
  });
}

TEST(RefusalsTest, Substitutions) {
  expect_refused({
      {"echo `a \\`b\\``", "column 9: a backslash inside backquotes: write $( )"},
      {"echo a<(b)", "column 7: a process substitution inside a word"},
      {"!<(a)", "column 2: a process substitution inside a word"},
      {"a <((b))", "column 5: '((' in a process substitution: put a space between"},
      {"a \"`b \\'c`\"", "column 7: a backslash inside backquotes: write $( )"},
      {"a \"`b \"{c,d}\"`\"", "column 4: braces and quotes inside backquotes: write $( )"},
      {"a $(b\n<c)",
       "line 2 column 1: a redirection without a command among others inside a substitution: write "
       "cat"},
      {"a \"$(cat <<E\nx\nE\nb; c)\"",
       "line 4 column 2: a ';' after a here-document inside a substitution, which bash loses: put "
       "a "
       "newline there"},
      {"a $(b <<E &\nx\nE\nc)",
       "line 1 column 11: a '&' after a here-document inside a substitution, which bash loses: put "
       "a newline there"},
      {"a <(b)<(c)", "column 7: text right after a process substitution"},
      {"a $({ b \\&\n})",
       "line 1 column 9: a word that ends in \\& inside a substitution: write '&'"},
      {"a $(if b >c\\&\nthen d; fi)",
       "line 1 column 11: a word that ends in \\& inside a substitution: write '&'"},
      {"a $(b=(\\'); c)", "column 7: a backslash in an array inside a substitution"},
      {"a <(b=(\"'\"))", "column 7: a single quote in an array inside a substitution"},
      {"echo $(id", "column 6: $( is not closed"},
      {"echo `id", "column 6: a backquote is not closed"},
      {"a $(<b then)", "column 8: 'then' as a command's name: quote it"},
      {"a $(b &&)", "column 9: ')' where a command is expected"},
      {"a $(b))", "column 7: ')' where a command is expected"},
  });
}

}  // namespace
}  // namespace hitl::shell
