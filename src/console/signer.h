// SPDX-License-Identifier: Apache-2.0
// The operator's signature, made by their own ssh-keygen: with a key in their
// ssh-agent, on a FIDO device, or in a file.  No private key comes into this
// process.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "console/tool.h"
#include "sys/event_loop.h"

namespace hitl::console {

class Signer {
 public:
  // `keys`: blobs that the bastion knows of this operator.  `identity`: a file
  // of one of them; empty: those of ~/.ssh and of the agent are tried.
  Signer(sys::EventLoop& loop, std::vector<std::string> keys, std::string identity,
         Tool::Manner manner);
  ~Signer();

  // Signs `text`; `done` is called once, from the loop, with the armored SSHSIG,
  // or Errc::Denied where no key would do it.  One at a time.
  void sign(std::string text, std::function<void(Result<std::string>)> done);

 private:
  void next();
  void on_ready();
  void finish(Result<std::string> result);

  sys::EventLoop& loop_;
  std::vector<std::string> candidates_;  // files
  std::string folder_;                   // of public keys, ours, removed at the end
  Tool::Manner manner_;
  std::size_t at_ = 0;
  std::string text_, signature_;
  std::function<void(Result<std::string>)> done_;
  std::unique_ptr<Tool> tool_;
  Fd socket_;
  sys::EventLoop::Watcher watcher_;
  sys::EventLoop::Alarm deadline_;
};

}  // namespace hitl::console
