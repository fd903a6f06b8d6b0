// SPDX-License-Identifier: Apache-2.0
#include "replay/export.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "base/visible.h"
#include "record/cast.h"
#include "record/terminal_filter.h"
#include "replay/json.h"
#include "replay/when.h"

namespace hitl::replay {
namespace {

std::string title_of(const store::SessionRow& s) {
  return fmt::format("{} on {} as {}", s.agent, s.target, s.account);
}

record::Event as_recorded(const store::EventRow& e) {
  return {.command = e.command, .at_us = e.at_us, .code = e.code, .data = e.data};
}

Status export_cast(store::Store& store, const Recording& r, Output& out) {
  const auto& s = r.summary.session;
  record::CastHeader header;
  header.timestamp = s.started_at / 1'000;
  header.title = title_of(s);
  const auto size = first_size(store, s.id);
  if (!size) return size.error();
  std::tie(header.width, header.height) = *size;
  if (auto w = out.write(record::cast_header(header)); !w) return w;
  record::CastWriter writer;
  auto done = for_each_event(store, s.id, [&](const store::EventRow& e) {
    return out.write(writer.feed(as_recorded(e)));
  });
  return done ? out.write(writer.finish()) : done;
}

// The output of several commands, each with its own stdout and stderr, as one
// text: what is cut by another one goes on in a line of its own.
class PlainText {
 public:
  std::string feed(const store::EventRow& e) {
    if (e.code == 'm')
      return fresh_line() + fmt::format("[{}] {}\n", offset_text(e.at_us), visible(e.data).str());
    if (e.code != 'o' && e.code != 'e') return {};
    const auto text = stream(e).feed(e.data);
    if (text.empty()) return {};
    std::string out;
    if (current_ != e.command) out = fresh_line();
    current_ = e.command;
    at_line_start_ = text.back() == '\n';
    return out + text;
  }

  std::string fresh_line() { return std::exchange(at_line_start_, true) ? "" : "\n"; }

 private:
  struct Stream {
    record::TextStream text{false};
    record::TerminalFilter filter{record::TerminalFilter::Pass::Text};
    std::string feed(std::string_view bytes) { return filter.feed(text.feed(bytes)); }
  };
  Stream& stream(const store::EventRow& e) { return streams_[{e.command, e.code}]; }

  std::map<std::pair<std::string, char>, Stream> streams_;
  std::string current_;
  bool at_line_start_ = true;
};

Status export_text(store::Store& store, const Recording& r, Output& out) {
  const auto& s = r.summary.session;
  const auto head = fmt::format("# session {}: {}, from {} to {}\n", visible(s.id).str(),
                                visible(title_of(s)).str(), rfc3339(s.started_at),
                                s.ended_at ? rfc3339(*s.ended_at) : "(not ended)");
  if (auto w = out.write(head); !w) return w;
  PlainText text;
  auto done = for_each_event(store, s.id,
                             [&](const store::EventRow& e) { return out.write(text.feed(e)); });
  return done ? out.write(text.fresh_line()) : done;
}

Status export_json(store::Store& store, const Recording& r, Output& out) {
  auto done = out.write("{\"session\":" + session_json(r.summary) + ",\"commands\":[");
  std::string comma;
  for (const auto& c : r.commands) {
    if (done) done = out.write(comma + command_json(c));
    comma = ",";
  }
  if (done) done = out.write("],\"events\":[");
  comma.clear();
  if (!done) return done;
  done = for_each_event(store, r.summary.session.id, [&](const store::EventRow& e) {
    return out.write(std::exchange(comma, ",") + event_json(e));
  });
  return done ? out.write("]}\n") : done;
}

}  // namespace

Status export_session(store::Store& store, const Recording& r, Format format, Output& out) {
  switch (format) {
    case Format::Cast:
      return export_cast(store, r, out);
    case Format::Txt:
      return export_text(store, r, out);
    case Format::Json:
      return export_json(store, r, out);
  }
  return Ok{};
}

}  // namespace hitl::replay
