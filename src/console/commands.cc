// SPDX-License-Identifier: Apache-2.0
#include "console/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/log.h"
#include "base/visible.h"
#include "console/decision.h"
#include "console/detail.h"
#include "console/dialogue.h"
#include "console/exit_codes.h"
#include "console/json.h"
#include "console/phrase.h"
#include "console/printer.h"
#include "console/table.h"

namespace hitl::console {
namespace {

using operators::Refused;
using operators::RequestView;
using operators::Say;
using operators::Why;

// Where a command ends early: its exit code, after it has said why.
using Ended = int;

Ended lost(const Error& why) {
  if (why.code == Errc::Denied) return log("{}", why.what), kExitRefused;
  if (why.code == Errc::NotFound)
    log("{} (is the bastion running? is this its socket?)", why.what);
  else
    log("{}", why.what);
  return kExitNoBroker;
}

Ended refused(const std::string& id, const Refused& r) {
  log("{}: {}", visible(id), visible(r.text));
  switch (r.why) {
    case Why::NoSuchId:
      return kExitNoSuchId;
    case Why::AlreadyDecided:
      return kExitAlreadyDecided;
    case Why::NotAllowed:
    case Why::Invalid:
      return kExitRefused;
  }
  return kExitRefused;
}

// One command's means.
class Command {
 public:
  Command(const Arguments& arguments, Dialogue& broker) : arguments_(arguments), broker_(broker) {}

  int list() {
    auto answer =
        broker_.ask(operators::List{.all = arguments_.all, .reviews = arguments_.reviews});
    if (!answer) return lost(answer.error());
    auto* listed = std::get_if<operators::Requests>(&*answer);
    if (listed == nullptr) return unexpected(*answer);
    auto& all = listed->requests;
    std::ranges::stable_sort(all, {}, &RequestView::requested_at);
    if (arguments_.json) {
      for (const auto& r : all) out_.json(json_line(r, false));
    } else if (!all.empty()) {
      for (const auto& row :
           request_table(all, wall_now_ms(), arguments_.all || arguments_.reviews))
        out_.line(row);
    } else if (out_.interactive()) {
      out_.line(visible("nothing waits for a decision"));
    }
    return kExitDone;
  }

  int show() {
    const auto request = fetch();
    if (!request) return ended_;
    print(*request);
    return kExitDone;
  }

  int approve() {
    if (arguments_.digest.empty() && !out_.interactive()) {
      log("approve: --digest is missing (where there is no terminal to ask on, give at least 8 "
          "hex digits of the digest that list --json and show give)");
      return kExitUsage;
    }
    const auto request = fetch();
    if (!request) return ended_;
    if (const int code = already_decided(*request)) return code;
    if (const auto digest = hex(request->digest); !digest.starts_with(arguments_.digest)) {
      log("{}: its digest is {} and not {} (it is not what you saw: look at it with show)",
          visible(request->id), digest, arguments_.digest);
      return kExitRefused;
    }
    if (arguments_.digest.empty() && !agreed(*request)) return kExitRefused;
    return decide(*request, arguments_.break_glass ? Say::BreakGlass : Say::Approve);
  }

  int deny(Say say) {
    const auto request = fetch();
    if (!request) return ended_;
    if (const int code = already_decided(*request)) return code;
    return decide(*request, say);
  }

  int review() {
    const auto request = fetch();
    if (!request) return ended_;
    return decide(*request, Say::Review);
  }

  int sessions() {
    auto answer = broker_.ask(operators::Sessions{});
    if (!answer) return lost(answer.error());
    const auto* list = std::get_if<operators::SessionList>(&*answer);
    if (list == nullptr) return unexpected(*answer);
    if (arguments_.json)
      for (const auto& s : list->sessions) out_.json(json_line(s));
    else if (!list->sessions.empty())
      for (const auto& row : session_table(list->sessions, wall_now_ms())) out_.line(row);
    else if (out_.interactive())
      out_.line(visible("no session is open"));
    return kExitDone;
  }

  int control(operators::Action action) {
    return done(broker_.ask(operators::Control{.session = arguments_.id,
                                               .agent = arguments_.agent,
                                               .action = action,
                                               .reason = arguments_.reason}));
  }

  int grants() {
    auto answer = broker_.ask(operators::Grants{});
    if (!answer) return lost(answer.error());
    const auto* list = std::get_if<operators::GrantList>(&*answer);
    if (list == nullptr) return unexpected(*answer);
    if (arguments_.json)
      for (const auto& g : list->grants) out_.json(json_line(g));
    else if (!list->grants.empty())
      for (const auto& row : grant_table(list->grants, wall_now_ms())) out_.line(row);
    else if (out_.interactive())
      out_.line(visible("nothing is granted"));
    return kExitDone;
  }

  // By the beginning of its id.
  int revoke() {
    auto answer = broker_.ask(operators::Grants{});
    if (!answer) return lost(answer.error());
    const auto* list = std::get_if<operators::GrantList>(&*answer);
    if (list == nullptr) return unexpected(*answer);
    std::string id;
    for (const auto& g : list->grants)
      if (g.id.starts_with(arguments_.id)) {
        if (!id.empty())
          return log("{}: more than one grant begins so", visible(arguments_.id)), kExitRefused;
        id = g.id;
      }
    if (id.empty()) return log("{}: no such grant", visible(arguments_.id)), kExitNoSuchId;
    return done(broker_.ask(operators::Revoke{.id = id}));
  }

