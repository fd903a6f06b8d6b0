// SPDX-License-Identifier: Apache-2.0
// Limits that several programs must agree on.  All sizes are in bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hitl {

// A command as the agent sent it, and the same inside the wrapper.  Both are
// checked before a command is held.  One argv string of Linux holds 131,072
// bytes (MAX_ARG_STRLEN); the wrapped text must fit on the target.
inline constexpr std::size_t kMaxCommand = 65'536;
inline constexpr std::size_t kMaxWrapped = 131'000;

// Standard input that is judged with the command (a script) is collected up
// to this size.
inline constexpr std::size_t kMaxJudgedInput = 1u << 20;

// One message between two of our processes, header excluded.
inline constexpr std::size_t kMaxFrame = 2u << 20;

// Files that one command runs, as far as they are read beforehand.
inline constexpr std::size_t kMostRunFiles = 8;

// Names: agents, targets, operators, groups, rules.
inline constexpr std::size_t kMaxName = 64;

// What a human or an agent writes as a reason.
inline constexpr std::size_t kMaxReason = 4'096;

// A command that an operator proposes instead: the agent gets it whole, in one
// notice, and with its quotes escaped.
inline constexpr std::size_t kMaxProposal = 500;

// Environment variables kept of one channel, and the bytes of each.
inline constexpr std::size_t kMaxEnv = 64;
inline constexpr std::size_t kMaxEnvValue = 4'096;

// Channels open at once on one agent's connection.
inline constexpr std::size_t kMaxChannels = 16;

}  // namespace hitl
