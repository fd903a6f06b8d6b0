// SPDX-License-Identifier: Apache-2.0
#include "explain/explain.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace hitl::explain {
namespace {

using nlohmann::json;

const judge::Judge& judge_of(const Setup& setup) {
  static const auto judge = judge::Judge::load(setup.policy, setup.catalog);
  if (!judge) ADD_FAILURE() << judge.error().what;
  return *judge;
}

std::vector<json> answers(const std::string& input) {
  const auto setup = shipped();
  std::istringstream in(input);
  std::ostringstream out;
  batch(judge_of(setup), setup, in, out);
  std::vector<json> result;
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) result.push_back(json::parse(line));
  return result;
}

TEST(ExplainTest, ABatchGivesOneAnswerForEachLineInOrder) {
  const auto all = answers(
      "{\"id\":\"a\",\"line\":\"ls -l\"}\nno json\n{\"id\":\"b\"}\n[]\n\n{\"id\":3,\"line\":\"rm "
      "x\"}\n"
      "{\"line\":5}\n{\"id\":\"z\",\"line\":\"echo 'x\"}");
  ASSERT_EQ(all.size(), 8u);
  EXPECT_EQ(all[0]["id"], "a");
  EXPECT_EQ(all[0]["decision"], "allow");
  EXPECT_EQ(all[0]["rule"], "look around");
  EXPECT_EQ(all[0]["understood"], true);
  EXPECT_EQ(all[0]["effects"], json::array({"read"}));
  EXPECT_EQ(all[0]["canonical"], "'ls' '-l'");
  EXPECT_EQ(all[0]["commands"][0]["argv"], json::array({"ls", "-l"}));
  EXPECT_EQ(all[0]["commands"][0]["effects"], json::array({"read"}));
  EXPECT_EQ(all[0]["reasons"], json::array());
  for (const std::size_t i : {1u, 2u, 3u, 4u, 6u}) EXPECT_TRUE(all[i].contains("error")) << i;
  EXPECT_EQ(all[5]["decision"], "hold");
  EXPECT_EQ(all[5]["id"], 3);
  EXPECT_EQ(all[7]["understood"], false);
  EXPECT_TRUE(all[7]["canonical"].is_null());
}

TEST(ExplainTest, ABatchLineMayNameItsAgentTargetAndFolder) {
  const auto all = answers(
      "{\"line\":\"cat shadow\",\"cwd\":\"/etc\"}\n"
      "{\"line\":\"ls\",\"agent\":\"x\",\"target\":\"y\"}");
  EXPECT_EQ(all[0]["decision"], "hold");
  EXPECT_EQ(all[1]["decision"], "allow");
}

TEST(ExplainTest, WithAConfigurationGroupsAndTagsComeFromThere) {
  config::BastionConfig config;
  config.agents["devin"].groups = {"agents"};
  config.agents["devin"].targets = {"db1"};
  config.agents["zoe"].targets = {"tag:prod"};
  config.targets["db1"].tags = {"prod"};
  config.targets["web"].tags = {"test"};
  auto setup = shipped();
  setup.groups.clear();
  setup.agent.clear();
  setup.config = config;

  ASSERT_TRUE(name(setup, "devin", ""));
  EXPECT_EQ(setup.groups, std::vector<std::string>{"agents"});
  EXPECT_EQ(setup.target, "db1");
  EXPECT_EQ(setup.tags, std::vector<std::string>{"prod"});
  ASSERT_TRUE(name(setup, "zoe", "db1"));
  EXPECT_TRUE(setup.groups.empty());
  for (const auto& [agent, target] : {std::pair{"", ""}, {"nobody", ""}, {"devin", "web"}})
    EXPECT_FALSE(name(setup, agent, target)) << agent << target;

  setup.agent.clear();
  std::istringstream in(
      "{\"line\":\"ls\",\"agent\":\"devin\"}\n{\"line\":\"ls\",\"agent\":\"zoe\"}\n{\"line\":"
      "\"ls\"}");
  std::ostringstream out;
  batch(judge_of(setup), setup, in, out);
  EXPECT_NE(out.str().find("\"allow\""), std::string::npos);
  EXPECT_NE(out.str().find("\"hold\""), std::string::npos);
  EXPECT_NE(out.str().find("\"error\""), std::string::npos);
}

TEST(ExplainTest, BytesThatAreNoTextDoNotEndABatch) {
  const auto all = answers("{\"line\":\"ls \xff\"}\n{\"line\":\"ls\\u0000\"}\n{\"line\":\"ls\"}");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2]["decision"], "allow");
  EXPECT_NE(all[1]["decision"], "allow");
}

TEST(ExplainTest, PeopleSeeEscapesAsText) {
  const auto setup = shipped();
  std::ostringstream out;
  explain(judge_of(setup), setup, "rm $'\\x1b[2J'", Form::Plain, false, out);
  EXPECT_EQ(out.str().find('\x1b'), std::string::npos);
  EXPECT_NE(out.str().find("hold"), std::string::npos);
}

TEST(ExplainTest, OneLineAsJsonIsOneObject) {
  const auto setup = shipped();
  std::ostringstream out;
  explain(judge_of(setup), setup, "reboot", Form::Json, false, out);
  const auto answer = json::parse(out.str());
  EXPECT_EQ(answer["decision"], "deny");
  EXPECT_EQ(answer["rule"], "stops the machine");
}

std::string picture(const std::string& line, Form form = Form::Terminal) {
  const auto setup = shipped();
  std::ostringstream out;
  explain(judge_of(setup), setup, line, form, false, out);
  return out.str();
}

TEST(ExplainTest, OnATerminalTheWordsAreMarked) {
  const auto text = picture("ls /srv && find /srv/x -name '*.log' -delete");
  EXPECT_NE(text.find("\n  ls /srv && find /srv/x -name '*.log' -delete\n"
                      "                                       ^~~~~~~ delete: removes what matches "
                      "below /srv/x"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("hold by the rule \"ask first\": needs 1 approval of oncall"),
            std::string::npos)
      << text;
}

TEST(ExplainTest, OnATerminalCommandsAreATree) {
  const auto text = picture("echo $(rm x) | cat");
  const auto outer = text.find("\n  echo $(rm x)"), inner = text.find("\n    rm x");
  ASSERT_NE(outer, std::string::npos) << text;
  ASSERT_NE(inner, std::string::npos) << text;
  EXPECT_LT(outer, inner);
}

TEST(ExplainTest, AMarkOfALaterLineStandsBelowIt) {
  const auto text = picture("ls\nrm x\nls");
  EXPECT_NE(text.find("  rm x\n     ^ delete: removes x"), std::string::npos) << text;
}

TEST(ExplainTest, MarksFollowWhatIsShownOfHiddenBytes) {
  for (const Form form : {Form::Terminal, Form::Plain}) {
    const auto text = picture("rm a\x1b[2Jb\xff \xe2\x80\xaez", form);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\xff'), std::string::npos);
  }
  EXPECT_NE(picture("ls", Form::Coloured).find("\x1b[32m"), std::string::npos);
  picture("");
  picture("\n\n");
  picture("echo 'x");
}

}  // namespace
}  // namespace hitl::explain
