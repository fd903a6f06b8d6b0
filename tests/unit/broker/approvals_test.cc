// SPDX-License-Identifier: Apache-2.0
#include "broker/approvals.h"

#include <random>
#include <set>

#include "hitl/limits.h"
#include "unit/broker/approvals_bed.h"

namespace hitl::broker {
namespace {

static_assert(!std::is_copy_constructible_v<Permit>, "a permit is for one run");
static_assert(!std::is_default_constructible_v<Permit>, "nobody makes one out of nothing");
static_assert(!std::is_constructible_v<Permit, std::string, Bound>, "only Approvals makes one");

TEST_F(ApprovalsTest, AnApprovalIsForOneRunOfTheSameCommand) {
  const auto a = ask("rm x");
  EXPECT_TRUE(a.is_new);
  EXPECT_FALSE(consume(a.request, "rm x")) << "nobody approved yet";
  EXPECT_EQ(decide(kAlice, a.request, true), "approved");
  EXPECT_FALSE(consume(a.request, "rm y")) << "another command";
  EXPECT_TRUE(consume(a.request, "rm x"));
  EXPECT_FALSE(consume(a.request, "rm x")) << "a second time";
}

TEST_F(ApprovalsTest, AnIdenticalCommandFindsItsQuestionAgain) {
  const auto a = ask("rm x");
  const auto b = ask("rm x");
  EXPECT_FALSE(b.is_new);
  EXPECT_EQ(a.request.id, b.request.id);
  EXPECT_NE(ask("rm y").request.id, a.request.id);
  EXPECT_EQ(decide(kAlice, a.request, true), "approved");
  EXPECT_EQ(ask("rm x").kind, Approvals::Answer::Kind::Granted);
  EXPECT_TRUE(consume(a.request, "rm x"));
  const auto again = ask("rm x");
  EXPECT_TRUE(again.is_new) << "an approval that was used up is none";
  EXPECT_EQ(again.kind, Approvals::Answer::Kind::Pending);
}

TEST_F(ApprovalsTest, ADenialIsRememberedForAWhile) {
  const auto a = ask("rm x");
  EXPECT_EQ(decide(kAlice, a.request, false, "use blue/green"), "denied");
  const auto b = ask("rm x");
  EXPECT_EQ(b.kind, Approvals::Answer::Kind::Denied);
  ASSERT_TRUE(b.denial);
  EXPECT_EQ(b.denial->reason, "use blue/green");
  pass(16min);
  EXPECT_EQ(ask("rm x").kind, Approvals::Answer::Kind::Pending);
}

TEST_F(ApprovalsTest, ADenialNeedsAReason) {
  const auto a = ask("rm x");
  decide(kAlice, a.request, false, "");
  EXPECT_EQ(why_, Why::Invalid);
  EXPECT_EQ(ask("rm x").request.state, "pending");
}

TEST_F(ApprovalsTest, AQuorumCountsPeople) {
  const auto a = ask("rm x", 2);
  EXPECT_EQ(decide(kAlice, a.request, true), "pending");
  decide(kAlice, a.request, true);
  EXPECT_EQ(why_, Why::AlreadyDecided) << "the same person again";
  EXPECT_FALSE(consume(a.request, "rm x"));
  EXPECT_EQ(decide(kBob, a.request, true), "approved");
  EXPECT_TRUE(consume(a.request, "rm x"));
}

TEST_F(ApprovalsTest, OneDenialEndsAQuorum) {
  const auto a = ask("rm x", 2);
  EXPECT_EQ(decide(kAlice, a.request, true), "pending");
  EXPECT_EQ(decide(kBob, a.request, false), "denied");
  EXPECT_FALSE(consume(a.request, "rm x"));
}

TEST_F(ApprovalsTest, NotEveryoneCounts) {
  const auto a = ask("rm x");
  const approval::Person people[] = {
      {"carol", {"oncall"}, {"operator", "admin"}},  // owns the agent
      {"devin", {"oncall"}, {"operator"}},           // is the agent
      {"dave", {"leads"}, {"operator"}},             // of another group
      {"erin", {"oncall"}, {"auditor"}},             // only watches
  };
  for (const auto& who : people) {
    SCOPED_TRACE(who.name);
    why_ = Why::Invalid;
    decide(who, a.request, true);
    EXPECT_EQ(why_, Why::NotAllowed);
    decide(who, a.request, false);
    EXPECT_EQ(why_, Why::NotAllowed);
  }
  EXPECT_FALSE(consume(a.request, "rm x"));
}

TEST_F(ApprovalsTest, TheDigestIsTheOneThatWasShown) {
  auto shown = ask("rm x").request;
  shown.digest[0] = static_cast<char>(shown.digest[0] ^ 1);
  decide(kAlice, shown, true);
  EXPECT_EQ(why_, Why::Invalid);
  EXPECT_EQ(ask("rm x").request.state, "pending");
}

TEST_F(ApprovalsTest, NobodyDecidesTwiceOrTooLate) {
  const auto a = ask("rm x");
  EXPECT_EQ(decide(kAlice, a.request, true), "approved");
  decide(kBob, a.request, false);
  EXPECT_EQ(why_, Why::AlreadyDecided);
  const auto b = ask("rm y");
  pass(20min);
  why_ = Why::Invalid;
  decide(kAlice, b.request, true);
  EXPECT_EQ(why_, Why::AlreadyDecided);
  EXPECT_FALSE(consume(b.request, "rm y"));
}

TEST_F(ApprovalsTest, WhatIsDueExpires) {
  const auto a = ask("rm x");
  const auto b = ask("rm y");
  EXPECT_EQ(decide(kAlice, b.request, true), "approved");
  pass(15min);
  EXPECT_FALSE(consume(b.request, "rm y")) << "its grant is over, swept or not";
  auto expired = approvals_->tick(now());
  ASSERT_TRUE(expired);
  ASSERT_EQ(expired->expired.size(), 1u);
  EXPECT_EQ(expired->expired.front().id, b.request.id);
  pass(5min);
  expired = approvals_->tick(now());
  ASSERT_EQ(expired->expired.size(), 1u);
  EXPECT_EQ(expired->expired.front().id, a.request.id);
  auto next = approvals_->next_due(now());
  ASSERT_TRUE(next);
  EXPECT_FALSE(*next);
}

TEST_F(ApprovalsTest, AWallClockThatIsSetBackLengthensNothing) {
  const auto a = ask("rm x");
  EXPECT_EQ(decide(kAlice, a.request, true), "approved");
  now_.wall -= 86'400'000;
  now_.boot += 16min;
  EXPECT_FALSE(consume(a.request, "rm x"));
  auto expired = approvals_->tick(now());
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->expired.size(), 1u);
}

// Rule 8: an approval binds the policy; one that could not be used is not asked for.
TEST_F(ApprovalsTest, WhatWasAskedUnderAnotherPolicyExpires) {
  const auto a = ask("rm x");
  const auto b = ask("rm y");
  EXPECT_EQ(decide(kAlice, b.request, true), "approved");
  auto same = approvals_->supersede("v1", now());
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->empty());
  auto old = approvals_->supersede("v2", now());
  ASSERT_TRUE(old);
  EXPECT_EQ(old->size(), 2u);
  decide(kAlice, a.request, true);
  EXPECT_EQ(why_, Why::AlreadyDecided);
  EXPECT_FALSE(consume(b.request, "rm y"));
}

