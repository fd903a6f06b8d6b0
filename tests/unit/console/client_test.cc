// SPDX-License-Identifier: Apache-2.0
#include "console/client.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "support/fake_broker.h"
#include "support/sample_requests.h"

namespace hitl::console {
namespace {

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    std::string folder = ::testing::TempDir() + "hitl-console-XXXXXX";
    HITL_CHECK(::mkdtemp(folder.data()) != nullptr);
    folder_ = folder;
    broker_ = std::make_unique<testing::FakeBroker>(loop_, path());
  }
  ~ClientTest() override { std::filesystem::remove_all(folder_); }
  std::string path() const { return folder_ + "/operator.sock"; }

  void connect() {
    auto client = Client::connect(
        loop_, Destination{path(), ""}, Tool::Manner::Talks,
        [this](Message m) { got_.push_back(std::move(m)); },
        [this](const Error& e) { lost_ = e.what; });
    ASSERT_TRUE(client) << client.error().what;
    client_ = std::move(*client);
  }
  void turns() {
    for (int i = 0; i < 20; ++i) loop_.run_once(std::chrono::milliseconds(1));
  }

  std::string folder_;
  sys::EventLoop loop_;
  std::unique_ptr<testing::FakeBroker> broker_;
  std::vector<Message> got_;
  std::string lost_;
  std::unique_ptr<Client> client_;
};

TEST_F(ClientTest, TheBrokerGreetsFirst) {
  connect();
  turns();
  ASSERT_EQ(got_.size(), 1u);
  EXPECT_EQ(std::get<operators::Welcome>(got_[0]).operator_name, "alice");
}

TEST_F(ClientTest, AListInSeveralFramesIsOneAnswer) {
  broker_->requests = testing::sample_requests(0);
  broker_->page = 1;
  connect();
  const auto tag = client_->send(operators::List{});
  turns();
  ASSERT_EQ(got_.size(), 2u);
  EXPECT_EQ(tag_of(got_[1]), tag);
  EXPECT_EQ(std::get<operators::Requests>(got_[1]).requests.size(), 4u);
}

TEST_F(ClientTest, EventsComeAfterAWatch) {
  connect();
  const auto tag = client_->send(operators::Watch{});
  turns();
  broker_->hold(testing::sample_request("K7Q2MNBV", "true"));
  turns();
  ASSERT_EQ(got_.size(), 2u);
  EXPECT_EQ(tag_of(got_[1]), tag);
  EXPECT_EQ(std::get<operators::Event>(got_[1]).event, "held");
}

TEST_F(ClientTest, ABrokerOfAnotherVersionIsNoBroker) {
  broker_->version = 99;
  connect();
  turns();
  EXPECT_TRUE(got_.empty());
  EXPECT_NE(lost_.find("version 99"), std::string::npos);
}

TEST_F(ClientTest, ABrokerThatGoesAwayIsTold) {
  connect();
  turns();
  broker_->drop();
  turns();
  EXPECT_FALSE(lost_.empty());
}

TEST_F(ClientTest, WhereNobodyListensIsNotFound) {
  const auto none = Client::connect(
      loop_, Destination{folder_ + "/none", ""}, Tool::Manner::Talks, [](Message) {},
      [](const Error&) {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::NotFound);
}

}  // namespace
}  // namespace hitl::console
