// SPDX-License-Identifier: Apache-2.0
#include "record/chunk.h"

#include "base/check.h"
#include "base/wire.h"

namespace hitl::record {
namespace {

// A writer for each open session: so a small window, and small tables beside it
// (0.6 MB in all).
constexpr int kLevel = 3, kWindowLog = 17, kTableLog = 15;
constexpr std::size_t kMostRead = ChunkWriter::kMostPlain + ChunkWriter::kMostData + 64;

Error damaged() { return fail(Errc::Invalid, "a chunk of the recording is damaged"); }

}  // namespace

void ChunkWriter::add(std::int64_t command, std::int64_t at_us, char code, std::string_view data) {
  if (plain_.empty()) at_us_ = at_us;
  WireWriter w;
  w.u8(static_cast<std::uint8_t>(code));
  w.i64(at_us);
  w.i64(command);
  w.string(data, kMostData);
  plain_ += w.bytes();
}

Chunk ChunkWriter::take() {
  if (!context_) {
    context_.reset(ZSTD_createCCtx());
    HITL_CHECK(context_);
    const auto set = [&](ZSTD_cParameter p, int value) {
      HITL_CHECK(ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), p, value)) == 0);
    };
    set(ZSTD_c_compressionLevel, kLevel);
    set(ZSTD_c_windowLog, kWindowLog);
    set(ZSTD_c_hashLog, kTableLog);
    set(ZSTD_c_chainLog, kTableLog);
    set(ZSTD_c_checksumFlag, 1);
  }
  Chunk chunk{in_frame_ == 0, at_us_, {}};
  in_frame_ += plain_.size();
  const bool last = in_frame_ >= kFrame;
  chunk.bytes.resize(ZSTD_compressBound(plain_.size()) + 64);
  ZSTD_inBuffer in{plain_.data(), plain_.size(), 0};
  ZSTD_outBuffer out{chunk.bytes.data(), chunk.bytes.size(), 0};
  for (;;) {
    const auto left =
        ZSTD_compressStream2(context_.get(), &out, &in, last ? ZSTD_e_end : ZSTD_e_flush);
    HITL_CHECK(ZSTD_isError(left) == 0);
    if (left == 0) break;
    chunk.bytes.resize(chunk.bytes.size() + left);
    out.dst = chunk.bytes.data();
    out.size = chunk.bytes.size();
  }
  chunk.bytes.resize(out.pos);
  plain_.clear();
  if (plain_.capacity() > kMostPlain / 4) plain_.shrink_to_fit();
  if (last) in_frame_ = 0;
  return chunk;
}

void ChunkWriter::restart() {
  if (context_) ZSTD_CCtx_reset(context_.get(), ZSTD_reset_session_only);
  plain_.clear();
  in_frame_ = 0;
}

Result<std::vector<ChunkEvent>> ChunkReader::read(bool begins, std::string_view bytes) {
  if (!context_) {
    context_.reset(ZSTD_createDCtx());
    HITL_CHECK(context_);
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kWindowLog);
  }
  if (begins) ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
  if (!begins && !in_frame_) return damaged();
  in_frame_ = false;
  std::string plain;
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  std::size_t left = 1;
  for (bool full = true; in.pos < in.size || full;) {
    const auto before = plain.size();
    if (before >= kMostRead) return damaged();
    plain.resize(before + ZSTD_DStreamOutSize());
    ZSTD_outBuffer out{plain.data() + before, plain.size() - before, 0};
    left = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(left) != 0) return damaged();
    full = out.pos == out.size;
    plain.resize(before + out.pos);
    if (left == 0 && in.pos < in.size) return damaged();
    if (left == 0) break;
  }
  in_frame_ = left != 0;

  std::vector<ChunkEvent> events;
  WireReader r(plain);
  while (!r.rest().empty() && r.ok()) {
    auto& e = events.emplace_back();
    e.code = static_cast<char>(r.u8());
    r.i64(e.at_us);
    r.i64(e.command);
    r.string(e.data, ChunkWriter::kMostData);
    if (e.at_us < 0) r.bad();
  }
  if (!r.finish() || events.empty()) return damaged();
  return events;
}

}  // namespace hitl::record
