// SPDX-License-Identifier: Apache-2.0
#include "console/signer.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "approval/statement.h"
#include "base/encoding.h"
#include "base/wire.h"

namespace hitl::console {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{90};  // of a FIDO key that waits for a touch
constexpr std::size_t kMostText = 16'384;      // of a signature

// The key of a .pub file; empty if it is none.
std::string blob_of(const fs::path& file) {
  std::ifstream in(file);
  std::string type, base;
  if (!(in >> type >> base)) return "";
  auto blob = unbase64(base);
  return blob ? std::move(*blob) : "";
}

std::string type_of(std::string_view blob) { return std::string(WireReader(blob).string(64)); }

}  // namespace

Signer::Signer(sys::EventLoop& loop, std::vector<std::string> keys, std::string identity,
               Tool::Manner manner)
    : loop_(loop), manner_(manner) {
  if (!identity.empty()) {
    candidates_.push_back(std::move(identity));
    return;
  }
  std::error_code none;
  const char* home = std::getenv("HOME");
  if (home != nullptr)
    for (const auto& entry : fs::directory_iterator(fs::path(home) / ".ssh", none))
      if (entry.path().extension() == ".pub")
        if (const auto blob = blob_of(entry.path()); std::erase(keys, blob) != 0)
          candidates_.push_back(entry.path());
  if (keys.empty()) return;
  // Of the others an agent may have the private half: ssh-keygen asks it by the
  // public one.
  std::string folder = (fs::temp_directory_path(none) / "hitl-keys.XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return;
  folder_ = folder;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto file = folder_ + "/" + std::to_string(i) + ".pub";
    std::ofstream(file) << type_of(keys[i]) << " " << base64(keys[i]) << "\n";
    candidates_.push_back(std::move(file));
  }
}

Signer::~Signer() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

void Signer::sign(std::string text, std::function<void(Result<std::string>)> done) {
  HITL_CHECK(!done_);
  text_ = std::move(text);
  done_ = std::move(done);
  at_ = 0;
  next();
}

void Signer::next() {
  watcher_ = {};
  tool_.reset();
  signature_.clear();
  if (at_ == candidates_.size())
    return finish(fail(Errc::Denied,
                       "no key of yours that the bastion knows could sign (add it to your "
                       "ssh-agent, or give --identity FILE)"));
  auto tool = Tool::start({"ssh-keygen", "-q", "-Y", "sign", "-n",
                           std::string(approval::kNamespace), "-f", candidates_[at_++]},
                          manner_);
  if (!tool) return finish(tool.error());
  tool_ = std::move(*tool);
  socket_ = tool_->take_socket();
  // The statement is small beside a socket's buffer, or ssh-keygen reads it while
  // we write: nothing else happens here meanwhile.
  std::string_view rest = text_;
  while (!rest.empty()) {
    const auto n = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;  // it has ended: reading says so
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  ::shutdown(socket_.get(), SHUT_WR);
  watcher_ = loop_.watch(socket_.get(), EPOLLIN, [this](std::uint32_t) { on_ready(); });
  deadline_ = loop_.after(kPatience, [this] {
    finish(fail(Errc::Timeout, "the key did not sign within 90 s (was it touched?)"));
  });
}

void Signer::on_ready() {
  std::array<char, 4'096> buffer;
  const auto n = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n > 0) {
    signature_.append(buffer.data(), static_cast<std::size_t>(n));
    if (signature_.size() > kMostText) finish(fail(Errc::Protocol, "ssh-keygen said too much"));
    return;
  }
  if (tool_->succeeded() && !signature_.empty()) return finish(std::move(signature_));
  next();
}

void Signer::finish(Result<std::string> result) {
  deadline_ = {};
  watcher_ = {};
  tool_.reset();
  const auto done = std::exchange(done_, {});
  done(std::move(result));
}

}  // namespace hitl::console
