// SPDX-License-Identifier: Apache-2.0
// modules: shell
// shell_bench [--refused] DIR: of each DIR/*.jsonl (objects with a "line") the share
// that is understood, and what parse and print of a line take.
#include <time.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/visible.h"
#include "shell/parser.h"
#include "shell/printer.h"

namespace {

using namespace hitl;
namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string row; std::getline(in, row);) {
    const auto json = nlohmann::json::parse(row, nullptr, false);
    if (json.is_object() && json.contains("line") && json["line"].is_string())
      lines.push_back(json["line"].get<std::string>());
  }
  return lines;
}

// Of this process: what else runs on the machine does not count.
double processor_us() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

// The middle one of five, so that an interrupt is not the line's.
double time_of(const std::string& line) {
  std::array<double, 5> runs{};
  for (auto& run : runs) {
    const auto begin = processor_us();
    if (const auto script = shell::parse(line)) (void)shell::print(*script);
    run = processor_us() - begin;
  }
  std::ranges::sort(runs);
  return runs[2];
}

}  // namespace

int main(int argc, char** argv) {
  const bool shows_refused = argc == 3 && std::string_view(argv[1]) == "--refused";
  if (argc != 2 && !shows_refused)
    return std::fprintf(stderr, "usage: shell_bench [--refused] DIR\n"), 2;
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(argv[argc - 1], error))
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<double> times;
  for (const auto& file : files) {
    const auto lines = lines_of(file);
    std::size_t understood = 0;
    for (const auto& line : lines) {
      const auto script = shell::parse(line);
      if (script) ++understood;
      if (!script && shows_refused)
        std::printf("%s\n    %s\n", visible(line).str().c_str(), script.error().what.c_str());
      times.push_back(time_of(line));
    }
    if (!lines.empty())
      std::printf("%-32s %6zu lines, %5.1f %% understood\n", file.stem().c_str(), lines.size(),
                  100.0 * static_cast<double>(understood) / static_cast<double>(lines.size()));
  }
  if (times.empty()) return std::fprintf(stderr, "%s: no lines\n", argv[argc - 1]), 1;
  std::ranges::sort(times);
  std::printf("parse and print of a line: median %.1f us, p99 %.1f us, longest %.0f us\n",
              times[times.size() / 2], times[times.size() * 99 / 100], times.back());
}
