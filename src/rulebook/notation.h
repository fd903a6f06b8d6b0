// SPDX-License-Identifier: Apache-2.0
// The short notation in which a catalogue file writes options and operands:
//
//   "-n --lines=name"          an option with an argument and its role
//   "--color[=text]"           an argument only where it is joined
//   "-o --output=output"       the role says that a file is written
//   "--vacuum-size=text !delete"  it adds an effect
//   "-l --list :read"          it brings this effect in place of the command's
//   "--version ?read"          the same, but only where there is no operand
//   "-r --recursive >tree"     input operands are read with all in them
//   "-v >text"                 the operands are then text
//   "input*"                   an operand; * for this one and all after it
//   "{start|stop}"             one of these words
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

Result<catalog::Shape> shape_of(std::string_view text);

// Adds the option to the command.
Status add_option(catalog::Command& command, std::string_view text);
// "-abc --long -x": options without arguments and effects of their own.
Status add_flags(catalog::Command& command, std::string_view text);
Status add_operand(catalog::Command& command, std::string_view text);

}  // namespace hitl::rulebook
