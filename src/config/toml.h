// SPDX-License-Identifier: Apache-2.0
// A TOML file, read with a memory of what was asked for, so that every fault
// has file, line and column, and no key is silently ignored.
//
// Reading collects faults instead of stopping at the first: a getter that finds
// a value of the wrong type records a fault and returns nothing.  After the last
// getter call done(): keys that nobody asked for become faults, with a
// suggestion.  Then ask the File for faults().
//
// A Table refers to its File and must not outlive it.  The only user of toml++
// is toml.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace hitl::config {

class Table;

// " (did you mean 'x'?)", or nothing where no known word is near.
std::string suggestion(std::string_view unknown, const std::vector<std::string_view>& known);

class File {
 public:
  // Errc::NotFound, System: the file cannot be read.  A file that is no TOML is
  // returned all the same, with an empty root and its fault.
  static Result<File> read(const std::string& path);
  static File parse(std::string text, std::string name);
  File(File&&) noexcept;
  File& operator=(File&&) noexcept;
  ~File();

  Table root();
  const std::string& name() const;
  const std::string& text() const;
  // Each "NAME:LINE:COLUMN: what", the source line, and a caret below it.
  const std::vector<std::string>& faults() const;

 private:
  friend class Table;
  struct State;
  explicit File(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Table {
 public:
  bool has(std::string_view key) const;

  // No value where the key is absent or its value of another type (a fault).
  std::optional<std::string> string(std::string_view key);
  std::optional<std::vector<std::string>> strings(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<bool> boolean(std::string_view key);
  // "100s", "15m", "2h", "1d", or "250ms".
  std::optional<std::chrono::milliseconds> duration(std::string_view key);
  // One of `words`; anything else is a fault that names them.
  std::optional<std::string> word(std::string_view key, const std::vector<std::string_view>& words);

  std::optional<Table> table(std::string_view key);
  std::vector<Table> tables(std::string_view key);       // [[key]], empty where absent
  std::vector<Table> one_or_more(std::string_view key);  // a table, or an array of them
  // [key.NAME] for every NAME, in the order of the file.
  std::vector<std::pair<std::string, Table>> named(std::string_view key);

  // A fault at the value of `key`, or at the table itself where it is absent.
  void fault(std::string_view key, std::string_view what);
  // The same at one element of an array.
  void fault(std::string_view key, std::size_t index, std::string_view what);
  // The same at a key that does not belong here, where it is given.
  void refuse(std::string_view key, std::string_view why);
  // "policy.toml:12"
  std::string place() const;
  // A fault for each key that no getter asked for.
  void done();

 private:
  friend class File;
  struct State;
  explicit Table(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace hitl::config
