// SPDX-License-Identifier: Apache-2.0
// The short notation in which a catalogue file writes options and operands:
//
//   "-n --lines=name"          an option with an argument and its role
//   "--arg=name+text"          two arguments, the next two words
//   "--color[=text]"           an argument only where it is joined
//   "-o --output=output"       the role says that a file is written
//   "--vacuum-size=text !delete"  it adds an effect
//   "-l --list :read"          it brings this effect in place of the command's
//   "--version ?read"          the same, but only where there is no operand
//   "-r --recursive >tree"     operands that are files have this role instead
//   "-v >text"                 the operands are then text
//   "input*"                   an operand; * for this one and all after it, but for
//                              the last where another is listed behind it
//   "name !write"              it adds an effect where it is given
//   "{start|stop}"             one of these words
//   "{pods|svc},!read-secret"  a list of them; what any other word is
//   "sed unless -e -f"         left out where an option takes its place
//
// Pure; an error says what is wrong with the text, without its place.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/command.h"

namespace hitl::rulebook {

// Splits at blanks; {a|b} and [=x] hold none.
std::vector<std::string_view> words_of(std::string_view text);

// "git log|show" becomes "git log" and "git show".
std::vector<std::string> names_of(std::string_view text);

// An error that suggests what may have been meant.
Result<catalog::Effect> effect_of(std::string_view name);
Result<catalog::Role> role_of(std::string_view name);
Result<catalog::Shape> shape_of(std::string_view text);

// Adds the option to the command.
Status add_option(catalog::Command& command, std::string_view text);
// "-abc --long -x": options without arguments and effects of their own.
Status add_flags(catalog::Command& command, std::string_view text);
Status add_operand(catalog::Command& command, std::string_view text);

}  // namespace hitl::rulebook
