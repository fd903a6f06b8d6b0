// SPDX-License-Identifier: Apache-2.0
#include "catalog/place.h"

#include <algorithm>
#include <cstddef>

#include "catalog/pattern.h"

namespace hitl::catalog {
namespace {

std::vector<std::string_view> components(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto one = path.substr(0, slash);
    if (!one.empty()) out.push_back(one);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return out;
}

std::string_view last_component(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

std::size_t known_bytes(std::string_view pattern) {
  return static_cast<std::size_t>(
      std::ranges::count_if(pattern, [](char c) { return !is_hole(c); }));
}

std::string longest_known_run(std::string_view pattern) {
  std::string_view best;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= pattern.size(); ++i)
    if (i == pattern.size() || is_hole(pattern[i])) {
      if (i - from > best.size()) best = pattern.substr(from, i - from);
      from = i + 1;
    }
  return std::string(best);
}

std::string without_holes(std::string_view pattern) {
  std::string out;
  for (const char c : pattern)
    if (!is_hole(c)) out += c;
  return out;
}

// A glob such as *.json could become any name with that ending; that alone does
// not make it aim at credentials.json.  What it aims at:
//   *.pem          an ending, by a glob that has it, or by one that spells more
//                  than an ending
//   *secret*       a part, by what the glob itself spells
//   credentials.*  a beginning, by any glob that spells more than an ending
bool aims_at(std::string_view glob, std::string_view name) {
  if (is_known(glob)) return true;
  const auto spelled = without_holes(glob);
  const bool only_ending = is_hole(glob[0]) && spelled.starts_with('.') &&
                           glob.substr(glob.size() - spelled.size()) == spelled;
  if (is_hole(name[0]) && is_known(name.substr(1)))
    return only_ending ? spelled.ends_with(name.substr(1)) : !spelled.empty();
  if (is_hole(name[0])) return meet(name, spelled);
  if (only_ending) return false;
  const auto dot = glob.rfind('.');
  const auto stem = dot == std::string_view::npos || dot == 0 ? glob : glob.substr(0, dot);
  return known_bytes(stem) > 0;
}

void spell_out(std::string& path, const std::vector<std::string_view>& parts, std::size_t from) {
  for (std::size_t i = from; i < parts.size(); ++i) {
    path += '/';
    path += parts[i];
  }
}

}  // namespace

Normal normal(std::string_view path, std::string_view base) {
  Normal out;
  std::string whole;
  if (path.starts_with('/') || path.starts_with('~')) {
    whole = path;
  } else if (base.empty() || path.starts_with(kAny)) {
    whole = std::string(1, kAny) + "/" + std::string(path);
  } else {
    whole = std::string(base) + "/" + std::string(path);
  }

  std::string root;  // "", "~", "~user", or kAny
  std::string_view rest = whole;
  if (!rest.starts_with('/')) {
    root = std::string(rest.substr(0, rest.find('/')));
    rest.remove_prefix(root.size());
  }
  std::vector<std::string_view> kept;
  std::size_t after_climb = 0;
  const auto parts = components(rest);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == ".") continue;
    if (parts[i] != "..") {
      kept.push_back(parts[i]);
      continue;
    }
    out.climbs = true;
    after_climb = i + 1;
    if (!kept.empty() && kept.back().find(kAny) != std::string_view::npos) {
      kept.clear();
      root = std::string(1, kAny);
    } else if (!kept.empty()) {
      kept.pop_back();
    } else if (root == "~") {
      root = "/home";  // or "/", for root: below
    } else if (!root.empty()) {
      root = root == "/home" ? "" : std::string(1, kAny);
    }
  }
  if (out.climbs)
    for (std::size_t i = after_climb; i < parts.size(); ++i)
      if (parts[i] != ".") {
        if (!out.rest.empty()) out.rest += '/';
        out.rest += parts[i];
      }
  std::string first = root;
  spell_out(first, kept, 0);
  if (root == "/home") {
    std::string other;
    spell_out(other, kept, 0);
    out.paths.push_back(other.empty() ? "/" : other);
  }
  out.paths.push_back(first.empty() ? "/" : first);
  return out;
}

Places::Place Places::place_of(std::string pattern) {
  Place place;
  place.anchor = longest_known_run(pattern);
  const std::string_view view = pattern;
  if (view.size() > 2 && view[0] == kAny && view[1] == '/' &&
      view.find('/', 2) == std::string_view::npos && view.find(kAny, 1) == std::string_view::npos) {
    place.named = true;
    place.name = view.substr(2);
  } else if (view.size() > 4 && view[0] == kAny && view[1] == '/' &&
             view.find('/', 2) == view.size() - 2 && view.back() == kAny) {
    place.folder = view.substr(2, view.size() - 4);
  }
  place.pattern = std::move(pattern);
  return place;
}