TEST_F(ApprovalsTest, AFloodOfQuestionsHasAnEnd) {
  for (int i = 0; i < 3; ++i) ask("rm " + std::to_string(i));
  const auto a = approvals_->ask(question("rm more"), bound("rm more").terms(), 3, now());
  ASSERT_FALSE(a);
  EXPECT_EQ(a.error().code, Errc::Limit);
  EXPECT_TRUE(approvals_->ask(question("rm 1"), bound("rm 1").terms(), 3, now()))
      << "an old one is no new one";
}

// Random interleavings of agents, operators, clocks and crashes of the broker.
TEST_F(ApprovalsTest, WhateverHappensEachApprovalRunsOnceAndNothingRunsWithout) {
  std::mt19937 random(20261124);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const approval::Person people[] = {kAlice, kBob, {"carol", {"oncall"}, {"operator"}}};
  std::map<std::string, std::set<std::string>> yes;  // request -> who
  std::map<std::string, int> runs;
  std::set<std::string> denied;
  std::vector<store::RequestRow> seen;
  for (int step = 0; step < 1'500; ++step) {
    SCOPED_TRACE(step);
    const auto text = "rm " + std::to_string(pick(5));
    switch (pick(6)) {
      case 0:
      case 1: {
        const auto a = approvals_->ask(question(text, static_cast<std::uint32_t>(1 + pick(2))),
                                       bound(text).terms(), 64, now_);
        ASSERT_TRUE(a) << a.error().what;
        if (a->is_new) seen.push_back(a->request);
        break;
      }
      case 2: {
        if (seen.empty()) break;
        const auto& r = seen[seen.size() - 1 - pick(std::min<std::size_t>(seen.size(), 6))];
        const auto& who = people[pick(3)];
        const bool approve = pick(4) != 0;
        const auto state = decide(who, r, approve);
        if (state == "pending" || state == "approved") yes[r.id].insert(who.name);
        if (state == "denied") denied.insert(r.id);
        break;
      }
      case 3: {
        if (seen.empty()) break;
        const auto& r = seen[seen.size() - 1 - pick(std::min<std::size_t>(seen.size(), 6))];
        auto permit = approvals_->consume(r.id, bound(r.submitted), now_);
        if (!permit) break;
        EXPECT_EQ(++runs[r.id], 1);
        EXPECT_FALSE(denied.contains(r.id));
        EXPECT_FALSE(yes[r.id].contains("carol"));
        EXPECT_GE(yes[r.id].size(), case_of(r)->hold.approvals());
        EXPECT_EQ(approval::digest(permit->bound().terms()), r.digest);
        break;
      }
      case 4:
        pass(std::chrono::minutes(pick(3)));
        ASSERT_TRUE(approvals_->tick(now_));
        break;
      case 5:
        open();
        break;
    }
  }
  EXPECT_GT(runs.size(), 10u) << "the test did not test much";
}

