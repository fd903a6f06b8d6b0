// SPDX-License-Identifier: Apache-2.0
#include "base/host.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace hitl {
namespace {

constexpr std::size_t kMaxHost = 253;
constexpr IpAddress kIpv4 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label(std::string_view label) {
  return !label.empty() && label.front() != '-' && std::ranges::all_of(label, [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_';
  });
}

}  // namespace

std::optional<IpAddress> ip_address(std::string_view text) {
  if (text.empty() || text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string terminated(text);
  IpAddress out = kIpv4;
  in_addr v4{};
  if (::inet_pton(AF_INET, terminated.c_str(), &v4) == 1) {
    std::memcpy(out.data() + 12, &v4, sizeof v4);
    return out;
  }
  if (::inet_pton(AF_INET6, terminated.c_str(), out.data()) == 1) return out;
  return std::nullopt;
}

bool is_ipv4(const IpAddress& address) {
  return std::equal(kIpv4.begin(), kIpv4.begin() + 12, address.begin());
}

std::string known_host(std::string_view text) {
  if (const auto address = ip_address(text)) {
    char shown[INET6_ADDRSTRLEN] = {};
    if (is_ipv4(*address))
      ::inet_ntop(AF_INET, address->data() + 12, shown, sizeof shown);
    else
      ::inet_ntop(AF_INET6, address->data(), shown, sizeof shown);
    return shown;
  }
  std::string name(text);
  if (name.ends_with('.')) name.pop_back();
  if (name.empty() || name.size() > kMaxHost) return "";
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  std::string_view label;
  for (std::size_t from = 0; from <= name.size(); from += label.size() + 1) {
    label = std::string_view(name).substr(from, name.find('.', from) - from);
    if (!is_label(label)) return "";
  }
  // No top level is a number.
  return is_digit(label.front()) ? "" : name;
}

std::string host_of_url(std::string_view url) {
  if (const auto colon = url.find("://"); colon != std::string_view::npos) {
    const auto scheme = url.substr(0, colon);
    if (scheme != "http" && scheme != "https") return "";
    url.remove_prefix(colon + 3);
  }
  auto host = url.substr(0, url.find_first_of("/?#"));
  // Programs do not agree where a host with any of these begins.
  if (host.find_first_of("@\\%") != std::string_view::npos) return "";
  const bool brackets = host.starts_with('[');
  const auto end = brackets ? host.find(']') : host.find(':');
  if (brackets && end == std::string_view::npos) return "";
  const auto after = brackets ? end + 1 : std::min(end, host.size());
  const auto port = host.substr(after);
  if (!port.empty() &&
      (port[0] != ':' || port.size() < 2 || !std::all_of(port.begin() + 1, port.end(), is_digit)))
    return "";
  host = brackets ? host.substr(1, end - 1) : host.substr(0, after);
  if (brackets && host.find(':') == std::string_view::npos) return "";
  return known_host(host);
}

}  // namespace hitl
