// SPDX-License-Identifier: Apache-2.0
// From pieces to parts: what an unquoted character means where it stands.
#include <algorithm>
#include <utility>

#include "shell/reader.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

bool patterns_are_live(Context c) { return c == Context::Argument || c == Context::Pattern; }

// What a bracket expression may hold; printed as it is, so nothing in it may be
// special to a shell's reader.
bool is_bracket_char(char c) {
  return is_name_char(c) || std::string_view("-./,:+@%=^!*?#").find(c) != std::string_view::npos;
}

// A longer bracket expression is refused, so that a row of [ takes linear time.
constexpr std::size_t kMaxBracket = 256;

// The length of the bracket expression at the start of `s`, 0 if it has none
// (XCU 2.13.1, XBD 9.3.5).
std::size_t bracket_length(std::string_view s) {
  std::size_t i = 1;
  s = s.substr(0, kMaxBracket);
  if (i < s.size() && (s[i] == '!' || s[i] == '^')) ++i;
  if (i < s.size() && s[i] == ']') ++i;
  while (i < s.size() && s[i] != ']') {
    if (s[i] == '[' && i + 1 < s.size() && s[i + 1] == ':') {
      const auto close = s.find(":]", i + 2);
      if (close == std::string_view::npos) return 0;
      i = close + 2;
      continue;
    }
    ++i;
  }
  return i < s.size() ? i + 1 : 0;
}

bool bracket_is_safe(std::string_view s) {
  for (std::size_t i = 1; i + 1 < s.size(); ++i) {
    if (s[i] == ']' && (i == 1 || (i == 2 && (s[1] == '!' || s[1] == '^')))) continue;
    if (s[i] == '[' && s[i + 1] == ':') {
      const auto close = s.find(":]", i + 2);
      if (!std::ranges::all_of(s.substr(i + 2, close - i - 2),
                               [](char c) { return c >= 'a' && c <= 'z'; }))
        return false;
      i = close + 1;
      continue;
    }
    if (!is_bracket_char(s[i])) return false;
  }
  return true;
}

bool is_quoted(const WordPart& part) {
  return std::visit(
      Match{[](const Literal&) { return true; }, [](const Glob&) { return false; },
            [](const Tilde&) { return false; }, [](const Param& p) { return p.quoted; },
            [](const CommandSub& c) { return c.quoted; }, [](const Arith& a) { return a.quoted; },
            [](const ProcessSub&) { return false; }},
      part);
}

void set_quoted(WordPart& part) {
  std::visit(Match{[](Literal&) {}, [](Glob&) {}, [](Tilde&) {}, [](Param& p) { p.quoted = true; },
                   [](CommandSub& c) { c.quoted = true; }, [](Arith& a) { a.quoted = true; },
                   [](ProcessSub&) {}},
             part);
}

// Assembles one word; a reason instead of a word where it cannot.
class Finisher {
 public:
  Finisher(Context context, Pieces& in, Word& out) : context_(context), in_(in), out_(out) {}

  const char* run() {
    look_ahead();
    if (const char* reason = assignment()) return reason;
    if (const char* reason = first_tilde()) return reason;
    for (; index_ < in_.size(); ++index_, offset_ = 0) {
      Piece& p = in_[index_];
      switch (p.kind) {
        case Piece::Kind::Quoted:
          if (p.text.empty()) {
            saw_empty_ = true;
            if (!ends_in_literal()) out_.parts.emplace_back(Literal{});
          }
          literal(p.text);
          break;
        case Piece::Kind::Expansion:
          if (const char* reason = expansion(p)) return reason;
          break;
        case Piece::Kind::Bare:
          if (const char* reason = bare(std::string_view(p.text).substr(offset_))) return reason;
          break;
      }
    }
    drop_idle_quotes(out_, context_ == Context::Assignment);
    return nullptr;
  }

  bool bash_only() const { return bash_only_; }
  std::size_t steps() const { return steps_; }
  bool saw_empty() const { return saw_empty_; }
  std::uint32_t offence() const {
    return index_ < in_.size() ? in_[index_].begin : out_.range.begin;
  }

 private:
  // What the whole word has, for a character that may be special because of it.
  void look_ahead() {
    steps_ += in_.size();
    for (std::size_t i = 0; i < in_.size(); ++i) {
      const Piece& p = in_[i];
      if (p.part && !is_quoted(*p.part)) has_live_expansion_ = true;
      if (p.kind == Piece::Kind::Bare && p.text.find(']') != std::string::npos) last_close_ = i;
    }
  }