// ---- chains, escalation, proposals, proof ---------------------------------------

TEST_F(ApprovalsTest, AChainAndItsVotesSurviveTheBroker) {
  auto q = question("rm x");
  Hold h;
  h.approvers = {{"oncall", 1}, {"leads", 1}};
  q.hold = approval::encode(h);
  const auto a = approvals_->ask(q, bound("rm x").terms(), 64, now_);
  ASSERT_TRUE(a);
  EXPECT_EQ(decide({"dave", {"leads"}, {"operator"}}, a->request, true).find("dave"), 0u);
  EXPECT_EQ(decide(kAlice, a->request, true), "pending");
  open();
  decide(kBob, a->request, true);
  EXPECT_EQ(why_, Why::NotAllowed);
  EXPECT_EQ(decide({"dave", {"leads"}, {"operator"}}, a->request, true), "approved");
  EXPECT_TRUE(consume(a->request, "rm x"));
}

TEST_F(ApprovalsTest, AnEscalationIsToldOnceAndByTheStricterClock) {
  auto q = question("rm x");
  Hold h = hold(1);
  h.escalate = {{5min, "leads", ""}, {10min, "", "pager"}};
  q.hold = approval::encode(h);
  q.escalates_at = now_.wall + 5 * 60'000;
  const auto a = approvals_->ask(q, bound("rm x").terms(), 64, now_);
  ASSERT_TRUE(a);
  const approval::Person dave{"dave", {"leads"}, {"operator"}};
  now_.wall += 6 * 60'000;  // only the wall clock was set
  EXPECT_TRUE(approvals_->tick(now_)->escalated.empty());
  decide(dave, a->request, true);
  EXPECT_EQ(why_, Why::NotAllowed);
  now_.boot += 6min;
  const auto due = approvals_->tick(now_);
  ASSERT_EQ(due->escalated.size(), 1u);
  EXPECT_EQ(due->escalated[0].what.group, "leads");
  EXPECT_TRUE(approvals_->tick(now_)->escalated.empty()) << "told";
  pass(5min);
  ASSERT_EQ(approvals_->tick(now_)->escalated.size(), 1u);
  EXPECT_EQ(decide(dave, a->request, true), "approved");
}

TEST_F(ApprovalsTest, TheRulesProofIsAskedFor) {
  auto q = question("rm x");
  Hold h = hold(1);
  h.proof = Proof::Presence;
  q.hold = approval::encode(h);
  const auto a = approvals_->ask(q, bound("rm x").terms(), 64, now_);
  ASSERT_TRUE(a);
  decide(kAlice, a->request, true);
  EXPECT_EQ(why_, Why::NotAllowed);
  evidence_.proof = Proof::Signature;
  why_ = Why::Invalid;
  decide(kAlice, a->request, true);
  EXPECT_EQ(why_, Why::NotAllowed);
  evidence_.proof = Proof::Presence;
  EXPECT_EQ(decide(kAlice, a->request, true), "approved");
}

TEST_F(ApprovalsTest, AProposalFitsIntoOneNotice) {
  const auto a = ask("rm x");
  const auto propose = [&](std::size_t size) {
    return approvals_->decide(kAlice,
                              {0, a.request.id, a.request.digest, Say::Propose, "because",
                               std::string(size, 'x'), 0, false, "", ""},
                              {}, now_);
  };
  const auto refused = propose(kMaxProposal + 1);
  ASSERT_TRUE(std::holds_alternative<Approvals::Refusal>(refused));
  EXPECT_EQ(std::get<Approvals::Refusal>(refused).why, Why::Invalid);
  const auto taken = propose(kMaxProposal);
  ASSERT_TRUE(std::holds_alternative<store::RequestRow>(taken));
  EXPECT_EQ(std::get<store::RequestRow>(taken).state, "denied");
}

TEST_F(ApprovalsTest, ARequestIsWithdrawnOnce) {
  const auto a = ask("rm x");
  ASSERT_TRUE(approvals_->cancel(a.request, now_));
  decide(kAlice, a.request, true);
  EXPECT_EQ(why_, Why::AlreadyDecided);
  EXPECT_FALSE(approvals_->cancel(*store_->request(a.request.id), now_));
  EXPECT_TRUE(ask("rm x").is_new);
}

TEST_F(ApprovalsTest, ARowThatIsDamagedIsNobodysToDecide) {
  auto q = question("rm x");
  q.hold = "damaged";
  const auto a = approvals_->ask(q, bound("rm x").terms(), 64, now_);
  ASSERT_TRUE(a);
  decide(kAlice, a->request, true);
  EXPECT_EQ(why_, Why::Invalid);
  EXPECT_FALSE(consume(a->request, "rm x"));
}

}  // namespace
}  // namespace hitl::broker
