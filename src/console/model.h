// SPDX-License-Identifier: Apache-2.0
// All that the screen's program knows.  update() changes it, view() draws it;
// it does nothing itself.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "console/decision.h"
#include "hitl/operator_protocol.h"
#include "tui/style.h"
#include "tui/surface.h"

namespace hitl::console {

// The two clocks at an event: monotonic for what is measured here, wall for
// what the broker's times are compared with.  Milliseconds.
struct Now {
  std::int64_t steady = 0;
  WallMs wall = 0;
};

// What was on the screen when a key was pressed.  A key acts on this, never on
// what the model has come to know since.
struct Painted {
  std::string id, digest;  // of the request in the detail pane; empty if none
  bool whole = false;      // environment, input and decisions were there too
  int width = 0;           // columns its lines were wrapped to
  int first = 0, end = 0;  // its lines on the screen, [first, end)
  int judged = 0;          // lines that must have been seen (detail.h)
  int last_scroll = 0;     // the greatest useful value of Model::scroll
};

// How much of one request's text has been on the screen, from its beginning
// without a gap.
struct Reading {
  std::string id, digest;
  int width = 0;
  int seen = 0;  // lines
  bool done = false;
};

// A line being typed, about the request that was painted when it was begun.
struct Prompt {
  enum class Kind : std::uint8_t { Deny, ApproveWithReason, ApproveTyped };
  Kind kind = Kind::Deny;
  std::string id, digest;
  std::string caution;  // ApproveTyped: why one key is not enough
  std::string text;     // UTF-8
  // Why it cannot be finished any more.  It stays until Enter or Esc, so that
  // what is being typed never becomes commands for another request.
  std::string gone;
};

// The last thing that happened, in words; stays until the next.
struct Notice {
  std::string text;
  tui::Style style = tui::Style::Plain;
};

struct Model {
  enum class Link : std::uint8_t { Connecting, Up, Down };

  tui::Size size;
  Now now;
  Link link = Link::Connecting;
  std::string link_trouble;  // why it is down
  std::string operator_name;
  std::vector<std::string> roles;
  Identity identity;

  std::vector<operators::RequestView> queue;  // undecided, oldest first
  std::set<std::string> whole;                // ids that were fetched with all their parts
  bool listed = false;                        // the queue has been fetched since the link is up
  std::string selected;                       // id; empty only if the queue is
  int scroll = 0;                             // first line of the detail

  Painted painted;
  Reading reading;
  std::int64_t dead_until = 0;  // steady; the list moved under the cursor

  std::optional<Prompt> prompt;
  std::string deciding;  // id of a decision on its way
  Notice notice;
  bool help = false;
};

// Row of the selected request in the queue; -1 if there is none.
int selected_row(const Model& model);
const operators::RequestView* selected_request(const Model& model);

// What stands in the way of deciding on what is painted; empty if nothing does.
// `approve`: also that all of it has been read.
std::string obstacle(const Model& model, bool approve);

}  // namespace hitl::console
