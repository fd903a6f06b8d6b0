// SPDX-License-Identifier: Apache-2.0
#include "mask/pattern.h"

#include <algorithm>

namespace hitl::mask {
namespace {

constexpr std::size_t kWorkspace = 4'096;  // states of one match; more are an error of PCRE2's

}  // namespace

Result<Pattern> Pattern::compile(const std::string& expression) {
  int error = 0;
  std::size_t at = 0;
  Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                          PCRE2_DOTALL | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP |
                              PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE,
                          &error, &at, nullptr));
  if (!code) {
    std::array<unsigned char, 160> text{};
    pcre2_get_error_message(error, text.data(), text.size());
    return fail(Errc::Invalid, reinterpret_cast<const char*>(text.data()));
  }
  Data data(pcre2_match_data_create(1, nullptr));
  if (!data) return fail(Errc::System, "out of memory");
  return Pattern(std::move(code), std::move(data));
}

int Pattern::match(std::string_view text, std::size_t from, std::uint32_t options) const {
  std::array<int, kWorkspace> workspace;
  return pcre2_dfa_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from,
                         options, data_.get(), nullptr, workspace.data(), workspace.size());
}

std::optional<std::size_t> Pattern::under_way(std::string_view text, std::size_t from,
                                              bool is_beginning) const {
  const std::uint32_t options = PCRE2_PARTIAL_HARD | (is_beginning ? 0 : PCRE2_NOTBOL);
  while (from < text.size()) {
    const int rc = match(text, from, options);
    if (rc == PCRE2_ERROR_NOMATCH) return std::nullopt;
    const auto at = pcre2_get_ovector_pointer(data_.get())[0];
    if (rc == PCRE2_ERROR_PARTIAL) return at < text.size() ? std::optional(at) : std::nullopt;
    if (rc < 0) return from;  // it would not say: what could be, is
    from = at + 1;
  }
  return std::nullopt;
}

std::optional<std::size_t> Pattern::matched(std::string_view text, std::size_t from,
                                            bool is_beginning) const {
  const int rc = match(text, from, PCRE2_ANCHORED | (is_beginning ? 0 : PCRE2_NOTBOL));
  if (rc < 0) return std::nullopt;
  return pcre2_get_ovector_pointer(data_.get())[1];
}

Result<ByteSet> bytes_of(const std::string& character_class) {
  ByteSet out;
  if (character_class.empty()) return out;
  if (character_class.front() != '[' || character_class.back() != ']')
    return fail(Errc::Invalid, "not one class of characters in brackets");
  const auto pattern = Pattern::compile(character_class);
  if (!pattern) return pattern.error();
  for (unsigned b = 0; b < out.size(); ++b) {
    const char c = static_cast<char>(b);
    out[b] = pattern->matched({&c, 1}, 0, true) == 1;
  }
  return out;
}

}  // namespace hitl::mask
