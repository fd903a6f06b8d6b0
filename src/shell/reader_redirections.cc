// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "shell/reader.h"
#include "shell/word.h"

namespace hitl::shell {
namespace {

Word literal_word(std::string text, Range range) {
  Word w;
  w.range = range;
  w.parts.emplace_back(Literal{std::move(text), {}});
  return w;
}

}  // namespace

// Digits count only right before the operator.
bool Reader::at_redirection() {
  std::size_t i = 0;
  while (is_digit(peek(i))) ++i;
  if (peek(i) == '&' && i == 0) return peek(1) == '>';
  if (peek(i) != '<' && peek(i) != '>') return false;
  return i > 0 || peek(1) != '(';
}

bool Reader::redirection(std::vector<Redirection>& out) {
  if (!count()) return false;
  Redirection r;
  r.range.begin = here();
  const auto digits = pos_;
  while (is_digit(peek())) ++pos_;
  const bool has_fd = pos_ != digits;
  if (pos_ - digits > 1) return refuse_at(digits, "a file descriptor above 9");
  if (has_fd) r.fd = text_[digits] - '0';
  const auto from = [&](RedirectOp op, int fd) {
    r.op = op;
    if (!has_fd) r.fd = fd;
  };
  bool both = false;
  if (take("&>>")) {
    from(RedirectOp::Append, 1);
    both = true;
  } else if (take("&>")) {
    from(RedirectOp::Write, 1);
    both = true;
  } else if (take("<<<")) {
    from(RedirectOp::HereString, 0);
  } else if (take("<<")) {
    from(RedirectOp::HereDoc, 0);
  } else if (take("<&")) {
    from(RedirectOp::DupIn, 0);
    return duplicate(r, out, has_fd);
  } else if (take(">&")) {
    from(RedirectOp::DupOut, 1);
    return duplicate(r, out, has_fd);
  } else if (take("<>")) {
    from(RedirectOp::ReadWrite, 0);
  } else if (take(">|")) {
    from(RedirectOp::Clobber, 1);
  } else if (take(">>")) {
    from(RedirectOp::Append, 1);
  } else if (take("<")) {
    from(RedirectOp::Read, 0);
  } else if (take(">")) {
    from(RedirectOp::Write, 1);
  }
  if (r.op == RedirectOp::HereDoc) {
    if (!here_document(r)) return false;
  } else if (r.op == RedirectOp::HereString) {
    if (!here_string(r)) return false;
  } else if (!redirect_target(r.target)) {
    return false;
  }
  r.range.end = here();
  const Range range = r.range;
  out.push_back(std::move(r));
  if (both) out.push_back({range, 2, RedirectOp::DupOut, literal_word("1", range)});
  return true;
}

bool Reader::redirect_target(Word& out) {
  if (!skip_blanks()) return false;
  if (!at_word()) return expected("the target of a redirection");
  if ((peek() == '<' || peek() == '>') && peek(1) != '(')
    return expected("the target of a redirection");
  return word(Context::Redirection, out);
}

// After ">&" or "<&".  A word that is neither a digit nor '-' is a file for
// ">&" alone; bash would expand it twice.
bool Reader::duplicate(Redirection& r, std::vector<Redirection>& all, bool has_fd) {
  if (!skip_blanks()) return false;
  const auto begin = here();
  const char c = peek();
  if ((is_digit(c) || c == '-') && is_meta(peek(1))) {
    if (peek(1) == '<' || peek(1) == '>')
      return refuse_here("a redirection right after another: put a space between");
    ++pos_;
    r.range.end = here();
    r.target = literal_word(std::string(1, c), {begin, here()});
    all.push_back(std::move(r));
    return true;
  }
  if (is_digit(c) || c == '-')
    return refuse_here("a duplicated file descriptor other than 0 to 9 or -");
  if (r.op == RedirectOp::DupIn || (has_fd && r.fd != 1))
    return refuse_here("a duplicated file descriptor that is not a number");
  if (has_fd) return refuse_here("1>& with a file: write > and 2>&1");
  if (!redirect_target(r.target)) return false;
  const auto text = literal_text(r.target);
  if (!text) return refuse_at(begin, ">& with an expansion, which bash expands twice: write &>");
  const bool is_plain = std::ranges::all_of(*text, [](char t) {
    return is_name_char(t) || t == '/' || t == '.' || t == '-' || t == ',' || t == '+' || t == '@';
  });
  if (text->empty() || !is_plain || is_digit((*text)[0]) || text->ends_with('-'))
    return refuse_at(begin, "this target of >&: write &>");
  r.op = RedirectOp::Write;
  r.range.end = here();
  const Range range = r.range;
  all.push_back(std::move(r));
  all.push_back({range, 2, RedirectOp::DupOut, literal_word("1", range)});
  return true;
}

bool Reader::here_string(Redirection& out) {
  if (!skip_blanks()) return false;
  if (!at_word() || peek() == '<' || peek() == '>') return expected("the text of a here-string");
  bash_only_ = true;
  return word(Context::HereString, out.target);
}

// After "<<".  The body comes after this line; until then the redirection has
// the number of its body.
bool Reader::here_document(Redirection& out) {
  HereDoc doc;
  doc.begin = out.range.begin;
  doc.strip_tabs = take("-");
  if (substitutions_ > 0) {
    bash_only_ = true;  // printed as a here-string
    has_document_ = true;
  }
  if (!skip_blanks()) return false;
  const auto begin = pos_;
  if (!at_word() || peek() == '<' || peek() == '>') return expected("a here-document's delimiter");
  Pieces in;
  if (!pieces(Context::Single, in)) return false;
  for (const auto& p : in) {
    if (p.kind == Piece::Kind::Expansion || p.text.find('\n') != std::string::npos ||
        (p.kind == Piece::Kind::Bare && p.text.find('$') != std::string::npos))
      return refuse_at(begin, "a here-document's delimiter that is not plain text");
    doc.is_quoted |= p.kind == Piece::Kind::Quoted;
    doc.delimiter += p.text;
  }
  if (doc.delimiter.empty()) return refuse_at(begin, "a here-document with an empty delimiter");
  doc.body = bodies_.size();
  bodies_.emplace_back();
  out.target.range = {static_cast<std::uint32_t>(doc.body), 0};
  pending_.push_back(std::move(doc));
  return true;
}

// Called right after a newline.
bool Reader::read_bodies() {
  const auto docs = std::exchange(pending_, {});
  for (const auto& doc : docs) {
    // A newline inside a quote or a substitution of that line: shells differ
    // on where the body begins.
    if (&doc == docs.data() &&
        text_.substr(doc.begin, pos_ - 1 - doc.begin).find('\n') != std::string_view::npos)
      return refuse_at(doc.begin, "a here-document whose own line goes on over a newline");
    if (!read_body(doc)) return false;
  }
  return true;
}

bool Reader::read_body(const HereDoc& doc) {
  Word& body = bodies_[doc.body];
  body.range.begin = here();
  for (;;) {
    if (ended())
      return unclosed(doc.begin, "the here-document's end, a line with its delimiter, is missing");
    while (doc.strip_tabs && peek() == '\t') ++pos_;
    auto stop = text_.substr(0, end_).find('\n', pos_);
    if (stop == std::string_view::npos) stop = end_;
    cost_.steps += stop - pos_;
    if (text_.substr(pos_, stop - pos_) == doc.delimiter) {
      body.range.end = here();
      // the newline after the delimiter belongs to it
      pos_ = std::min(stop + 1, end_);
      // printed as one word
      if (substitutions_ > 0 && !check_at_words(body, false, doc.begin)) return false;
      return count();
    }
    if (stop == end_)
      return unclosed(doc.begin, "the here-document's end, a line with its delimiter, is missing");
    if (!body_line(body, stop, doc.is_quoted)) return false;
  }
}

// One line of a body with its newline, which is at `stop`.
bool Reader::body_line(Word& out, std::size_t stop, bool is_quoted) {
  Pieces in;
  if (is_quoted) {
    add_text(in, Piece::Kind::Quoted, text_.substr(pos_, stop - pos_), here());
    pos_ = stop;
  }
  while (pos_ < stop) {
    const char c = peek();
    const auto mark = here();
    if (c == '\\') {
      const char next = pos_ + 1 < stop ? text_[pos_ + 1] : '\n';
      if (next == '\n')
        return refuse_here("a here-document's line ends in a backslash: quote the delimiter");
      const bool escapes = next == '$' || next == '`' || next == '\\';
      add_text(in, Piece::Kind::Quoted, text_.substr(pos_ + (escapes ? 1 : 0), 1), mark);
      pos_ += escapes ? 2 : 1;
      continue;
    }
    if (c == '$' || c == '`') {
      // printed, a newline of $'...' would make several lines of it
      ++outer_pending_;
      if (!dollar(in, Quote::Body)) return false;
      --outer_pending_;
      if (pos_ > stop) return refuse_at(mark, "an expansion over several lines of a here-document");
      continue;
    }
    add_text(in, Piece::Kind::Quoted, {&c, 1}, mark);
    ++pos_;
  }
  ++pos_;
  add_text(in, Piece::Kind::Quoted, "\n", static_cast<std::uint32_t>(stop));
  for (auto& p : in) {
    if (p.kind == Piece::Kind::Expansion)
      out.parts.push_back(std::move(*p.part));
    else if (!out.parts.empty() && std::holds_alternative<Literal>(out.parts.back()))
      std::get<Literal>(out.parts.back()).text += p.text;
    else
      out.parts.emplace_back(Literal{p.text, {}});
  }
  return true;
}

}  // namespace hitl::shell
