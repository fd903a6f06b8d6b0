// SPDX-License-Identifier: Apache-2.0
// A session's events as they lie in the store: one zstd stream (RFC 8878), cut
// into chunks at each commit and into frames of a bounded size, so that whoever
// wants the middle of a long recording need not read its beginning.
//
// An event is, in the encoding of base/wire.h: byte code, uint64 time in us since
// the session's start, uint64 row of its command (0: none), string data.
//
// Pure.  A reader takes the chunks of a frame in their order; damaged ones are
// errors, never other events.
#pragma once

#include <zstd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/handle.h"
#include "base/result.h"

namespace hitl::record {

struct ChunkEvent {
  std::int64_t command = 0;
  std::int64_t at_us = 0;
  char code = 'o';
  std::string data;
};

struct Chunk {
  bool begins = false;     // a frame, so that it can be read by itself
  std::int64_t at_us = 0;  // of its first event
  std::string bytes;
};

class ChunkWriter {
 public:
  static constexpr std::size_t kMostData = 1u << 20;   // bytes of one event
  static constexpr std::size_t kMostPlain = 1u << 20;  // of a chunk, before its last event
  static constexpr std::size_t kFrame = 1u << 20;      // plain bytes after which one ends

  void add(std::int64_t command, std::int64_t at_us, char code, std::string_view data);
  bool empty() const { return plain_.empty(); }
  bool full() const { return plain_.size() >= kMostPlain; }
  // What was added since the last one: not nothing.
  Chunk take();
  // The last chunk was not kept, or what was added since: the next begins a frame.
  void restart();

 private:
  Owner<ZSTD_CCtx, ZSTD_freeCCtx> context_;
  std::string plain_;
  std::int64_t at_us_ = 0;
  std::size_t in_frame_ = 0;  // 0: the next chunk begins one
};

class ChunkReader {
 public:
  // `begins` as the chunk was taken.  Errc::Invalid: damaged, or the beginning of
  // its frame was not read.
  Result<std::vector<ChunkEvent>> read(bool begins, std::string_view bytes);

 private:
  Owner<ZSTD_DCtx, ZSTD_freeDCtx> context_;
  bool in_frame_ = false;
};

}  // namespace hitl::record
