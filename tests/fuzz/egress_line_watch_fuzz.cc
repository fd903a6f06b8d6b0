// SPDX-License-Identifier: Apache-2.0
// A target that says anything, in any order and pieces: no line ends that the
// status of did not come for, nothing is printed that did not come, and what is kept
// is bounded.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "egress/line_watch.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using hitl::egress::LineWatch;
  if (size == 0) return 0;
  const bool terminal = data[0] % 2 != 0;
  LineWatch watch(terminal);
  std::string_view in(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::size_t begun = 0, told = 0, ends = 0, prompts = 0, came = 0, passed = 0;
  std::string nonce(32, 'z');
  const auto account = [&](const std::vector<LineWatch::Piece>& pieces) {
    for (const auto& p : pieces) {
      passed += p.bytes.size();
      if (p.kind == LineWatch::Kind::LineEnd) ++ends;
      if (p.kind == LineWatch::Kind::PromptEnd) ++prompts;
      HITL_CHECK(p.kind == LineWatch::Kind::Output || p.bytes.empty());
      HITL_CHECK(!terminal || ends >= prompts);
    }
  };
  while (!in.empty()) {
    const auto op = static_cast<unsigned char>(in[0]);
    const auto piece = in.substr(1, op / 8);
    in.remove_prefix(1 + piece.size());
    switch (op % 8) {
      case 0:
        if (!watch.running()) {
          nonce = std::string(31, static_cast<char>('a' + begun % 26)) + '0';
          HITL_CHECK(watch.begin(nonce));
          ++begun;
          told = 0;
        }
        break;
      case 1:
        watch.on_status(nonce + '\0' + "run" + '\0');
        told = 1;  // as bytes, it may complete a record
        break;
      case 2:
        watch.on_status(nonce + '\0' + "1" + '\0' + "/x" + '\0' + "h" + '\0' + std::string(piece) +
                        '\0');
        told = 1;
        break;
      case 3:
        watch.on_status(piece);
        break;
      case 4: {
        const auto mark = '\036' + nonce + '\036';
        came += mark.size();
        watch.on_output(false, mark);
        break;
      }
      case 5: {
        const auto mark = '\036' + nonce.substr(0, piece.size() % 33);
        came += mark.size();
        watch.on_output(!terminal, mark);
        break;
      }
      default:
        came += piece.size();
        watch.on_output(op % 8 == 7 && !terminal, piece);
    }
    const auto before = ends;
    account(watch.take());
    HITL_CHECK(ends - before <= 1 && ends <= begun);
    HITL_CHECK(ends == before || told != 0);
    HITL_CHECK(!watch.takes_input() || watch.running());
    HITL_CHECK(passed <= came && came - passed <= 2 * (LineWatch::kMaxHeld + 64) + 36 * begun * 2);
  }
  account(watch.take_rest());
  HITL_CHECK(passed <= came);
  return 0;
}
