// SPDX-License-Identifier: Apache-2.0
#include "shell/keeper.h"

#include <algorithm>

#include "shell/files.h"
#include "shell/printer.h"

namespace hitl::shell {
namespace {

// Of the names only these are ours: the parser refuses all with "__h".
constexpr std::string_view kStatus =
    R"({ \builtin printf '%s\0' "$__hn" "$__hs" "${PWD-}" "$-"; } >)";
// No descriptor is left, or the folder is gone: its end is all that such a shell can
// tell.  exit alone would ask about stopped jobs.
constexpr std::string_view kMute =
    R"({ \builtin printf '\r\nhitl: the session cannot tell any more how its lines end: it ends\r\n')";
constexpr std::string_view kEnds = "; \\builtin exit 97; \\builtin kill -KILL $$; }";
// What was typed; without the terminal's own lines, so that half of one counts too.
constexpr std::string_view kReadTyped =
    R"(IFS= \builtin read -r -s -d '' -t 0.001 -N 65536 __ht </dev/tty)";

std::string status_fifo(const Keeper& k) { return quoted(k.folder + "/s"); }

// The status into the FIFO, or the end of the shell.
std::string told_status(const Keeper& k) {
  return "[[ -p " + status_fifo(k) + " ]] && " + std::string(kStatus) + status_fifo(k) + " || " +
         std::string(kMute) + (k.terminal ? "" : " >&2") + std::string(kEnds);
}
// A script's errors begin with its name, so without a terminal that is "bash".
std::string_view lines_name(const Keeper& k) { return k.terminal ? "c" : "bash"; }

// The end of a line, where no terminal's prompt tells it.
std::string told_end(const Keeper& k) {
  return "__hs=$?; " + told_status(k) +
         R"(; \builtin printf '\036%s\036' "$__hn"; \builtin printf '\036%s\036' "$__hn" >&2)" +
         "\n";
}

// A command that makes $? what `state` says.  Under set -e another than 1 would
// end the shell.
std::string with_status(const KeeperState& state) {
  const int status = state.status & 255;
  if (status == 0) return "\\builtin :";
  if (status == 1 || state.flags.find('e') != std::string::npos) return "! \\builtin :";
  return "__hr " + std::to_string(status);  // a subshell would take a ^C for itself
}

// What means the same in every folder, so that a session which was moved can go on:
// the end of its input, and a lone cd to an absolute one.
bool is_for_any_folder(std::string_view text) {
  constexpr std::string_view kGoes = "'cd' '/";
  return text == "'exit'" || (text.starts_with(kGoes) && text.substr(kGoes.size()).find('\'') ==
                                                             text.size() - kGoes.size() - 1);
}

std::string line_of(const Keeper& k, std::string_view nonce, std::string_view text,
                    const KeeperState& state, std::span<const BoundFile> files = {}) {
  std::string out = "__hn=" + std::string(nonce) + ";";
  const bool anywhere = state.cwd.empty() || is_for_any_folder(text);
  out += anywhere ? "if [[ -n 1 ]]" : "if [[ . -ef " + quoted(state.cwd) + " ]]";
  if (!files.empty()) out += " && " + unchanged(files);
  out += "; then ";
  if (k.terminal)
    out += R"(\builtin trap - INT; { \builtin printf '%s\0' "$__hn" )" + std::string(kLineRuns) +
           "; } >" + status_fifo(k) + "; ";
  out += with_status(state);
  out += '\n';
  out += text;
  out += "\nelse \\builtin printf 'hitl: the working directory is another one now";
  if (!files.empty()) out += ", or a file that it runs";
  out += ": not run\\n' >&2;(exit 125);fi";
  if (k.terminal) return out + " </dev/tty\n";
  return out + "\n" + told_end(k);
}

}  // namespace

Result<std::string> wrap_control(const Keeper& k, const Wrapping& wrapping) {
  // It waits for the shell as long as its input lasts, and both of its helpers; then
  // everything goes.  The FIFOs are opened for both directions, or a shell that never
  // comes would keep it waiting for ever.
  std::string s = "umask 077; d=" + quoted(k.folder) + "; mkdir \"$d\" && mkfifo \"$d/" +
                  std::string(lines_name(k)) + "\" \"$d/s\" || exit " + std::to_string(kNoFolder) +
                  "; trap 'kill $p 2>/dev/null; rm -rf -- \"$d\"' EXIT HUP TERM PIPE\n"
                  "exec 3<&0\ncat <>\"$d/s\" 3<&- & p=$!\nprintf " +
                  std::string(kKeeperReady) + "\ncat <&3 1<>\"$d/" + std::string(lines_name(k)) +
                  "\" & p=\"$p $!\"\nexec 3<&- </dev/null\nwait -n\n";
  return wrap_opaque(RawText(s), wrapping);
}

Result<std::string> wrap_shell(const Keeper& k, const Wrapping& wrapping) {
  // The account's start-up files give the environment, as in any login; functions
  // and aliases of theirs do not come along.
  std::string s = "exec " + wrapping.bash + " -l -c ";
  const std::string ours = "exec -a bash " + wrapping.bash + " --noprofile --norc";
  s += quoted(k.terminal ? "PS1= PS2= PS0= PROMPT_COMMAND= " + ours + " --noediting -p -i <\"$0\"/c"
                         : "cd -P -- \"$0\" && " + ours + " -p bash") +
       " " + quoted(k.folder);
  return wrap_opaque(RawText(s), wrapping);
}

std::string keeper_opening(const Keeper& k, std::string_view nonce, const Wrapping& wrapping) {
  std::string s =
      "set +H;unset HISTFILE MAILCHECK BASH_ENV ENV PROMPT_DIRTRIM TMOUT POSIXLY_CORRECT "
      "BASH_COMPAT "
      "FUNCNEST EXECIGNORE BASH_XTRACEFD auto_resume;HISTSIZE=0;PS2=;";
  s += "/bin/rm -f " + quoted(k.folder + '/' + std::string(lines_name(k))) + ";";
  s += k.terminal ? "declare +x PS1 PS2 PS0 PROMPT_COMMAND;"
                  : "cd -- \"$OLDPWD\" 2>/dev/null || cd;unset OLDPWD;";
  for (const auto& [name, value] : wrapping.environment)
    s += "export " + name + "=" + quoted(value) + ";";
  s += "__hr() { \\builtin return \"$1\"; };readonly -f __hr;__hn=" + std::string(nonce) + ";";
  if (k.terminal) {
    // Before every prompt, also after ^C, ^Z and errors; bash keeps $? around it.
    const std::string at_prompt =
        R"(__hs=$?; \builtin trap '' INT; )" + told_status(k) + "; " + std::string(kReadTyped) +
        R"( || \builtin :; { \builtin printf '%s\0' "$__ht"; } >)" + status_fifo(k) +
        R"(; [[ $PS1 = *$'\036' ]] || PS1+=$'\036'; \builtin printf '\036%s\036' "$__hn" >/dev/tty)";
    s += "PROMPT_COMMAND=" + quoted(at_prompt) +
         ";readonly PROMPT_COMMAND PS0=;PS1='\\u@\\h:\\w\\$ ';\\builtin :\n";
    return s;
  }
  return s + "\\builtin :\n" + told_end(k);
}

std::string keeper_line(const Keeper& k, std::string_view nonce, const CanonicalText& text,
                        const KeeperState& state, const std::optional<std::string>& prompt,
                        std::span<const BoundFile> files) {
  std::string line = prompt ? "PS1=" + quoted(*prompt) + ";" : "";
  if (!text.bytes().empty()) return line + line_of(k, nonce, text.bytes(), state, files);
  // Nothing to do leaves $? as it is.
  return line + line_of(k, nonce, with_status(state), state);
}

std::string keeper_line(const Keeper& k, std::string_view nonce, const RawText& text,
                        const KeeperState& state, std::string_view bash) {
  const auto child =
      std::string(bash) + " --noprofile --norc -p -c " + quoted(text.bytes()) + " bash";
  return line_of(k, nonce, child, state);
}

std::string keeper_environment(const Environment& before, const Environment& after) {
  std::string out;
  for (const auto& [name, value] : before)
    if (std::ranges::find(after, name, &Environment::value_type::first) == after.end())
      out += "unset " + name + ";";
  for (const auto& variable : after)
    if (std::ranges::find(before, variable) == before.end())
      out += "export " + variable.first + "=" + quoted(variable.second) + ";";
  return out;
}

std::string keeper_discard() {
  return "while " + std::string(kReadTyped) + R"(; [[ -n $__ht ]]; do \builtin :; done;)";
}

std::string keeper_blank(const Keeper& k, std::string_view nonce, const KeeperState& state) {
  const auto s = "__hn=" + std::string(nonce) + ";" + with_status(state) + "\n";
  return k.terminal ? s : s + told_end(k);
}

}  // namespace hitl::shell
