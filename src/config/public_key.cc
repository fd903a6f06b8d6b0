// SPDX-License-Identifier: Apache-2.0
#include "config/public_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "base/log.h"
#include "base/visible.h"
#include "base/wire.h"

namespace hitl::config {
namespace {

constexpr std::array<std::string_view, 7> kTypes = {"ssh-ed25519",
                                                    "ecdsa-sha2-nistp256",
                                                    "ecdsa-sha2-nistp384",
                                                    "ecdsa-sha2-nistp521",
                                                    "sk-ssh-ed25519@openssh.com",
                                                    "sk-ecdsa-sha2-nistp256@openssh.com",
                                                    "ssh-rsa"};

constexpr std::size_t kMaxBlob = 16 * 1024;

std::string_view take_word(std::string_view& line) {
  const auto begin = line.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return line = {}, std::string_view();
  line.remove_prefix(begin);
  const auto end = std::min(line.find_first_of(" \t"), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

}  // namespace

std::string_view type_of_blob(std::string_view blob) {
  WireReader r(blob);
  const auto type = r.string(64);
  return r.ok() ? type : std::string_view();
}

Result<PublicKey> parse_public_key(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.find('\n') != std::string_view::npos)
    return fail(Errc::Invalid, "more than one line where one public key is expected");
  const auto type = take_word(line);
  if (type.empty()) return fail(Errc::Invalid, "empty public key");
  if (std::ranges::find(kTypes, type) == kTypes.end())
    return fail(Errc::Invalid, fmt::format("'{}' is no key type that is accepted (give a line "
                                           "like \"ssh-ed25519 AAAA… name\", without options)",
                                           visible_cut(type, 40)));
  const auto encoded = take_word(line);
  auto blob = unbase64(encoded);
  if (!blob || blob->size() > kMaxBlob)
    return fail(Errc::Invalid, fmt::format("the {} key is not valid base64", type));
  if (type_of_blob(*blob) != type)
    return fail(Errc::Invalid, fmt::format("the key says {} but holds another type", type));
  const auto begin = std::min(line.find_first_not_of(" \t"), line.size());
  return PublicKey{std::string(type), std::move(*blob), std::string(line.substr(begin))};
}

}  // namespace hitl::config
