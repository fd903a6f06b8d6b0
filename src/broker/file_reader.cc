// SPDX-License-Identifier: Apache-2.0
#include "broker/file_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/wire.h"
#include "crypto/digest.h"
#include "hitl/limits.h"
#include "proto/operator_codec.h"

namespace hitl::broker {
namespace {

constexpr std::chrono::seconds kPatience{5};

// What of a file people see, and what an approval binds.
void take(shell::FileRead read, const judge::RunFile& asked, operators::RunFile& file,
          const std::function<std::string(const std::string&)>& mask) {
  file.bound = true;
  switch (read.state) {
    case shell::FileRead::State::None:
      file.note = "no such file now, or the account cannot read it";
      return;
    case shell::FileRead::State::Hashed:
      file.sha256 = std::move(read.sha256);
      file.size = read.size;
      file.note = "too long to be shown";
      return;
    case shell::FileRead::State::Whole:
      file.sha256 = crypto::sha256(read.bytes);
      file.size = read.bytes.size();
      if (asked.secret) {
        file.note = "may hold a secret: not shown";
        return;
      }
      file.head = mask(read.bytes);
      if (file.head != read.bytes) file.note = "secrets in it are masked";
      return;
  }
}

// One message has room for so much.
void cut(FileReader::Files& files) {
  std::size_t left = operators::kFileHeads;
  for (auto& f : files) {
    if (f.head.size() > left) {
      f.head.resize(left);
      f.note = fmt::format("only the first {} of {} bytes are shown", left, f.size);
    }
    left -= f.head.size();
  }
}

}  // namespace

FileReader::FileReader(Parts parts, Done done) : parts_(std::move(parts)), done_(std::move(done)) {
  for (const auto& f : parts_.runs)
    if (f.known && f.path.size() <= kMaxEnvValue && paths_.size() < kMostRunFiles)
      paths_.push_back(f.path);
}

FileReader::~FileReader() {
  if (link_ != nullptr) link_->release(*this);
}

void FileReader::begin(Result<TargetLink*> link) {
  if (!link) return finish(link.error().what);
  if (paths_.empty()) return finish("");
  deadline_ = parts_.loop.after(kPatience, [this] { finish("the target took longer than 5 s"); });
  link_ = *link;
  link_->claim(*this);
}

void FileReader::on_ready() {
  if (auto s = link_->run_read(*this, paths_, parts_.key_id); !s) finish(s.error().what);
}

void FileReader::on_start_failed(egress::LegError, const std::string& text, bool) {
  link_ = nullptr;
  finish(text);
}

void FileReader::on_output(char code, std::string_view bytes) {
  if (code == 'o' && printed_.size() <= kMaxFrame + shell::most_printed(paths_.size()))
    printed_ += bytes;
}

void FileReader::on_ended(const egress::Ended& ended) {
  link_ = nullptr;
  if (ended.how == egress::How::Exit && ended.exit_status == shell::kNoHasher)
    return finish("the target has no /usr/bin/sha256sum");
  finish("");
}

void FileReader::finish(std::string_view why) {
  deadline_ = {};
  if (link_ != nullptr) std::exchange(link_, nullptr)->release(*this);
  std::vector<shell::FileRead> read;
  if (why.empty() && !paths_.empty()) {
    auto files = shell::files_read(printed_, paths_.size());
    if (files)
      read = std::move(*files);
    else
      why = "what the target answered is not that";
  }
  Files out;
  for (const auto& asked : parts_.runs) {
    if (out.size() == 2 * kMostRunFiles) break;
    auto& file = out.emplace_back();
    file.path = asked.path.substr(0, kMaxEnvValue);
    const auto at = std::ranges::find(paths_, asked.path);
    if (at == paths_.end())
      file.note = asked.known ? "one of too many files: not read"
                              : "which file that is is not known beforehand";
    else if (read.empty())
      file.note = fmt::format("could not be read: {}", why.substr(0, kMaxName * 4));
    else
      take(std::move(read[static_cast<std::size_t>(at - paths_.begin())]), asked, file,
           parts_.mask);
  }
  cut(out);
  const auto done = std::exchange(done_, nullptr);
  if (done) done(std::move(out));
}

std::string encode(FileReader::Files files) {
  WireWriter w;
  w.list(files, 2 * kMostRunFiles, [](auto& d, auto& f) { code(d, f); });
  return std::move(w).bytes();
}

Result<FileReader::Files> decode_files(std::string_view bytes) {
  FileReader::Files files;
  if (bytes.empty()) return files;
  WireReader r(bytes);
  r.list(files, 2 * kMostRunFiles, [](auto& d, auto& f) { code(d, f); });
  if (auto s = r.finish(); !s) return s.error();
  return files;
}

}  // namespace hitl::broker
