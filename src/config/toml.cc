// SPDX-License-Identifier: Apache-2.0
#include "config/toml.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>

#include "base/fd.h"
#include "base/visible.h"

namespace hitl::config {
namespace {

// A configuration file is written by hand; one that is larger is a mistake.
constexpr std::size_t kMaxFile = 8u << 20;  // bytes

// The suggestion for an unknown key may be this far off.
constexpr std::size_t kMaxTypos = 2;

// Typing errors between two words: insertions, deletions, replacements, and
// neighbours in the wrong order (restricted Damerau-Levenshtein distance).
std::size_t typos(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({replaced, last[j] + 1, now[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & '\xc0') != '\x80'; }));
}

// The first `count` code points; of bytes that are not UTF-8, as toml++ counts.
std::string_view first_points(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  while (at < text.size()) {
    if ((text[at] & '\xc0') != '\x80' && count-- == 0) break;
    ++at;
  }
  return text.substr(0, at);
}

std::string said(const std::string& text) { return "'" + visible(text).str() + "'"; }

std::string_view type_name(toml::node_type type) {
  switch (type) {
    case toml::node_type::none:
      return "nothing";
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a fraction";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
      return "a date or time";
  }
  return "something else";
}

std::optional<std::chrono::milliseconds> duration_of(std::string_view text) {
  constexpr std::size_t kMaxDigits = 9;  // 999,999,999 days still fit into milliseconds
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > kMaxDigits) return std::nullopt;
  std::int64_t count = 0;
  for (const char c : text.substr(0, digits)) count = count * 10 + (c - '0');
  struct Unit {
    std::string_view name;
    std::int64_t ms;
  };
  static constexpr std::array<Unit, 5> kUnits = {
      {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  for (const auto& unit : kUnits)
    if (text.substr(digits) == unit.name) return std::chrono::milliseconds(count * unit.ms);
  return std::nullopt;
}

}  // namespace

struct File::State {
  struct Fault {
    toml::source_position at;
    std::string text;
  };

  std::string name, text;
  toml::table root;
  std::vector<toml::source_position> places;  // of faults, in their order
  std::vector<std::string> faults;

  void fault(toml::source_position at, std::string_view what);
  std::string_view line(std::size_t number) const;
};

// Faults stand in the order of the file, whatever order finds them.
void File::State::fault(toml::source_position at, std::string_view what) {
  if (!at) at = {1, 1};
  const auto before = [](const auto& a, const auto& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  };
  const auto place = std::upper_bound(places.begin(), places.end(), at, before);
  const auto index = place - places.begin();
  places.insert(place, at);

  const std::string_view source = line(at.line);
  const auto lead = code_points(visible(first_points(source, at.column - 1)).str());
  faults.insert(faults.begin() + index, name + ":" + std::to_string(at.line) + ":" +
                                            std::to_string(at.column) + ": " + std::string(what) +
                                            "\n" + visible(source).str() + "\n" +
                                            std::string(lead, ' ') + "^");
}

std::string_view File::State::line(std::size_t number) const {
  std::string_view rest = text;
  for (; number > 1; --number) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

struct Table::State {
  File::State& file;
  const toml::table& table;
  std::vector<std::string> asked;

  // The value of `key`, which from now on is known; null where it is absent.
  const toml::node* ask(std::string_view key) {
    if (std::ranges::find(asked, key) == asked.end()) asked.emplace_back(key);
    return table.get(key);
  }

  void wrong(const toml::node& node, std::string_view key, std::string_view wanted) const {
    file.fault(node.source().begin, said(std::string(key)) + " must be " + std::string(wanted) +
                                        ", not " + std::string(type_name(node.type())));
  }

  std::string suggestion(std::string_view unknown) const {
    std::vector<std::string_view> free;
    for (const auto& key : asked)
      if (table.get(key) == nullptr) free.push_back(key);
    return config::suggestion(unknown, free);
  }
};

std::string suggestion(std::string_view unknown, const std::vector<std::string_view>& known) {
  const std::string_view* best = nullptr;
  std::size_t least = std::min(kMaxTypos, unknown.size() / 2) + 1;
  for (const auto& word : known)
    if (const auto n = typos(unknown, word); n < least) best = &word, least = n;
  return best == nullptr ? "" : " (did you mean " + said(std::string(*best)) + "?)";
}

// ---- File -------------------------------------------------------------------

File::File(std::unique_ptr<State> state) : state_(std::move(state)) {}
File::File(File&&) noexcept = default;
File& File::operator=(File&&) noexcept = default;
File::~File() = default;

Result<File> File::read(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (fd.get() == -1) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    auto error = fail_errno(path);
    if (missing) error.code = Errc::NotFound;
    return error;
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) == -1) return fail_errno(path);
  if (!S_ISREG(status.st_mode)) return fail(Errc::System, path + ": not a regular file");

  std::string text;
  std::array<char, 1 << 16> chunk{};
  while (true) {
    const auto n = ::read(fd.get(), chunk.data(), chunk.size());
    if (n == -1 && errno == EINTR) continue;
    if (n == -1) return fail_errno(path);
    if (n == 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(n));
    if (text.size() > kMaxFile) return fail(Errc::System, path + ": larger than 8 MiB");
  }
  return parse(std::move(text), path);
}

// The one place that catches: Debian's toml++ is built with exceptions.
File File::parse(std::string text, std::string name) {
  auto state = std::make_unique<State>();
  state->text = std::move(text);
  state->name = std::move(name);
  try {
    state->root = toml::parse(state->text, state->name);
  } catch (const toml::parse_error& error) {
    state->fault(error.source().begin, visible(error.description()).str());
  }
  return File(std::move(state));
}

