// SPDX-License-Identifier: Apache-2.0
// The fields of the protocols of a session (listener, ingress, egress <->
// broker) in the order of the wire, once for both directions, each with its
// limit.
#pragma once

#include "base/wire.h"
#include "hitl/egress_protocol.h"
#include "hitl/ingress_protocol.h"
#include "hitl/limits.h"
#include "hitl/listener_protocol.h"
#include "hitl/stream_protocol.h"
#include "proto/message.h"

namespace hitl::proto {

inline constexpr std::size_t kMaxKeyBlob = 16 * 1024;
inline constexpr std::size_t kMaxUser = 2 * kMaxName + 1;
inline constexpr std::size_t kMaxLine = 4'096;
inline constexpr std::size_t kMaxCertificate = 160 * 1024;
// A judged line in what the session's shell reads.
inline constexpr std::size_t kMaxShellText = 512 * 1024;
inline constexpr std::size_t kMaxPath = 4'096;

template <class C>
void code(C& c, TerminalSize& m) {
  c.u32(m.columns);
  c.u32(m.rows);
}
template <class C>
void code(C& c, Terminal& m) {
  c.boolean(m.wanted);
  c.string(m.type, kMaxName);
  code(c, m.size);
}
template <class C>
void code_environment(C& c, std::vector<ingress::EnvVar>& environment,
                      std::vector<std::string>& refused) {
  c.list(environment, kMaxEnv, [](auto& d, auto& e) {
    d.string(e.name, kMaxName);
    d.string(e.value, kMaxEnvValue);
  });
  c.list(refused, kMaxEnv, [](auto& d, auto& s) { d.string(s, kMaxName); });
}

}  // namespace hitl::proto

namespace hitl::ingress {

template <class C>
void code(C& c, Hello& m) {
  c.u32(m.version);
}
template <class C>
void code(C& c, AuthKey& m) {
  c.string(m.user, proto::kMaxUser);
  c.string(m.key, proto::kMaxKeyBlob);
  c.boolean(m.verified);
}
template <class C>
void code(C& c, AuthAnswer& m) {
  c.boolean(m.accepted);
}
template <class C>
void code(C& c, Exec& m) {
  c.u32(m.channel);
  // One more than what is allowed, so that the broker sees that it is too long.
  c.string(m.command, kMaxCommand + 1);
  proto::code_environment(c, m.environment, m.refused);
  proto::code(c, m.terminal);
}
template <class C>
void code(C& c, Shell& m) {
  c.u32(m.channel);
  proto::code_environment(c, m.environment, m.refused);
  proto::code(c, m.terminal);
}
template <class C>
void code(C& c, Line& m) {
  c.u32(m.channel);
  c.string(m.text, kMaxCommand + 1);
  c.boolean(m.last);
}
template <class C>
void code(C& c, More& m) {
  c.u32(m.channel);
  c.string(m.prompt, proto::kMaxPath);
}
template <class C>
void code(C& c, LineRuns& m) {
  c.u32(m.channel);
  c.u32(m.number);
  c.enumerator(m.input, InputRole::Raw);
}
template <class C>
void code(C& c, LineDone& m) {
  c.u32(m.channel);
}
template <class C>
void code(C& c, Prompt& m) {
  c.u32(m.channel);
  c.string(m.text, proto::kMaxPath);
}
template <class C>
void code(C& c, Resize& m) {
  c.u32(m.channel);
  proto::code(c, m.size);
}
template <class C>
void code(C& c, Close& m) {
  c.u32(m.channel);
}
template <class C>
void code(C& c, Input& m) {
  c.u32(m.channel);
  c.enumerator(m.end, InputEnd::TooLong);
  c.string(m.bytes, kMaxJudgedInput);
}
template <class C>
void code(C& c, Cancel& m) {
  c.u32(m.channel);
}
template <class C>
void code(C& c, Notice& m) {
  c.u32(m.channel);
  c.string(m.text, proto::kMaxLine);
}
template <class C>
void code(C& c, Collect& m) {
  c.u32(m.channel);
  c.u32(m.limit);
}
template <class C>
void code(C& c, Run& m) {
  c.u32(m.channel);
  c.enumerator(m.input, InputRole::Raw);
}
template <class C>
void code(C& c, Finish& m) {
  c.u32(m.channel);
  c.i32(m.exit_status);
  c.string(m.exit_signal, kMaxName);
  c.boolean(m.core_dumped);
}

template <class C>
void code(C& c, Subsystem& m) {
  c.u32(m.channel);
  c.string(m.name, kMaxName);
}
template <class C>
void code(C& c, Print& m) {
  c.u32(m.channel);
  c.string(m.text, 4 * kMaxCommand);
}
template <class C>
void code(C& c, Join& m) {
  c.u32(m.channel);
}

constexpr Type type_of(const Subsystem&) { return Type::Subsystem; }
constexpr Type type_of(const Print&) { return Type::Print; }
constexpr Type type_of(const Join&) { return Type::Join; }
constexpr Type type_of(const Hello&) { return Type::Hello; }
constexpr Type type_of(const AuthKey&) { return Type::AuthKey; }
constexpr Type type_of(const Exec&) { return Type::Exec; }
constexpr Type type_of(const Input&) { return Type::Input; }
constexpr Type type_of(const Cancel&) { return Type::Cancel; }
constexpr Type type_of(const Shell&) { return Type::Shell; }
constexpr Type type_of(const Line&) { return Type::Line; }
constexpr Type type_of(const Resize&) { return Type::Resize; }
constexpr Type type_of(const Close&) { return Type::Close; }
constexpr Type type_of(const More&) { return Type::More; }
constexpr Type type_of(const LineRuns&) { return Type::LineRuns; }
constexpr Type type_of(const LineDone&) { return Type::LineDone; }
constexpr Type type_of(const Prompt&) { return Type::Prompt; }
constexpr Type type_of(const AuthAnswer&) { return Type::AuthAnswer; }
constexpr Type type_of(const Notice&) { return Type::Notice; }
constexpr Type type_of(const Collect&) { return Type::Collect; }
constexpr Type type_of(const Run&) { return Type::Run; }
constexpr Type type_of(const Finish&) { return Type::Finish; }

}  // namespace hitl::ingress

