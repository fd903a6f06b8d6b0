// SPDX-License-Identifier: Apache-2.0
// Shell text by the thousand, each from a seed of its own: lines of the
// grammar (XCU 2 and bash's own), most of which the parser should understand,
// and soup, most of which it should not.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace hitl::oracle {

class Generator {
 public:
  // `size` bounds how many commands and words a line has.
  Generator(std::uint64_t seed, int size) : random_(seed), left_(size) {}

  std::string line();

  // Tokens in any order, or a line of the grammar with a few bytes changed.
  std::string soup();

 private:
  std::size_t below(std::size_t n) { return random_() % n; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <std::size_t N>
  std::string one_of(const char* const (&choices)[N]) {
    return choices[below(N)];
  }
  // Spends one unit of the size; false once it is spent.
  bool spend() { return left_-- > 0; }

  std::string list(bool is_top);
  std::string separator(bool is_top);
  std::string and_or();
  std::string pipeline();
  std::string command();
  std::string compound();
  std::string case_clause();
  std::string conditional();
  std::string test_operand();
  std::string simple();
  std::string builtin();
  std::string loop_with_counter();
  std::string assignment();
  std::string declaration();
  std::string redirections();
  std::string redirection();
  std::string here_document();

  std::string word();
  std::string part();
  std::string text();
  std::string quoted_text();
  std::string double_quoted();
  std::string ansi_quoted();
  std::string glob();
  std::string braces();
  std::string tilde();
  std::string expansion(bool in_quotes);
  std::string parameter(bool in_quotes);
  std::string substitution();
  std::string arithmetic();
  std::string target();

  std::string blank();
  std::string newline();
  void bodies(std::string& out);

  std::mt19937_64 random_;
  int left_;
  int depth_ = 0;
  int inside_ = 0;                   // of substitutions
  std::vector<std::string> bodies_;  // of here-documents on this line, with their delimiters
};

}  // namespace hitl::oracle