Table File::root() {
  return Table(std::make_shared<Table::State>(Table::State{*state_, state_->root, {}}));
}

const std::string& File::name() const { return state_->name; }
const std::string& File::text() const { return state_->text; }
const std::vector<std::string>& File::faults() const { return state_->faults; }

// ---- Table ------------------------------------------------------------------

bool Table::has(std::string_view key) const { return state_->table.contains(key); }

std::optional<std::string> Table::string(std::string_view key) {
  const auto* node = state_->ask(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_string()) return value->get();
  state_->wrong(*node, key, "a string");
  return std::nullopt;
}

std::optional<std::vector<std::string>> Table::strings(std::string_view key) {
  const auto* node = state_->ask(key);
  if (node == nullptr) return std::nullopt;
  const auto* array = node->as_array();
  if (array == nullptr) {
    state_->wrong(*node, key, "an array of strings");
    return std::nullopt;
  }
  std::vector<std::string> out;
  bool good = true;
  for (const auto& element : *array) {
    if (const auto* value = element.as_string())
      out.push_back(value->get());
    else
      state_->wrong(element, key, "an array of strings"), good = false;
  }
  if (!good) return std::nullopt;
  return out;
}

std::optional<std::int64_t> Table::integer(std::string_view key, std::int64_t least,
                                           std::int64_t most) {
  const auto* node = state_->ask(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value == nullptr) {
    state_->wrong(*node, key, "an integer");
    return std::nullopt;
  }
  if (value->get() < least || value->get() > most) {
    fault(key, said(std::string(key)) + " must be from " + std::to_string(least) + " to " +
                   std::to_string(most));
    return std::nullopt;
  }
  return value->get();
}

std::optional<bool> Table::boolean(std::string_view key) {
  const auto* node = state_->ask(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* value = node->as_boolean()) return value->get();
  state_->wrong(*node, key, "true or false");
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Table::duration(std::string_view key) {
  const auto text = string(key);
  if (!text) return std::nullopt;
  const auto value = duration_of(*text);
  if (!value) fault(key, said(*text) + " is no duration (write 250ms, 100s, 15m, 2h or 1d)");
  return value;
}

std::optional<std::string> Table::word(std::string_view key,
                                       const std::vector<std::string_view>& words) {
  const auto text = string(key);
  if (!text || std::ranges::find(words, *text) != words.end()) return text;
  std::string known;
  for (const auto& w : words) known += (known.empty() ? "" : ", ") + said(std::string(w));
  fault(key, said(*text) + " is none of " + known + suggestion(*text, words));
  return std::nullopt;
}

std::optional<Table> Table::table(std::string_view key) {
  const auto* node = state_->ask(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* inner = node->as_table())
    return Table(std::make_shared<State>(State{state_->file, *inner, {}}));
  state_->wrong(*node, key, "a table");
  return std::nullopt;
}

std::vector<Table> Table::tables(std::string_view key) {
  std::vector<Table> out;
  const auto* node = state_->ask(key);
  if (node == nullptr) return out;
  const auto* array = node->as_array();
  if (array == nullptr) {
    state_->wrong(*node, key, "an array of tables ([[" + std::string(key) + "]])");
    return out;
  }
  for (const auto& element : *array) {
    if (const auto* inner = element.as_table())
      out.push_back(Table(std::make_shared<State>(State{state_->file, *inner, {}})));
    else
      state_->wrong(element, key, "an array of tables");
  }
  return out;
}

std::vector<Table> Table::one_or_more(std::string_view key) {
  const auto* node = state_->ask(key);
  if (node != nullptr && !node->is_table() && !node->is_array()) {
    state_->wrong(*node, key, "a table, or an array of tables");
    return {};
  }
  if (node == nullptr || node->is_array()) return tables(key);
  return {*table(key)};
}

std::vector<std::pair<std::string, Table>> Table::named(std::string_view key) {
  std::vector<std::pair<std::string, Table>> out;
  const auto outer = table(key);
  if (!outer) return out;
  for (const auto& [name, node] : outer->state_->table) {
    if (const auto* inner = node.as_table())
      out.emplace_back(name.str(), Table(std::make_shared<State>(State{state_->file, *inner, {}})));
    else
      state_->wrong(node, name.str(), "a table");
  }
  // toml++ keeps keys sorted by name.
  std::ranges::stable_sort(out, {}, [](const auto& entry) {
    const auto at = entry.second.state_->table.source().begin;
    return std::pair(at.line, at.column);
  });
  return out;
}

void Table::fault(std::string_view key, std::string_view what) {
  const auto* node = state_->table.get(key);
  const auto& source = node == nullptr ? state_->table.source() : node->source();
  state_->file.fault(source.begin, what);
}

void Table::fault(std::string_view key, std::size_t index, std::string_view what) {
  const auto* node = state_->table.get(key);
  const auto* array = node == nullptr ? nullptr : node->as_array();
  if (array == nullptr || index >= array->size()) return fault(key, what);
  state_->file.fault((*array)[index].source().begin, what);
}

void Table::refuse(std::string_view key, std::string_view why) {
  if (const auto* node = state_->table.get(key)) {
    state_->asked.emplace_back(key);
    state_->file.fault(node->source().begin, why);
  }
}

std::string Table::place() const {
  const auto line = state_->table.source().begin.line;
  return state_->file.name + ":" + std::to_string(std::max<std::size_t>(line, 1));
}

void Table::done() {
  for (const auto& [key, node] : state_->table)
    if (std::ranges::find(state_->asked, key.str()) == state_->asked.end())
      state_->file.fault(key.source().begin, "unknown key " + said(std::string(key.str())) +
                                                 state_->suggestion(key.str()));
}

}  // namespace hitl::config