  bool ends_in_literal() const {
    return !out_.parts.empty() && std::holds_alternative<Literal>(out_.parts.back());
  }

  void literal(std::string_view text) {
    if (text.empty()) return;
    if (ends_in_literal())
      std::get<Literal>(out_.parts.back()).text += text;
    else
      out_.parts.emplace_back(Literal{std::string(text), {}});
  }

  // NAME= and NAME+= at the start of an operand.
  const char* assignment() {
    if (context_ != Context::Operand && context_ != Context::Argument) return nullptr;
    if (in_.empty() || in_[0].kind != Piece::Kind::Bare) return nullptr;
    const std::string_view text = in_[0].text;
    std::size_t n = 0;
    while (n < text.size() && is_name_char(text[n])) ++n;
    if (n == 0 || is_digit(text[0]) || n == text.size()) return nullptr;
    const bool appends = text.substr(n).starts_with("+=");
    if (!appends && text[n] != '=') {
      // bash takes name[...]= for an assignment too
      if (text[n] != '[') return nullptr;
      if (context_ == Context::Operand)
        return text.find("]=") != std::string_view::npos ? "an assignment to an array element"
                                                         : nullptr;
      is_like_assignment_ = true;
      return text.find("=~") != std::string_view::npos || text.find(":~") != std::string_view::npos
                 ? "a tilde after = or :, which bash may expand: quote it"
                 : nullptr;
    }
    n += appends ? 2 : 1;
    if (context_ == Context::Argument) {
      // bash alone expands a tilde in any operand that looks like an assignment
      is_like_assignment_ = true;
      const auto rest = text.substr(n);
      if (rest.find(":~") != std::string_view::npos)
        return "a tilde after a colon: write the folder's name";
      if (!rest.starts_with('~')) return nullptr;
      if (appends) return "a tilde after +=: write the folder's name";
      bash_only_ = true;
    }
    out_.assigns = text.substr(0, n);
    offset_ = n;
    if (context_ == Context::Operand) context_ = Context::Assignment;
    return nullptr;
  }

  const char* first_tilde() {
    if (in_.empty() || in_[0].kind != Piece::Kind::Bare || offset_ >= in_[0].text.size() ||
        in_[0].text[offset_] != '~')
      return nullptr;
    return tilde(in_[0].text, &offset_);
  }

  // ~ or ~user at text[*at], where a tilde is live.
  const char* tilde(std::string_view text, std::size_t* at) {
    if (context_ == Context::Pattern || context_ == Context::HereString)
      return "a tilde here: write the folder's name, or quote it";
    std::size_t i = *at + 1;
    while (i < text.size() && (is_name_char(text[i]) || text[i] == '-' || text[i] == '.')) ++i;
    const auto user = text.substr(*at + 1, i - *at - 1);
    const bool at_end = i == text.size() && index_ + 1 == in_.size();
    const bool ends =
        at_end || (i < text.size() &&
                   (text[i] == '/' || (text[i] == ':' && context_ == Context::Assignment)));
    if (!ends || (!user.empty() && !is_name_start(user[0])))
      return "this form of tilde: write the folder's name, or quote it";
    if (context_ == Context::Redirection && !user.empty() && at_end)
      return "a redirection to a user's home";
    out_.parts.emplace_back(Tilde{std::string(user)});
    *at = i;
    return nullptr;
  }

  const char* expansion(Piece& p) {
    const bool is_process = std::holds_alternative<ProcessSub>(*p.part);
    // a redirection's target is split and globbed, to be an error if it is many
    if (!patterns_are_live(context_) && context_ != Context::Redirection && !is_process)
      set_quoted(*p.part);
    const bool splits = !is_quoted(*p.part) && !is_process;
    if (splits && open_bracket_) return "a bracket expression around an expansion: quote it";
    unquoted_before_ |= splits;
    out_.parts.push_back(std::move(*p.part));
    return nullptr;
  }

