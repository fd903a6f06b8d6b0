// SPDX-License-Identifier: Apache-2.0
#include "ingress/host_keys.h"

#include <string.h>
#include <unistd.h>

#include <string>

namespace hitl::ingress {
namespace {

constexpr std::size_t kMaxKeyFile = 32 * 1024;

// The text of a private key, gone from memory with it.
class SecretText {
 public:
  SecretText() : bytes_(kMaxKeyFile + 1, '\0') {}
  ~SecretText() { ::explicit_bzero(bytes_.data(), bytes_.size()); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;

  Status read(int fd) {
    std::size_t size = 0;
    while (size <= kMaxKeyFile) {
      const auto n =
          ::pread(fd, bytes_.data() + size, bytes_.size() - size - 1, static_cast<off_t>(size));
      if (n < 0) return fail_errno("host key");
      if (n == 0) return Ok{};
      size += static_cast<std::size_t>(n);
      if (size + 1 >= bytes_.size()) break;
    }
    return fail(Errc::Limit, "host key: larger than 32 KiB");
  }
  const char* c_str() const { return bytes_.data(); }

 private:
  std::string bytes_;
};

}  // namespace

Result<std::vector<ssh::Key>> read_host_keys(const std::vector<Fd>& files) {
  std::vector<ssh::Key> keys;
  for (const auto& f : files) {
    SecretText text;
    if (auto s = text.read(f.get()); !s) return s.error();
    ssh_key raw = nullptr;
    const int rc = ssh_pki_import_privkey_base64(text.c_str(), nullptr, nullptr, nullptr, &raw);
    ssh::Key key(raw);
    if (rc != SSH_OK)
      return fail(Errc::Invalid, "host key " + std::to_string(keys.size()) +
                                     ": not an unencrypted OpenSSH private key");
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace hitl::ingress
