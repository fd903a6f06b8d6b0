// SPDX-License-Identifier: Apache-2.0
// Any bytes in any pieces: what comes out is the same as of one piece, nothing is kept
// back beyond the bound, and a deadline lets out no more of a secret than its first
// bytes.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "mask/masker.h"
#include "mask/text.h"

namespace {

using namespace hitl;

std::shared_ptr<const mask::Table> rules() {
  MaskRule token, open, key, password, url, card, list, mail;
  token.name = "token";
  token.pattern = R"(\btok_[a-z0-9]{8})";
  token.tail = "[a-z0-9]";
  open.name = "open";
  open.pattern = R"(\btok_[a-z0-9]{4,}z{3}\b)";
  key.name = "key";
  key.pattern = "-----BEGIN [A-Z]{1,8} KEY-----";
  key.tail = R"([A-Za-z0-9+/=\s])";
  password.name = "password";
  password.before = R"((?i)password["']?[ \t]{0,4}[=:][ \t]{0,4}["']?)";
  password.pattern = R"([^\s"']{4})";
  password.tail = R"([^\s"'])";
  url.name = "url";
  url.before = R"(://[^\s:/@]*:)";
  url.pattern = R"([^\s/@]+)";
  url.after = "@";
  card.name = "card";
  card.pattern = R"(\b[2-6]\d{3}(?:[ -]?\d){8,15}\b)";
  card.check = MaskCheck::Luhn;
  list.name = "list";
  list.literals = {"correct horse", "aaaab"};
  mail.name = "mail";
  mail.profile = "mail";
  mail.pattern = R"([a-z.]+@[a-z]+\.[a-z]{2})";
  const auto file = mask::Table::compile({token, open, key, password, url, card, list, mail});
  HITL_CHECK(file.has_value());
  auto table = mask::Table::open(file->get());
  HITL_CHECK(table.has_value());
  return *table;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto table = rules();
  if (size < 8) return 0;
  const std::string_view cuts(reinterpret_cast<const char*>(data), 8);
  const std::string_view text(reinterpret_cast<const char*>(data) + 8, size - 8);
  mask::Masker one(table), many(table), timed(table);
  auto whole = one.feed(text);
  whole += one.finish();
  std::string pieces, late;
  for (std::size_t at = 0, i = 0; at < text.size(); ++i) {
    const auto cut = static_cast<unsigned char>(cuts[i % cuts.size()]);
    const auto piece = text.substr(at, 1 + cut % 61);
    pieces += many.feed(piece);
    late += timed.feed(piece);
    if (cut % 2 != 0) late += timed.flush();
    at += piece.size();
  }
  pieces += many.finish();
  late += timed.finish();
  HITL_CHECK(pieces == whole);
  HITL_CHECK(many.take_counts() == one.take_counts());
  // A command is never longer for what is not in it.
  const auto command = mask::mask_command(table.get(), text, {});
  for (const auto& e : command.edits) HITL_CHECK(e.begin < e.end && e.end <= text.size());
  HITL_CHECK(command.moved(static_cast<std::uint32_t>(text.size())) == command.text.size());
  return 0;
}
