// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "proto/operator_codec.h"
#include "proto/session_codec.h"

namespace hitl {
namespace {

// Every message decodes to what was encoded (seen by encoding it again), and
// neither a prefix nor an extension of it decodes.
template <class M>
void round_trip(const M& message) {
  const auto bytes = proto::encode(message);
  const auto back = proto::decode<M>(bytes);
  ASSERT_TRUE(back) << back.error().what;
  EXPECT_EQ(proto::encode(*back), bytes);
  for (std::size_t n = 0; n < bytes.size(); ++n)
    EXPECT_FALSE(proto::decode<M>(std::string_view(bytes).substr(0, n))) << n;
  EXPECT_FALSE(proto::decode<M>(bytes + "x"));
}

TEST(CodecTest, SessionMessages) {
  round_trip(ingress::Hello{});
  round_trip(ingress::AuthKey{"devin+db1", "blob", true});
  round_trip(ingress::AuthAnswer{true});
  const Terminal terminal{true, "xterm", {132, 43}};
  round_trip(ingress::Exec{7, "ls -l", {{"LANG", "C"}}, {"LD_PRELOAD"}, terminal});
  round_trip(ingress::Shell{7, {{"LANG", "C"}}, {"LD_PRELOAD"}, terminal});
  round_trip(ingress::Line{7, "if true", true});
  round_trip(ingress::More{7, "> "});
  round_trip(ingress::LineRuns{7, 3, InputRole::Raw});
  round_trip(ingress::LineDone{7});
  round_trip(ingress::Prompt{7, "$ "});
  round_trip(ingress::Resize{7, {80, 25}});
  round_trip(ingress::Close{7});
  round_trip(ingress::Notice{7, "hitl: held"});
  round_trip(ingress::Collect{7, 100});
  round_trip(ingress::Input{7, ingress::InputEnd::TooLong, "bytes"});
  round_trip(ingress::Run{7, InputRole::Script});
  round_trip(ingress::Finish{7, -1, "TERM", true});
  round_trip(ingress::Cancel{7});
  round_trip(egress::Target{1, "deploy", {"k1", "k2"}});
  round_trip(egress::Connect{1});
  round_trip(egress::Ready{1, std::string(32, 'k')});
  round_trip(egress::LegFailed{1, egress::LegError::HostKey, "text", true});
  round_trip(egress::Run{1, 2, "cert", "ID", std::string(32, '0'), egress::Part::Shell, 3, terminal,
                         InputRole::Script, "x"});
  round_trip(egress::Line{3, 1, std::string(32, '0'), InputRole::Data, "'ls'"});
  round_trip(egress::KeeperReady{3});
  round_trip(egress::LineEnded{3, 1, -1, "/srv", "himBHs", {{"jwt", 2}}});
  round_trip(egress::Resize{3, {80, 25}});
  round_trip(stream::LineEnd{1, 1ull << 40, 12});
  round_trip(egress::Drop{1});
  round_trip(egress::Started{2, 4711, "123"});
  round_trip(egress::Output{2, 'e', "bytes"});
  round_trip(egress::Recorded{2, 1ull << 40});
  round_trip(egress::Ended{2, egress::How::Signal, 0, "KILL", true, "", {{"jwt", 1}, {"x", 9}}});
  round_trip(listener::Connection{"192.0.2.1", 4242});
  round_trip(listener::Drain{5000});
}

TEST(CodecTest, OperatorMessages) {
  operators::RequestView view;
  view.id = "ABCD";
  view.digest = std::string(32, 'd');
  view.effects = {{"delete", 0, 2, "rm removes files"}};
  view.environment = {"LANG=C"};
  view.decisions = {{"alice", operators::Say::Propose, "fine", "ls", "SHA256:x", 60'000, 12}};
  view.similar = {{"EFGH", "rm b", "denied", "bob", 3}};
  view.session_commands = {{"IJKL", "ls", "ended", "look around", 4}};
  view.shape_texts = {"rm c"};
  view.hold.approvers = {{"oncall", 2}, {"leads", 1}};
  view.hold.escalate = {{std::chrono::minutes(5), "leads", ""}};
  view.terms = {"devin", "db1", "a:22", "deploy", {"k"},           "exec", "/",
                "x=1",   "=$",  true,   "rm a",   {{"LANG", "C"}}, true,   std::string(32, 'i'),
                "v1"};
  view.nonce = std::string(32, 'n');
  round_trip(operators::Hello{});
  round_trip(operators::Welcome{1, 1, "alice", {"operator"}});
  round_trip(operators::List{1, true});
  round_trip(operators::Show{1, "ABCD"});
  round_trip(operators::Requests{1, {view, view}, true});
  round_trip(operators::Sessions{1});
  round_trip(
      operators::SessionList{1, {{"S", "devin", "db1", "deploy", "::1", 1, 2, 3, 4, "p", "ls"}}});
  round_trip(operators::Control{1, "S", "", operators::Action::Kill, "why"});
  round_trip(operators::Done{1, "done"});
  round_trip(operators::Grants{1});
  round_trip(
      operators::GrantList{1, {{"G", "devin", "db1", "deploy", "rm *", "S", "alice", 1, 2, 3}}});
  round_trip(operators::Revoke{1, "G"});
  round_trip(operators::Look{1, "S"});
  round_trip(operators::Keep{1, "S", true, "a case"});
  round_trip(operators::Prune{1, true});
  round_trip(operators::Watched{1, operators::Opening::Search, {"A", "B"}});
  round_trip(operators::Output{1, 'e', "bytes"});
  round_trip(ingress::Subsystem{1, "hitl-operator"});
  round_trip(ingress::Join{1});
  round_trip(operators::Request{1, view});
  round_trip(operators::Decide{1, "ABCD", std::string(32, 'd'), operators::Say::Propose, "ok", "ls",
                               60'000, true, std::string(32, 'n'), "SIG"});
  round_trip(operators::Decided{1, view});
  round_trip(operators::Watch{1});
  round_trip(operators::Refused{1, operators::Why::NoSuchId, "no"});
  round_trip(operators::Event{1, "held", "ABCD", "devin", "db1", 5, "text"});
}

TEST(CodecTest, AnEnumeratorOutOfRangeDoesNotDecode) {
  auto bytes = proto::encode(ingress::Run{7, InputRole::Script});
  bytes.back() = 4;
  EXPECT_FALSE(proto::decode<ingress::Run>(bytes));
}

TEST(CodecTest, AnOverlongFieldDoesNotDecode) {
  WireWriter w;
  w.u8(static_cast<std::uint8_t>(ingress::Type::AuthKey));
  w.string(std::string(proto::kMaxUser + 1, 'u'));
  w.string("key");
  w.boolean(true);
  EXPECT_FALSE(proto::decode<ingress::AuthKey>(w.bytes()));
}

}  // namespace
}  // namespace hitl
