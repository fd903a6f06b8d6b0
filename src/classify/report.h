// SPDX-License-Identifier: Apache-2.0
// What a command line does, as classify found it: plain values for policy and
// for people.  A command stands here for each simple command, also inside
// substitutions and behind wrappers, and for each redirection or assignment
// that stands alone.
#pragma once

#include <string>
#include <vector>

#include "catalog/effect.h"
#include "hitl/verdict.h"
#include "shell/ast.h"

namespace hitl::classify {

using catalog::Effect;
using catalog::EffectSet;
using shell::Range;

// One effect with the words that cause it.
struct Cause {
  Effect effect = Effect::Unknown;
  Range range;            // bytes of the submitted text
  std::string reason;     // one short sentence; raw text in it
  std::string path;       // what it touches: a normal pattern, or empty
  bool whole = false;     // with all that is in it: removed, moved, its mode changed, read
  std::string host = {};  // of Network: what it talks to (base/host.h); empty: not known
};

// A file that may be what a command runs: a script, a program by its path, a word
// of an interpreter.  Where it is not known before, `path` is what was written.
struct RunFile {
  std::string path;     // absolute, or "~/x"
  bool known = false;   // else it cannot be found beforehand
  bool secret = false;  // reading it may show a credential
  bool named = false;   // it surely runs; else a word that could be a file
};

struct CommandReport {
  Range range;
  std::vector<Range> words;  // of a simple command, as written
  // Its words as patterns (catalog/pattern.h), then those of each command that
  // it starts in turn: sudo, env, find -exec.  None for what is no simple command.
  std::vector<std::vector<std::string>> argvs;
  EffectSet effects;
  std::vector<Cause> causes;  // of Read only where a path is known
  std::vector<RunFile> runs;
  bool takes_keys = false;   // on a terminal it does what keys say
  bool opens_shell = false;  // a shell that takes commands from its input
};

struct Report {
  std::vector<CommandReport> commands;
  InputRole input = InputRole::None;  // what may be read of the line's own input

  EffectSet effects() const {
    EffectSet all;
    for (const auto& c : commands) all.add(c.effects);
    return all;
  }
};

}  // namespace hitl::classify
