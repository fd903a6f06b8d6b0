// SPDX-License-Identifier: Apache-2.0
#include "store/chain.h"

#include <fmt/format.h>

#include <limits>
#include <vector>

#include "crypto/digest.h"
#include "store/rows.h"

namespace hitl::store {
namespace {

const std::string kAppend = insert_into("audit", kAuditColumns);

// The newest of the chain about each row of the table ?1.
constexpr const char* kNewest =
    "SELECT row,content,operation,max(sequence) FROM audit WHERE tbl=?1 GROUP BY row";

// As the chain's own row is hashed: the encoding of a result with its columns.
class Encoder {
 public:
  Encoder() { hash_.update("audit\n"); }
  Encoder& text(std::string_view v) { return cell("text", v); }
  Encoder& blob(std::string_view v) { return cell("blob", v); }
  Encoder& integer(std::int64_t v) { return cell("integer", fmt::to_string(v)); }
  std::string digest() const { return hash_.digest(); }

 private:
  Encoder& cell(std::string_view type, std::string_view bytes) {
    const auto comma = names_.find(',');
    hash_.update(fmt::format("{} {} {}\n", names_.substr(0, comma), type, bytes.size()));
    hash_.update(bytes);
    hash_.update("\n");
    names_.remove_prefix(comma + 1);
    return *this;
  }

  std::string_view names_ = kAuditColumns;
  crypto::Sha256 hash_;
};

}  // namespace

std::string hash_of(const AuditRow& r) {
  Encoder e;
  columns_but_hash(e, r);
  return e.digest();
}

Chain::Chain(sqlite3* db, StatementCache& statements) : db_(db), statements_(statements) {
  sqlite3_update_hook(db_, on_write, this);
}

Chain::~Chain() { sqlite3_update_hook(db_, nullptr, nullptr); }

void Chain::on_write(void* self, int operation, const char* /*database*/, const char* table,
                     sqlite3_int64 row) {
  if (const auto* t = audited_table(table))
    static_cast<Chain*>(self)->written_.try_emplace({t, row}, operation);
}

Status Chain::load() {
  auto statement =
      statements_.use("SELECT sequence,hash FROM audit ORDER BY sequence DESC LIMIT 1");
  auto more = statement.step();
  if (!more) return more.error();
  head_ = {};
  if (*more) Columns(statement).integer(head_.sequence).blob(head_.hash);
  end_ = head_;
  return Ok{};
}

Status Chain::append(AuditRow row) {
  row.sequence = end_.sequence + 1;
  row.previous = end_.hash;
  row.hash = hash_of(row);
  auto statement = statements_.use(kAppend.c_str());
  Binder b(statement);
  columns(b, row);
  if (auto s = statement.run(); !s) return s;
  end_ = {row.sequence, row.hash};
  return Ok{};
}

Status Chain::seal(WallMs at) {
  for (const auto& [place, how] : std::exchange(written_, {})) {
    AuditRow audit{0, at, place.table->table, place.row, "delete", "", "", "", ""};
    {
      auto statement = statements_.use(place.table->read_one.c_str());
      Binder(statement).integer(place.row);
      auto there = statement.step();
      if (!there) return there.error();
      if (*there) {
        auto row = audited_row(*place.table, statement);
        audit.operation = how == SQLITE_INSERT ? "insert" : "update";
        audit.session = std::move(row.session);
        audit.content = std::move(row.sha256);
      } else if (how == SQLITE_INSERT) {
        continue;  // came and went within the turn
      }
    }
    if (auto s = append(std::move(audit)); !s) return s;
  }
  return Ok{};
}

void Chain::forget() {
  written_.clear();
  end_ = head_;
}

void Chain::leave_deletions() {
  std::erase_if(written_, [](const auto& w) { return w.second == SQLITE_DELETE; });
}

// ---- a new schema ------------------------------------------------------------

Status Chain::adopt(WallMs at) {
  if (auto s = load(); !s) return s;
  written_.clear();
  for (const auto& table : audited_tables())
    if (auto s = adopt_table(table, at); !s) return s;
  return drop_vanished(at);
}

Status Chain::adopt_table(const Audited& table, WallMs at) {
  std::map<std::int64_t, std::string> newest;
  {
    auto known = statements_.use(kNewest);
    Binder(known).text(std::string_view(table.table));
    for (;;) {
      auto more = known.step();
      if (!more) return more.error();
      if (!*more) break;
      std::int64_t row = 0;
      Columns(known).integer(row).blob(newest[row]);
    }
  }
  std::vector<AuditRow> adopted;
  constexpr std::int64_t kPage = 1'000;
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (bool more_pages = true; more_pages;) {
    adopted.clear();
    {
      auto page = statements_.use(table.read_page.c_str());
      Binder(page).integer(last).integer(kPage);
      std::int64_t n = 0;
      for (;; ++n) {
        auto more = page.step();
        if (!more) return more.error();
        if (!*more) break;
        auto row = audited_row(table, page);
        last = row.row;
        const auto known = newest.extract(row.row);
        if (known.empty() || known.mapped() != row.sha256)
          adopted.push_back({0, at, table.table, row.row, "migrate", std::move(row.session),
                             std::move(row.sha256), "", ""});
      }
      more_pages = n == kPage;
    }
    for (auto& a : adopted)
      if (auto s = append(std::move(a)); !s) return s;
  }
  for (const auto& [row, content] : newest)
    if (!content.empty())
      if (auto s = append({0, at, table.table, row, "migrate", "", "", "", ""}); !s) return s;
  return Ok{};
}

// Rows of tables that the new schema has no more.
Status Chain::drop_vanished(WallMs at) {
  std::vector<AuditRow> gone;
  {
    auto statement = statements_.use(
        "SELECT tbl,row,content,max(sequence) FROM audit GROUP BY tbl,row HAVING "
        "length(content)>0");
    for (;;) {
      auto more = statement.step();
      if (!more) return more.error();
      if (!*more) break;
      AuditRow r{0, at, "", 0, "migrate", "", "", "", ""};
      Columns(statement).text(r.table).integer(r.row);
      if (audited_table(r.table) == nullptr) gone.push_back(std::move(r));
    }
  }
  for (auto& r : gone)
    if (auto s = append(std::move(r)); !s) return s;
  return Ok{};
}

}  // namespace hitl::store
