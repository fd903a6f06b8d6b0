// SPDX-License-Identifier: Apache-2.0
// How fast something may come: so many at once, and then so many a second.
#pragma once

#include <algorithm>

#include "base/clock.h"

namespace hitl::broker {

class Pace {
 public:
  Pace(double burst, double a_second) : burst_(burst), rate_(a_second), left_(burst) {}

  // False: too fast.
  bool take(BootClock::time_point now) {
    const std::chrono::duration<double> passed = now - last_;
    last_ = now;
    left_ = std::min(burst_, left_ + passed.count() * rate_);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  double burst_, rate_, left_;
  BootClock::time_point last_{};
};

}  // namespace hitl::broker
