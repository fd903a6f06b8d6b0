// SPDX-License-Identifier: Apache-2.0
// What auditors say about what is kept: hold a session, release it, delete what is
// due; and that they open a recording.  On the bastion's own host only: nobody signs it.
#include <fmt/format.h>

#include "base/log.h"
#include "base/visible.h"
#include "broker/operator_session.h"
#include "proto/operator_codec.h"

namespace hitl::broker {
namespace {

constexpr std::size_t kMostText = 3'500;

}  // namespace

bool OperatorSession::may_audit(std::uint32_t tag) {
  if (remote_)
    refuse(tag, operators::Why::NotAllowed, "this is done on the bastion's own host only");
  else if (!has_role("auditor") && !has_role("admin"))
    refuse(tag, operators::Why::NotAllowed, who_.name + " has not the role auditor");
  else
    return true;
  return false;
}

Status OperatorSession::on_keep(std::string_view frame) {
  const auto m = proto::decode<operators::Keep>(frame);
  if (!m) return m.error();
  if (!may_audit(m->tag)) return Ok{};
  if (!m->release && m->reason.empty()) {
    refuse(m->tag, operators::Why::Invalid, "a hold needs a reason");
    return Ok{};
  }
  auto found = shared_.store.session(m->session);
  if (!found) {
    if (found.error().code == Errc::System) return found.error();
    refuse(
        m->tag,
        found.error().code == Errc::NotFound ? operators::Why::NoSuchId : operators::Why::Invalid,
        found.error().what);
    return Ok{};
  }
  const auto& id = found->session.id;
  const auto now = wall_now_ms();
  shared_.turn.must_last();
  if (m->release) {
    auto s = shared_.store.release_hold(id, who_.name, now);
    if (!s && s.error().code != Errc::NotFound) return s;
    if (!s) {
      refuse(m->tag, operators::Why::AlreadyDecided, s.error().what);
      return Ok{};
    }
  } else if (auto s = shared_.store.add_hold({id, m->reason, who_.name, now, "", {}}); !s) {
    return s;
  }
  log("{} {} session {}", who_.name, m->release ? "released" : "holds", id);
  console_->say(
      operators::Done{m->tag, fmt::format("{} session {}", m->release ? "released" : "held", id)});
  return Ok{};
}

Status OperatorSession::on_prune(std::string_view frame) {
  const auto m = proto::decode<operators::Prune>(frame);
  if (!m) return m.error();
  if (!may_audit(m->tag)) return Ok{};
  auto doomed = shared_.retention.doomed();
  if (!doomed) return doomed.error();
  std::string text =
      fmt::format("{} {} sessions\n", m->dry_run ? "would delete" : "deleting", doomed->size());
  for (std::size_t i = 0; i < doomed->size(); ++i) {
    const auto& [session, rule] = (*doomed)[i];
    const auto line = fmt::format("{} {} on {} (rule \"{}\")\n", session.id, session.agent,
                                  session.target, visible(rule));
    if (text.size() + line.size() > kMostText) {
      text += fmt::format("and {} more\n", doomed->size() - i);
      break;
    }
    text += line;
  }
  if (!m->dry_run) {
    log("{} prunes: {} sessions", who_.name, doomed->size());
    shared_.retention.start();
  }
  text.pop_back();
  console_->say(operators::Done{m->tag, std::move(text)});
  return Ok{};
}

Status OperatorSession::on_watched(std::string_view frame) {
  const auto m = proto::decode<operators::Watched>(frame);
  if (!m) return m.error();
  if (!may_audit(m->tag)) return Ok{};
  std::vector<std::string> ids;
  for (const auto& named : m->sessions) {
    auto found = shared_.store.session(named);
    if (found) {
      ids.push_back(std::move(found->session.id));
      continue;
    }
    const auto& e = found.error();
    if (e.code == Errc::System) return e;
    refuse(m->tag, e.code == Errc::NotFound ? operators::Why::NoSuchId : operators::Why::Invalid,
           e.what);
    return Ok{};
  }
  shared_.turn.must_last();
  const auto now = wall_now_ms();
  const std::string how(operators::word_of(m->how));
  for (const auto& id : ids) {
    if (auto s = shared_.store.add_watch({now, who_.name, how, id}); !s) return s;
    log("{} opens the recording of session {} ({})", who_.name, id, how);
  }
  console_->say(operators::Done{m->tag, fmt::format("noted for {} sessions", ids.size())});
  return Ok{};
}

}  // namespace hitl::broker
