// SPDX-License-Identifier: Apache-2.0
#include "classify/program_text.h"

#include <gtest/gtest.h>

namespace hitl::classify {
namespace {

TEST(SedTest, ProgramsThatOnlyCompute) {
  for (const char* text : {"",
                           "p",
                           "1,5p",
                           "$!N;P;D",
                           "1!G;h;$!d",
                           "s/a/b/",
                           "s/a/b/gI;s|x|y|2",
                           "/x/,/y/d",
                           "/a/,+3!d",
                           "0~2p",
                           "y/abc/xyz/",
                           "s/[/]/x/",
                           "s/[]]/x/g",
                           "\\,x,p",
                           "/x/{s/a/b/;p}",
                           ":a;N;$!ba;s/\n/ /g",
                           "a hello e w r",
                           "i\\\ntext",
                           "5q",
                           "s/w/e/",
                           "s/#.*//",
                           "l 5;=",
                           "s/\\/e/\\/w/g",
                           "/[[:space:]]/d",
                           "$=",
                           "1~3d",
                           "s,a,b,p;s;c;d;"})
    EXPECT_EQ(not_only_sed(text), "") << text;
}

TEST(SedTest, ProgramsThatReachFilesOrPrograms) {
  for (const char* text : {"e",
                           "1e id",
                           "$e id",
                           "/x/e",
                           "w out",
                           "W out",
                           "r /etc/shadow",
                           "R x",
                           "s/a/b/e",
                           "s/a/b/ge",
                           "s/a/b/w out",
                           "s/a/b/2w out",
                           "p;e id",
                           "p\ne id",
                           "{p;e id}",
                           "/[/]/e id",
                           "s/[/]/x/;e id",
                           "y/a/b/;e id",
                           "1,/x/w out",
                           "a text\ne id",
                           "!e id",
                           "\\,x,e id",
                           "s/a/b/ ; w out",
                           "s,a,b,;w out",
                           "#x\ne id",
                           "v 4.2",
                           "M",
                           "s/a/b",
                           "s/a",
                           "y/a/b",
                           "}",
                           "{p",
                           "/x",
                           "s\na\nb\ne",
                           "pp",
                           "p e"})
    EXPECT_NE(not_only_sed(text), "") << text;
}

TEST(AwkTest, ProgramsThatOnlyCompute) {
  for (const char* text : {"",
                           "{print}",
                           "{print $1, $NF}",
                           "NR>1{s+=$4} END{print s/(NR-1)}",
                           "$3 > 50.0 {print $2}",
                           "{if ($1 > 10) print $0}",
                           "/a|b/ {print}",
                           "$1 ~ /x/ || $2 == \"y\"",
                           "!a[$0]++",
                           "BEGIN{FS=\":\"} {print $1}",
                           "{ print (a>b) }",
                           "{printf \"%s|%s\\n\", $1, $2}",
                           "function f(x) { return x / 2 } { f($1) }",
                           "{ gsub(/\"/, \"\") } 1",
                           "length($0) > 80",
                           "{ split($1, a, \":\"); print a[1] }",
                           "NF{p=$0} END{print p}",
                           "# system\n{print}",
                           "{ if (/x/) print; else next }",
                           "$NF / 2 > 1",
                           "{ i++ / 2 }"})
    EXPECT_EQ(not_only_awk(text), "") << text;
}

TEST(AwkTest, ProgramsThatReachFilesOrPrograms) {
  for (const char* text : {"BEGIN{system(\"id\")}",
                           "{print > \"out\"}",
                           "{print >> \"out\"}",
                           "{print | \"sh\"}",
                           "BEGIN{\"id\"|getline x}",
                           "BEGIN{while((getline l < \"f\")>0) print l}",
                           "{print |& \"x\"}",
                           "{printf \"x\" > \"f\"}",
                           "{print $1,\n$2 > \"out\"}",
                           "{ print a>b }",
                           "@load \"x\"",
                           "{ f = \"system\"; @f(\"id\") }",
                           "BEGIN{print ENVIRON[\"X\"]}",
                           "BEGIN{ARGV[1]=\"/x\"}",
                           "/\"/{print} /x/{system(\"id\")} #\"/",
                           "{ if (/\"/) system(\"id\") } #\"",
                           "{if(x)/\"/;system(\"id\")#\"/\n}",
                           "{ x = a / b; system(\"id\") }",
                           "{ length /\"/; system(1) #\"/ }",
                           "{ print (1)(2) > \"f\" }",
                           "{ print(1) > \"f\" }",
                           "{",
                           "\"abc",
                           "/abc",
                           "{)}",
                           "`id`",
                           "{ y = /[/]/ }",
                           "{ print 1; print 2 > \"f\" }"})
    EXPECT_NE(not_only_awk(text), "") << text;
}

TEST(JqTest, ProgramsThatOnlyCompute) {
  for (const char* text :
       {".", ".a | .b", "{env: .env}", ".env", "map(select(.x == \"env\"))", "\"a \\(.b) c\"",
        "# env\n.", "[.[] | {a, b}]", ".import", "{import: 1}"})
    EXPECT_EQ(not_only_jq(text), "") << text;
}

TEST(JqTest, ProgramsThatReachBeyondTheirInput) {
  for (const char* text :
       {"env", "$ENV.X", "env.X", "\"\\(env)\"", "\"\\(\"\\(env)\")\"", "import \"a\" as a; .",
        "include \"a\"; .", "input_filename", "\"open", "{a: env}", "(env)"})
    EXPECT_NE(not_only_jq(text), "") << text;
}

TEST(SqlTest, SqlThatOnlySelects) {
  for (const char* text : {"select 1",
                           "SELECT * FROM t WHERE a = 'x''y' AND b IN (1, 2);",
                           "select count(*), max(a) from s.t group by b order by 1 desc limit 5",
                           "with x as (select 1) select * from x",
                           "show tables",
                           "show slave status\\G",
                           "explain analyze select a from t",
                           "describe t",
                           "show create table t",
                           "select now() - interval '1 hour'",
                           "select pg_size_pretty(pg_database_size('x'))",
                           "select pid, query from pg_stat_activity where state <> 'idle'",
                           "\\dt",
                           "\\d public.users",
                           ".tables",
                           ".schema users",
                           "select a::text from t",
                           "select \"a b\" from t",
                           "select pg_catalog.count(*) from t",
                           "SELECT 1; SELECT 2"})
    EXPECT_EQ(not_only_sql(text), "") << text;
}

TEST(SqlTest, SqlThatDoesMore) {
  for (const char* text : {"",
                           "delete from t",
                           "insert into t values (1)",
                           "update t set a = 1",
                           "drop table t",
                           "select 1; drop table t",
                           "select * into x from t",
                           "with x as (delete from t) select 1",
                           "select pg_read_file('/etc/passwd')",
                           "select \"pg_read_file\"('/etc/passwd')",
                           "select U&\"x!0041\" UESCAPE '!' ('a')",
                           "select evil.count(1)",
                           "select lo_import('/x')",
                           "copy t to '/tmp/x'",
                           "copy t from program 'id'",
                           "select 1 into outfile '/x'",
                           "select load_file('/etc/passwd')",
                           "select load_extension('x')",
                           "select writefile('x', 1)",
                           "select readfile('/etc/passwd')",
                           "select edit('x')",
                           "attach 'x' as y",
                           "pragma x = 1",
                           "vacuum",
                           ".shell id",
                           ".system id",
                           ".once x",
                           ".output x",
                           ".read x",
                           ".log x",
                           ".import x y",
                           ".load x",
                           "\\! id",
                           "\\o x",
                           "\\i x",
                           "\\copy t to x",
                           "select 1 \\g |id",
                           "select 1 \\gexec",
                           "\\dt | id",
                           "\\d; \\! id",
                           "select 'a\\' ; drop table t; -- '",
                           "select 1 -- x",
                           "select /*! 1 */ 1",
                           "select 1 # x",
                           "select $$a$$",
                           "select `a`",
                           "select 1 as [']; delete from t; --']",
                           "select 'a",
                           "select (1",
                           "select 1)",
                           "set x = 1",
                           "do $$x$$",
                           "call f()",
                           "select f(1)",
                           "select pg_sleep(9)",
                           "select * from pg_shadow",
                           "select * from mysql.user",
                           "show create user x",
                           "select password from users",
                           "select api_key from t",
                           "table pg_authid",
                           "explain delete from t",
                           "begin; select 1",
                           "select setval('x', 1)",
                           "select nextval('x')",
                           "select set_config('a', 'b', false)",
                           "select dblink_exec('x', 'y')",
                           "use x\nsystem id",
                           "system id",
                           "source x",
                           "select 1;\nsystem id",
                           "delimiter //",
                           "lock tables t write",
                           "select * from t for update",
                           "select 1 operator(x.+) 2",
                           "grant all on t to x",
                           "select pg_terminate_backend(1)",
                           "select query_to_xml('x', true, true, '')"})
    EXPECT_NE(not_only_sql(text), "") << text;
}

TEST(ProgramTextTest, FieldsThatKubectlPrints) {
  for (const char* good :
       {"wide", "name", "jsonpath={.status.phase}", "jsonpath={.items[*].metadata.name}",
        "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}",
        "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}",
        "custom-columns=N:.metadata.name,I:.spec.containers[*].image"})
    EXPECT_EQ(not_only_fields(good), "") << good;
  for (const char* bad : {"",
                          "json",
                          "yaml",
                          "jsonpath=",
                          "jsonpath={.items}",
                          "jsonpath={.items[*]}",
                          "jsonpath={..env}",
                          "jsonpath={@}",
                          "jsonpath={$}",
                          "jsonpath={.spec}",
                          "jsonpath={.metadata}",
                          "jsonpath={.data}",
                          "jsonpath={.metadata.annotations}",
                          "jsonpath={.spec.containers[*].env}",
                          "jsonpath={.items[0]['spec']}",
                          "jsonpath={.status.phase}{.spec}",
                          "jsonpath={.stat*}",
                          "jsonpath-file=x",
                          "custom-columns-file=x",
                          "custom-columns=A:*",
                          "custom-columns=A:.spec",
                          "go-template={{.data}}",
                          "jsonpath={.items[*"})
    EXPECT_NE(not_only_fields(bad), "") << bad;
}

}  // namespace
}  // namespace hitl::classify
