// SPDX-License-Identifier: Apache-2.0
#include "mask/table.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/wire.h"

namespace hitl::mask {
namespace {

constexpr std::size_t kPage = 4'096;
constexpr std::size_t kMaxText = 16'384, kMostLiterals = 4'096, kMostRules = 1'024;
constexpr unsigned kFlags = HS_FLAG_DOTALL | HS_FLAG_SOM_LEFTMOST;
// Matches are at most kMostHeld wide: 64 KiB of start-of-match are enough.
constexpr unsigned kMode = HS_MODE_STREAM | HS_MODE_SOM_HORIZON_SMALL;

struct Head {
  std::uint64_t rules_size, database_at, database_size;
};

void free_info(hs_expr_info_t* info) { std::free(info); }
void free_bytes(char* bytes) { std::free(bytes); }
using Database = Owner<hs_database_t, hs_free_database>;
using CompileError = Owner<hs_compile_error_t, hs_free_compile_error>;

// Each byte by its number: the same to both libraries.
std::string escaped(std::string_view literal) {
  std::string out;
  for (const unsigned char c : literal) out += fmt::format("\\x{:02x}", c);
  return out;
}

std::string expression_of(const MaskRule& r) {
  std::string out;
  if (!r.before.empty()) out = "(?:" + r.before + ")";
  return out + "(?:" + r.pattern + ")" + escaped(r.after);
}

// What a rule gives to the automaton.
std::vector<std::string> expressions_of(const MaskRule& r) {
  if (r.literals.empty()) return {expression_of(r)};
  std::vector<std::string> out;
  for (const auto& l : r.literals) out.push_back(escaped(l));
  return out;
}

Result<std::size_t> width_of(const std::string& expression) {
  hs_expr_info_t* raw = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_expression_info(expression.c_str(), kFlags, &raw, &error);
  const Owner<hs_expr_info_t, free_info> info(raw);
  const CompileError why(error);
  if (!info) return fail(Errc::Invalid, why ? why->message : "not an expression");
  return std::min<std::size_t>(info->max_width, kMostHeld);
}

Result<Database> database_of(const std::vector<std::string>& expressions) {
  std::vector<const char*> texts;
  std::vector<unsigned> flags(expressions.size(), kFlags), ids;
  for (const auto& e : expressions) {
    texts.push_back(e.c_str());
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  hs_database_t* raw = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()),
                   kMode, nullptr, &raw, &error);
  const CompileError why(error);
  Database database(raw);
  if (!database)
    return fail(Errc::Invalid,
                fmt::format("{} (a repeat that is neither short nor at the end is too much: what "
                            "follows a secret's beginning can be its tail)",
                            why ? why->message : "out of memory"));
  return database;
}

template <class C>
void code(C& c, Table::Rule& r, std::string& before, std::string& whole) {
  c.string(r.name, kMaxText);
  c.string(r.replacement, kMaxText);
  c.string(r.after, kMaxText);
  c.enumerator(r.check, MaskCheck::Mod97);
  c.boolean(r.personal);
  auto width = static_cast<std::uint32_t>(r.width);
  c.u32(width);
  r.width = width;
  auto tail = r.tail.to_string();
  c.string(tail, 256);
  if constexpr (C::kReads) r.tail = ByteSet(tail);
  c.list(r.literals, kMostLiterals, [](auto& d, auto& l) { d.string(l, kLongestLiteral); });
  c.string(before, kMaxText);
  c.string(whole, 3 * kMaxText);
}

Status system_error(const char* what) {
  return fail(Errc::System, fmt::format("{}: {}", what, std::strerror(errno)));
}

}  // namespace

Status Table::check(const MaskRule& r) {
  if (auto tail = bytes_of(r.tail); !tail) return fail(Errc::Invalid, "tail: " + tail.error().what);
  if (!r.before.empty())
    if (auto before = Pattern::compile(r.before); !before)
      return fail(Errc::Invalid, "before: " + before.error().what);
  if (r.literals.empty())
    if (auto whole = Pattern::compile(expression_of(r)); !whole)
      return fail(Errc::Invalid, "pattern: " + whole.error().what);
  if (auto database = database_of(expressions_of(r)); !database)
    return fail(Errc::Invalid, "pattern: " + database.error().what);
  return Ok{};
}

