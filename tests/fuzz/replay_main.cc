// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target over its corpus without libFuzzer, as a test: a crash or
// a failed HITL_CHECK ends it.  Also over every corpus file cut short, for the
// errors that only an early end shows.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int, char** argv) {
  namespace fs = std::filesystem;
  const auto name = fs::path(argv[0]).filename().string();
  const auto what = name.substr(0, name.rfind("_fuzz"));
  const fs::path corpus = fs::path(HITL_SOURCE_DIR) / "tests/fuzz/corpus" / what;
  std::size_t files = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(corpus, error)) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    LLVMFuzzerTestOneInput(data, bytes.size());
    const auto step = 1 + bytes.size() / 64;
    for (std::size_t n = 0; n < bytes.size(); n += step) LLVMFuzzerTestOneInput(data, n);
    ++files;
  }
  if (files == 0) {
    std::printf("not ok fuzz corpus %s: no files in %s\n", what.c_str(), corpus.c_str());
    return 1;
  }
  std::printf("ok fuzz corpus %s: %zu files\n", what.c_str(), files);
}