  // What leaves here is text: nothing of a session can speak to the terminal.
  int look() {
    const auto end = broker_.look(arguments_.id, [this](const operators::Output& o) {
      if (o.bytes.empty()) return;
      if (arguments_.json) return out_.json(json_line(o));
      for (const auto& line : lines_of(o)) out_.line(line);
      std::fflush(stdout);
    });
    return end.code == Errc::Closed ? kExitDone : lost(end);
  }

  int tail() {
    return lost(broker_.watch([this](const operators::Event& e) {
      if (arguments_.json) return out_.json(json_line(e));
      out_.line(event_row(e));
      std::fflush(stdout);
    }));
  }

 private:
  int unexpected(const Message& answer) {
    if (const auto* r = std::get_if<Refused>(&answer))
      return refused(arguments_.id.empty() ? "list" : arguments_.id, *r);
    return lost(fail(Errc::Protocol, "broker answered another question"));
  }

  // The request by the id given; nothing, with ended_ set, if it is not there.
  std::optional<RequestView> fetch() {
    auto answer = broker_.ask(operators::Show{.id = arguments_.id});
    if (!answer) return ended_ = lost(answer.error()), std::nullopt;
    if (auto* r = std::get_if<operators::Request>(&*answer)) return std::move(r->request);
    return ended_ = unexpected(*answer), std::nullopt;
  }

  void print(const RequestView& request) {
    if (arguments_.json) return out_.json(json_line(request, true));
    for (const auto& line : describe(request, out_.width(), wall_now_ms()).lines) out_.line(line);
  }

  static int already_decided(const RequestView& request) {
    if (request.state == "pending") return 0;
    log("{}: already {}", visible(request.id), visible(request.state));
    return kExitAlreadyDecided;
  }

  bool agreed(const RequestView& request) {
    if (!out_.pages(describe(request, out_.width(), wall_now_ms()).lines)) return false;
    tui::Text question(visible("\nApprove this", true));
    if (const auto why = caution(request); !why.empty())
      question.add(visible(", though " + why), tui::Style::Danger);
    if (out_.ask(question.add(visible("? (yes/no)")))) return true;
    log("{}: not approved, and not denied either", visible(request.id));
    return false;
  }

  int done(Result<Message> answer) {
    if (!answer) return lost(answer.error());
    const auto* d = std::get_if<operators::Done>(&*answer);
    if (d == nullptr) return unexpected(*answer);
    if (arguments_.json)
      out_.json(json_line(*d));
    else
      out_.line(visible(d->text));
    return kExitDone;
  }

  // The digest is that of the request as it was fetched, and shown.
  int decide(const RequestView& request, Say say) {
    const bool approve = say == Say::Approve || say == Say::BreakGlass;
    operators::Decide decision{
        .id = request.id,
        .digest = request.digest,
        .say = say,
        .reason = arguments_.reason,
        .proposal = arguments_.proposal,
        .grant_ms = static_cast<std::uint64_t>(arguments_.grant.count()) * 1'000,
        .grant_session = arguments_.grant_session};
    if (needs_signature(broker_.identity(), request) || !arguments_.identity.empty()) {
      const auto statement = statement_of(broker_.identity(), request, decision);
      if (!statement)
        return log("{}: {}", visible(request.id), statement.error().what), kExitRefused;
      auto signature = broker_.sign(approval::text_of(*statement), arguments_.identity);
      if (!signature) return lost(signature.error());
      decision.nonce = request.nonce;
      decision.signature = std::move(*signature);
    }
    auto answer = broker_.ask(std::move(decision));
    if (!answer) return lost(answer.error());
    const auto* decided = std::get_if<operators::Decided>(&*answer);
    if (decided == nullptr) return unexpected(*answer);
    const auto& now = decided->request;
    if (arguments_.json) return out_.json(json_line(now, true)), kExitDone;
    tui::Text line(visible(word_of(say)));
    line.add(visible(" "));
    line.add(visible(short_id(now.id)), tui::Style::Strong);
    line.add(visible(": ")).add(headline(now));
    if (approve && now.state == "pending")
      line.add(visible(fmt::format(" (needs {})", quorum_text(now))), tui::Style::Warning);
    out_.line(line);
    return kExitDone;
  }

  const Arguments& arguments_;
  Dialogue& broker_;
  Printer out_;
  Ended ended_ = kExitDone;
};

}  // namespace

int run_command(const Arguments& arguments) {
  auto broker = Dialogue::open(arguments.to);
  if (!broker) return lost(broker.error());
  Command command(arguments, **broker);
  switch (arguments.command) {
    case Arguments::Command::List:
      return command.list();
    case Arguments::Command::Show:
      return command.show();
    case Arguments::Command::Approve:
      return command.approve();
    case Arguments::Command::Deny:
      return command.deny(Say::Deny);
    case Arguments::Command::Propose:
      return command.deny(Say::Propose);
    case Arguments::Command::Review:
      return command.review();
    case Arguments::Command::Sessions:
      return command.sessions();
    case Arguments::Command::Pause:
      return command.control(operators::Action::Pause);
    case Arguments::Command::Resume:
      return command.control(operators::Action::Resume);
    case Arguments::Command::Kill:
      return command.control(operators::Action::Kill);
    case Arguments::Command::Look:
      return command.look();
    case Arguments::Command::Grants:
      return command.grants();
    case Arguments::Command::Revoke:
      return command.revoke();
    case Arguments::Command::Tail:
      return command.tail();
    case Arguments::Command::Screen:
    case Arguments::Command::Plain:
      break;
  }
  return kExitUsage;
}

}  // namespace hitl::console
