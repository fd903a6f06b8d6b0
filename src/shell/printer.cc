// SPDX-License-Identifier: Apache-2.0
// Why the text looks as it does:
//   - every literal is quoted, command names too: a quoted word is never a
//     reserved word, an alias, an assignment or a pattern;
//   - reserved words, NAME= of assignments, and the names of declaration
//     utilities are plain, because quoted they lose their meaning;
//   - every redirection has its descriptor and stands behind the words;
//   - a script line stays a line (see ListItem), everything else is one line;
//   - here-documents inside substitutions become here-strings, because bash
//     prints a substitution's text anew and gets here-documents wrong.
#include "shell/printer.h"

#include "shell/source.h"
#include "shell/writer.h"

namespace hitl::shell {
namespace {

// Text that cannot stand in a canonical text as it is (control bytes, not
// UTF-8) has the one form that is ASCII.
std::string ansi_quoted(std::string_view text) {
  std::string out = "$'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      out += '\\';
      out += static_cast<char>('0' + (byte >> 6u));
      out += static_cast<char>('0' + ((byte >> 3u) & 7u));
      out += static_cast<char>('0' + (byte & 7u));
    } else {
      out += c;
    }
  }
  out += '\'';
  return out;
}

std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  out += '\'';
  return out;
}

}  // namespace

CanonicalText Printer::print(const Script& script) { return CanonicalText(Writer().run(script)); }

std::string quoted(std::string_view text) {
  return is_clean(text) ? single_quoted(text) : ansi_quoted(text);
}

}  // namespace hitl::shell
