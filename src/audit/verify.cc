// SPDX-License-Identifier: Apache-2.0
#include "audit/verify.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "audit/checkpoint.h"
#include "audit/tombstone.h"
#include "audit/vote.h"
#include "base/visible.h"
#include "crypto/digest.h"

namespace hitl::audit {
namespace {

using store::Audited;

constexpr std::int64_t kPage = 500;

std::string shown(std::string_view text) { return visible_cut(text, 80).str(); }

class Verifier {
 public:
  Verifier(store::Ledger& ledger, std::string_view key)
      : ledger_(ledger),
        key_(key),
        bastion_(crypto::fingerprint(crypto::ed25519_blob(key))),
        known_(store::audited_tables().size()) {}

  Result<Findings> run(const std::optional<std::string>& checkpoints) {
    auto structure = ledger_.structure_faults();
    if (!structure) return structure.error();
    for (auto& f : *structure) fault("", 0, std::move(f));
    if (auto s = walk(); !s) return s.error();
    for (const auto& table : store::audited_tables())
      if (auto s = compare(table); !s) return s.error();
    if (auto s = look_for_missing(); !s) return s.error();
    if (auto s = check_votes(); !s) return s.error();
    if (checkpoints)
      if (auto s = compare_file(*checkpoints); !s) return s.error();
    found_.chain = head_.sequence;
    return std::move(found_);
  }

 private:
  // What the chain says last about a row.
  struct Known {
    std::int64_t sequence = 0;
    std::string content, session;  // content empty: it is gone
    bool seen = false;
  };
  using Rows = std::unordered_map<std::int64_t, Known>;

  void fault(std::string table, std::int64_t row, std::string what) {
    if (found_.faults.size() < kMostFaults)
      found_.faults.push_back({std::move(table), row, std::move(what)});
  }
  Rows& known(const Audited& table) {
    return known_[static_cast<std::size_t>(&table - store::audited_tables().data())];
  }

  // ---- the chain -------------------------------------------------------------

  Status walk() {
    for (bool more = true; more;) {
      auto page = ledger_.snapshot([&] {
        const auto from = head_.sequence;
        auto s = follow(kPage);
        more = head_.sequence - from >= kPage;
        return s;
      });
      if (!page) return page;
    }
    return Ok{};
  }

  // The next links, at most `limit`.  To be called in a snapshot.
  Status follow(std::int64_t limit) {
    auto rows = ledger_.audit(head_.sequence, limit);
    if (!rows) return rows.error();
    for (auto& r : *rows)
      if (auto s = take(r); !s) return s;
    return Ok{};
  }

  Status take(store::AuditRow& r) {
    if (r.sequence != head_.sequence + 1)
      fault("audit", head_.sequence + 1,
            fmt::format("audit row {}: is missing", head_.sequence + 1));
    else if (r.previous != head_.hash)
      fault("audit", r.sequence,
            fmt::format("audit row {}: does not follow the row before it", r.sequence));
    if (r.hash != store::hash_of(r))
      fault("audit", r.sequence,
            fmt::format("audit row {}: its hash does not fit what it says", r.sequence));
    head_ = {r.sequence, r.hash};
    const auto* table = store::audited_table(r.table);
    const bool gone = r.content.empty();
    if (table == nullptr) {
      // Of an older schema; a later link says that it went.
      if (!gone)
        strangers_[{r.table, r.row}] = r.sequence;
      else
        strangers_.erase({r.table, r.row});
      return Ok{};
    }
    if (r.operation == "delete" && r.table != "pauses")
      fault(r.table, r.row,
            fmt::format("{} row {}: was deleted, and nothing signed says by which "
                        "rule (audit row {})",
                        r.table, r.row, r.sequence));
    auto& k = known(*table)[r.row];
    if (k.session != r.session && !r.session.empty()) places_[r.session].push_back({table, r.row});
    k = {r.sequence, r.content, r.session, k.seen};
    if (gone) return Ok{};
    if (r.table == "configurations") return take_configuration(r);
    if (r.table == "checkpoints") return take_checkpoint(r);
    if (r.table == "tombstones") return take_tombstone(r);
    return Ok{};
  }

  Status take_configuration(const store::AuditRow& r) {
    auto row = ledger_.configuration(r.row);
    if (!row) return row.error();
    configurations_[r.sequence] = {r.content, *row ? (*row)->operators : ""};
    return Ok{};
  }

