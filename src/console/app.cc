// SPDX-License-Identifier: Apache-2.0
#include "console/app.h"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/log.h"
#include "console/client.h"
#include "console/exit_codes.h"
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
  App(tui::Screen& screen, std::string socket) : screen_(screen), socket_(std::move(socket)) {
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
    if (auto* m = std::get_if<operators::Decide>(&action)) client_->send(std::move(*m));
    if (auto* m = std::get_if<operators::Watch>(&action)) client_->send(*m);
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
        loop_, socket_,
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
  std::string socket_;
  sys::EventLoop loop_;
  sys::Signals signals_{loop_, {SIGWINCH, SIGTERM, SIGHUP, SIGINT}, [this](int signal) {
                          if (signal != SIGWINCH) return loop_.stop();
                          screen_.resized();
                          take(Input(Resized{screen_.size()}));
                        }};
  Model model_;
  bool dirty_ = true;
  sys::EventLoop::Watcher keyboard_;
  sys::EventLoop::Alarm tick_, again_;
  milliseconds retry_ = kFirstRetry;
  std::unique_ptr<Client> client_;
};

}  // namespace

int run_screen(const std::string& socket) {
  auto screen = tui::Screen::open(tui::wants_colour(STDOUT_FILENO));
  if (!screen) return log("{}", screen.error().what), kExitUsage;
  return App(**screen, socket).run();
}

}  // namespace hitl::console
