// SPDX-License-Identifier: Apache-2.0
#include "console/app.h"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/log.h"
#include "console/client.h"
#include "console/decision.h"
#include "console/dialogue.h"
#include "console/exit_codes.h"
#include "console/signer.h"
#include "console/update.h"
#include "console/view.h"
#include "sys/signals.h"
#include "tui/ansi.h"
#include "tui/screen.h"

namespace hitl::console {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr milliseconds kFirstRetry{200}, kLastRetry{2'000};
constexpr std::int64_t kSecond = 1'000;  // ms: countdowns move

Now now() {
  return {duration_cast<milliseconds>(BootClock::now().time_since_epoch()).count(), wall_now_ms()};
}

class App {
 public:
  App(tui::Screen& screen, Destination to, std::string identity_file)
      : screen_(screen), to_(std::move(to)), identity_file_(std::move(identity_file)) {
    model_.size = screen_.size();
    model_.now = now();
    keyboard_ = loop_.watch(screen_.descriptor(), EPOLLIN, [this](std::uint32_t events) {
      for (const auto& key : screen_.keys()) {
        take(Input(key));
        paint();  // the next key acts on what this one brought to the screen
      }
      if (events & (EPOLLHUP | EPOLLERR)) loop_.stop();
    });
    connect();
  }

  int run() {
    loop_.run([this] { paint(); });
    return kExitDone;
  }

 private:
  template <class In>
  void take(const In& input) {
    for (auto& action : update(model_, input, now())) perform(std::move(action));
    dirty_ = true;
  }

  void perform(Action action) {
    if (std::holds_alternative<Ring>(action)) return screen_.bell();
    if (std::holds_alternative<Quit>(action)) return loop_.stop();
    if (std::holds_alternative<Repaint>(action)) return screen_.forget();
    if (client_ == nullptr) return;
    if (auto* m = std::get_if<operators::List>(&action)) client_->send(*m);
    if (auto* m = std::get_if<operators::Show>(&action)) client_->send(std::move(*m));
    if (auto* m = std::get_if<operators::Decide>(&action)) decide(std::move(*m));
    if (auto* m = std::get_if<operators::Watch>(&action)) client_->send(*m);
  }

  // Signed over what the model holds of the request, where it must be.
  void decide(operators::Decide decision) {
    const auto r = std::ranges::find(model_.queue, decision.id, &operators::RequestView::id);
    if (r == model_.queue.end()) return take(Input(NotSigned{"the request is gone"}));
    if (!needs_signature(model_.identity, *r)) return void(client_->send(std::move(decision)));
    if (signer_) return take(Input(NotSigned{"another decision is being signed"}));
    auto statement = statement_of(model_.identity, *r, decision);
    if (!statement) return take(Input(NotSigned{statement.error().what}));
    decision.nonce = r->nonce;
    signer_ =
        std::make_unique<Signer>(loop_, model_.identity.keys, identity_file_, Tool::Manner::Silent);
    signer_->sign(approval::text_of(*statement),
                  [this, decision](Result<std::string> signature) mutable {
                    // The signer is in its last call: it goes when the turn has ended.
                    signed_ = loop_.after(std::chrono::nanoseconds(0), [this] { signer_.reset(); });
                    if (!signature) return take(Input(NotSigned{signature.error().what}));
                    decision.signature = std::move(*signature);
                    if (client_) client_->send(std::move(decision));
                  });
  }

  // The first view says what will be on the screen, the second one knows it:
  // whether the approve key is alive depends on what can be read now.
  void paint() {
    if (!std::exchange(dirty_, false)) return;
    note_painted(model_, view(model_).painted);
    screen_.draw(view(model_).surface);
    const auto dead = model_.dead_until - model_.now.steady;
    const auto next = dead > 0 ? std::min(dead, kSecond) : kSecond;
    tick_ = loop_.after(milliseconds(next), [this] { take(Input(Tick{})); });
  }

  void connect() {
    auto client = Client::connect(
        loop_, to_, Tool::Manner::Silent,
        [this](const Message& message) {
          retry_ = kFirstRetry;
          take(message);
        },
        [this](const Error& why) {
          client_.reset();
          lost(why);
        });
    if (!client) return lost(client.error());
    client_ = std::move(*client);
  }

  void lost(const Error& why) {
    take(Input(LinkDown{why.what}));
    again_ = loop_.after(retry_, [this] { connect(); });
    retry_ = std::min(retry_ * 2, kLastRetry);
  }

  tui::Screen& screen_;
  Destination to_;
  std::string identity_file_;
  sys::EventLoop loop_;
  sys::Signals signals_{loop_, {SIGWINCH, SIGTERM, SIGHUP, SIGINT}, [this](int signal) {
                          if (signal != SIGWINCH) return loop_.stop();
                          screen_.resized();
                          take(Input(Resized{screen_.size()}));
                        }};
  Model model_;
  bool dirty_ = true;
  sys::EventLoop::Watcher keyboard_;
  sys::EventLoop::Alarm tick_, again_, signed_;
  milliseconds retry_ = kFirstRetry;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Signer> signer_;
};

}  // namespace

int run_screen(const Destination& to, const std::string& identity_file) {
  // What ssh has to ask, it asks before the screen is on the terminal.
  if (!to.host.empty())
    if (auto first = Dialogue::open(to); !first)
      return log("{}: {}", to.name(), first.error().what), kExitNoBroker;
  auto screen = tui::Screen::open(tui::wants_colour(STDOUT_FILENO));
  if (!screen) return log("{}", screen.error().what), kExitUsage;
  return App(**screen, to, identity_file).run();
}

}  // namespace hitl::console
