// SPDX-License-Identifier: Apache-2.0
// Where bytes go: standard output or a file.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace hitl::replay {

class Output {
 public:
  static Output standard();
  // Writes the file anew, readable by its owner only.
  static Result<Output> file(const std::string& path);

  // Errc::Closed where the reader is gone (a pager that was left), else System.
  Status write(std::string_view bytes);

  bool is_terminal() const;

 private:
  Output(int descriptor, Fd owned, std::string name)
      : descriptor_(descriptor), owned_(std::move(owned)), name_(std::move(name)) {}

  int descriptor_;
  Fd owned_;
  std::string name_;
};

}  // namespace hitl::replay
