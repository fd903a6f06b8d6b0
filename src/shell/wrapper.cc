// SPDX-License-Identifier: Apache-2.0
#include "shell/wrapper.h"

#include <algorithm>

#include "hitl/limits.h"
#include "shell/files.h"
#include "shell/octal.h"

namespace hitl::shell {
namespace {

// -p keeps BASH_ENV, SHELLOPTS, BASHOPTS and exported functions out; these
// variables it does not: each of them changes what the second bash would do.
constexpr std::string_view kForget =
    "unset POSIXLY_CORRECT BASH_ENV ENV BASH_COMPAT FUNCNEST EXECIGNORE BASH_XTRACEFD;";

// Field 22 of the stat line of process PID, in __hn.  Field 2, the program's
// name in parentheses, may hold blanks and parentheses itself, so counting
// starts behind the last of them, at field 3.
constexpr std::string_view kReadStartTime =
    "/stat; } 2>/dev/null;__hf=(${__ht##*) });__hn=${__hf[19]:--};";

constexpr std::string_view kFlags = " --noprofile --norc -p -c ";

bool is_hex_nonce(std::string_view s) {
  return s.size() == 32 && std::ranges::all_of(s, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_path(std::string_view s) {
  return s.starts_with('/') && std::ranges::all_of(s, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  std::string_view("_./+-").find(c) != std::string_view::npos;
         });
}

// Upper case only: the variables of the first stage are lower case.
bool is_environment_name(std::string_view s) {
  return !s.empty() && s[0] >= 'A' && s[0] <= 'Z' && std::ranges::all_of(s, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_number(std::string_view s) {
  return !s.empty() && s.size() <= 20 &&
         std::ranges::all_of(s, [](char c) { return c >= '0' && c <= '9'; });
}

// $0 is the nonce, $1 the text, the rest are NAME=value.
std::string first_stage(const Wrapping& w) {
  std::string s(kForget);
  s += "__ht=;{ read -r -d \"\" __ht </proc/$$";
  s += kReadStartTime;
  s += "printf \"\\036hitl %s %s %s\\n\" \"$0\" \"$$\" \"$__hn\" >&2;"
       "printf -v __hs %b \"$1\";shift;"
       "for __he;do printf -v \"${__he%%=*}\" %b \"${__he#*=}\";export \"${__he%%=*}\";done "
       "2>/dev/null;exec ";
  s += w.bash;
  s += kFlags;
  s += "-- \"$__hs\" bash";
  if (w.empty_input) s += " </dev/null";
  return s;
}

Result<std::string> wrap_bytes(std::string_view text, const Wrapping& w) {
  if (!is_hex_nonce(w.nonce)) return fail(Errc::Invalid, "wrapping: nonce is not 32 hex digits");
  if (!is_path(w.bash))
    return fail(Errc::Invalid, "wrapping: bash path is not absolute, or has unsafe characters");
  if (text.find('\0') != std::string_view::npos)
    return fail(Errc::Invalid, "a NUL byte cannot be part of a command");
  std::string out = "exec " + w.bash;
  out += kFlags;
  out += '\'' + first_stage(w) + "' " + w.nonce + " '" + octal(text) + '\'';
  for (const auto& [name, value] : w.environment) {
    if (!is_environment_name(name))
      return fail(Errc::Invalid, "wrapping: environment name is not [A-Z][A-Z0-9_]*");
    if (value.find('\0') != std::string::npos)
      return fail(Errc::Invalid, "wrapping: " + name + " has a NUL byte");
    out += ' ' + name + "='" + octal(value) + '\'';
  }
  if (out.size() > kMaxWrapped)
    return fail(Errc::Limit,
                "the command is too long for the target: " + std::to_string(out.size()) +
                    " bytes wrapped, limit " + std::to_string(kMaxWrapped));
  return out;
}

}  // namespace

Result<std::string> wrap(const CanonicalText& text, const Wrapping& wrapping,
                         std::span<const BoundFile> files) {
  return wrap_bytes(stop_if_changed(files) + text.bytes(), wrapping);
}

Result<std::string> wrap_opaque(const RawText& text, const Wrapping& wrapping) {
  return wrap_bytes(text.bytes(), wrapping);
}

Result<std::string> wrap_self_test(const Wrapping& wrapping) {
  // once as it is, once in ASCII: only a shell that decodes both finds them equal
  std::string plain;
  std::string ascii;
  for (unsigned byte = 1; byte < 256; ++byte) {
    plain += byte == '\'' ? std::string("'\\''") : std::string(1, static_cast<char>(byte));
    ascii += '\\';
    for (const unsigned shift : {6u, 3u, 0u})
      ascii += static_cast<char>('0' + ((byte >> shift) & 7u));
  }
  Wrapping w = wrapping;
  w.environment = {{"HITL_SELF_TEST", "a'b\\c \n"}};
  return wrap_bytes("[ '" + plain + "' = $'" + ascii +
                        "' ] && [ \"$HITL_SELF_TEST\" = $'a\\'b\\\\c \\n' ] && "
                        "[ \"$0$#\" = bash0 ] && case $BASH_VERSION in [123].*|4.[0-3].*) exit " +
                        std::to_string(kSelfTestOld) + ";; *) exit " +
                        std::to_string(kSelfTestPassed) + ";; esac\nexit 1",
                    w);
}

Result<std::string> wrap_kill(std::string_view pgid, std::string_view start_time,
                              std::string_view bash) {
  if (!is_path(bash))
    return fail(Errc::Invalid, "wrapping: bash path is not absolute, or has unsafe characters");
  if (!is_number(pgid) || pgid == "1" || pgid.starts_with('0'))
    return fail(Errc::Invalid, "process group is not a number greater than 1");
  if (start_time != "-" && !is_number(start_time))
    return fail(Errc::Invalid, "start time is neither a number nor -");
  // A leader that has ended does not free its number while its group lives, and
  // what it left in the background is to end too: so only a leader of another
  // start time stops us.
  std::string s(kForget);
  s += "h() { __ht=;{ read -r -d \"\" __ht </proc/$0";
  s += kReadStartTime;
  s += " };h \"$@\";[[ $__hn = \"$1\" || $__hn = - ]] || exit 3;"
       "kill -TERM -- -$0 2>/dev/null || exit 0;"
       "for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19;do "
       "sleep 0.1 2>/dev/null || sleep 2;"
       "kill -0 -- -$0 2>/dev/null || exit 0;"
       "h \"$@\";[[ $__hn = \"$1\" || $__hn = - ]] || exit 0;"
       "((SECONDS>2)) && break;done;"
       "kill -KILL -- -$0 2>/dev/null;exit 0";
  std::string out = "exec ";
  out += bash;
  out += kFlags;
  out += '\'' + s + "' ";
  out += pgid;
  out += ' ';
  out += start_time;
  return out;
}

}  // namespace hitl::shell
