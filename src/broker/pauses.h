// SPDX-License-Identifier: Apache-2.0
// What operators have paused: while it is, nothing new of it starts.  Kept in the
// store, so that a restart does not resume it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace hitl::broker {

class Pauses {
 public:
  explicit Pauses(store::Store& store) : store_(store) {}

  static std::string of_agent(const std::string& name) { return "agent " + name; }
  static std::string of_session(const std::string& id) { return "session " + id; }

  // Once, before anything starts.
  Status load();
  Status pause(store::PauseRow row);
  // Errc::NotFound where it is not paused.  Whoever waits is told at once.
  Status resume(const std::string& scope);
  // Of a session that has ended.
  void forget(const std::string& session);

  // By whom and why, of the agent or the session; nothing where neither is.
  std::optional<std::string> why(const std::string& agent, const std::string& session) const;

  // Called at each resume, whatever was resumed: ask again then.
  using Place = std::shared_ptr<std::function<void()>>;
  [[nodiscard]] Place add(std::function<void()> resumed);

 private:
  const store::PauseRow* find(const std::string& scope) const;

  store::Store& store_;
  std::vector<store::PauseRow> rows_;
  std::vector<std::weak_ptr<std::function<void()>>> waiting_;
};

}  // namespace hitl::broker