namespace hitl::egress {

template <class C>
void code(C& c, Target& m) {
  c.u32(m.version);
  c.string(m.account, kMaxName);
  c.list(m.host_keys, 16, [](auto& d, auto& s) { d.string(s, proto::kMaxKeyBlob); });
  c.boolean(m.masks);
}
template <class C>
void code(C& c, Masked& m) {
  c.list(m, 1'024, [](auto& d, auto& e) {
    d.string(e.first, kMaxName);
    d.u64(e.second);
  });
}
template <class C>
void code(C& c, Connect& m) {
  c.u32(m.leg);
}
template <class C>
void code(C& c, Ready& m) {
  c.u32(m.leg);
  c.string(m.public_key, 32);
}
template <class C>
void code(C& c, LegFailed& m) {
  c.u32(m.leg);
  c.enumerator(m.error, LegError::Wrapper);
  c.string(m.text, proto::kMaxLine);
  c.boolean(m.asked);
}
template <class C>
void code(C& c, Run& m) {
  c.u32(m.leg);
  c.u32(m.command);
  c.string(m.certificate, proto::kMaxCertificate);
  c.string(m.request_text, kMaxName);
  c.string(m.nonce, 32);
  c.enumerator(m.part, Part::Read);
  c.u32(m.control);
  proto::code(c, m.terminal);
  c.enumerator(m.input, InputRole::Raw);
  c.string(m.script, kMaxJudgedInput);
}
template <class C>
void code(C& c, Line& m) {
  c.u32(m.control);
  c.u32(m.number);
  c.string(m.nonce, 32);
  c.enumerator(m.input, InputRole::Raw);
  c.string(m.text, proto::kMaxShellText);
}
template <class C>
void code(C& c, KeeperReady& m) {
  c.u32(m.leg);
}
template <class C>
void code(C& c, LineEnded& m) {
  c.u32(m.control);
  c.u32(m.number);
  c.i32(m.status);
  c.string(m.cwd, proto::kMaxPath);
  c.string(m.flags, kMaxName);
  code(c, m.masked);
}
template <class C>
void code(C& c, Resize& m) {
  c.u32(m.command);
  proto::code(c, m.size);
}
template <class C>
void code(C& c, Drop& m) {
  c.u32(m.leg);
}
template <class C>
void code(C& c, Started& m) {
  c.u32(m.command);
  c.u64(m.process_group);
  c.string(m.start_time, 32);
}
template <class C>
void code(C& c, Output& m) {
  c.u32(m.command);
  c.u8(m.code);
  c.string(m.bytes, kMaxFrame);
}
template <class C>
void code(C& c, Recorded& m) {
  c.u32(m.command);
  c.u64(m.bytes);
}
template <class C>
void code(C& c, Ended& m) {
  c.u32(m.command);
  c.enumerator(m.how, How::Lost);
  c.i32(m.exit_status);
  c.string(m.signal, kMaxName);
  c.boolean(m.core_dumped);
  c.string(m.text, proto::kMaxLine);
  code(c, m.masked);
}

constexpr Type type_of(const Target&) { return Type::Target; }
constexpr Type type_of(const Connect&) { return Type::Connect; }
constexpr Type type_of(const Ready&) { return Type::Ready; }
constexpr Type type_of(const LegFailed&) { return Type::LegFailed; }
constexpr Type type_of(const Run&) { return Type::Run; }
constexpr Type type_of(const Line&) { return Type::Line; }
constexpr Type type_of(const Resize&) { return Type::Resize; }
constexpr Type type_of(const KeeperReady&) { return Type::KeeperReady; }
constexpr Type type_of(const LineEnded&) { return Type::LineEnded; }
constexpr Type type_of(const Drop&) { return Type::Drop; }
constexpr Type type_of(const Started&) { return Type::Started; }
constexpr Type type_of(const Output&) { return Type::Output; }
constexpr Type type_of(const Recorded&) { return Type::Recorded; }
constexpr Type type_of(const Ended&) { return Type::Ended; }

}  // namespace hitl::egress

namespace hitl::listener {

template <class C>
void code(C& c, Connection& m) {
  c.string(m.address, kMaxName);
  c.u32(m.port);
}
template <class C>
void code(C& c, Drain& m) {
  c.u32(m.ms);
}
template <class C>
void code(C&, Reload&) {}
template <class C>
void code(C&, Ready&) {}
template <class C>
void code(C&, SpawnEgress&) {}
template <class C>
void code(C&, Drained&) {}

constexpr Type type_of(const Connection&) { return Type::Connection; }
constexpr Type type_of(const Reload&) { return Type::Reload; }
constexpr Type type_of(const Drain&) { return Type::Drain; }
constexpr Type type_of(const Ready&) { return Type::Ready; }
constexpr Type type_of(const SpawnEgress&) { return Type::SpawnEgress; }
constexpr Type type_of(const Drained&) { return Type::Drained; }

}  // namespace hitl::listener

namespace hitl::stream {

template <class C>
void code(C& c, LineEnd& m) {
  c.u32(m.number);
  c.u64(m.accepted);
  c.u32(m.unread);
}

constexpr Type type_of(const LineEnd&) { return Type::LineEnd; }

}  // namespace hitl::stream
