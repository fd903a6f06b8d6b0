// SPDX-License-Identifier: Apache-2.0
// modules: mask config
// mask_bench [FILE...]: how fast the shipped detectors mask a stream, how much memory
// they take, and how long they take to compile.  The text is that of the files, over
// and over, or made-up lines of a log.
#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <iterator>

#include "config/mask_rules.h"
#include "config/toml.h"
#include "mask/masker.h"

namespace {

using namespace hitl;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::string text_of(int argc, char** argv, std::size_t size) {
  std::string one;
  for (int i = 1; i < argc; ++i) {
    std::ifstream in(argv[i]);
    one.append(std::istreambuf_iterator<char>(in), {});
  }
  for (int i = 0; argc < 2 && i < 1'000; ++i)
    one += fmt::format("2026-11-25T10:{:02}:{:02}Z app[{}]: GET /srv/item/{} 200 {} ms\n", i % 60,
                       i * 7 % 60, 1'000 + i, i * i, i % 97);
  std::string all;
  while (!one.empty() && all.size() < size) all += one;
  return all;
}

void run(const char* name, const std::string& profiles, const std::string& text) {
  auto file = config::File::parse("[mask]\nprofiles = [" + profiles + "]\n", "bench.toml");
  auto root = file.root();
  const auto rules = config::read_mask(root, ".");
  auto begin = Clock::now();
  const auto compiled = mask::Table::compile(rules);
  const auto compile = seconds_since(begin);
  begin = Clock::now();
  const auto table = compiled ? mask::Table::open(compiled->get()) : compiled.error();
  const auto open = seconds_since(begin);
  if (!table) {
    fmt::print("{}\n", table.error().what);
    return;
  }
  struct stat status {};
  ::fstat(compiled->get(), &status);
  std::size_t stream = 0, scratch = 0;
  hs_stream_size((*table)->database(), &stream);
  hs_scratch_size((*table)->scratch(), &scratch);
  fmt::print(
      "{}: {} rules; compiled in {:.0f} ms to {} KiB, shared; opened in {:.2f} ms; per process "
      "{} KiB, per stream {} bytes and what is held\n",
      name, rules.size(), compile * 1e3, status.st_size / 1'024, open * 1e3,
      (scratch + 1'023) / 1'024, stream);
  for (const std::size_t piece : {32'768U, 1'024U, 16U}) {
    const auto size = std::min(text.size(), piece * 20'000);
    mask::Masker masker(*table);
    std::size_t out = 0;
    begin = Clock::now();
    for (std::size_t at = 0; at < size; at += piece)
      out += masker.feed(std::string_view(text).substr(at, std::min(piece, size - at))).size();
    out += masker.finish().size();
    fmt::print("  in pieces of {:>5} bytes: {:6.1f} MB/s ({} bytes out)\n", piece,
               static_cast<double>(size) / 1e6 / seconds_since(begin), out);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto text = text_of(argc, argv, 64u << 20);
  run("secrets", "", text);
  run("secrets and personal data", R"("iban", "e-mail", "national-id")", text);
  return 0;
}
