// SPDX-License-Identifier: Apache-2.0
// Owner<T, f>: sole owner of a C library's object, released with f.
//
//   using Key = Owner<EVP_PKEY, EVP_PKEY_free>;
//
// Every handle of libssh, OpenSSL and SQLite is held in one from the line that
// creates it.  .get() is for passing to the library; nobody stores its result.
#pragma once

#include <memory>

namespace hitl {

template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* p) const noexcept {
    Free(p);
  }
};

template <class T, auto Free>
using Owner = std::unique_ptr<T, FreeWith<Free>>;

}  // namespace hitl
