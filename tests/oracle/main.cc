// SPDX-License-Identifier: Apache-2.0
// oracle RECORDER FEED [--seed S] [--count N] [--jobs J] [--at I] [--refused] [--posix P]
//
// Runs lines and their canonical texts side by side in a stub universe, and
// reports as a test: "ok NAME" or "not ok NAME".  Each failure is printed with
// the seed and number that make the line again (--at runs that one alone).
//
// oracle RECORDER planted: finds the differences that are put in on purpose.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

#include "base/visible.h"
#include "oracle/feed.h"
#include "oracle/judge_line.h"
#include "oracle/planted.h"

using namespace hitl;
using namespace hitl::oracle;

namespace {

struct Totals {  // shared by the workers
  std::array<std::atomic<std::size_t>, kVerdicts> by_verdict;
  std::atomic<std::size_t> posix, shell_differences, printed;
};

struct Work {
  Feed feed;
  Totals* totals;
  std::size_t worker = 0, workers = 1;
  std::size_t posix_percent = 100;
  bool shows_refused = false;
  std::size_t first = 0, last = 0;
};

constexpr std::size_t kMaxPrinted = 40;
constexpr std::size_t kMaxReported = 2'000;  // bytes of what differs

void report(const Work& work, std::size_t i, const std::string& line, const Judged& j) {
  const bool is_defect = j.verdict >= Verdict::Different;
  if (is_defect ? work.totals->printed++ >= kMaxPrinted
                : !(work.shows_refused && j.verdict == Verdict::Refused))
    return;
  std::string text = j.verdict == Verdict::Refused     ? "refused"
                     : j.verdict == Verdict::Different ? "DIFFERENT"
                                                       : "UNPREDICTED";
  text += " " + work.feed.name() + " seed " + std::to_string(work.feed.seed) + " line " +
          std::to_string(i) + "\n  raw       " + visible(line).str();
  if (is_defect) text += "\n  canonical " + visible(j.canonical).str();
  text += "\n  " + visible(j.what.substr(0, kMaxReported), true).str() + '\n';
  (void)!::write(1, text.data(), text.size());
}

int inside(Universe& world, void* context) {
  const Work& work = *static_cast<Work*>(context);
  for (std::size_t i = work.first + work.worker; i < work.last; i += work.workers) {
    const auto line = work.feed.at(i);
    const auto judged = judge_line(world, line, i * 37 % 100 < work.posix_percent);
    ++work.totals->by_verdict[static_cast<unsigned>(judged.verdict)];
    work.totals->posix += judged.posix_shells;
    work.totals->shell_differences += judged.shell_differences;
    report(work, i, line, judged);
  }
  return 0;
}

int planted(const char* recorder) {
  const auto inside = [](Universe& world, void*) {
    const auto what = unnoticed(world);
    std::printf("%s oracle: differences put in on purpose are found %s\n",
                what.empty() ? "ok" : "not ok", what.c_str());
    std::fflush(stdout);
    return what.empty() ? 0 : 1;
  };
  const auto status = Universe::enter(recorder, 0, inside, nullptr);
  if (!status) std::printf("not ok oracle: %s\n", status.error().what.c_str());
  return status ? *status : 1;
}

int usage() {
  std::fputs("usage: oracle RECORDER FEED [--seed S] [--count N] [--jobs J] [--at I] [--refused]\n",
             stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return usage();
  if (argc == 3 && std::string_view(argv[2]) == "planted") return planted(argv[1]);
  Work work;
  std::uint64_t seed = static_cast<std::uint64_t>(::time(nullptr));
  std::size_t count = 0;
  std::size_t at = SIZE_MAX;
  work.workers = static_cast<std::size_t>(::sysconf(_SC_NPROCESSORS_ONLN));
  for (int i = 3; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--refused") {
      work.shows_refused = true;
      continue;
    }
    if (++i == argc) return usage();
    const auto value = std::strtoull(argv[i], nullptr, 10);
    if (option == "--seed")
      seed = value;
    else if (option == "--count")
      count = value;
    else if (option == "--jobs")
      work.workers = value;
    else if (option == "--posix")
      work.posix_percent = value;
    else if (option == "--at")
      at = value;
    else
      return usage();
  }
  auto feed = open_feed(argv[2], seed, count);
  if (!feed) {
    std::printf("not ok oracle: %s\n", feed.error().what.c_str());
    return 1;
  }
  work.feed = std::move(*feed);
  work.last = work.feed.count;
  if (at != SIZE_MAX) {
    work.first = at;
    work.last = at + 1;
    work.workers = 1;
  }
  void* shared =
      ::mmap(nullptr, sizeof(Totals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  work.totals = new (shared) Totals{};
  const auto started = std::chrono::steady_clock::now();
  bool is_built = true;
  for (std::size_t w = 0; w < work.workers; ++w) {
    work.worker = w;
    if (::fork() != 0) continue;
    const auto status = Universe::enter(argv[1], static_cast<unsigned>(w), inside, &work);
    if (!status) std::printf("# %s\n", status.error().what.c_str());
    std::fflush(stdout);
    ::_exit(status ? *status : 1);
  }
  for (int status = 0; ::wait(&status) > 0;) is_built &= status == 0;
  const auto seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const auto n = [&](Verdict v) {
    return work.totals->by_verdict[static_cast<unsigned>(v)].load();
  };
  const auto lines = work.last - work.first;
  const auto defects = n(Verdict::Different) + n(Verdict::Unpredicted);
  std::size_t done = 0;
  for (const auto& v : work.totals->by_verdict) done += v;
  if (!is_built && done == 0) {
    std::printf("not ok oracle %s: no line was run\n", work.feed.name().c_str());
    return 1;
  }
  std::printf(
      "# %s, seed %llu: %zu lines in %.1f s; refused %zu; same %zu, of these on a retry "
      "%zu and running text as code %zu; noise %zu; endless %zu; different %zu; "
      "unpredicted %zu; dash and busybox %zu, differing by themselves %zu\n",
      work.feed.name().c_str(), static_cast<unsigned long long>(work.feed.seed), done, seconds,
      n(Verdict::Refused), n(Verdict::Same) + n(Verdict::Retried) + n(Verdict::Unbounded),
      n(Verdict::Retried), n(Verdict::Unbounded), n(Verdict::Noise), n(Verdict::Endless),
      n(Verdict::Different), n(Verdict::Unpredicted), work.totals->posix.load(),
      work.totals->shell_differences.load());
  const bool is_ok = is_built && defects == 0 && done == lines;
  std::printf("%s oracle %s: what is judged is what runs\n", is_ok ? "ok" : "not ok",
              work.feed.name().c_str());
  return is_ok ? 0 : 1;
}
