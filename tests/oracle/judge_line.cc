// SPDX-License-Identifier: Apache-2.0
#include "oracle/judge_line.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

#include "oracle/prediction.h"
#include "shell/parser.h"
#include "shell/printer.h"
#include "shell/walk.h"
#include "shell/word.h"

namespace hitl::oracle {
namespace {

constexpr std::size_t kGrown = 1u << 20;  // no line writes that much by itself
constexpr int kTries = 5;
constexpr int kTriesInParallel = 24;  // where processes race each other

std::string sorted_lines(const std::string& text) {
  std::multiset<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  std::string out;
  for (const auto& line : lines) out += line + '\n';
  return out;
}

// Runs both texts until some outcome of the one is one of the other.
class Comparison {
 public:
  Comparison(Universe& world, Shell shell, const std::string& raw, const std::string& canonical,
             bool is_parallel)
      : world_(world),
        shell_(shell),
        raw_(raw),
        canonical_(canonical),
        limit_(is_parallel ? kTriesInParallel : kTries) {}

  // What differs, or empty.
  std::string run() {
    std::string what;
    for (; tries_ < limit_; ++tries_) {
      wanted_.push_back(world_.run(shell_, raw_));
      got_.push_back(world_.run(shell_, canonical_));
      what = difference(wanted_.back(), got_.back(), true);
      for (const auto& w : wanted_)
        for (const auto& g : got_)
          if (difference(w, g, true).empty() || differ_in_order(w, g)) return {};
      if (wanted_.back().end == Outcome::End::Timeout && tries_ > 0) break;
    }
    return what;
  }

  // Of several programs in the background there are more orders than tries.
  bool differ_in_order(Outcome want, Outcome got) const {
    if (tries_ < kTries) return false;
    for (auto* out : {&want.out, &got.out}) *out = sorted_lines(*out);
    return difference(want, got, true).empty();
  }

  // Both did not end, but were stopped in different places.
  bool is_endless() const {
    const auto is_stopped = [](const Outcome& o) { return o.end != Outcome::End::Status; };
    return std::ranges::any_of(wanted_, is_stopped) && std::ranges::any_of(got_, is_stopped);
  }
  int tries() const { return tries_; }
  const std::vector<Outcome>& wanted() const { return wanted_; }
  const std::vector<Outcome>& got() const { return got_; }

