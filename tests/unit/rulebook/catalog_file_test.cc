// SPDX-License-Identifier: Apache-2.0
#include "rulebook/catalog_file.h"

#include <gtest/gtest.h>

#include "rulebook/notation.h"

namespace hitl::rulebook {
namespace {

TEST(NotationTest, NamesWithAlternatives) {
  EXPECT_EQ(names_of("git log|show"), (std::vector<std::string>{"git log", "git show"}));
  EXPECT_EQ(names_of("a|b c|d"), (std::vector<std::string>{"a c", "a d", "b c", "b d"}));
}

TEST(NotationTest, OptionsSayWhatTheyTakeAndDo) {
  catalog::Command c;
  ASSERT_TRUE(add_option(c, "-o --output=output"));
  ASSERT_TRUE(add_option(c, "--color[=text]"));
  ASSERT_TRUE(add_option(c, "-d --delete !delete >text"));
  ASSERT_TRUE(add_option(c, "--version ?read"));
  ASSERT_TRUE(add_option(c, "-r >tree"));
  ASSERT_TRUE(add_option(c, "-k={a|b}"));
  EXPECT_EQ(c.option("-o")->shape.role, catalog::Role::Output);
  EXPECT_EQ(c.option("-o"), c.option("--output"));
  EXPECT_EQ(c.option("--color")->argument, catalog::Argument::Joined);
  EXPECT_TRUE(c.option("-d")->effects.has(catalog::Effect::Delete));
  EXPECT_TRUE(c.option("-d")->plain_operands);
  EXPECT_TRUE(c.option("--version")->swaps && c.option("--version")->alone);
  EXPECT_EQ(c.option("-r")->operands, catalog::Role::Tree);
  EXPECT_EQ(c.option("-k")->shape.words, (std::vector<std::string>{"a", "b"}));
}

TEST(NotationTest, WordsSayWhatAnotherIs) {
  const auto plain = shape_of("{a|b}"), list = shape_of("{a|b},"), both = shape_of("{a},!write");
  ASSERT_TRUE(plain && list && both);
  EXPECT_TRUE(!plain->list && plain->otherwise == catalog::Effect::Unknown);
  EXPECT_TRUE(list->list && list->otherwise == catalog::Effect::Unknown);
  EXPECT_TRUE(both->list && both->otherwise == catalog::Effect::Write);
  for (const char* text : {"{a", "{a}x", "{a}!wirte", "{a}!"}) EXPECT_FALSE(shape_of(text)) << text;
}

TEST(NotationTest, AnOptionCanTakeTwoArguments) {
  catalog::Command c;
  ASSERT_TRUE(add_option(c, "--arg=name+text"));
  EXPECT_EQ(c.option("--arg")->shape.role, catalog::Role::Name);
  ASSERT_TRUE(c.option("--arg")->second);
  EXPECT_EQ(c.option("--arg")->second->role, catalog::Role::Text);
  EXPECT_FALSE(add_option(c, "--other=name+"));
}

TEST(NotationTest, AnOperandCanAddAnEffect) {
  catalog::Command c;
  ASSERT_TRUE(add_option(c, "-x"));
  ASSERT_TRUE(add_operand(c, "text !kernel !write unless -x"));
  EXPECT_EQ(c.operands[0].effects,
            (catalog::EffectSet{catalog::Effect::Kernel, catalog::Effect::Write}));
  EXPECT_EQ(c.operands[0].unless.size(), 1u);
  EXPECT_FALSE(add_operand(c, "text !"));
  EXPECT_FALSE(add_operand(c, "text unless -x !write"));
}

TEST(NotationTest, WhatItDoesNotKnowItRefuses) {
  for (const char* text :
       {"", "x", "-a !deletes", "-a=nowhere", "-a[=text", "-a -a", "-a=text -b"}) {
    catalog::Command c;
    EXPECT_FALSE(add_option(c, text)) << text;
  }
  for (const char* text : {"", "nothing", "input unless", "input unless -x", "input or -x"}) {
    catalog::Command c;
    EXPECT_FALSE(add_operand(c, text)) << text;
  }
  catalog::Command c;
  ASSERT_TRUE(add_operand(c, "input*"));
  EXPECT_FALSE(add_operand(c, "input*"));
  ASSERT_TRUE(add_operand(c, "output"));
  EXPECT_FALSE(add_operand(c, "output"));
}

TEST(CatalogFileTest, FaultsNameTheirPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {"[[command]]\nnames=['x']", "c:1:1: a command needs 'effects'"},
      {"[[command]]\neffects=['read']", "c:1:1: a command needs 'names'"},
      {"[[command]]\nnames=['x']\neffects=['raed']",
       "c:3:10: unknown effect 'raed' (did you mean 'read'?)"},
      {"[[command]]\nnames=['x']\neffects=['read']\noperands=['inptu']",
       "c:4:11: unknown role 'inptu' (did you mean 'input'?)"},
      {"[[command]]\nnames=['x']\neffects=['read']\nflgas='-a'",
       "c:4:1: unknown key 'flgas' (did you mean 'flags'?)"},
      {"[[command]]\nnames=['x']\neffects=['read']\ntraits=['odd']", "c:4:9: unknown trait 'odd'"},
      {"[[command]]\nnames=['x']\neffects=['read']\ntraits=['digit']",
       "c:4:9: unknown trait 'digit' (did you mean 'digits'?)"},
      {"[[command]]\nnames=['x']\neffects=['read']\nstyle='word'",
       "c:4:7: 'word' is none of 'gnu', 'words', 'none' (did you mean 'words'?)"},
      {"[[command]]\nnames=['x']\neffects=['read']\noptions=['-l :raed']",
       "c:4:10: unknown effect 'raed' (did you mean 'read'?)"},
      {"[[command]]\nnames=['x', 'x']\neffects=['read']", "c:2:7: 'x' is there already, at c:1"},
      {"[[place]]\neffect='secret'\npaths=[]", "c:2:8: unknown effect 'secret'"},
      {"pins=['PAGER']", "c:1:7: a pin is NAME=VALUE"},
  };
  for (const auto& [text, want] : cases) {
    const auto catalog = load_catalog({{"c", text}});
    ASSERT_FALSE(catalog) << text;
    EXPECT_EQ(catalog.error().what.substr(0, std::string_view(want).size()), want);
  }
}

TEST(CatalogFileTest, ReadsWhatIsShipped) {
  const auto files = read_catalog({HITL_SOURCE_DIR "/etc/catalog.d"});
  ASSERT_TRUE(files) << files.error().what;
  const auto catalog = load_catalog(*files);
  ASSERT_TRUE(catalog) << catalog.error().what;
  EXPECT_GT(catalog->size(), 500u);
  EXPECT_NE(catalog->find("git log"), nullptr);
  EXPECT_TRUE(catalog->find("git")->has_subcommands);
}

TEST(CatalogFileTest, AParentThatNoFileListsIsUnknown) {
  const auto catalog = load_catalog({{"c", "[[command]]\nnames=['a b']\neffects=['read']"}});
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->find("a")->effects, catalog::EffectSet{catalog::Effect::Unknown});
}

TEST(CatalogFileTest, AFolderThatIsNotThereIsAnError) {
  EXPECT_FALSE(read_catalog({"/nonexistent"}));
}

}  // namespace
}  // namespace hitl::rulebook