Result<Fd> Table::compile(const std::vector<MaskRule>& rules) {
  HITL_CHECK(!rules.empty() && rules.size() <= kMostRules);
  WireWriter w;
  std::vector<std::string> expressions;
  w.u32(static_cast<std::uint32_t>(rules.size()));
  for (const auto& r : rules) {
    if (auto s = check(r); !s)
      return fail(Errc::Invalid, fmt::format("{}: {}: {}", r.place, r.name, s.error().what));
    Rule rule;
    rule.name = r.name;
    rule.replacement = r.replacement.empty() ? "[masked " + r.name + "]" : r.replacement;
    rule.after = r.after;
    rule.check = r.check;
    rule.personal = !r.profile.empty();
    rule.tail = *bytes_of(r.tail);
    rule.literals = r.literals;
    for (auto& e : expressions_of(r)) {
      const auto width = width_of(e);
      if (!width) return width.error();
      rule.width = std::max(rule.width, *width);
      expressions.push_back(std::move(e));
    }
    if (r.within != 0) rule.width = std::min<std::size_t>(rule.width, r.within);
    auto before = r.before;
    auto whole = r.literals.empty() ? expression_of(r) : std::string();
    code(w, rule, before, whole);
  }
  auto database = database_of(expressions);
  if (!database) return database.error();
  char* raw = nullptr;
  Head head{w.bytes().size(), 0, 0};
  std::size_t serialized_size = 0, size = 0;
  if (hs_serialize_database(database->get(), &raw, &serialized_size) != HS_SUCCESS)
    return fail(Errc::System, "the automaton cannot be serialised");
  const Owner<char, free_bytes> serialized(raw);
  hs_serialized_database_size(serialized.get(), serialized_size, &size);
  head.database_size = size;
  head.database_at = (sizeof head + head.rules_size + kPage - 1) / kPage * kPage;

  Fd file(::memfd_create("hitl-mask", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  const auto whole = head.database_at + head.database_size;
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(whole)) != 0)
    return system_error("memfd").error();
  void* at = ::mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (at == MAP_FAILED) return system_error("mmap").error();
  auto* bytes = static_cast<char*>(at);
  std::memcpy(bytes, &head, sizeof head);
  std::memcpy(bytes + sizeof head, w.bytes().data(), w.bytes().size());
  const auto laid =
      hs_deserialize_database_at(serialized.get(), serialized_size,
                                 reinterpret_cast<hs_database_t*>(bytes + head.database_at));
  ::munmap(at, whole);
  if (laid != HS_SUCCESS) return fail(Errc::System, "the automaton cannot be laid out");
  if (::fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) !=
      0)
    return system_error("seals").error();
  return file;
}

Result<std::shared_ptr<const Table>> Table::open(int fd) {
  // Neither its size nor its bytes may change under us.
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_SHRINK;
  struct stat status {};
  if (::fstat(fd, &status) != 0) return system_error("masking rules").error();
  const int seals = ::fcntl(fd, F_GET_SEALS);
  if (seals < 0 || (seals & kSeals) != kSeals)
    return fail(Errc::Protocol, "masking rules that are not sealed");
  std::shared_ptr<Table> table(new Table());
  table->size_ = static_cast<std::size_t>(status.st_size);
  Head head{};
  if (table->size_ < sizeof head) return fail(Errc::Protocol, "masking rules without a head");
  void* at = ::mmap(nullptr, table->size_, PROT_READ, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return system_error("masking rules").error();
  table->mapped_ = at;
  const auto* bytes = static_cast<const char*>(at);
  std::memcpy(&head, bytes, sizeof head);
  if (head.rules_size > table->size_ || sizeof head + head.rules_size > head.database_at ||
      head.database_at % kPage != 0 || head.database_at > table->size_ ||
      head.database_size != table->size_ - head.database_at)
    return fail(Errc::Protocol, "masking rules of an unknown form");
  table->database_ = reinterpret_cast<const hs_database_t*>(bytes + head.database_at);
  if (auto s = table->read_rules({bytes + sizeof head, head.rules_size}); !s) return s.error();
  hs_scratch_t* scratch = nullptr;
  const auto rc = hs_alloc_scratch(table->database_, &scratch);
  table->scratch_.reset(scratch);
  if (rc != HS_SUCCESS)
    return fail(Errc::Protocol, "the masking automaton is not for this machine's libhs");
  return std::shared_ptr<const Table>(std::move(table));
}

Status Table::read_rules(std::string_view bytes) {
  WireReader r(bytes);
  const auto count = r.u32();
  if (count > kMostRules) return fail(Errc::Protocol, "too many masking rules");
  for (std::uint32_t i = 0; i < count && r.ok(); ++i) {
    Rule rule;
    std::string before, whole;
    code(r, rule, before, whole);
    if (!r.ok()) break;
    const auto add = [](std::optional<Pattern>& to, const std::string& expression) -> Status {
      if (expression.empty()) return Ok{};
      auto p = Pattern::compile(expression);
      if (!p) return p.error();
      to.emplace(std::move(*p));
      return Ok{};
    };
    if (auto s = add(rule.before, before); !s) return s;
    if (auto s = add(rule.whole, whole); !s) return s;
    owners_.insert(owners_.end(), std::max<std::size_t>(rule.literals.size(), 1), i);
    rules_.push_back(std::move(rule));
  }
  return r.finish();
}

Table::~Table() {
  scratch_.reset();
  if (mapped_ != nullptr) ::munmap(mapped_, size_);
}

}  // namespace hitl::mask
