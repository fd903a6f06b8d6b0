// SPDX-License-Identifier: Apache-2.0
// The sed language (XCU sed, and GNU's extensions as far as they only compute).
#include <string>
#include <string_view>

#include "classify/program_text.h"

namespace hitl::classify {
namespace {

class Sed {
 public:
  // `brackets`: a bracket expression hides a delimiter, as XCU has it.
  Sed(std::string_view text, bool brackets) : text_(text), brackets_(brackets) {}

  // It can be read in another way.
  bool ambiguous() const { return ambiguous_; }
  // What was found bad would happen; otherwise it is only not understood.
  bool harmful() const { return harmful_; }

  std::string check() {
    std::size_t open = 0;
    while (skip_blanks(), !end()) {
      if (peek() == ';' || peek() == '\n') {
        ++i_;
        continue;
      }
      if (peek() == '#') {
        skip_line();
        continue;
      }
      if (peek() == '}') {
        if (open-- == 0) return "an unmatched } in the sed program";
        ++i_;
        continue;
      }
      if (!addresses()) return "an address that is not understood in the sed program";
      if (end()) return "a sed command is missing";
      if (peek() == '{') {
        ++open;
        ++i_;
        continue;
      }
      if (auto bad = command(); !bad.empty()) return bad;
    }
    return open == 0 ? "" : "an unmatched { in the sed program";
  }

 private:
  bool end() const { return i_ >= text_.size(); }
  char peek() const { return end() ? '\0' : text_[i_]; }
  bool take(char c) {
    if (peek() != c || end()) return false;
    ++i_;
    return true;
  }
  void skip_blanks() {
    while (!end() && (peek() == ' ' || peek() == '\t')) ++i_;
  }
  void skip_line() {
    while (!end() && peek() != '\n') ++i_;
  }
  bool digits() {
    const auto from = i_;
    while (!end() && peek() >= '0' && peek() <= '9') ++i_;
    return i_ > from;
  }

  // Up to the delimiter, which a backslash or a bracket expression hides.
  bool delimited(char delimiter, bool brackets) {
    while (!end()) {
      const char c = text_[i_++];
      if (c == delimiter) return true;
      if (c == '\\') {
        if (end()) return false;
        ++i_;
      } else if (brackets && brackets_ && c == '[') {
        const auto from = i_;
        if (!bracket()) return false;
        if (text_.substr(from, i_ - from).find(delimiter) != std::string_view::npos)
          ambiguous_ = true;
      }
    }
    return false;
  }
  bool bracket() {
    take('^');
    take(']');
    while (!end()) {
      const char c = text_[i_++];
      if (c == ']') return true;
      if (c == '\n') return false;
      if (c == '[' && (peek() == ':' || peek() == '.' || peek() == '=')) {
        const char kind = text_[i_++];
        const auto close = text_.find(std::string{kind, ']'}, i_);
        if (close == std::string_view::npos) return false;
        i_ = close + 2;
      }
    }
    return false;
  }

  bool address() {
    if (take('$')) return true;
    if (take('/')) return pattern('/');
    if (take('\\')) {
      if (end() || peek() == '\n' || peek() == '\\') return false;
      const char delimiter = text_[i_++];
      return pattern(delimiter);
    }
    if (!digits()) return false;
    return !take('~') || digits();
  }
  bool pattern(char delimiter) {
    if (!delimited(delimiter, true)) return false;
    while (peek() == 'I' || peek() == 'M') ++i_;
    return true;
  }
  bool addresses() {
    const char c = peek();
    if (c == '/' || c == '\\' || c == '$' || (c >= '0' && c <= '9')) {
      if (!address()) return false;
      skip_blanks();
      if (take(',')) {
        skip_blanks();
        if (peek() == '+' || peek() == '~') {
          ++i_;
          if (!digits()) return false;
        } else if (!address()) {
          return false;
        }
      }
    }
    skip_blanks();
    while (take('!')) skip_blanks();
    return true;
  }

  std::string ends(const char* what) {
    skip_blanks();
    if (end() || peek() == ';' || peek() == '\n' || peek() == '}' || peek() == '#') return "";
    return std::string("text after ") + what + " in the sed program";
  }

  std::string command() {
    const char c = text_[i_++];
    switch (c) {
      case 'd':
      case 'D':
      case 'g':
      case 'G':
      case 'h':
      case 'H':
      case 'x':
      case 'n':
      case 'N':
      case 'p':
      case 'P':
      case 'z':
      case '=':
      case 'F':
        return ends("a command");
      case 'q':
      case 'Q':
      case 'l':
      case 'L':
        skip_blanks();
        digits();
        return ends("a command");
      case 'a':
      case 'i':
      case 'c':
        // Its text reaches to the end of the line; a backslash continues it.
        while (!end() && peek() != '\n') i_ += peek() == '\\' ? 2 : 1;
        return "";
      case ':':
      case 'b':
      case 't':
      case 'T':
        while (!end() && peek() != '\n' && peek() != ';' && peek() != '}') ++i_;
        return "";
      case 's':
        return substitute();
      case 'y':
        return transliterate();
      case 'w':
      case 'W':
        return harm("sed's command w writes a file");
      case 'e':
        return harm("sed's command e runs a program");
      case 'r':
      case 'R':
        return harm("sed's command r reads another file");
      default:
        return std::string("sed's command '") + c + "' is not known";
    }
  }

  std::string substitute() {
    if (end()) return "sed's command s is not complete";
    const char delimiter = text_[i_++];
    if (delimiter == '\n' || delimiter == '\\') return "sed's command s has a strange delimiter";
    if (!delimited(delimiter, true) || !delimited(delimiter, false))
      return "sed's command s is not complete";
    while (!end()) {
      const char c = peek();
      if (c == 'w') return harm("sed's s///w writes a file");
      if (c == 'e') return harm("sed's s///e runs what it made");
      if (c != 'g' && c != 'p' && c != 'i' && c != 'I' && c != 'm' && c != 'M' &&
          !(c >= '0' && c <= '9'))
        break;
      ++i_;
    }
    return ends("a substitution");
  }

  std::string transliterate() {
    if (end()) return "sed's command y is not complete";
    const char delimiter = text_[i_++];
    if (delimiter == '\n' || delimiter == '\\' || !delimited(delimiter, false) ||
        !delimited(delimiter, false))
      return "sed's command y is not complete";
    return ends("a command");
  }

  std::string harm(const char* what) {
    harmful_ = true;
    return what;
  }

  std::string_view text_;
  bool brackets_;
  std::size_t i_ = 0;
  bool ambiguous_ = false, harmful_ = false;
};

}  // namespace

std::string not_only_sed(std::string_view program) {
  Sed sed(program, true);
  auto bad = sed.check();
  if (!bad.empty() || !sed.ambiguous()) return bad;
  // To some seds a delimiter inside brackets ends the pattern.  What is wrong to
  // them ends them before anything runs, but not before files are opened.
  Sed other(program, false);
  bad = other.check();
  return other.harmful() ? bad : "";
}

}  // namespace hitl::classify
