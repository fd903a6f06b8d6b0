// SPDX-License-Identifier: Apache-2.0
#include "catalog/place.h"

#include <gtest/gtest.h>

#include "catalog/pattern.h"

namespace hitl::catalog {
namespace {

// A short catalogue of places.
Places places() {
  Places p;
  for (const char* s : {"/etc/shadow", "/etc/ssl/private/**", "**/.ssh/**", "~/.ssh/**", "**/.env",
                        "**/.env.*", "**/*.pem", "**/*secret*", "**/credentials.*", "/proc/*/*"})
    p.add(s, Effect::ReadSecret);
  p.add_plain("**/.env.example");
  p.add_plain("/proc/sys/*");
  p.add("/dev/sd*", Effect::Device);
  p.add("/etc/cron.d/**", Effect::Persist);
  return p;
}

std::string first(std::string_view path, std::string_view base) {
  return shown(normal(path, base).paths.back());
}

TEST(NormalTest, ResolvesDotsAsText) {
  struct Case {
    const char *path, *base, *want;
  };
  const Case cases[] = {
      {"/etc/../etc/./shadow", "~", "/etc/shadow"},
      {"//etc///shadow", "~", "/etc/shadow"},
      {"x/y", "~", "~/x/y"},
      {"./x", "/srv", "/srv/x"},
      {"../x", "/srv/app", "/srv/x"},
      {"/../..", "~", "/"},
      {".", "/srv", "/srv"},
      {"~/x/../y", "/srv", "~/y"},
      {"..", "~", "/home"},
      {"x", "", ".../x"},
      {"~bob/x", "/srv", "~bob/x"},
  };
  for (const auto& c : cases) EXPECT_EQ(first(c.path, c.base), c.want) << c.path;
}

TEST(NormalTest, AboveTheHomeCouldAlsoBeTheRoot) {
  const auto n = normal("../etc/shadow", "~");
  EXPECT_EQ(n.paths, (std::vector<std::string>{"/etc/shadow", "/home/etc/shadow"}));
  EXPECT_TRUE(n.climbs);
  EXPECT_EQ(n.rest, "etc/shadow");
}

TEST(PlacesTest, SecretsAreFoundHoweverTheyAreSpelled) {
  const auto p = places();
  for (const char* path : {"/etc/shadow",     "/etc/sh*",         "/etc/shado?",
                           "/e*/shadow",      "/?t?/s*w",         "/srv/app/.env",
                           "~/.ssh/id_rsa",   "~root/.ssh/x",     "/home/bob/.ssh/x",
                           "/home/*/.ssh/*",  "/srv/x.pem",       "/srv/*.pem",
                           "/srv/cred*.json", "/srv/.e*",         "/srv/my-secrets.txt",
                           "/proc/1/environ", "/proc/*/environ",  "/srv/.env.local",
                           "~/.ssh",          "/srv/.server.pem", "~/.my-secret"})
    EXPECT_EQ(p.reading(from_notation(path), ""), Effect::ReadSecret) << path;
}

TEST(PlacesTest, PlainFilesAndPlainGlobsAreNot) {
  const auto p = places();
  for (const char* path :
       {"/etc/passwd", "/srv/app/main.go", "/srv/*.json", "/srv/*.log", "~/*.txt",
        "/srv/.env.example", "/proc/sys/x", "/proc/meminfo", "/srv/prompt*.go", "~/notes"})
    EXPECT_EQ(p.reading(from_notation(path), ""), Effect::Read) << path;
}

TEST(PlacesTest, WhatIsNotKnownIsNotSaidToBePlain) {
  const auto p = places();
  EXPECT_EQ(p.reading(std::string(1, kAny), ""), Effect::Unknown);
  EXPECT_EQ(p.reading("/srv/" + std::string(1, kAny), ""), Effect::Unknown);
  EXPECT_EQ(p.reading("", ""), Effect::Unknown);
  EXPECT_TRUE(p.writing(std::string(1, kAny)).has(Effect::Unknown));
}

TEST(PlacesTest, AClimbThroughALinkMayEndInASecret) {
  EXPECT_EQ(places().reading("/var/etc/shadow", "etc/shadow"), Effect::ReadSecret);
  EXPECT_EQ(places().reading("/srv/private/key", "private/key"), Effect::ReadSecret);
  EXPECT_EQ(places().reading("/srv/config.yml", "config.yml"), Effect::Read);
}

TEST(PlacesTest, AFolderIsAsSecretAsWhatItHolds) {
  const auto p = places();
  for (const char* path : {"/", "/etc", "/etc/ssl", "~", "/home", "/root", "~/.ssh", "/proc"})
    EXPECT_EQ(p.reading_tree(path), Effect::ReadSecret) << path;
  for (const char* path : {"/srv", "/var/log", "~/app", "/usr/share"})
    EXPECT_EQ(p.reading_tree(path), Effect::Read) << path;
}

TEST(PlacesTest, WritingKnowsDevicesAndWhatComesBack) {
  const auto p = places();
  EXPECT_EQ(p.writing("/dev/sda"), EffectSet{Effect::Device});
  EXPECT_EQ(p.writing(from_notation("/dev/sd*")), EffectSet{Effect::Device});
  EXPECT_EQ(p.writing("/etc/cron.d/x"), EffectSet{Effect::Persist});
  EXPECT_EQ(p.writing("/srv/x"), EffectSet{});
}

}  // namespace
}  // namespace hitl::catalog
