// SPDX-License-Identifier: Apache-2.0
#include "config/mask_rules.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "config/bastion_config.h"

namespace hitl::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxExpression = 4'000, kMaxReplacement = 200;
constexpr std::size_t kMostLiterals = 1'000, kShortest = 4, kLongest = 512;
constexpr std::string_view kTag = "tag:", kGroup = "group:";

class MaskReader {
 public:
  explicit MaskReader(std::string folder) : folder_(std::move(folder)) {}

  // The fields that a detector and a configured rule have alike.
  MaskRule rule(Table& t) {
    MaskRule r;
    r.place = t.place();
    r.name = t.string("name").value_or("");
    if (!is_valid_name(r.name))
      t.fault("name", "a name has 1 to 64 characters of a-z, 0-9, '.', '_' and '-'");
    r.before = expression(t, "before");
    r.pattern = expression(t, "pattern");
    r.tail = expression(t, "tail");
    r.after = expression(t, "after");
    r.replacement = t.string("replacement").value_or("");
    if (r.replacement.size() > kMaxReplacement ||
        std::ranges::any_of(r.replacement, [](char c) { return c < ' ' || c > '~'; }))
      t.fault("replacement",
              "a replacement is one line of printable ASCII, at most 200 characters");
    r.within = static_cast<std::uint32_t>(t.integer("within", 1, 4'096).value_or(0));
    const auto check = t.word("check", {"luhn", "mod97"}).value_or("");
    r.check = check == "luhn"    ? MaskCheck::Luhn
              : check == "mod97" ? MaskCheck::Mod97
                                 : MaskCheck::None;
    return r;
  }

  void configured(Table& t, std::vector<MaskRule>& out) {
    auto r = rule(t);
    r.targets = t.strings("targets").value_or(std::vector<std::string>{});
    r.agents = t.strings("agents").value_or(std::vector<std::string>{});
    if (const auto file = t.string("literals_file")) {
      literals(t, (fs::path(folder_) / *file).lexically_normal(), r);
      if (!r.pattern.empty() || !r.before.empty() || !r.after.empty())
        t.fault("literals_file", "give a pattern or a file of literals, one of them");
    } else if (r.pattern.empty()) {
      t.fault("", "pattern is missing (or literals_file)");
    }
    t.done();
    out.push_back(std::move(r));
  }

 private:
  static std::string expression(Table& t, const char* key) {
    auto e = t.string(key).value_or("");
    if (e.size() > kMaxExpression)
      t.fault(key, fmt::format("more than {} characters", kMaxExpression));
    return e;
  }

  void literals(Table& t, const std::string& path, MaskRule& r) {
    struct stat status {};
    std::ifstream in(path);
    if (!in || ::stat(path.c_str(), &status) != 0)
      return t.fault("literals_file", path + ": cannot be read");
    if ((status.st_mode & 0007) != 0)
      return t.fault("literals_file", path + ": secrets that everybody may read (chmod o= it)");
    std::string line;
    for (int n = 1; std::getline(in, line); ++n) {
      if (line.empty()) continue;
      if (line.size() < kShortest || line.size() > kLongest)
        return t.fault("literals_file", fmt::format("{}:{}: a literal has {} to {} bytes", path, n,
                                                    kShortest, kLongest));
      r.literals.push_back(line);
    }
    if (r.literals.empty() || r.literals.size() > kMostLiterals)
      t.fault("literals_file",
              fmt::format("{}: 1 to {} literals, one a line", path, kMostLiterals));
  }

  std::string folder_;
};

// The shipped detectors.  A fault in one is a fault of [mask].
std::vector<MaskRule> detectors(Table& t, const std::vector<std::string>& folders) {
  std::vector<MaskRule> out;
  for (const auto& folder : folders) {
    std::error_code error;
    std::vector<std::string> paths;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
      if (it->path().extension() == ".toml") paths.push_back(it->path().string());
    if (error) t.fault("detectors", folder + ": " + error.message());
    std::ranges::sort(paths);
    for (const auto& path : paths) {
      auto file = File::read(path);
      if (!file) {
        t.fault("detectors", file.error().what);
        continue;
      }
      auto root = file->root();
      MaskReader reader(folder);
      for (auto& table : root.tables("detector")) {
        auto r = reader.rule(table);
        r.profile = table.string("profile").value_or("");
        if (r.pattern.empty()) table.fault("", "pattern is missing");
        table.done();
        out.push_back(std::move(r));
      }
      root.done();
      for (const auto& f : file->faults()) t.fault("detectors", f);
    }
  }
  return out;
}

bool names(const std::vector<std::string>& list, const std::string& name, std::string_view prefix,
           const std::vector<std::string>& groups) {
  return list.empty() || std::ranges::any_of(list, [&](const std::string& n) {
           if (n == "*" || n == name) return true;
           return n.starts_with(prefix) &&
                  std::ranges::find(groups, n.substr(prefix.size())) != groups.end();
         });
}

}  // namespace

std::vector<MaskRule> read_mask(Table& root, const std::string& folder) {
  using List = std::vector<std::string>;
  auto section = root.table("mask");
  Table& t = section ? *section : root;
  std::vector<MaskRule> out;
  List profiles, without, folders = {shipped("mask.d")};
  if (section) {
    MaskReader reader(folder);
    for (auto& r : t.tables("rule")) reader.configured(r, out);
    profiles = t.strings("profiles").value_or(List{});
    without = t.strings("without").value_or(List{});
    if (auto given = t.strings("detectors")) {
      folders = std::move(*given);
      for (auto& f : folders) f = (fs::path(folder) / f).lexically_normal();
    }
  }
  auto all = detectors(t, folders);
  const auto known = [&](const List& list, const char* key, auto field) {
    for (std::size_t i = 0; i < list.size(); ++i)
      if (std::ranges::find(all, list[i], field) == all.end()) {
        std::set<std::string> there;
        for (const auto& r : all)
          if (!(r.*field).empty()) there.insert(r.*field);
        t.fault(key, i, fmt::format("no such one (there are {})", fmt::join(there, ", ")));
      }
  };
  known(profiles, "profiles", &MaskRule::profile);
  known(without, "without", &MaskRule::name);
  std::erase_if(all, [&](const MaskRule& r) {
    const bool wanted =
        r.profile.empty() || std::ranges::find(profiles, r.profile) != profiles.end();
    return !wanted || std::ranges::find(without, r.name) != without.end();
  });
  out.insert(out.end(), all.begin(), all.end());
  if (section) t.done();
  return out;
}

std::vector<MaskRule> mask_rules_of(const BastionConfig& config, const std::string& agent,
                                    const std::string& target) {
  const auto a = config.agents.find(agent);
  const auto t = config.targets.find(target);
  const std::vector<std::string> none;
  const auto& groups = a == config.agents.end() ? none : a->second.groups;
  const auto& tags = t == config.targets.end() ? none : t->second.tags;
  std::vector<MaskRule> out;
  for (const auto& r : config.mask)
    if (names(r.agents, agent, kGroup, groups) && names(r.targets, target, kTag, tags))
      out.push_back(r);
  return out;
}

}  // namespace hitl::config