 private:
  Universe& world_;
  Shell shell_;
  const std::string& raw_;
  const std::string& canonical_;
  const int limit_;
  std::vector<Outcome> wanted_, got_;
  int tries_ = 0;
};

// Spellings of bash's own whose canonical form is POSIX: the raw text means
// something else to other shells.
bool is_posix_spelling(const std::string& line) {
  for (const char* s :
       {"|&", "&>", ">&", "$'", "..", ",", "function ", "<<<", "${!", "=~", "$[", "==", "[["})
    if (line.find(s) != std::string::npos) return false;
  return true;
}

// Several processes at once: their order, and who gets SIGPIPE, may differ.
bool runs_in_parallel(const shell::Script& script) {
  bool found = false;
  const auto command = [&](const shell::Command& c, const shell::Place& place) {
    found |= place.background || std::holds_alternative<shell::Pipeline>(c.node);
  };
  const auto word = [&](const shell::Word& w, const shell::Place&) {
    for (const auto& part : w.parts) found |= std::holds_alternative<shell::ProcessSub>(part);
  };
  shell::walk(script, {.command = command, .word = word});
  return found;
}

// Programs that busybox has in itself and that tell of time and processes.
bool runs_state_printer(const shell::Script& script) {
  const std::set<std::string> programs = {"ps",   "uptime", "mktemp", "sysctl", "watch",  "date",
                                          "free", "df",     "top",    "stat",   "pstree", "time"};
  bool found = false;
  const auto word = [&](const shell::Word& w, const shell::Place&) {
    const auto text = shell::literal_text(w);
    found |= text && (programs.contains(*text) || text->starts_with("/proc/"));
  };
  shell::walk(script, {.command = {}, .word = word});
  return found;
}

bool has_message_as_data(const Comparison& runs) {
  return std::ranges::any_of(runs.wanted(), [](const Outcome& o) {
    return std::ranges::any_of(o.execs, [](const Exec& e) {
      return std::ranges::any_of(e.argv, [](const std::string& a) {
        return a.find("bash:") != std::string::npos || a.find("environment:") != std::string::npos;
      });
    });
  });
}

// A message about a word that goes over lines has its source text on them all.
bool differs_behind_messages(const Comparison& runs) {
  const auto cut = [](Outcome o) {
    const auto at_message = [](std::string& text) {
      text.resize(std::min(text.size(), text.find("bash:")));
    };
    at_message(o.out);
    for (auto& file : o.tree) at_message(file.second);
    return o;
  };
  return std::ranges::any_of(runs.wanted(), [&](const Outcome& w) {
    return std::ranges::any_of(
        runs.got(), [&](const Outcome& g) { return difference(cut(w), cut(g), true).empty(); });
  });
}

bool rejects(const Comparison& runs) {
  return std::ranges::all_of(runs.wanted(), [](const Outcome& o) {
    return o.err.find("syntax error") != std::string::npos;
  });
}

// A program of busybox's own that reads what it writes, until it is stopped.
bool fills_disk(const Comparison& runs) {
  return std::ranges::any_of(runs.wanted(), [](const Outcome& o) {
    return o.end == Outcome::End::Timeout || o.err.find("File size limit") != std::string::npos ||
           std::ranges::any_of(o.tree,
                               [](const auto& file) { return file.second.size() > kGrown; });
  });
}

}  // namespace

Judged judge_line(Universe& world, const std::string& line, bool with_posix_shells) {
  Judged out;
  const auto script = shell::parse(line);
  if (!script) {
    out.what = script.error().what;
    return out;
  }
  out.canonical = shell::print(*script).bytes();
  // the properties of the printer first: they cost nothing
  const auto again = shell::parse(out.canonical);
  if (!again || shell::print(*again).bytes() != out.canonical) {
    out.verdict = Verdict::Different;
    out.what = again ? "printed again as " + shell::print(*again).bytes()
                     : "the canonical text is refused: " + again.error().what;
    return out;
  }
  world.provide(line);
  const bool is_parallel = runs_in_parallel(*script);
  Comparison in_bash(world, Shell::Bash, line, out.canonical, is_parallel);
  out.what = in_bash.run();
  const auto noise = [&] {
    auto why = noise_of(*script);
    // messages tell lines; the lines of the canonical text are others
    if (why.empty() && has_message_as_data(in_bash)) why = "an error message as an argument";
    if (why.empty() && differs_behind_messages(in_bash)) why = "an error message of several lines";
    out.verdict = why.empty() ? Verdict::Different : Verdict::Noise;
    if (!why.empty()) out.what = why;
    return out;
  };
  if (!out.what.empty()) {
    if (!in_bash.is_endless()) return noise();
    out.verdict = Verdict::Endless;
    return out;
  }
  const auto& first = in_bash.wanted().front();
  if (first.end != Outcome::End::Status) {
    out.verdict = Verdict::Endless;
    return out;
  }
  const Prediction prediction(*script);
  out.verdict = in_bash.tries() > 0 ? Verdict::Retried : Verdict::Same;
  if (!prediction.unbounded().empty()) {
    out.verdict = Verdict::Unbounded;
  } else {
    out.what = prediction.unpredicted(in_bash.got().front(), world.pristine());
    if (!out.what.empty()) {
      out.verdict = Verdict::Unpredicted;
      return out;
    }
  }
  if (!with_posix_shells || script->bash_only) return out;
  for (const auto shell : {Shell::Dash, Shell::Busybox}) {
    ++out.posix_shells;
    // busybox runs its own programs, so it can only be compared with itself
    if (shell == Shell::Dash && difference(first, world.run(shell, out.canonical), false).empty())
      continue;
    // Another result than bash's, but perhaps also for the raw text: then it is
    // the shell (echo, error rules, tilde), not the canonical text.
    if (shell == Shell::Dash) ++out.shell_differences;
    if (!is_posix_spelling(line)) continue;
    Comparison in_other(world, shell, line, out.canonical, is_parallel);
    out.what = in_other.run();
    if (!out.what.empty()) {
      out.what = std::string(name_of(shell)) + ": " + out.what;
      if (rejects(in_other)) {  // a spelling of bash's: what is judged would not run there
        out.verdict = Verdict::Noise;
        return out;
      }
      if (shell == Shell::Busybox && (runs_state_printer(*script) || fills_disk(in_other))) {
        out.verdict = Verdict::Noise;
        return out;
      }
      return noise();
    }
  }
  return out;
}

}  // namespace hitl::oracle
