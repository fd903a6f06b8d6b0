// SPDX-License-Identifier: Apache-2.0
#include "policy/hosts.h"

#include <algorithm>
#include <charconv>

namespace hitl::policy {
namespace {

constexpr unsigned kBits4 = 32, kBits6 = 128;

bool same_bits(const IpAddress& a, const IpAddress& b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin()))
    return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits % 8));
  return ((a[whole] ^ b[whole]) & mask) == 0;
}

}  // namespace

Result<HostPattern> HostPattern::parse(std::string_view notation) {
  const auto wrong = [&](std::string_view why) {
    return fail(Errc::Invalid, "'" + std::string(notation) + "' " + std::string(why));
  };
  HostPattern p;
  p.text_ = notation;
  const auto slash = notation.find('/');
  if (const auto address = ip_address(notation.substr(0, slash))) {
    const bool v4 = is_ipv4(*address) && notation.find(':') == std::string_view::npos;
    const unsigned most = v4 ? kBits4 : kBits6;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
      const auto text = notation.substr(slash + 1);
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
      if (error != std::errc{} || end != text.data() + text.size() || bits > most)
        return wrong("is no range of addresses");
    }
    p.range_ = true;
    p.address_ = *address;
    p.bits_ = bits + (v4 ? kBits6 - kBits4 : 0);
    return p;
  }
  if (slash != std::string_view::npos) return wrong("is no range of addresses");
  std::ranges::transform(p.text_, p.text_.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (p.text_ == "*") return p;
  const auto name = std::string_view(p.text_).substr(p.text_.starts_with("*.") ? 2 : 0);
  if (name.empty() || known_host(name) != name)
    return wrong("is no host (write \"a.example.org\", \"*.example.org\" or \"10.0.0.0/8\")");
  return p;
}

bool HostPattern::matches(std::string_view host) const {
  if (host.empty()) return false;
  if (text_ == "*") return true;
  if (range_) {
    const auto address = ip_address(host);
    return address && same_bits(*address, address_, bits_);
  }
  if (!text_.starts_with("*.")) return host == text_;
  const auto below = std::string_view(text_).substr(1);
  return host.size() > below.size() && host.ends_with(below) && !ip_address(host);
}

bool HostPattern::may_be(std::string_view host) const {
  return host.empty() || matches(host) || (text_ != "*" && range_ != ip_address(host).has_value());
}

}  // namespace hitl::policy