// "~/x" also stands for the same in every home that has a usual place, a folder
// with all in it for the folder too, and "**/*_x" for hidden files as well.
void Places::add(std::string_view notation, Effect effect) {
  const auto pattern = from_notation(notation);
  std::vector<std::string> all = {pattern};
  if (pattern.starts_with("~/")) {
    const auto below = pattern.substr(1);
    all.push_back("/root" + below);
    all.push_back(std::string("/home/") + kSome + below);
    all.push_back(std::string("~") + kOne + kSome + below);
  }
  if (const std::string any = {kAny, '/'}; pattern.starts_with(any + kSome))
    all.push_back(any + "." + pattern.substr(any.size()));
  for (auto& p : all) {
    const bool folder = p.size() > 2 && p.ends_with(std::string("/") + kAny);
    if (effect != Effect::ReadSecret) {
      if (folder) written_.push_back({place_of(p.substr(0, p.size() - 2)), effect});
      written_.push_back({place_of(std::move(p)), effect});
      continue;
    }
    if (p[0] != kAny) {
      const auto parts = components(p);
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].find(kAny) != std::string_view::npos) continue;
        std::string tail;
        spell_out(tail, parts, i);
        tail.erase(0, 1);
        // One component of holes only would make everything a secret.
        if (known_bytes(parts[i]) > 0) tails_.push_back(std::move(tail));
      }
    }
    if (folder) secrets_.push_back(place_of(p.substr(0, p.size() - 2)));
    secrets_.push_back(place_of(std::move(p)));
  }
  std::ranges::sort(tails_);
  tails_.erase(std::unique(tails_.begin(), tails_.end()), tails_.end());
}

void Places::add_plain(std::string_view notation) { plain_.push_back(from_notation(notation)); }

void Places::add_plain_name(std::string_view notation) {
  plain_names_.push_back(from_fnmatch(notation));
}

bool Places::is_plain_name(std::string_view name) const {
  return std::ranges::any_of(plain_names_, [&](const auto& p) { return covers(p, name); });
}

bool Places::plain(std::string_view path) const {
  return std::ranges::any_of(plain_, [&](const auto& p) { return covers(p, path); });
}

bool Places::holds(const Place& place, std::string_view path) {
  if (is_known(path)) {
    if (path.find(place.anchor) == std::string_view::npos) return false;
    return meet(place.pattern, path);
  }
  if (place.named && !aims_at(last_component(path), place.name)) return false;
  if (!place.folder.empty())
    return std::ranges::any_of(components(path), [&](std::string_view c) {
      return known_bytes(c) > 0 && meet(place.folder, c);
    });
  return meet(place.pattern, path);
}

bool Places::ends_in_secret(std::string_view rest) const {
  return std::ranges::any_of(tails_, [&](const auto& t) { return meet(t, rest); });
}

Effect Places::reading(std::string_view path, std::string_view rest) const {
  if (path.empty() || path.find(kAny) != std::string_view::npos) return Effect::Unknown;
  if (!rest.empty() && ends_in_secret(rest)) return Effect::ReadSecret;
  if (plain(path)) return Effect::Read;
  // A glob with an ending that no credentials have aims only at those that a place
  // names with that ending all the same.
  const bool plain_glob = !is_known(last_component(path)) && is_plain_name(last_component(path));
  const bool secret = std::ranges::any_of(secrets_, [&](const Place& s) {
    return !(plain_glob && s.named && !is_plain_name(s.name)) && holds(s, path);
  });
  return secret ? Effect::ReadSecret : Effect::Read;
}

Effect Places::reading_tree(std::string_view path, bool visible) const {
  if (const auto itself = reading(path, ""); itself != Effect::Read) return itself;
  std::string below = path == "/" ? "" : std::string(path);
  below += '/';
  below += kAny;
  const auto depth = components(path).size();
  const auto hidden = [&](const Place& s) {
    const auto parts = components(s.pattern);
    return std::ranges::any_of(
        parts.begin() + static_cast<std::ptrdiff_t>(std::min(depth, parts.size())), parts.end(),
        [](std::string_view c) { return c[0] == '.'; });
  };
  for (const auto& s : secrets_)
    if (s.pattern[0] != kAny && meet(s.pattern, below) && !(visible && hidden(s)))
      return Effect::ReadSecret;
  return Effect::Read;
}

Effect Places::reading_names(std::string_view name) const {
  const auto last = last_component(name);
  const bool plain_glob = !is_known(last) && is_plain_name(last);
  for (const auto& s : secrets_)
    if (s.named && !(plain_glob && !is_plain_name(s.name)) && aims_at(last, s.name) &&
        meet(s.name, last))
      return Effect::ReadSecret;
  if (!plain_glob && std::ranges::any_of(tails_, [&](const auto& t) {
        return t.find('/') == std::string::npos && aims_at(last, t) && meet(t, last);
      }))
    return Effect::ReadSecret;
  return Effect::Read;
}

EffectSet Places::writing(std::string_view path) const {
  EffectSet effects;
  if (path.find(kAny) != std::string_view::npos) return {Effect::Unknown};
  for (const auto& w : written_)
    if (holds(w.place, path)) effects.add(w.effect);
  return effects;
}

}  // namespace hitl::catalog
