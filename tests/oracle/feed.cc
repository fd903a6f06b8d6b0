// SPDX-License-Identifier: Apache-2.0
#include "oracle/feed.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "oracle/generator.h"

namespace hitl::oracle {
namespace {

namespace fs = std::filesystem;

void read_lines(const fs::path& path, std::vector<std::string>& out) {
  std::ifstream in(path);
  const bool is_json = path.extension() == ".jsonl";
  for (std::string row; std::getline(in, row);) {
    if (row.empty()) continue;
    if (!is_json) {
      out.push_back(row);
      continue;
    }
    const auto json = nlohmann::json::parse(row, nullptr, false);
    if (json.is_object() && json.contains("line") && json["line"].is_string())
      out.push_back(json["line"].get<std::string>());
  }
}

}  // namespace

std::string Feed::name() const {
  return kind == Kind::Grammar ? "grammar" : kind == Kind::Soup ? "soup" : "lines";
}

std::string Feed::at(std::size_t i) const {
  if (kind == Kind::Lines) return lines[i];
  const auto own = seed * 1'000'003 + i;
  // from one command to a small script
  Generator generator(own, 1 + static_cast<int>(own % 7) * 3);
  return kind == Kind::Grammar ? generator.line() : generator.soup();
}

Result<Feed> open_feed(const std::string& what, std::uint64_t seed, std::size_t count) {
  Feed feed;
  feed.seed = seed;
  feed.count = count;
  if (what == "grammar") return feed;
  if (what == "soup") {
    feed.kind = Feed::Kind::Soup;
    return feed;
  }
  feed.kind = Feed::Kind::Lines;
  std::error_code error;
  std::vector<fs::path> files;
  if (fs::is_directory(what, error)) {
    for (const auto& entry : fs::recursive_directory_iterator(what, error))
      if (entry.is_regular_file()) files.push_back(entry.path());
  } else {
    files.emplace_back(what);
  }
  std::ranges::sort(files);
  for (const auto& f : files) read_lines(f, feed.lines);
  if (feed.lines.empty()) return fail(Errc::NotFound, what + ": no lines");
  feed.count = count == 0 ? feed.lines.size() : std::min(count, feed.lines.size());
  return feed;
}

}  // namespace hitl::oracle
