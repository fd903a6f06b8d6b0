// SPDX-License-Identifier: Apache-2.0
#include "shell/reserved.h"

#include <algorithm>
#include <array>

namespace hitl::shell {
namespace {

using namespace std::string_view_literals;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& sorted, std::string_view word) {
  return std::ranges::binary_search(sorted, word);
}

constexpr std::array kReserved = {
    "!"sv,    "[["sv,   "]]"sv,    "case"sv,  "coproc"sv,   "do"sv, "done"sv, "elif"sv,
    "else"sv, "esac"sv, "fi"sv,    "for"sv,   "function"sv, "if"sv, "in"sv,   "select"sv,
    "then"sv, "time"sv, "until"sv, "while"sv, "{"sv,        "}"sv};

constexpr std::array kDeclaration = {"declare"sv, "export"sv, "local"sv, "readonly"sv, "typeset"sv};

constexpr std::array kBuiltin = {
    "."sv,         ":"sv,        "["sv,       "alias"sv,   "bg"sv,      "bind"sv,     "break"sv,
    "builtin"sv,   "caller"sv,   "cd"sv,      "command"sv, "compgen"sv, "complete"sv, "compopt"sv,
    "continue"sv,  "declare"sv,  "dirs"sv,    "disown"sv,  "echo"sv,    "enable"sv,   "eval"sv,
    "exec"sv,      "exit"sv,     "export"sv,  "false"sv,   "fc"sv,      "fg"sv,       "getopts"sv,
    "hash"sv,      "help"sv,     "history"sv, "jobs"sv,    "kill"sv,    "let"sv,      "local"sv,
    "logout"sv,    "mapfile"sv,  "popd"sv,    "printf"sv,  "pushd"sv,   "pwd"sv,      "read"sv,
    "readarray"sv, "readonly"sv, "return"sv,  "set"sv,     "shift"sv,   "shopt"sv,    "source"sv,
    "suspend"sv,   "test"sv,     "times"sv,   "trap"sv,    "true"sv,    "type"sv,     "typeset"sv,
    "ulimit"sv,    "umask"sv,    "unalias"sv, "unset"sv,   "wait"sv};

constexpr std::array kSpecial = {"CDPATH"sv,
                                 "COLUMNS"sv,
                                 "COMPREPLY"sv,
                                 "CONSOLE"sv,
                                 "DIRSTACK"sv,
                                 "ENV"sv,
                                 "EPOCHREALTIME"sv,
                                 "EPOCHSECONDS"sv,
                                 "EUID"sv,
                                 "EXECIGNORE"sv,
                                 "FCEDIT"sv,
                                 "FIGNORE"sv,
                                 "FUNCNAME"sv,
                                 "FUNCNEST"sv,
                                 "GLOBIGNORE"sv,
                                 "GROUPS"sv,
                                 "HISTCMD"sv,
                                 "HISTCONTROL"sv,
                                 "HISTFILE"sv,
                                 "HISTFILESIZE"sv,
                                 "HISTIGNORE"sv,
                                 "HISTSIZE"sv,
                                 "HISTTIMEFORMAT"sv,
                                 "HOME"sv,
                                 "HOSTFILE"sv,
                                 "HOSTNAME"sv,
                                 "HOSTTYPE"sv,
                                 "IFS"sv,
                                 "IGNOREEOF"sv,
                                 "INPUTRC"sv,
                                 "INSIDE_EMACS"sv,
                                 "LANG"sv,
                                 "LINENO"sv,
                                 "LINES"sv,
                                 "MACHTYPE"sv,
                                 "MAIL"sv,
                                 "MAILCHECK"sv,
                                 "MAILPATH"sv,
                                 "MAPFILE"sv,
                                 "OLDPWD"sv,
                                 "OPTARG"sv,
                                 "OPTERR"sv,
                                 "OPTIND"sv,
                                 "OSTYPE"sv,
                                 "PATH"sv,
                                 "PIPESTATUS"sv,
                                 "POSIXLY_CORRECT"sv,
                                 "PPID"sv,
                                 "PROMPT_COMMAND"sv,
                                 "PROMPT_DIRTRIM"sv,
                                 "PS0"sv,
                                 "PS1"sv,
                                 "PS2"sv,
                                 "PS3"sv,
                                 "PS4"sv,
                                 "PWD"sv,
                                 "RANDOM"sv,
                                 "READLINE_LINE"sv,
                                 "READLINE_MARK"sv,
                                 "READLINE_POINT"sv,
                                 "REPLY"sv,
                                 "SECONDS"sv,
                                 "SHELL"sv,
                                 "SHELLOPTS"sv,
                                 "SHLVL"sv,
                                 "SRANDOM"sv,
                                 "TIMEFORMAT"sv,
                                 "TMOUT"sv,
                                 "TMPDIR"sv,
                                 "UID"sv,
                                 "_"sv};

// Of some bash or other: RANDOM and its like in all of them.
constexpr std::array kEvaluated = {
    "BASHOPTS"sv,     "BASHPID"sv, "BASH_SUBSHELL"sv, "BASH_VERSINFO"sv, "EPOCHREALTIME"sv,
    "EPOCHSECONDS"sv, "EUID"sv,    "FUNCNEST"sv,      "HISTCMD"sv,       "LINENO"sv,
    "OPTIND"sv,       "PPID"sv,    "RANDOM"sv,        "SECONDS"sv,       "SHELLOPTS"sv,
    "SRANDOM"sv,      "UID"sv};

static_assert(std::ranges::is_sorted(kEvaluated) && std::ranges::is_sorted(kReserved) &&
              std::ranges::is_sorted(kDeclaration) && std::ranges::is_sorted(kBuiltin) &&
              std::ranges::is_sorted(kSpecial));

}  // namespace

bool is_reserved(std::string_view word) { return contains(kReserved, word); }

bool is_declaration(std::string_view word) { return contains(kDeclaration, word); }

bool is_builtin(std::string_view word) { return contains(kBuiltin, word); }

bool is_evaluated_variable(std::string_view name) { return contains(kEvaluated, name); }

bool is_special_variable(std::string_view name) {
  return contains(kSpecial, name) || name.starts_with("BASH") || name.starts_with("COMP_") ||
         name.starts_with("LC_") || name.starts_with("LD_") || name.starts_with("COPROC");
}

}  // namespace hitl::shell
