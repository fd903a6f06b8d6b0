// SPDX-License-Identifier: Apache-2.0
// Reads from a target the files that a held command would run, by a leg of its
// own and a fixed text of ours.  What is read is for people; nothing of it runs.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "broker/target_link.h"
#include "broker/way.h"
#include "hitl/operator_protocol.h"
#include "judge/judge.h"
#include "shell/files.h"
#include "sys/event_loop.h"

namespace hitl::broker {

class FileReader final : public LegUser {
 public:
  using Files = std::vector<operators::RunFile>;
  // Called once, perhaps within begin(), unless this is destroyed before.
  using Done = std::function<void(Files)>;

  // `key_id`: of the certificate.  `mask`: what people may see of a text.  What cannot
  // be read says so in its note.
  struct Parts {
    sys::EventLoop& loop;
    std::vector<judge::RunFile> runs;
    std::string key_id;
    std::function<std::string(const std::string&)> mask;
  };
  FileReader(Parts parts, Done done);
  ~FileReader() override;
  void begin(Result<TargetLink*> link);

  void on_ready() override;
  void on_start_failed(egress::LegError error, const std::string& text, bool) override;
  void on_started(std::uint64_t, const std::string&) override {}
  void on_output(char code, std::string_view bytes) override;
  void on_ended(const egress::Ended& ended) override;

 private:
  void finish(std::string_view why);

  Parts parts_;
  Done done_;
  std::vector<std::string> paths_;  // of those that can be read
  TargetLink* link_ = nullptr;      // while it is claimed
  std::string printed_;
  sys::EventLoop::Alarm deadline_;
};

// Of the store's column.
std::string encode(FileReader::Files files);
Result<FileReader::Files> decode_files(std::string_view bytes);

}  // namespace hitl::broker
