// SPDX-License-Identifier: Apache-2.0
#include "replay/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace hitl::replay {

Output Output::standard() { return {STDOUT_FILENO, {}, "standard output"}; }

Result<Output> Output::file(const std::string& path) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) return fail_errno(path);
  const int descriptor = fd.get();
  return Output(descriptor, std::move(fd), path);
}

Status Output::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::write(descriptor_, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      const bool closed = errno == EPIPE;
      auto e = fail_errno(name_);
      if (closed) e.code = Errc::Closed;
      return e;
    }
  }
  return Ok{};
}

bool Output::is_terminal() const { return ::isatty(descriptor_) == 1; }

}  // namespace hitl::replay
