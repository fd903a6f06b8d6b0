// SPDX-License-Identifier: Apache-2.0
#include "console/app.h"

#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/log.h"
#include "base/visible.h"
#include "console/courier.h"
#include "console/dialogue.h"
#include "console/exit_codes.h"
#include "console/view.h"
#include "sys/signals.h"
#include "tui/ansi.h"
#include "tui/screen.h"

namespace hitl::console {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kSecond = 1'000;  // ms: countdowns move

class App {
 public:
  App(tui::Screen& screen, const Destination& to, const std::string& identity_file, bool quiet)
      : screen_(screen),
        courier_(loop_, model_, to, identity_file, Tool::Manner::Silent,
                 {[this](const Action& a) { perform(a); }, [this] { dirty_ = true; }}) {
    model_.size = screen_.size();
    model_.now = Courier::clock();
    model_.quiet = quiet;
    keyboard_ = loop_.watch(screen_.descriptor(), EPOLLIN, [this](std::uint32_t events) {
      for (const auto& key : screen_.keys()) {
        courier_.take(key);
        paint();  // the next key acts on what this one brought to the screen
      }
      if (events & (EPOLLHUP | EPOLLERR)) loop_.stop();
    });
    courier_.connect();
  }

  int run() {
    loop_.run([this] { paint(); });
    return kExitDone;
  }

 private:
  void perform(const Action& action) {
    if (const auto* ring = std::get_if<Ring>(&action)) screen_.notify(visible(ring->text));
    if (std::holds_alternative<Quit>(action)) loop_.stop();
    if (std::holds_alternative<Repaint>(action)) screen_.forget();
  }

  // The first view says what will be on the screen, the second one knows it:
  // whether the approve key is alive depends on what can be read now.
  void paint() {
    if (!std::exchange(dirty_, false)) return;
    note_painted(model_, view(model_).painted);
    screen_.draw(view(model_).surface);
    const auto dead = model_.dead_until - model_.now.steady;
    const auto next = dead > 0 ? std::min(dead, kSecond) : kSecond;
    tick_ = loop_.after(milliseconds(next), [this] { courier_.take(Tick{}); });
  }

  tui::Screen& screen_;
  sys::EventLoop loop_;
  sys::Signals signals_{loop_, {SIGWINCH, SIGTERM, SIGHUP, SIGINT}, [this](int signal) {
                          if (signal != SIGWINCH) return loop_.stop();
                          screen_.resized();
                          courier_.take(Resized{screen_.size()});
                        }};
  Model model_;
  bool dirty_ = true;
  sys::EventLoop::Watcher keyboard_;
  sys::EventLoop::Alarm tick_;
  Courier courier_;
};

}  // namespace

int run_screen(const Arguments& a) {
  // What ssh has to ask, it asks before the screen is on the terminal.
  if (!a.to.host.empty())
    if (auto first = Dialogue::open(a.to); !first)
      return log("{}: {}", a.to.name(), first.error().what), kExitNoBroker;
  auto screen = tui::Screen::open(tui::wants_colour(STDOUT_FILENO));
  if (!screen) return log("{}", screen.error().what), kExitUsage;
  return App(**screen, a.to, a.identity, a.quiet).run();
}

}  // namespace hitl::console
