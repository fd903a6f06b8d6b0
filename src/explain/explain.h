// SPDX-License-Identifier: Apache-2.0
// hitl-policy: what would be decided about a line, and why.  It asks the same
// Judge as the broker and runs nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/bastion_config.h"
#include "judge/judge.h"

namespace hitl::explain {

// Where policy and catalogue are, and for whom a line is judged.  Without a
// configuration: what is shipped, and an agent of the group "agents".
struct Setup {
  std::string policy;
  std::vector<std::string> catalog;
  std::string agent = "agent";
  std::vector<std::string> groups = {"agents"};
  std::string target = "target";
  std::vector<std::string> tags;
  std::optional<config::BastionConfig> config;
};

// etc/ of the source tree where there is one, else PREFIX/share/hitl.
Setup shipped();

// Policy, catalogue, agents and targets of a bastion.toml.
Result<Setup> configured(const std::string& file);

// Names who asks and where, an empty name for the only one there is.  With a
// configuration their groups and tags come from there.  Errc::NotFound.
Status name(Setup& setup, const std::string& agent, const std::string& target);

// One line: as text, as a picture for a terminal, as one JSON object.
// `all`: also of each denial why it does not meet the line.
enum class Form : std::uint8_t { Plain, Terminal, Coloured, Json };
void explain(const judge::Judge& judge, const Setup& setup, const std::string& line, Form form,
             bool all, std::ostream& out);

// JSON lines in, JSON lines out: exactly one answer for each.  `times` gets the
// time of the processor that each ruling took.
using Times = std::vector<std::chrono::nanoseconds>;
void batch(const judge::Judge& judge, const Setup& setup, std::istream& in, std::ostream& out,
           Times* times = nullptr);

// "4701 rulings, median 12.3 us, p99 208.0 us"
std::string summary_of(Times times);

}  // namespace hitl::explain
