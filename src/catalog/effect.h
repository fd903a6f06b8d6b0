// SPDX-License-Identifier: Apache-2.0
// What a command can do, as a closed list.  Everything that judges speaks in
// these words; what is not known to be one of the others is Unknown.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace hitl::catalog {

// From the gravest to the mildest: the order in which people are told.
enum class Effect : std::uint8_t {
  Device,      // writes to a block device or other hardware
  Kernel,      // changes the running kernel: modules, sysctl, shutdown
  Privilege,   // runs as somebody else
  Account,     // changes who may do what: users, groups, passwords, keys
  Persist,     // will run again by itself: cron, units, start-up files
  Delete,      // removes files or objects
  Service,     // starts, stops or changes a service
  Execute,     // runs code that the text does not show
  Network,     // sends to or takes from another host
  ReadSecret,  // reads what holds credentials
  Write,       // creates or changes files or objects
  Unknown,     // not understood
  Read,        // looks
};
inline constexpr std::size_t kEffects = 13;

constexpr std::string_view name_of(Effect e) {
  switch (e) {
    case Effect::Device:
      return "device";
    case Effect::Kernel:
      return "kernel";
    case Effect::Privilege:
      return "privilege";
    case Effect::Account:
      return "account";
    case Effect::Persist:
      return "persist";
    case Effect::Delete:
      return "delete";
    case Effect::Service:
      return "service";
    case Effect::Execute:
      return "execute";
    case Effect::Network:
      return "network";
    case Effect::ReadSecret:
      return "read-secret";
    case Effect::Write:
      return "write";
    case Effect::Unknown:
      return "unknown";
    case Effect::Read:
      return "read";
  }
  return "unknown";
}

constexpr std::array<Effect, kEffects> all_effects() {
  std::array<Effect, kEffects> all{};
  for (std::size_t i = 0; i < kEffects; ++i) all[i] = static_cast<Effect>(i);
  return all;
}

constexpr std::optional<Effect> effect_named(std::string_view name) {
  for (const Effect e : all_effects())
    if (name_of(e) == name) return e;
  return std::nullopt;
}

class EffectSet {
 public:
  constexpr EffectSet() = default;
  constexpr EffectSet(std::initializer_list<Effect> effects) {
    for (const Effect e : effects) add(e);
  }
  static constexpr EffectSet all() {
    EffectSet set;
    for (const Effect e : all_effects()) set.add(e);
    return set;
  }

  constexpr void add(Effect e) { bits_ |= bit(e); }
  constexpr void add(EffectSet other) { bits_ |= other.bits_; }
  constexpr bool has(Effect e) const { return (bits_ & bit(e)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool within(EffectSet other) const { return (bits_ & ~other.bits_) == 0; }
  constexpr bool meets(EffectSet other) const { return (bits_ & other.bits_) != 0; }
  constexpr bool operator==(const EffectSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Effect e) { return 1u << static_cast<unsigned>(e); }
  std::uint32_t bits_ = 0;
};

}  // namespace hitl::catalog
