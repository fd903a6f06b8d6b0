// SPDX-License-Identifier: Apache-2.0
#include "ssh/intake.h"

#include <utility>

namespace hitl::ssh {
namespace {

// Beyond any window that we ever granted.
constexpr std::uint32_t kOverrun = 4'000'000;

}  // namespace

std::uint32_t Intake::offer(const void* bytes, std::uint32_t size) noexcept {
  came_ = true;
  if (size > kOverrun) overrun_ = true;
  if (mode_ == Mode::Discard) return kept_ = 0, size;
  if (mode_ == Mode::Hold || overrun_ || bytes_.size() >= high_water_) return kept_ = size, 0;
  bytes_.append(static_cast<const char*>(bytes), size);
  kept_ = 0;
  return size;
}

void Intake::resume(ssh_channel channel) {
  if (kept_ == 0 || mode_ == Mode::Hold || overrun_) return;
  if (mode_ == Mode::Buffer && bytes_.size() >= high_water_) return;
  std::string all(kept_, '\0');
  const int n = ssh_channel_read_nonblocking(channel, all.data(),
                                             static_cast<std::uint32_t>(all.size()), stderr_);
  kept_ = 0;  // all of it, or the session is broken
  if (n <= 0 || mode_ == Mode::Discard) return;
  bytes_.append(all, 0, static_cast<std::size_t>(n));
}

std::string Intake::take() noexcept { return std::exchange(bytes_, {}); }

}  // namespace hitl::ssh