  // The configuration in force at a row of the chain.
  const std::pair<std::string, std::string>* configuration_at(std::int64_t sequence) const {
    const auto after = configurations_.upper_bound(sequence);
    return after == configurations_.begin() ? nullptr : &std::prev(after)->second;
  }

  Status take_checkpoint(const store::AuditRow& r) {
    auto found = ledger_.checkpoint(r.row);
    if (!found) return found.error();
    if (!*found) return Ok{};  // missing: said once the rows are compared
    const auto& c = **found;
    ++found_.checkpoints;
    const auto wrong = [&](std::string_view what) {
      fault("checkpoints", r.row,
            fmt::format("checkpoints row {} (at {}): {}", r.row, c.sequence, what));
    };
    if (!is_signed(c, key_)) {
      wrong(c.bastion == bastion_ ? std::string("its signature does not fit")
                                  : "is signed by another key, " + shown(c.bastion));
      return Ok{};
    }
    auto hash = ledger_.chain_hash(c.sequence);
    if (!hash) return hash.error();
    const bool fits = c.sequence < r.sequence && c.sequence >= found_.signed_to &&
                      (c.sequence == 0 ? c.hash == store::ChainHead().hash : *hash == c.hash);
    // None after it fits either.
    if (!fits && !std::exchange(is_other_chain_, true))
      wrong(fmt::format("audit row {} is not the one that was signed", c.sequence));
    signed_.insert(c.signature);
    const auto* configuration = configuration_at(c.sequence);
    if (c.configuration != (configuration == nullptr ? "" : configuration->first))
      wrong("the configuration is not the one that was signed");
    found_.signed_to = std::max(found_.signed_to, c.sequence);
    return Ok{};
  }

  // The rows that it stands for are in the chain up to here.
  Status take_tombstone(const store::AuditRow& r) {
    auto found = ledger_.tombstone(r.row);
    if (!found) return found.error();
    if (!*found) return Ok{};
    const auto& t = **found;
    ++found_.tombstones;
    store::Remains remains;
    std::map<std::pair<const Audited*, std::int64_t>, Known*> of_session;
    for (const auto& [table, row] : places_[t.session]) {
      auto& k = known(*table)[row];
      if (k.session == t.session && !k.content.empty()) of_session[{table, row}] = &k;
    }
    for (auto& [place, k] : of_session) {
      remains.add(place.first->table, k->content);
      k->content.clear();
    }
    places_.erase(t.session);
    if (!is_signed(t, key_))
      fault("tombstones", r.row,
            fmt::format("tombstones row {} (session {}): its signature does "
                        "not fit",
                        r.row, shown(t.session)));
    else if (t.rows != remains.counts() || t.sha256 != remains.sha256())
      fault("tombstones", r.row,
            fmt::format("tombstones row {} (session {}): the rows that it stands for are not those "
                        "that the chain had ({}; the chain: {})",
                        r.row, shown(t.session), shown(t.rows), remains.counts()));
    return Ok{};
  }

  // ---- the rows --------------------------------------------------------------

  Status compare(const Audited& table) {
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (bool more = true; more;) {
      auto page = ledger_.snapshot([&]() -> Status {
        if (auto s = catch_up(); !s) return s;
        auto rows = ledger_.rows(table, last, kPage);
        if (!rows) return rows.error();
        for (const auto& r : *rows) {
          last = r.row;
          if (auto s = compare(table, r); !s) return s;
        }
        more = static_cast<std::int64_t>(rows->size()) == kPage;
        return Ok{};
      });
      if (!page) return page;
    }
    return Ok{};
  }

  Status catch_up() {
    for (std::int64_t before = -1; before != head_.sequence;) {
      before = head_.sequence;
      if (auto s = follow(kPage); !s) return s;
    }
    return Ok{};
  }

  Status compare(const Audited& table, const store::AuditedRow& r) {
    ++found_.rows;
    const auto wrong = [&](std::string_view what) {
      fault(table.table, r.row,
            fmt::format("{} row {}{}: {}", table.table, r.row,
                        r.label.empty() ? "" : " (" + shown(r.label) + ")", what));
    };
    auto& rows = known(table);
    const auto at = rows.find(r.row);
    if (at == rows.end()) {
      wrong("was never written by the bastion");
      return Ok{};
    }
    auto& k = at->second;
    k.seen = true;
    if (k.content.empty())
      wrong(fmt::format("is there, and the chain has it deleted (audit row {})", k.sequence));
    else if (k.content != r.sha256)
      wrong(fmt::format("is not as it was written (audit row {})", k.sequence));
    return Ok{};
  }

