// SPDX-License-Identifier: Apache-2.0
// All that the screen's program knows.  update() changes it, view() draws it;
// it does nothing itself.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "console/decision.h"
#include "console/live.h"
#include "console/prompt.h"
#include "console/shelf.h"
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

enum class Place : std::uint8_t { Queue, Sessions, Grants, History, Reviews, Live };

// What was on the screen when a key was pressed.  A key acts on this, never on
// what the model has come to know since.
struct Painted {
  std::string id{}, digest{};  // of the request in the detail pane; empty if none
  std::string row{};           // of another list: the id under the cursor; empty if none
  bool whole = false;          // environment, input and decisions were there too
  int width = 0;               // columns its lines were wrapped to
  int first = 0, end = 0;      // its lines on the screen, [first, end)
  int judged = 0;              // lines that must have been seen (detail.h)
  int last_scroll = 0;         // the greatest useful value of the scroll
};

// How much of one request's text has been on the screen, from its beginning
// without a gap.
struct Reading {
  std::string id, digest;
  int width = 0;
  int seen = 0;  // lines
  bool done = false;
};

// The last thing that happened, in words; stays until the next.
struct Notice {
  std::string text;
  tui::Style style = tui::Style::Plain;
};

// A list of other things than requests, and the id under the cursor.
template <class T>
struct Table {
  std::vector<T> rows;
  std::string selected;
  bool listed = false;
  std::int64_t asked_at = 0;  // steady: when it was last asked for
};

// What a tag on its way was sent for.
struct Asked {
  enum class What : std::uint8_t { Queue, History, Reviews, Decision, Order, Look };
  What what = What::Queue;
  std::string id;  // of Decision: the request; of Look: the session
};

struct Model {
  enum class Link : std::uint8_t { Connecting, Up, Down };

  Model() { history.order = Order::NewestFirst, reviews.order = Order::NewestFirst; }

  tui::Size size;
  Now now;
  Link link = Link::Connecting;
  std::string link_trouble;  // why it is down
  std::vector<std::string> roles, groups;
  Identity identity;
  std::map<std::uint32_t, Asked> asked;  // by tag, until answered

  Place place = Place::Queue;
  Shelf queue, history, reviews;
  std::set<std::string> whole;  // ids that were fetched with all their parts
  std::string fetching;         // id that was asked for as a whole; until the next answer
  bool reviews_stale = false;   // something happened that may have changed them
  Table<operators::SessionView> sessions;
  Table<operators::GrantView> grants;
  std::map<std::string, Live> live;  // sessions that are looked at, by id
  std::string looked_at;             // the one in the place Live
  bool zoomed = false;               // the detail has the whole screen
  bool help = false;
  int help_scroll = 0;

  Painted painted;
  Reading reading;
  std::int64_t dead_until = 0;  // steady; the list moved under the cursor

  std::optional<Prompt> prompt;
  std::deque<std::string> reasons;  // of the last denials, newest first
  std::string deciding;             // id of a decision on its way
  Notice notice;
  bool quiet = false;              // no bell
  std::vector<std::string> fresh;  // ids of new requests that nobody was told of yet
  std::int64_t quiet_until = 0;    // steady: the next bell not before
};

// The list of requests in the place; none in those that have another one.
Shelf* shelf_of(Model& model);
const Shelf* shelf_of(const Model& model);
const operators::RequestView* selected_request(const Model& model);
// Wherever it is known.
const operators::RequestView* find_request(const Model& model, std::string_view id);

// What stands in the way of deciding on what is painted; empty if nothing does.
// `approve`: also that all of it has been read.
std::string obstacle(const Model& model, bool approve);
// Of an ordinary approval also that this operator may give none.
std::string obstacle_to_approval(const Model& model);

}  // namespace hitl::console
