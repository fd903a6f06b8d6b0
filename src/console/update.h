// SPDX-License-Identifier: Apache-2.0
// What happens in the screen's program when something happened: the model
// changes, and the program is told what to do.  Pure: no socket, no terminal,
// no clock but the one given.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "console/client.h"
#include "console/model.h"
#include "tui/key.h"

namespace hitl::console {

struct LinkDown {
  std::string why;
};
// A decision could not be signed, so it was not sent.
struct NotSigned {
  std::string why;
};
struct Resized {
  tui::Size size;
};
struct Tick {};  // time passed

using Input = std::variant<tui::Key, LinkDown, NotSigned, Resized, Tick>;

struct Ring {  // the bell, and a notification on the desktop
  std::string text;
};
struct Quit {};
struct Repaint {};  // everything anew

using Action = std::variant<operators::List, operators::Show, operators::Decide, operators::Watch,
                            operators::Sessions, operators::Grants, operators::Control,
                            operators::Revoke, operators::Look, Ring, Quit, Repaint>;

std::vector<Action> update(Model& model, const Input& input, Now now);
std::vector<Action> update(Model& model, const Message& message, Now now);

// To be told when a question has been sent: the tag that its answer will bear.
void note_sent(Model& model, const Action& action, std::uint32_t tag);

// To be told after each frame: what is on the screen now.
void note_painted(Model& model, const Painted& painted);

// Asks for what the place shows, where that is not there yet.
void go_to(Model& model, Place place, std::vector<Action>& todo);

}  // namespace hitl::console