  // What the chain has, and no page had: added since to a part that was done with,
  // or gone.
  Status look_for_missing() {
    return ledger_.snapshot([&]() -> Status {
      if (auto s = catch_up(); !s) return s;
      for (const auto& table : store::audited_tables()) {
        std::map<std::int64_t, std::int64_t> missing;  // by place in the chain
        for (const auto& [row, k] : known(table))
          if (!k.seen && !k.content.empty()) missing[k.sequence] = row;
        for (const auto& [sequence, row] : missing) {
          auto there = ledger_.row(table, row);
          if (!there) return there.error();
          if (!*there)
            fault(table.table, row,
                  fmt::format("{} row {}: is missing (audit row {})", table.table, row, sequence));
          else if (auto s = compare(table, **there); !s)
            return s;
        }
      }
      for (const auto& [place, sequence] : strangers_)
        fault("audit", sequence,
              fmt::format("audit row {}: is about a table that there is not, {}", sequence,
                          shown(place.first)));
      return Ok{};
    });
  }

  // ---- decisions ---------------------------------------------------------------

  Status check_votes() {
    for (const auto& [row, k] : known(*store::audited_table("decisions"))) {
      if (k.content.empty()) continue;
      auto found = ledger_.decision(row);
      if (!found) return found.error();
      if (!*found) continue;
      const auto& d = **found;
      if (d.signature.empty() && d.statement.empty() && d.key_fingerprint.empty()) continue;
      ++found_.decisions;
      const auto* configuration = configuration_at(k.sequence);
      if (auto s = check_vote(d, configuration == nullptr ? nullptr : &configuration->second); !s)
        fault("decisions", row,
              fmt::format("decisions row {} ({} on {}): {}", row, shown(d.operator_name),
                          shown(d.request), s.error().what));
    }
    return Ok{};
  }

  // ---- the file of checkpoints -------------------------------------------------

  // The store has each of them: its line is written after it.
  Status compare_file(std::string_view text) {
    std::int64_t last = 0;
    for (std::uint64_t n = 1; !text.empty(); ++n) {
      const auto end = text.find('\n');
      if (end == std::string_view::npos) {
        found_.notes.push_back(fmt::format("line {} of the file of checkpoints was cut off", n));
        break;
      }
      const auto wrong = [&](std::string_view what) {
        fault("", 0, fmt::format("line {} of the file of checkpoints: {}", n, what));
      };
      const auto c = parse_line(text.substr(0, end));
      text.remove_prefix(end + 1);
      ++found_.lines;
      if (!c) {
        wrong(c.error().what);
        continue;
      }
      if (!is_signed(*c, key_)) {
        wrong("its signature does not fit");
        continue;
      }
      if (c->sequence < last)
        wrong("goes back in the chain");
      else if (!signed_.contains(c->signature) && !std::exchange(is_other_store_, true))
        wrong(
            fmt::format("the store does not have this checkpoint, of audit row {}: it is an older "
                        "copy, or was written anew",
                        c->sequence));
      last = c->sequence;
    }
    return Ok{};
  }

  store::Ledger& ledger_;
  std::string_view key_;
  std::string bastion_;
  Findings found_;
  store::ChainHead head_;
  std::vector<Rows> known_;  // by table
  std::unordered_map<std::string, std::vector<std::pair<const Audited*, std::int64_t>>> places_;
  std::map<std::int64_t, std::pair<std::string, std::string>> configurations_;  // hash, operators
  std::map<std::pair<std::string, std::int64_t>, std::int64_t> strangers_;
  std::unordered_set<std::string> signed_;  // signatures of the checkpoints of the store
  bool is_other_chain_ = false, is_other_store_ = false;
};

}  // namespace

Result<Findings> verify(store::Ledger& ledger, std::string_view public_key,
                        const std::optional<std::string>& checkpoints) {
  return Verifier(ledger, public_key).run(checkpoints);
}

}  // namespace hitl::audit
