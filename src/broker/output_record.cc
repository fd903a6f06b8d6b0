// SPDX-License-Identifier: Apache-2.0
#include "broker/output_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"

namespace hitl::broker {

void OutputRecord::add(char code, std::string_view bytes) {
  (code == 'i' ? in_ : code == 'e' ? err_ : out_) += bytes.size();
  if (code != 'i') hash_.update(bytes);
  const auto head = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), limit_ - kept_));
  if (head > 0) keep_(code, bytes.substr(0, head));
  kept_ += head;
  bytes.remove_prefix(head);
  if (bytes.empty()) return;
  tail_.push_back({code, std::string(bytes)});
  tail_bytes_ += bytes.size();
  while (tail_bytes_ > kTail) {
    auto& oldest = tail_.front();
    const auto n = std::min(tail_bytes_ - kTail, oldest.bytes.size());
    oldest.bytes.erase(0, n);
    tail_bytes_ -= n;
    dropped_ += n;
    if (oldest.bytes.empty()) tail_.pop_front();
  }
}

void OutputRecord::finish() {
  if (dropped_ > 0)
    keep_('m',
          fmt::format("{} bytes are not kept here; the record's SHA-256 covers them", dropped_));
  for (const auto& p : std::exchange(tail_, {})) keep_(p.code, p.bytes);
  tail_bytes_ = 0;
  dropped_ = 0;
}

void OutputRecord::finish(store::CommandRow& row) {
  finish();
  row.output_sha256 = hex(sha256());
  row.bytes_out = out_;
  row.bytes_err = err_;
  row.bytes_in = in_;
}

}  // namespace hitl::broker
