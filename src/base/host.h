// SPDX-License-Identifier: Apache-2.0
// Names and addresses of hosts as text.  Nothing is looked up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hitl {

// IPv4 as ::ffff:a.b.c.d, so that an address has one form.
using IpAddress = std::array<std::uint8_t, 16>;

// "10.0.0.5" or "2001:db8::1"; not the short forms that some programs take.
std::optional<IpAddress> ip_address(std::string_view text);
bool is_ipv4(const IpAddress& address);

// The host in one form: an address, or a name in small letters without its last
// dot.  Empty where it is neither beyond doubt: "127.1" and "0x7f000001" are
// addresses to some programs.
std::string known_host(std::string_view text);

// The host of "https://NAME:PORT/PATH" or "NAME/PATH", as above.
std::string host_of_url(std::string_view url);

}  // namespace hitl
