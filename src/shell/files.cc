// SPDX-License-Identifier: Apache-2.0
#include "shell/files.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "shell/printer.h"

namespace hitl::shell {
namespace {

// By its path: what PATH leads to is the account's; and no function of that name.
constexpr std::string_view kHasher = "/usr/bin/sha256sum";
constexpr std::string_view kHash = "\\builtin command /usr/bin/sha256sum";

// Start-up files may have printed something before; no line of ours is this one.
constexpr std::string_view kBegin = "hitl-files";

// The home must not be in quotes.
std::string word(std::string_view path) {
  if (path.starts_with("~/")) return "~/" + quoted(path.substr(2));
  return quoted(path);
}

bool is_hex(std::string_view s) {
  return s.size() == 64 && std::ranges::all_of(s, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string unhex(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i + 1 < s.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(s.data() + i, s.data() + i + 2, byte, 16);
    out += static_cast<char>(byte);
  }
  return out;
}

// "-", "+BASE64", or "=SHA256 SIZE".
std::optional<FileRead> file_of(std::string_view line) {
  FileRead f;
  if (line == "-") return f;
  if (line.starts_with('+')) {
    auto bytes = unbase64(line.substr(1));
    if (!bytes || bytes->size() > kMaxFileRead) return std::nullopt;
    f.state = FileRead::State::Whole;
    f.bytes = std::move(*bytes);
    return f;
  }
  if (!line.starts_with('=') || line.size() < 67 || !is_hex(line.substr(1, 64)) || line[65] != ' ')
    return std::nullopt;
  const auto end = line.data() + line.size();
  const auto number = std::from_chars(line.data() + 66, end, f.size);
  if (number.ec != std::errc() || number.ptr != end) return std::nullopt;
  f.state = FileRead::State::Hashed;
  f.sha256 = unhex(line.substr(1, 64));
  return f;
}

}  // namespace

bool is_file_path(std::string_view path) {
  return (path.starts_with('/') || path.starts_with("~/")) &&
         path.find('\0') == std::string_view::npos;
}

Result<std::string> wrap_read(std::span<const std::string> paths, const Wrapping& wrapping) {
  // A file that grows meanwhile is read up to the limit and no further.
  const auto limit = std::to_string(kMaxFileRead);
  std::string s = "PATH=/usr/bin:/bin; [[ -x ";
  s += kHasher;
  s += " ]] || exit " + std::to_string(kNoHasher) + "; echo " + std::string(kBegin) +
       "; f() { [[ -f $1 && -r $1 ]] || { echo -; return; }; "
       "if [[ $(head -c " +
       std::to_string(kMaxFileRead + 1) + " <\"$1\" | wc -c) -le " + limit +
       " ]]; then echo \"+$(head -c " + limit +
       " <\"$1\" | base64 -w0)\"; else h=$(sha256sum <\"$1\"); "
       "echo \"=${h%% *} $(wc -c <\"$1\")\"; fi; } 2>/dev/null\n";
  for (const auto& p : paths) s += "f " + word(p) + "\n";
  return wrap_opaque(RawText(s), wrapping);
}

std::optional<std::vector<FileRead>> files_read(std::string_view printed, std::size_t count) {
  const auto begin = printed.rfind(kBegin);
  if (begin == std::string_view::npos) return std::nullopt;
  printed.remove_prefix(begin + kBegin.size());
  if (!printed.starts_with('\n')) return std::nullopt;
  printed.remove_prefix(1);
  std::vector<FileRead> files;
  while (!printed.empty()) {
    const auto end = printed.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    auto file = file_of(printed.substr(0, end));
    if (!file || files.size() == count) return std::nullopt;
    files.push_back(std::move(*file));
    printed.remove_prefix(end + 1);
  }
  if (files.size() != count) return std::nullopt;
  return files;
}

std::string unchanged(std::span<const BoundFile> files) {
  std::string out;
  for (const auto& f : files) {
    const auto path = word(f.path);
    if (!out.empty()) out += " && ";
    if (f.sha256.empty())
      out += "[[ ! ( -f " + path + " && -r " + path + " ) ]]";
    else
      out += "[[ -f " + path + " && $(" + std::string(kHash) + " 2>/dev/null <" + path +
             ") = " + hex(f.sha256) + "* ]]";
  }
  return out;
}

std::string stop_if_changed(std::span<const BoundFile> files) {
  if (files.empty()) return "";
  return unchanged(files) +
         " || { \\builtin printf 'hitl: a file that it runs is another one than was approved: not "
         "run\\n' >&2; \\builtin exit 125; };";
}

}  // namespace hitl::shell
