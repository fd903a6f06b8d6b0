// SPDX-License-Identifier: Apache-2.0
// The parts of a screenful; only view.cc and its siblings include this.
#pragma once

#include <vector>

#include "console/model.h"
#include "tui/surface.h"

namespace hitl::console {

// The rows of the screen, from top to bottom: the top, a list with its heading,
// a title, the body, a rule, what can be picked, status, keys.
struct Layout {
  Layout(const Model& model, int list_rows, int panel_rows);
  static constexpr int kHeading = 1, kList = 2;
  int list_rows = 0, title = 0, body = 0, body_end = 0, panel = 0, status = 0, keys = 0;
  int body_rows() const { return body_end - body; }
};

// A list with the cursor on `selected` (-1: nowhere); rows[0] is its heading.
void draw_list(tui::Surface& s, const Layout& at, const std::vector<tui::Text>& rows, int first,
               int selected, int count);
// The first row to show, so that `selected` is in sight.
int first_shown(int selected, int count, int list_rows);
void draw_title(tui::Surface& s, int y, const tui::Text& left, const tui::Text& right);

// Each gives what it painted.
Painted draw_requests(tui::Surface& s, const Model& m, const Shelf& shelf, int panel_rows);
Painted draw_sessions(tui::Surface& s, const Model& m, int panel_rows);
Painted draw_grants(tui::Surface& s, const Model& m, int panel_rows);
void draw_live(tui::Surface& s, const Model& m, int panel_rows);
void draw_help(tui::Surface& s, const Model& m);

// What can be picked for the prompt, or must be known; at most `most` lines.
std::vector<tui::Text> panel_of(const Prompt& p, int width, std::size_t most);
void draw_prompt(tui::Surface& s, const Prompt& p, int y);
void draw_keys(tui::Surface& s, const Model& m, int y);

}  // namespace hitl::console
