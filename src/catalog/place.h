// SPDX-License-Identifier: Apache-2.0
// Paths that mean more than a file: reading them tells a credential, writing
// them persists, changes an account, reaches a device.  Pure: no file system is
// looked at; a symbolic link is known only where the catalogue names it.
//
// A path is a pattern (catalog/pattern.h) in normal form: it begins with "/",
// or with "~" for the home of the account, whose name is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/effect.h"

namespace hitl::catalog {

// All that `path` can name when relative paths start at `base`, itself normal,
// or empty where that is not known: then, and where the path itself begins with
// what is not known, the result begins with kAny.  ".." is resolved as text;
// `climbs` tells that a link could have led elsewhere.
struct Normal {
  std::vector<std::string> paths;
  std::string rest;  // of a path that climbs: what follows its last ".."
  bool climbs = false;
};
Normal normal(std::string_view path, std::string_view base);

class Places {
 public:
  // `notation`: "/etc/shadow", "~/.ssh/**", "**/.env"; a trailing "/**" is the
  // folder with all in it.
  void add(std::string_view notation, Effect effect);
  // Not such a place after all, although another pattern has it.
  void add_plain(std::string_view notation);
  // A name that files with credentials do not have, wherever they are: "*.go".
  void add_plain_name(std::string_view notation);

  // What reading the content of it would be besides Read: ReadSecret, Unknown
  // where it cannot be told, or Read.  `rest`: Normal's, empty for none.
  Effect reading(std::string_view path, std::string_view rest) const;
  // The same for a folder and all below it.  Files that only their name makes
  // secret do not count: what matters is which places it contains.
  // `visible`: without what is below a name that begins with a dot.
  Effect reading_tree(std::string_view path, bool visible = false) const;
  // The same for files selected by a pattern of their last component.
  Effect reading_names(std::string_view name) const;
  // True if a tree may be read without a look at the places in it, where only
  // files of this name are.
  bool is_plain_name(std::string_view name) const;
  // What writing it is besides Write; Unknown where the path is not known.
  EffectSet writing(std::string_view path) const;

 private:
  struct Place {
    std::string pattern;
    std::string anchor;  // longest known run: a known path without it is not here
    bool named = false;  // "**/NAME": the name alone says it
    std::string name;    // then NAME
    std::string folder;  // of "**/FOLDER/**"
  };

  static Place place_of(std::string pattern);
  bool plain(std::string_view path) const;
  static bool holds(const Place& place, std::string_view path);
  bool ends_in_secret(std::string_view rest) const;

  std::vector<Place> secrets_;
  std::vector<std::string> tails_;  // of secrets at fixed places
  struct Written {
    Place place;
    Effect effect;
  };
  std::vector<Written> written_;
  std::vector<std::string> plain_, plain_names_;
};

}  // namespace hitl::catalog
