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
    tell(operators::Welcome{
        .operator_name = "alice", .roles = {"operator"}, .groups = {"oncall", "sre"}});
    list();
    paint();
  }
  void list() { tell(operators::Requests{.tag = tag_of_list, .requests = known}); }

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
  std::string keys() { return view(model).surface.row(model.size.height - 1); }
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
  std::vector<operators::Control> controls;
  std::vector<operators::Revoke> revokes;
  std::vector<operators::SessionView> sessions;  // what the broker would answer
  std::vector<operators::GrantView> grants;
  std::uint32_t last_tag = 0, tag_of_list = 0, tag_of_look = 0;
  std::string rang;
  int bells = 0;
  bool quit = false;

 private:
  void answer(const operators::List& list) {
    if (!list.all && !list.reviews) {
      tag_of_list = last_tag;
      return;  // by list()
    }
    auto some = known;
    if (list.reviews) std::erase_if(some, [](const auto& r) { return r.review != "wanted"; });
    tell(operators::Requests{.tag = last_tag, .requests = some});
  }

  void obey(const std::vector<Action>& actions) {
    for (const auto& a : actions) {
      note_sent(model, a, ++last_tag);
      if (const auto* d = std::get_if<operators::Decide>(&a)) decides.push_back(*d);
      if (const auto* c = std::get_if<operators::Control>(&a)) controls.push_back(*c);
      if (const auto* r = std::get_if<operators::Revoke>(&a)) revokes.push_back(*r);
      if (const auto* ring = std::get_if<Ring>(&a)) ++bells, rang = ring->text;
      if (std::holds_alternative<operators::Look>(a)) tag_of_look = last_tag;
      if (std::holds_alternative<operators::Sessions>(a))
        tell(operators::SessionList{.sessions = sessions});
      if (std::holds_alternative<operators::Grants>(a))
        tell(operators::GrantList{.grants = grants});
      if (const auto* list = std::get_if<operators::List>(&a)) answer(*list);
      quit = quit || std::holds_alternative<Quit>(a);
      const auto* show = std::get_if<operators::Show>(&a);
      if (show == nullptr) continue;
      const auto r = std::ranges::find(known, show->id, &operators::RequestView::id);
      if (r != known.end()) tell(operators::Request{.request = *r});
    }
  }
};

}  // namespace hitl::console
