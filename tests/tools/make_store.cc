// SPDX-License-Identifier: Apache-2.0
// modules: store
// make_store FILE: a store with the sessions of tests/support/sample_store.h.
#include <cstdio>

#include "support/sample_store.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  auto opened = hitl::store::Store::open(argv[1], hitl::store::Store::Mode::ReadWrite);
  if (!opened) return std::fprintf(stderr, "%s\n", opened.error().what.c_str()), 1;
  hitl::testing::fill_sample_store(**opened);
}
