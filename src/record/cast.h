// SPDX-License-Identifier: Apache-2.0
// asciicast v2 (docs.asciinema.org/manual/asciicast/v2): a header line and a
// line an event, as text from values.  Knows no file and no database.
//
// The format has one output stream: stdout and stderr both become "o".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "record/text_stream.h"

namespace hitl::record {

struct CastHeader {
  int width = 80, height = 24;
  std::int64_t timestamp = 0;  // seconds since 1970
  std::string title;
};

// One recorded event, in the order of recording.
struct Event {
  std::string_view command;  // its id; empty for the session's own
  std::int64_t at_us = 0;    // since the start of the recording
  char code = 'o';           // o stdout, e stderr, i input, r resize, m marker
  std::string_view data;
};

std::string cast_header(const CastHeader&);

// One event line.  `text` is well-formed UTF-8.
std::string cast_event(std::int64_t at_us, char code, std::string_view text);

// Events as cast lines.  Times never run backwards; an event whose text is
// wholly held back gives no line.
class CastWriter {
 public:
  std::string feed(const Event&);
  // What was held back of characters that never ended.
  std::string finish();

 private:
  TextStream& stream(std::string_view command, char code);

  std::int64_t now_us_ = 0;
  std::map<std::pair<std::string, char>, TextStream> streams_;
};

}  // namespace hitl::record
