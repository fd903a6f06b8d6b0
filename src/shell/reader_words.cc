// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "shell/reader.h"
#include "shell/reserved.h"

namespace hitl::shell {
namespace {

// Characters that mean themselves wherever in a word they stand.
bool is_plain(char c) {
  return is_name_char(c) || c == '.' || c == '/' || c == '-' || c == ',' || c == ':' || c == '+' ||
         c == '@' || c == '%' || (static_cast<unsigned char>(c) & 0x80u) != 0;
}

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

}  // namespace

void add_text(Pieces& out, Piece::Kind kind, std::string_view text, std::uint32_t begin) {
  if (!out.empty() && out.back().kind == kind) {
    out.back().text += text;
    return;
  }
  Piece& p = out.emplace_back();
  p.kind = kind;
  p.text = text;
  p.begin = begin;
}

void add_part(Pieces& out, WordPart part, std::uint32_t begin, bool unbraced) {
  Piece& p = out.emplace_back();
  p.kind = Piece::Kind::Expansion;
  p.begin = begin;
  p.unbraced = unbraced;
  p.part = std::move(part);
}

bool Reader::plain_word(Word& out) {
  std::size_t i = pos_;
  while (is_plain(at(i))) ++i;
  if (i == pos_ || !is_meta(at(i)) || at(i) == '(' || at(i) == '<' || at(i) == '>') return false;
  out.range = {here(), static_cast<std::uint32_t>(i)};
  out.parts.emplace_back(Literal{std::string(text_.substr(pos_, i - pos_)), {}});
  pos_ = i;
  return true;
}

bool Reader::words(Context context, std::vector<Word>& out) {
  if (!count()) return false;
  if (Word plain; plain_word(plain)) {
    out.push_back(std::move(plain));
    return true;
  }
  Range range{here(), 0};
  Pieces in;
  const auto nodes = cost_.nodes;
  if (!pieces(context, in)) return false;
  range.end = here();
  const char* reason = nullptr;
  if (context == Context::Argument || context == Context::Operand) {
    // Each word has a copy of all that is inside of it.
    const auto inside = cost_.nodes - nodes + 1;
    const auto length = range.end - range.begin + 1;
    const auto copies = std::min({limits_.expansion, 1 + (limits_.nodes - cost_.nodes) / inside,
                                  1 + (limits_.grown - cost_.grown) / length});
    auto expanded = expand_braces(std::move(in), copies, &reason);
    if (!expanded) return refuse_at(range.begin, reason);
    if (expanded->size() > 1) {
      if (context == Context::Operand)
        return refuse_at(range.begin, "brace expansion in a declaration: write the words out");
      cost_.nodes += (expanded->size() - 1) * (inside - 1);
      cost_.grown += (expanded->size() - 1) * length;
      for (auto& e : *expanded) {
        if (e.empty()) continue;  // an unquoted nothing is no word
        if (!count() || !finish(Context::Argument, e, range, out.emplace_back())) return false;
      }
      return true;
    }
    in = std::move(expanded->front());
  }
  return finish(context, in, range, out.emplace_back());
}

bool Reader::word(Context context, Word& out) {
  if (!count()) return false;
  if (plain_word(out)) return true;
  out.range.begin = here();
  Pieces in;
  if (!pieces(context, in)) return false;
  out.range.end = here();
  if (context == Context::Redirection) {
    const char* reason = nullptr;
    const auto expanded = expand_braces(in, limits_.expansion, &reason);
    if (!expanded || expanded->size() != 1)
      return refuse_at(out.range.begin, "braces in a redirection's target: quote them");
  }
  return finish(context, in, out.range, out);
}

bool Reader::pieces(Context context, Pieces& out) {
  const auto begin = pos_;
  while (!is_meta(peek())) {
    const char c = peek();
    const auto mark = here();
    if (c == '\\') {
      if (peek(1) == '\n') {
        // The word may end here; it may not go on in the next line.
        if (!is_blank(peek(2)) || is_reserved(text_.substr(begin, pos_ - begin)))
          return refuse_here("a word is continued on the next line: join it");
        break;
      }
      if (!backslash(out)) return false;
    } else if (c == '\'') {
      if (!single_quoted(out)) return false;
    } else if (c == '"') {
      if (!double_quoted(out)) return false;
    } else if (c == '$' && peek(1) == '\'') {
      if (!ansi_quoted(out)) return false;
    } else if (c == '$' || c == '`') {
      if (!dollar(out, Quote::None)) return false;
    } else {
      add_text(out, Piece::Kind::Bare, {&c, 1}, mark);
      ++pos_;
    }
  }
  const char next = peek();
  if ((next == '<' || next == '>') && peek(1) == '(') {
    if (pos_ != begin) return refuse_here("a process substitution inside a word");
    ProcessSub sub;
    if (!process_sub(sub)) return false;
    if (!is_meta(peek()) || peek() == '(' || (at_word() && !ended()))
      return refuse_here("text right after a process substitution");
    add_part(out, std::move(sub), static_cast<std::uint32_t>(begin));
    return true;
  }
  if ((next == '<' || next == '>') && pos_ != begin) {
    // behind an operator some shells would take it for a descriptor
    if (text_.substr(begin, pos_ - begin).find_first_not_of("0123456789") == std::string_view::npos)
      return refuse_at(begin, "a number right before a redirection: put a space between");
    if (text_[begin] == '{' && text_[pos_ - 1] == '}')
      return refuse_at(begin, "a {name} right before a redirection: put a space between");
  }
  if (next == '(' && pos_ != begin && context != Context::Operand && context != Context::Argument)
    return refuse_here("an unquoted '(' in a word");
  if (pos_ == begin) return expected("a word");
  // bash prints a substitution anew, and takes the end of this for a separator
  if (substitutions_ > 0 && text_[pos_ - 1] == '&')
    return refuse_at(begin, "a word that ends in \\& inside a substitution: write '&'");
  return true;
}

bool Reader::backslash(Pieces& out) {
  const auto mark = here();
  if (pos_ + 1 >= end_) return refuse_here("a backslash ends the text");
  add_text(out, Piece::Kind::Quoted, text_.substr(pos_ + 1, 1), mark);
  pos_ += 2;
  return true;
}

bool Reader::single_quoted(Pieces& out) {
  const auto mark = here();
  const auto close = text_.substr(0, end_).find('\'', pos_ + 1);
  if (close == std::string_view::npos) return unclosed(pos_, "a single quote is not closed");
  cost_.steps += close - pos_;
  add_text(out, Piece::Kind::Quoted, text_.substr(pos_ + 1, close - pos_ - 1), mark);
  pos_ = close + 1;
  return true;
}

bool Reader::double_quoted(Pieces& out) {
  const auto open = here();
  ++pos_;
  bool is_empty = true;
  for (;;) {
    const auto mark = here();
    if (ended()) return refuse_at(open, "a double quote is not closed");
    const char c = peek();
    if (c == '"') {
      ++pos_;
      // of nothing, or of a continued line alone: the quotes make a word
      if (is_empty) add_text(out, Piece::Kind::Quoted, {}, open);
      return true;
    }
    if (c == '\\' && peek(1) == '\n') {
      // bash joins the lines before it looks for what a $ begins
      if (text_[pos_ - 1] == '$' || (!out.empty() && out.back().unbraced))
        return refuse_here("a line is continued right after a $ or $name: join it");
      pos_ += 2;
      continue;
    }
    is_empty = false;
    if (c == '\\') {
      const char next = peek(1);
      const bool escapes = next == '$' || next == '`' || next == '"' || next == '\\';
      add_text(out, Piece::Kind::Quoted, text_.substr(pos_ + (escapes ? 1 : 0), 1), mark);
      pos_ += escapes ? 2 : 1;
      continue;
    }
    if (c == '$' || c == '`') {
      if (!dollar(out, Quote::Double)) return false;
      continue;
    }
    auto stop = pos_;
    while (stop < end_ && text_[stop] != '"' && text_[stop] != '\\' && text_[stop] != '$' &&
           text_[stop] != '`')
      ++stop;
    cost_.steps += stop - pos_;
    add_text(out, Piece::Kind::Quoted, text_.substr(pos_, stop - pos_), mark);
    pos_ = stop;
  }
}

// $'...': decoded here, so that no shell has to.
bool Reader::ansi_quoted(Pieces& out) {
  const auto open = here();
  std::string text;
  pos_ += 2;
  for (;;) {
    if (ended()) return refuse_at(open, "a $' quote is not closed");
    const char c = peek();
    const auto mark = pos_;
    ++pos_;
    if (c == '\'') break;
    if (c != '\\') {
      text.push_back(c);
      continue;
    }
    const char e = peek();
    ++pos_;
    constexpr std::string_view kLetters = "abeEfnrtv\\'\"?";
    constexpr std::string_view kValues = "\a\b\033\033\f\n\r\t\v\\'\"?";
    if (const auto i = kLetters.find(e); i != std::string_view::npos && e != '\0') {
      text.push_back(kValues[i]);
      continue;
    }
    const bool is_hex = e == 'x';
    if (!is_hex && digit_value(e) > 7) return refuse_at(mark, "an unknown escape inside $'...'");
    if (!is_hex) --pos_;
    unsigned value = 0;
    int digits = 0;
    while (digits < (is_hex ? 2 : 3) && digit_value(peek()) < (is_hex ? 16 : 8)) {
      value = value * (is_hex ? 16u : 8u) + static_cast<unsigned>(digit_value(peek()));
      ++pos_;
      ++digits;
    }
    if (digits == 0 || value == 0 || value > 255)
      return refuse_at(mark, "an escape inside $'...' that is no byte from 1 to 255");
    text.push_back(static_cast<char>(value));
  }
  if (pending_.size() + outer_pending_ > 0 && text.find('\n') != std::string::npos)
    return refuse_at(open, "a newline in a quote on the line of a here-document");
  add_text(out, Piece::Kind::Quoted, text, open);
  return true;
}

}  // namespace hitl::shell
