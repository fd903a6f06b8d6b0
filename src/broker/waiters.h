// SPDX-License-Identifier: Apache-2.0
// Who waits for what is decided: commands for their request, consoles for every
// event.  Registrations end with their handles.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hitl/operator_protocol.h"
#include "store/store.h"

namespace hitl::broker {

// Called within the turn that changed the request, before its commit.
class Waiter {
 public:
  virtual ~Waiter() = default;
  virtual void on_decision(const store::RequestRow& request) = 0;
};

class Waiters {
 public:
  class Place {
   public:
    Place() = default;

   private:
    friend class Waiters;
    std::shared_ptr<Waiter*> entry_;
  };

  [[nodiscard]] Place add(const std::string& request, Waiter& waiter) {
    Place p;
    p.entry_ = std::make_shared<Waiter*>(&waiter);
    std::erase_if(entries_, [](const auto& e) { return e.second.expired(); });
    entries_.emplace(request, p.entry_);
    return p;
  }

  bool any(const std::string& request) const {
    const auto [from, to] = entries_.equal_range(request);
    for (auto it = from; it != to; ++it)
      if (!it->second.expired()) return true;
    return false;
  }

  void tell(const store::RequestRow& request) {
    const auto [from, to] = entries_.equal_range(request.id);
    const std::vector<std::pair<std::string, std::weak_ptr<Waiter*>>> now(from, to);
    for (const auto& [id, weak] : now)
      if (const auto entry = weak.lock()) (*entry)->on_decision(request);
  }

 private:
  std::multimap<std::string, std::weak_ptr<Waiter*>> entries_;
};

// What happens, for consoles that watch.
class Feed {
 public:
  using Listener = std::function<void(const operators::Event&)>;
  using Place = std::shared_ptr<Listener>;

  [[nodiscard]] Place add(Listener listener) {
    auto place = std::make_shared<Listener>(std::move(listener));
    std::erase_if(listeners_, [](const auto& l) { return l.expired(); });
    listeners_.emplace_back(place);
    return place;
  }

  void tell(const operators::Event& event) {
    const auto now = listeners_;
    for (const auto& weak : now)
      if (const auto listener = weak.lock()) (*listener)(event);
  }

 private:
  std::vector<std::weak_ptr<Listener>> listeners_;
};

// Who looks over the shoulder of a session: told of each piece of its recording.
class Looks {
 public:
  using Listener = std::function<void(char code, std::string_view bytes)>;
  using Place = std::shared_ptr<Listener>;

  [[nodiscard]] Place add(const std::string& session, Listener listener) {
    auto place = std::make_shared<Listener>(std::move(listener));
    std::erase_if(listeners_, [](const auto& l) { return l.second.expired(); });
    listeners_.emplace(session, place);
    return place;
  }

  void tell(const std::string& session, char code, std::string_view bytes) {
    if (listeners_.empty()) return;
    const auto [from, to] = listeners_.equal_range(session);
    const std::vector<std::pair<std::string, std::weak_ptr<Listener>>> now(from, to);
    for (const auto& [id, weak] : now)
      if (const auto listener = weak.lock()) (*listener)(code, bytes);
  }

 private:
  std::multimap<std::string, std::weak_ptr<Listener>> listeners_;
};

}  // namespace hitl::broker
