// SPDX-License-Identifier: Apache-2.0
// Files that a command runs: read from the target before people decide, and
// looked at again right before it starts.  Pure.
//
// The account can change a file between that last look and the moment in which it
// is run; nothing here prevents it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hitl/terms.h"
#include "shell/wrapper.h"

namespace hitl::shell {

// Of a longer file only the hash is taken, by the target.  Bytes.
inline constexpr std::size_t kMaxFileRead = 256u << 10;

// Absolute, or below the account's home: "~/x".
bool is_file_path(std::string_view path);

// A command of ours that prints the files, in the wrapper.  It reads no input.
// Errors are those of wrap().
Result<std::string> wrap_read(std::span<const std::string> paths, const Wrapping& wrapping);

struct FileRead {
  enum class State : std::uint8_t { None, Whole, Hashed };
  State state = State::None;  // none: no regular file that the account can read
  std::string bytes;          // of Whole: all of it
  std::string sha256;         // of Hashed: 32 bytes, as the target says
  std::uint64_t size = 0;     // of Hashed
};
// What the command printed for `count` paths, in their order.  Nothing where it is
// not that.
std::optional<std::vector<FileRead>> files_read(std::string_view printed, std::size_t count);
// Its exit status where there is nothing to look again with.
inline constexpr int kNoHasher = 3;
// It prints no more than this, in bytes.
constexpr std::size_t most_printed(std::size_t count) {
  return 16 + count * (kMaxFileRead / 3 * 4 + 128);
}

// What goes before a command so that it runs only if each file is what it was, and
// else ends with 125; empty where there are none.
std::string stop_if_changed(std::span<const BoundFile> files);
// The same as a condition of bash.
std::string unchanged(std::span<const BoundFile> files);

}  // namespace hitl::shell
