// SPDX-License-Identifier: Apache-2.0
// The screen's program without screen, socket and clock: what the tests of
// update() and view() speak.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "console/update.h"
#include "console/view.h"
#include "support/sample_requests.h"

namespace hitl::console {

class ScreenModel {
 public:
  static constexpr WallMs kWall = 1'790'000'260'000;

  ScreenModel() { model.size = {80, 24}; }

  // Connects and lists `requests`, fetching the selected one whole.
  void start(std::vector<operators::RequestView> requests) {
    known = std::move(requests);
    tell(operators::Welcome{.operator_name = "alice", .roles = {"operator"}});
    list();
    paint();
  }
  void list() { tell(operators::Requests{.requests = known}); }

  // A message; what the program then asks for is answered from `known`.
  void tell(const Message& m) { obey(update(model, m, now)); }
  void put(const Input& i) { obey(update(model, i, now)); }

  // Keys as a person presses them, each after the frame before was painted.
  void type(std::string_view text) {
    for (const char c : text) press({.text = static_cast<char32_t>(c)});
  }
  void press(tui::Key::Code code) { press(tui::Key{.code = code}); }
  void press(tui::Key key) {
    put(key);
    paint();
  }

  void paint() { note_painted(model, view(model).painted); }
  std::string screen() { return view(model).surface.text(); }
  bool shows(std::string_view part) { return screen().find(part) != std::string::npos; }
  std::string status() { return view(model).surface.row(model.size.height - 2); }

  void wait(std::int64_t ms) {
    now.steady += ms;
    now.wall += ms;
    put(Tick{});
    paint();
  }

  Model model;
  Now now{1'000'000, kWall};
  std::vector<operators::RequestView> known;  // what the broker would answer
  std::vector<operators::Decide> decides;
  int bells = 0;
  bool quit = false;

 private:
  void obey(const std::vector<Action>& actions) {
    for (const auto& a : actions) {
      if (const auto* d = std::get_if<operators::Decide>(&a)) decides.push_back(*d);
      bells += std::holds_alternative<Ring>(a);
      quit = quit || std::holds_alternative<Quit>(a);
      const auto* show = std::get_if<operators::Show>(&a);
      if (show == nullptr) continue;
      const auto r = std::ranges::find(known, show->id, &operators::RequestView::id);
      if (r != known.end()) tell(operators::Request{.request = *r});
    }
  }
};

}  // namespace hitl::console
