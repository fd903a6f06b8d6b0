// SPDX-License-Identifier: Apache-2.0
#include "ssh/outlet.h"

#include <algorithm>

namespace hitl::ssh {
namespace {

constexpr std::size_t kMerge = 32 * 1024;      // small pieces become one packet
constexpr std::size_t kMaxWrite = 256 * 1024;  // at once

}  // namespace

void Outlet::push(Stream stream, std::string bytes) {
  if (bytes.empty() || broken_) return;
  size_ += bytes.size();
  if (!pieces_.empty() && pieces_.back().stream == stream &&
      pieces_.back().bytes.size() + bytes.size() <= kMerge)
    pieces_.back().bytes += bytes;
  else
    pieces_.push_back({stream, std::move(bytes)});
}

void Outlet::clear() noexcept {
  pieces_.clear();
  size_ = 0;
}

bool Outlet::flush(const Transport& transport, ssh_channel channel) {
  bool went = false;
  while (!pieces_.empty() && !broken_ && !transport.congested()) {
    const std::size_t window = ssh_channel_window_size(channel);
    if (window == 0) break;
    auto& p = pieces_.front();
    const auto n =
        static_cast<std::uint32_t>(std::min({p.bytes.size() - p.written, window, kMaxWrite}));
    const int rc = p.stream == Stream::Err
                       ? ssh_channel_write_stderr(channel, p.bytes.data() + p.written, n)
                       : ssh_channel_write(channel, p.bytes.data() + p.written, n);
    if (rc < 0) broken_ = true;
    if (rc <= 0) break;  // 0: a key exchange is under way
    went = true;
    p.written += static_cast<std::size_t>(rc);
    size_ -= static_cast<std::size_t>(rc);
    if (p.written == p.bytes.size()) pieces_.pop_front();
  }
  if (broken_) clear();
  return went;
}

}  // namespace hitl::ssh
