// SPDX-License-Identifier: Apache-2.0
// What the limits of a rule do to a command.
#include <fmt/format.h>

#include "broker/command.h"

namespace hitl::broker {

// What would be one too many in an hour is for people to decide.
void Command::limit_rate() {
  constexpr WallMs kHour = 3'600'000;
  const auto most = judgement_.limits.an_hour;
  if (most == 0 || judgement_.verdict != Verdict::Allow) return;
  const auto have = shared_.store.allowed_since(session_.agent, wall_now_ms() - kHour, most);
  if (have && *have < most) return;
  judgement_.verdict = Verdict::Hold;
  judgement_.shadow = false;
  judgement_.summary =
      fmt::format("is more than {} allowed commands an hour; it {}", most, judgement_.summary);
}

void Command::limit_time() {
  const auto most = judgement_.limits.time;
  if (most.count() == 0) return;
  limit_ = shared_.loop.after(most, [this, most] {
    over_limit(fmt::format("it ran longer than {} s", static_cast<double>(most.count()) / 1000));
  });
}

void Command::limit_output() {
  const auto most = judgement_.limits.output;
  if (most != 0 && !killing_ && output_.out() + output_.err() > most)
    over_limit(fmt::format("it printed more than {} bytes", most));
}

void Command::over_limit(const std::string& what) {
  const auto why = fmt::format("{}, which its rule does not let it: ended", what);
  row_.error = "limit: " + why;
  mark(why);
  agent_->notice(notices_.remark(why));
  kill();
}

}  // namespace hitl::broker
