// SPDX-License-Identifier: Apache-2.0
#include "console/commands.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/log.h"
#include "base/visible.h"
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
    auto answer = broker_.ask(operators::List{.all = arguments_.all});
    if (!answer) return lost(answer.error());
    auto* listed = std::get_if<operators::Requests>(&*answer);
    if (listed == nullptr) return unexpected(*answer);
    auto& all = listed->requests;
    std::ranges::stable_sort(all, {}, &RequestView::requested_at);
    if (arguments_.json) {
      for (const auto& r : all) out_.json(json_line(r, false));
    } else if (!all.empty()) {
      for (const auto& row : request_table(all, wall_now_ms(), arguments_.all)) out_.line(row);
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
    return decide(*request, true);
  }

  int deny() {
    const auto request = fetch();
    if (!request) return ended_;
    if (const int code = already_decided(*request)) return code;
    return decide(*request, false);
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
    for (const auto& line : describe(request, out_.width()).lines) out_.line(line);
  }

  static int already_decided(const RequestView& request) {
    if (request.state == "pending") return 0;
    log("{}: already {}", visible(request.id), visible(request.state));
    return kExitAlreadyDecided;
  }

  bool agreed(const RequestView& request) {
    if (!out_.pages(describe(request, out_.width()).lines)) return false;
    tui::Text question(visible("\nApprove this", true));
    if (const auto why = caution(request); !why.empty())
      question.add(visible(", though " + why), tui::Style::Danger);
    if (out_.ask(question.add(visible("? (yes/no)")))) return true;
    log("{}: not approved, and not denied either", visible(request.id));
    return false;
  }

  // The digest is that of the request as it was fetched, and shown.
  int decide(const RequestView& request, bool approve) {
    auto answer = broker_.ask(operators::Decide{.id = request.id,
                                                .digest = request.digest,
                                                .approve = approve,
                                                .reason = arguments_.reason});
    if (!answer) return lost(answer.error());
    const auto* decided = std::get_if<operators::Decided>(&*answer);
    if (decided == nullptr) return unexpected(*answer);
    const auto& now = decided->request;
    if (arguments_.json) return out_.json(json_line(now, true)), kExitDone;
    tui::Text line(visible(approve ? "approved " : "denied "));
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
  auto broker = Dialogue::open(arguments.socket);
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
      return command.deny();
    case Arguments::Command::Tail:
      return command.tail();
    case Arguments::Command::Screen:
      break;
  }
  return kExitUsage;
}

}  // namespace hitl::console
