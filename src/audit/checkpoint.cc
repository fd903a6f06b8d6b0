// SPDX-License-Identifier: Apache-2.0
#include "audit/checkpoint.h"

#include <fmt/format.h>

#include <charconv>

#include "base/encoding.h"

namespace hitl::audit {
namespace {

// Takes "NAME=" and the word after it from the front of `line`.
std::optional<std::string_view> take(std::string_view& line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  const auto end = std::min(line.find(' '), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

template <class N>
bool number(std::string_view text, N& value) {
  const auto r = std::from_chars(text.data(), text.data() + text.size(), value);
  return r.ec == std::errc() && r.ptr == text.data() + text.size();
}

}  // namespace

std::string statement_of(const store::CheckpointRow& c) {
  return fmt::format(
      "hitl-checkpoint-v1\nbastion: {}\nsequence: {}\nhash: {}\nconfiguration: {}\nat: {}\n"
      "reason: {}\n",
      c.bastion, c.sequence, hex(c.hash), hex(c.configuration), c.at, c.reason);
}

void sign(store::CheckpointRow& c, const crypto::Ed25519Key& key) {
  c.bastion = crypto::fingerprint(crypto::ed25519_blob(key.public_key()));
  c.signature = key.sign(statement_of(c));
}

bool is_signed(const store::CheckpointRow& c, std::string_view public_key) {
  return crypto::verify(public_key, statement_of(c), c.signature);
}

std::string line_of(const store::CheckpointRow& c) {
  return fmt::format(
      "checkpoint sequence={} hash={} configuration={} at={} reason={} bastion={} "
      "signature={}",
      c.sequence, hex(c.hash), hex(c.configuration), c.at, c.reason, c.bastion,
      base64(c.signature));
}

Result<store::CheckpointRow> parse_line(std::string_view line) {
  const auto wrong = [] { return fail(Errc::Invalid, "not the line of a checkpoint"); };
  store::CheckpointRow c;
  constexpr std::string_view kHead = "checkpoint ";
  if (!line.starts_with(kHead)) return wrong();
  line.remove_prefix(kHead.size());
  const auto sequence = take(line, "sequence="), hash = take(line, "hash="),
             configuration = take(line, "configuration="), at = take(line, "at="),
             reason = take(line, "reason="), bastion = take(line, "bastion="),
             signature = take(line, "signature=");
  for (const auto& word : {sequence, hash, configuration, at, reason, bastion, signature})
    if (!word) return wrong();
  if (!line.empty() || !number(*sequence, c.sequence) || !number(*at, c.at)) return wrong();
  const auto bytes = unhex(*hash), of_configuration = unhex(*configuration),
             signed_with = unbase64(*signature);
  if (!bytes || !of_configuration || !signed_with) return wrong();
  c.hash = *bytes, c.configuration = *of_configuration, c.signature = *signed_with;
  c.reason = *reason, c.bastion = *bastion;
  return c;
}

}  // namespace hitl::audit
