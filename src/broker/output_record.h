// SPDX-License-Identifier: Apache-2.0
// What is kept of one command's output: all of it up to a limit; beyond that its
// head and its tail, with a marker between that says how much is missing.  The
// counts and the SHA-256 are always over all of it.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "crypto/digest.h"
#include "store/store.h"

namespace hitl::broker {

class OutputRecord {
 public:
  static constexpr std::size_t kTail = 64 * 1024;  // bytes

  // `keep` is called with each piece that is to be stored: code o, e or i, or m
  // for the marker.
  using Keep = std::function<void(char code, std::string_view bytes)>;
  OutputRecord(std::uint64_t limit, Keep keep) : limit_(limit), keep_(std::move(keep)) {}

  void add(char code, std::string_view bytes);
  // The command has ended: gives the tail, if anything is missing before it.
  void finish();
  // The same, and the row gets the counts and the hash.
  void finish(store::CommandRow& row);

  std::uint64_t out() const { return out_; }
  std::uint64_t err() const { return err_; }
  std::uint64_t in() const { return in_; }
  // Of stdout and stderr in the order in which they came; 32 bytes.
  std::string sha256() const { return hash_.digest(); }

 private:
  struct Piece {
    char code;
    std::string bytes;
  };

  std::uint64_t limit_;
  Keep keep_;
  std::uint64_t out_ = 0, err_ = 0, in_ = 0, kept_ = 0, dropped_ = 0;
  std::deque<Piece> tail_;
  std::size_t tail_bytes_ = 0;
  crypto::Sha256 hash_;
};

}  // namespace hitl::broker
