// SPDX-License-Identifier: Apache-2.0
// A whole session in a form that others read.
#pragma once

#include <cstdint>

#include "replay/output.h"
#include "replay/recording.h"

namespace hitl::replay {

// Cast   asciicast v2: what asciinema plays; a session without a command is a
//        header alone
// Txt    the markers and the output as plain text, without any sequence
// Json   one document: the session, its commands, its events with exact bytes
enum class Format : std::uint8_t { Cast, Txt, Json };

Status export_session(store::Store& store, const Recording& recording, Format format,
                      Output& output);

}  // namespace hitl::replay
