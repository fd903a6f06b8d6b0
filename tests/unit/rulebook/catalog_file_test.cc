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
  EXPECT_TRUE(c.option("-r")->tree);
  EXPECT_EQ(c.option("-k")->shape.words, (std::vector<std::string>{"a", "b"}));
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
  EXPECT_FALSE(add_operand(c, "input"));
}

TEST(CatalogFileTest, FaultsNameTheirPlace) {
  const std::pair<const char*, const char*> cases[] = {
      {"[[command]]\nnames=['x']", "c:1:1: a command needs 'effects'"},
      {"[[command]]\neffects=['read']", "c:1:1: a command needs 'names'"},
      {"[[command]]\nnames=['x']\neffects=['raed']", "c:3:10: unknown effect 'raed'"},
      {"[[command]]\nnames=['x']\neffects=['read']\noperands=['inptu']",
       "c:4:11: unknown role 'inptu'"},
      {"[[command]]\nnames=['x']\neffects=['read']\nflgas='-a'",
       "c:4:1: unknown key 'flgas' (did you mean 'flags'?)"},
      {"[[command]]\nnames=['x']\neffects=['read']\ntraits=['odd']", "c:4:9: unknown trait 'odd'"},
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
