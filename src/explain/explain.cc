// SPDX-License-Identifier: Apache-2.0
#include "explain/explain.h"

#include <time.h>

#include <algorithm>
#include <istream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "base/visible.h"
#include "explain/annotate.h"

namespace hitl::explain {
namespace {

// Keys in the order in which they are documented.
using Json = nlohmann::ordered_json;

std::string said(const std::string& text) { return "'" + visible(text).str() + "'"; }

judge::Question question_of(const Setup& setup, std::string line, bool trace) {
  judge::Question q;
  q.agent = setup.agent;
  q.groups = setup.groups;
  q.target = setup.target;
  q.tags = setup.tags;
  q.command = RawText(std::move(line));
  q.at = wall_now_ms();
  q.trace = trace;
  return q;
}

Json json_of(const Hold& hold) {
  Json out;
  out["approvers"] = Json::array();
  for (const auto& s : hold.approvers)
    out["approvers"].push_back({{"group", s.group}, {"count", s.count}});
  out["escalate"] = Json::array();
  for (const auto& e : hold.escalate) {
    Json entry = {{"after_s", e.after.count() / 1000}};
    if (e.notify.empty())
      entry["group"] = e.group;
    else
      entry["notify"] = e.notify;
    out["escalate"].push_back(std::move(entry));
  }
  out["expires_s"] = hold.expires.count() / 1000;
  out["grants_s"] = hold.grants.count() / 1000;
  out["mode"] = hold.wait ? "wait" : "return";
  out["justification"] = hold.justification ? "required" : "optional";
  out["proof"] = name_of(hold.proof);
  return out;
}

Json json_of(const judge::Judgement& j) {
  Json out;
  out["decision"] = name_of(j.verdict);
  out["rule"] = j.rule;
  out["understood"] = j.canonical.has_value();
  out["effects"] = j.effects;
  out["canonical"] = j.canonical ? Json(j.canonical->bytes()) : Json(nullptr);
  out["commands"] = Json::array();
  for (const auto& c : j.commands) {
    Json command;
    command["argv"] = c.argv;
    command["effects"] = c.effects;
    out["commands"].push_back(std::move(command));
  }
  out["reasons"] = j.reasons;
  out["summary"] = j.summary;
  out["input"] = name_of(j.input);
  if (!j.message.empty()) out["message"] = j.message;
  out["shadow"] = j.shadow;
  if (j.verdict == Verdict::Hold || j.shadow) out.update(json_of(j.hold));
  return out;
}

// Bytes that are no UTF-8 are replaced: JSON has no way to say them.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Of the processor, so that other programs do not count.
std::chrono::nanoseconds time_used() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::optional<std::string> text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

Json answer(const judge::Judge& judge, const Setup& setup, const std::string& input, Times* times) {
  Json out;
  const auto object = Json::parse(input, nullptr, false);
  if (object.is_discarded() || !object.is_object()) {
    out["error"] = "not a JSON object";
    return out;
  }
  if (const auto id = object.find("id"); id != object.end()) out["id"] = *id;
  auto line = text_at(object, "line");
  if (!line) {
    out["error"] = "'line' is missing or no string";
    return out;
  }
  const auto agent = text_at(object, "agent"), target = text_at(object, "target");
  Setup asked = setup;
  if (agent || target || setup.agent.empty())
    if (const auto named = name(asked, agent.value_or(setup.agent), target.value_or(setup.target));
        !named) {
      out["error"] = named.error().what;
      return out;
    }
  auto question = question_of(asked, *std::move(line), false);
  question.cwd = text_at(object, "cwd").value_or("");
  const auto started = time_used();
  const auto judgement = judge.judge(question);
  if (times != nullptr) times->push_back(time_used() - started);
  out.update(json_of(judgement));
  return out;
}

void print_people(const judge::Judgement& j, bool all, std::ostream& out) {
  out << name_of(j.verdict) << (j.shadow ? " (shadow)" : "") << "  rule \"" << visible(j.rule).str()
      << "\"\n";
  if (!j.message.empty()) out << "  message: " << visible(j.message).str() << "\n";
  out << "  effects:";
  for (const auto& e : j.effects) out << " " << e;
  out << "\n";
  for (const auto& f : j.findings)
    out << "  " << f.effect << ": " << visible(f.reason).str() << "  [bytes " << f.begin << "-"
        << f.end << "]\n";
  if (j.canonical)
    out << "  runs as: " << visible(j.canonical->bytes(), true).str() << "\n";
  else
    out << "  not understood: " << visible(j.opaque_reason).str() << "\n";
  print_passed(j, all, "  ", out);
  if (j.verdict != Verdict::Hold && !j.shadow) return;
  out << (j.shadow ? "  would need " : "  needs ") << needs_of(j.hold) << "\n";
}

}  // namespace

Setup shipped() {
  Setup setup;
  setup.policy = config::shipped("policy.toml");
  setup.catalog = {config::shipped("catalog.d")};
  return setup;
}

Result<Setup> configured(const std::string& file) {
  auto config = config::read_config(file);
  if (!config) return config.error();
  Setup setup;
  setup.policy = config->policy;
  setup.catalog = config->catalog;
  setup.agent.clear();
  setup.target.clear();
  setup.groups.clear();
  setup.config = *std::move(config);
  return setup;
}

Status name(Setup& setup, const std::string& agent, const std::string& target) {
  if (!setup.config) {
    if (!agent.empty()) setup.agent = agent;
    if (!target.empty()) setup.target = target;
    return Ok{};
  }
  const auto& agents = setup.config->agents;
  if (agent.empty() && agents.size() != 1) return fail(Errc::NotFound, "which agent? (--as NAME)");
  const auto who = agent.empty() ? agents.begin() : agents.find(agent);
  if (who == agents.end())
    return fail(Errc::NotFound, said(agent) + " is no agent of the configuration");

  const auto may = setup.config->targets_of(who->second);
  if (target.empty() && may.size() != 1) return fail(Errc::NotFound, "which target? (--on NAME)");
  const auto where = target.empty() ? may.front() : target;
  if (std::ranges::find(may, where) == may.end())
    return fail(Errc::NotFound,
                said(where) + " is no target that " + said(who->first) + " may use");

  setup.agent = who->first;
  setup.groups = who->second.groups;
  setup.target = where;
  setup.tags = setup.config->targets.at(where).tags;
  return Ok{};
}

void explain(const judge::Judge& judge, const Setup& setup, const std::string& line, Form form,
             bool all, std::ostream& out) {
  const auto judgement = judge.judge(question_of(setup, line, true));
  if (form == Form::Json) {
    auto json = json_of(judgement);
    json["considered"] = Json::array();
    for (const auto& c : judgement.considered)
      json["considered"].push_back({{"rule", c.rule}, {"why", c.why}});
    json["runs"] = Json::array();
    for (const auto& f : judgement.runs) json["runs"].push_back(f.path);
    json["environment"] = Json::object();
    for (const auto& [name, value] : judgement.environment) json["environment"][name] = value;
    out << text_of(json) << "\n";
  } else if (form == Form::Plain) {
    print_people(judgement, all, out);
  } else {
    annotate(judgement, line, form == Form::Coloured, all, out);
  }
}

void batch(const judge::Judge& judge, const Setup& setup, std::istream& in, std::ostream& out,
           Times* times) {
  for (std::string line; std::getline(in, line);)
    out << text_of(answer(judge, setup, line, times)) << "\n" << std::flush;
}

std::string summary_of(Times times) {
  if (times.empty()) return "0 rulings";
  std::ranges::sort(times);
  const auto at = [&](std::size_t percent) {
    const auto tenths = times[(times.size() - 1) * percent / 100].count() / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " us";
  };
  return std::to_string(times.size()) + " rulings, median " + at(50) + ", p99 " + at(99);
}

}  // namespace hitl::explain
