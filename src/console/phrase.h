// SPDX-License-Identifier: Apache-2.0
// Small pieces of text that queue, detail and one-shot commands share, so that
// one thing looks the same everywhere.  Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hitl/operator_protocol.h"
#include "tui/text.h"

namespace hitl::console {

// A span of time in at most six columns: "40s", "2m10s", "3h05m", "12d";
// nothing negative.
std::string span_text(std::int64_t ms);

// What people read of an id and of a digest; the tools take both.
std::string short_id(std::string_view id);
std::string short_digest(std::string_view digest);

// How much harm the effect can do.
tui::Style style_of_effect(std::string_view effect);
// The worst of a request's effects; Danger where it was not understood.
tui::Style style_of(const operators::RequestView& request);

// "deletes files: /srv/old", or the command's own first words where the broker
// sent no summary.
tui::Text headline(const operators::RequestView& request);

// "2 approvals from oncall, 1 so far"
std::string quorum_text(const operators::RequestView& request);

// "approved", "denied", …
const char* word_of(operators::Say say);

// "approved by alice: looks right"
tui::Text decision_text(const operators::Decision& decision);

}  // namespace hitl::console