  const char* bare(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      const char c = text[i];
      if (c == '~' && context_ == Context::Assignment && i > 0 && text[i - 1] == ':') {
        if (const char* reason = tilde(text, &i)) return reason;
        continue;
      }
      if (c == '~' && i > 0 && (text[i - 1] == '=' || text[i - 1] == ':') &&
          (context_ == Context::Single || context_ == Context::Pattern ||
           context_ == Context::HereString || context_ == Context::Redirection))
        return "a tilde after = or : here: write the folder's name, or quote it";
      if (c == '~' && i > 0 && (text[i - 1] == '=' || text[i - 1] == ':') && is_like_assignment_ &&
          index_ > 0)
        return "a tilde after = or :, which bash may expand: quote it";
      if (c == '$' && context_ == Context::Redirection)
        return "a lone $ in a redirection's target: quote it";
      // bash does not split $x$ as it does $x"$"
      if (c == '$' && patterns_are_live(context_) && has_live_expansion_)
        return "a lone $ beside an expansion: quote it";
      if (c == '*' || c == '?') {
        if (context_ == Context::Redirection)
          return "a pattern as a redirection's target: quote it";
        if (patterns_are_live(context_)) {
          out_.parts.emplace_back(Glob{std::string(1, c)});
          ++i;
          continue;
        }
      }
      if (c == '[') {
        if (context_ == Context::Redirection)
          return "a pattern as a redirection's target: quote it";
        if (patterns_are_live(context_)) {
          if (const char* reason = bracket(text, &i)) return reason;
          continue;
        }
      }
      if (c == ']' && patterns_are_live(context_) && unquoted_before_)
        return "a ']' after an unquoted expansion: quote it";
      literal(text.substr(i, 1));
      ++i;
    }
    return nullptr;
  }

  const char* bracket(std::string_view text, std::size_t* at) {
    const auto length = bracket_length(text.substr(*at));
    steps_ += length == 0 ? std::min(text.size() - *at, kMaxBracket) : length;
    if (length == 0) {
      if (text.size() - *at > kMaxBracket) return "a '[' in a long word: quote it";
      // Not closed here; a later piece could still close it.
      if (last_close_ > index_)
        return "a bracket expression around quotes or expansions: quote it all";
      open_bracket_ = true;
      literal("[");
      ++*at;
      return nullptr;
    }
    const auto expression = text.substr(*at, length);
    if (!bracket_is_safe(expression)) return "an unusual bracket expression: quote it";
    if (expression[1] == '^') bash_only_ = true;
    out_.parts.emplace_back(Glob{std::string(expression)});
    *at += length;
    return nullptr;
  }

  Context context_;
  Pieces& in_;
  Word& out_;
  std::size_t index_ = 0;
  std::size_t offset_ = 0;  // bytes of in_[index_] that are done
  std::size_t steps_ = 0;
  std::size_t last_close_ = 0;  // the last piece with a live ]
  bool has_live_expansion_ = false;
  bool is_like_assignment_ = false;
  bool saw_empty_ = false;
  bool open_bracket_ = false;
  bool unquoted_before_ = false;
  bool bash_only_ = false;
};

}  // namespace

bool Reader::finish(Context context, Pieces& in, Range range, Word& out) {
  out.range = range;
  Finisher finisher(context, in, out);
  const char* reason = finisher.run();
  cost_.steps += finisher.steps();
  if (reason != nullptr) return refuse_at(finisher.offence(), reason);
  bash_only_ |= finisher.bash_only();
  for (std::size_t i = 0; i < out.parts.size(); ++i)
    if (!count()) return false;
  return check_at_words(out, finisher.saw_empty(), range.begin);
}

// "$@" makes several words of one; with more than plain text around it shells
// disagree on how many.
bool Reader::check_at_words(const Word& word, bool has_empty_quotes, std::size_t offset) {
  const auto is_at = [](const WordPart& part) {
    const auto* p = std::get_if<Param>(&part);
    return p != nullptr && p->op != ParamOp::Length && p->quoted &&
           (p->name == "@" || p->index == "@");
  };
  if (std::ranges::none_of(word.parts, is_at)) return true;
  const bool plain = std::ranges::all_of(word.parts, [&](const WordPart& part) {
    const auto* literal = std::get_if<Literal>(&part);
    return is_at(part) || (literal != nullptr && !literal->text.empty());
  });
  if (!plain || has_empty_quotes || std::ranges::count_if(word.parts, is_at) > 1)
    return refuse_at(offset, "\"$@\" beside other expansions: make it a word of its own");
  return true;
}

}  // namespace hitl::shell
