// SPDX-License-Identifier: Apache-2.0
// The program around a Conversation: one loop over standard input, the broker's
// socket and the clock.
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <utility>

#include "base/log.h"
#include "console/courier.h"
#include "console/dialogue.h"
#include "console/exit_codes.h"
#include "console/plain.h"
#include "sys/signals.h"
#include "tui/ansi.h"

namespace hitl::console {
namespace {

constexpr std::chrono::seconds kTick{1};
constexpr std::size_t kMostLine = 8'192;

class Plain {
 public:
  explicit Plain(const Arguments& a)
      : courier_(loop_, model_, a.to, a.identity, Tool::Manner::Talks,
                 {[this](const Action& x) { perform(x); }, [this] { changed_ = true; }}) {
    model_.now = Courier::clock();
    model_.quiet = a.quiet;
    input_ = loop_.watch(STDIN_FILENO, EPOLLIN, [this](std::uint32_t) { on_input(); });
    courier_.connect();
    tick();
  }

  int run() {
    say_news();
    loop_.run([this] { say_news(); });
    return kExitDone;
  }

 private:
  void tick() {
    tick_ = loop_.after(kTick, [this] {
      courier_.take(Tick{});
      tick();
    });
  }

  void perform(const Action& action) {
    if (std::holds_alternative<Ring>(action)) std::fputc('\a', stdout);
    if (std::holds_alternative<Quit>(action)) loop_.stop();
  }

  void on_input() {
    std::array<char, 4'096> buffer;
    const auto n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n <= 0) return loop_.stop();
    typed_.append(buffer.data(), static_cast<std::size_t>(n));
    for (std::size_t end; (end = typed_.find('\n')) != std::string::npos;) {
      model_.now = Courier::clock();
      auto reply = talk_.command(std::string_view(typed_).substr(0, end));
      typed_.erase(0, end + 1);
      print(reply.lines);
      courier_.ask(std::move(reply.actions));
      prompted_ = false;
    }
    if (typed_.size() > kMostLine) typed_.clear();
    changed_ = true;
  }

  void print(const std::vector<tui::Text>& lines) {
    if (!lines.empty() && prompted_) std::fputc('\n', stdout);
    if (!lines.empty()) prompted_ = false;
    for (const auto& line : lines) {
      const auto s = tui::ansi(line, false) + "\n";
      std::fwrite(s.data(), 1, s.size(), stdout);
    }
  }

  void say_news() {
    if (!std::exchange(changed_, false)) return;
    auto news = talk_.news();
    print(news.lines);
    if (!news.actions.empty()) courier_.ask(std::move(news.actions));
    if (!std::exchange(prompted_, true)) std::fputs("> ", stdout);
    std::fflush(stdout);
  }

  sys::EventLoop loop_;
  sys::Signals signals_{loop_, {SIGTERM, SIGHUP, SIGINT}, [this](int) { loop_.stop(); }};
  Model model_;
  Conversation talk_{model_};
  std::string typed_;
  bool changed_ = true, prompted_ = false;
  sys::EventLoop::Watcher input_;
  sys::EventLoop::Alarm tick_;
  Courier courier_;
};

}  // namespace

int run_plain(const Arguments& a) {
  if (!a.to.host.empty())
    if (auto first = Dialogue::open(a.to); !first)
      return log("{}: {}", a.to.name(), first.error().what), kExitNoBroker;
  return Plain(a).run();
}

}  // namespace hitl::console
