// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "oracle/recorder.h"
#include "oracle/universe.h"

namespace hitl::oracle {
namespace {

namespace fs = std::filesystem;

constexpr uid_t kUid = 61'000;

Status write_file(const std::string& path, std::string_view text) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail_errno(path);
  return Ok{};
}

Status copy_program(const std::string& from, const std::string& to, mode_t mode) {
  std::ifstream in(from, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (bytes.empty()) return fail(Errc::System, from + ": cannot be read");
  if (const auto s = write_file(to, bytes); !s) return s;
  if (::chmod(to.c_str(), mode) != 0) return fail_errno(to);
  return Ok{};
}

// The files that ldd names.
std::vector<std::string> libraries(const std::string& program) {
  std::vector<std::string> found;
  std::FILE* p = ::popen(("ldd " + program + " 2>/dev/null").c_str(), "re");
  if (p == nullptr) return found;
  char line[512];
  while (std::fgets(line, sizeof line, p) != nullptr) {
    const std::string_view text(line);
    const auto slash = text.find('/');
    if (slash == std::string_view::npos) continue;
    found.emplace_back(text.substr(slash, text.find(' ', slash) - slash));
  }
  ::pclose(p);
  return found;
}

Status mount_at(const char* what, const std::string& where, const char* type, unsigned long flags,
                const char* options) {
  if (::mount(what, where.c_str(), type, flags, options) != 0) return fail_errno("mount " + where);
  return Ok{};
}

// Namespaces of our own; as an ordinary user by way of a user namespace.
Status leave_the_real_world() {
  int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
  const auto uid = ::getuid();
  const auto gid = ::getgid();
  if (uid != 0) flags |= CLONE_NEWUSER;
  if (::unshare(flags) != 0)
    return fail_errno(uid == 0 ? "root without the right to make namespaces"
                               : "it needs root or user namespaces, and has neither");
  if (uid == 0) return Ok{};
  if (const auto s = write_file("/proc/self/setgroups", "deny"); !s) return s;
  if (const auto s = write_file("/proc/self/uid_map", "0 " + std::to_string(uid) + " 1"); !s)
    return s;
  return write_file("/proc/self/gid_map", "0 " + std::to_string(gid) + " 1");
}

}  // namespace

Status Universe::build() {
  const bool is_root = ::getuid() == 0 && uid_ != 0;
  if (const auto s = mount_at("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr); !s) return s;
  if (const auto s = mount_at("oracle", root_, "tmpfs", MS_NOSUID, "size=256m,mode=755"); !s)
    return s;
  for (const char* d : {"bin", "dev", "etc", "proc", "root", "tmp", "usr", "w", "lib", "lib64",
                        "usr/lib", "usr/lib/locale"})
    fs::create_directory(root_ + "/" + d);
  for (const char* d : {"usr/bin", "sbin", "usr/sbin"})
    fs::create_directory_symlink("/bin", root_ + "/" + d);
  const std::string stub = root_ + "/bin/.recorder";
  if (const auto s = copy_program(recorder_, stub, 0755); !s) return s;
  // the three shells are not where a line could start them
  fs::create_directory(root_ + "/.shells");
  for (const std::string from : {"/bin/bash", "/bin/dash", "/bin/busybox"}) {
    if (const auto s = copy_program(from, root_ + "/.shells" + from.substr(4), 0755); !s) return s;
    for (const auto& library : libraries(from)) {
      const auto target = root_ + library;
      fs::create_directories(fs::path(target).parent_path());
      if (const auto s = copy_program(library, target, 0755); !s) return s;
    }
  }
  // the locale of most targets: UTF-8
  if (fs::exists("/usr/lib/locale/C.utf8"))
    fs::copy("/usr/lib/locale/C.utf8", root_ + "/usr/lib/locale/C.utf8",
             fs::copy_options::recursive);
  for (const char* d : {"/usr/bin", "/usr/sbin"})
    for (const auto& entry : fs::directory_iterator(d)) provide(entry.path().filename().string());
  // /dev has what lines name; /proc only for /dev/fd
  if (const auto s =
          mount_at("proc", root_ + "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
      !s)
    return s;
  for (const char* d : {"null", "zero", "tty"}) {
    const auto path = root_ + "/dev/" + d;
    if (const auto s = write_file(path, ""); !s) return s;
    if (const auto s =
            mount_at(("/dev/" + std::string(d)).c_str(), path, nullptr, MS_BIND, nullptr);
        !s)
      return s;
  }
  fs::create_symlink("/proc/self/fd", root_ + "/dev/fd");
  for (const auto& [n, to] : {std::pair{"stdin", "0"}, {"stdout", "1"}, {"stderr", "2"}})
    fs::create_symlink("/proc/self/fd/" + std::string(to), root_ + "/dev/" + n);
  for (const auto& [path, text] : {std::pair{"/etc/passwd",
                                             "root:x:0:0::/root:/bin/bash\n"
                                             "user:x:61000:61000::/w/h:/bin/bash\n"},
                                   {"/etc/nsswitch.conf", "passwd: files\n"},
                                   {"/.in", "one two\nthree  *.txt\n\\four\\\n\n5\nx[$(pwned)0]\n"},
                                   {"/.out", ""},
                                   {"/.err", ""},
                                   {kLog, ""}})
    if (const auto s = write_file(root_ + path, text); !s) return s;
  if (::chroot(root_.c_str()) != 0 || ::chdir("/") != 0) return fail_errno("chroot");
  for (const char* f : {"/.out", "/.err", kLog}) ::chmod(f, 0666);
  ::chmod("/tmp", 01777);
  if (is_root && (::chown("/w", uid_, uid_) != 0)) return fail_errno("/w");
  out_ = Fd(::open("/.out", O_RDWR | O_APPEND | O_CLOEXEC));
  err_ = Fd(::open("/.err", O_RDWR | O_APPEND | O_CLOEXEC));
  log_ = Fd(::open(kLog, O_RDWR | O_APPEND | O_CLOEXEC));
  last_pid_ = Fd(::open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC));
  if (last_pid_ && ::write(last_pid_.get(), "100", 3) != 3) last_pid_.reset();
  for (const auto& [what, limit] : {std::pair{RLIMIT_FSIZE, 1ul << 22},
                                    {RLIMIT_CORE, 0ul},
                                    {RLIMIT_NPROC, 200ul},
                                    {RLIMIT_NOFILE, 256ul}}) {
    const rlimit value{limit, limit};
    ::setrlimit(what, &value);
  }
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  renew();
  pristine_ = tree();
  return Ok{};
}

Result<int> Universe::enter(const std::string& recorder, unsigned worker,
                            int (*inside)(Universe&, void*), void* context) {
  // The namespaces are the first child's, and the second is the first process
  // in them, so that everything else ends with it.
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return fail_errno("pipe");
  const Fd read_end(pipe[0]);
  Fd write_end(pipe[1]);
  const auto report = [&](const Error& e) {
    (void)!::write(write_end.get(), e.what.data(), e.what.size());
    ::_exit(125);
  };
  const pid_t outer = ::fork();
  if (outer == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    Universe world;
    world.recorder_ = fs::absolute(recorder);
    world.uid_ = ::getuid() == 0 ? kUid + worker : 0;
    std::string folder = "/tmp/hitl-oracle-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) report(fail_errno(folder));
    world.root_ = folder;
    if (const auto s = leave_the_real_world(); !s) {
      ::rmdir(folder.c_str());
      report(s.error());
    }
    const pid_t inner = ::fork();
    if (inner == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (const auto s = world.build(); !s) report(s.error());
      write_end.reset();
      ::_exit(inside(world, context));
    }
    int status = 0;
    ::waitpid(inner, &status, 0);
    ::rmdir(folder.c_str());
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
  }
  write_end.reset();
  std::string what;
  char buffer[512];
  for (ssize_t n; (n = ::read(read_end.get(), buffer, sizeof buffer)) > 0;)
    what.append(buffer, static_cast<std::size_t>(n));
  int status = 0;
  ::waitpid(outer, &status, 0);
  if (!what.empty()) return fail(Errc::System, "the stub universe cannot be built: " + what);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace hitl::oracle
