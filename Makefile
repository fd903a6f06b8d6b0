# hitl-bastion: the human-in-the-loop SSH bastion for AI agents.
#
#   make            the programs, in build/
#   make demo       a bastion with a target of its own, to try (DEMO=script: unattended)
#   make check      unit tests, lint, and the regress suite with real ssh and sshd
#   make bench      figures against direct ssh and ssh -J; with CORPORA=DIR the
#                   parser's, and what it understands of the lines in there
#   make fuzz       fuzz targets (FUZZ_TIME seconds each; default: the corpora)
#   make sanitize   the unit tests under ASan and UBSan, the regress suite too
#   make oracle     lines against their canonical texts in real shells, where nothing
#                   can do harm: LINES=DIR (else made from SEED=), N=
#   make sessions   N= shell sessions (300; SEED=) through a bastion and without
#   make lint       layers, format, manuals, libraries of each program
#   make install    PREFIX= DESTDIR=          V=1 shows commands, SAN=1 adds sanitizers

include src/modules.mk

# Every core, unless make was told how many jobs.
ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

PREFIX   ?= /usr/local
PKG      ?= pkg-config
CXXFLAGS ?= -O2 -g1
WERROR   ?= -Werror
B        := build$(if $(SAN),-san)

override CXXFLAGS += -std=c++20 -Iinclude -Isrc -Wall -Wextra -Wpedantic -Wconversion -Wshadow \
    $(WERROR) -fPIE -fstack-protector-strong -fcf-protection -D_GLIBCXX_ASSERTIONS \
    -DHITL_SOURCE_DIR='"$(CURDIR)"' -DHITL_PREFIX='"$(PREFIX)"'
override LDFLAGS += -pie -Wl,-z,relro,-z,now -Wl,--as-needed
ifdef SAN
# With the sanitizers g++ 12 warns of its own library (std::regex).
override CXXFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -Wno-maybe-uninitialized
else
override CXXFLAGS += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

MODULES  := $(patsubst DEPS_%,%,$(filter DEPS_%,$(.VARIABLES)))
PROGRAMS := $(patsubst src/main/%.cc,$B/%,$(wildcard src/main/*.cc))
TOOLS    := $(patsubst tests/tools/%.cc,$B/tests/tools/%,$(wildcard tests/tools/*.cc))
TESTED   := $(sort $(patsubst tests/unit/%/,%,$(dir $(wildcard tests/unit/*/*_test.cc))))
FUZZERS  := $(patsubst tests/fuzz/%.cc,$B/fuzz/%,$(wildcard tests/fuzz/*_fuzz.cc))
SOURCES   = $(wildcard include/hitl/*.h src/*/*.h src/*/*.cc pam/*.cc tests/*/*.h tests/*/*.cc \
    tests/*/*/*.h tests/*/*/*.cc)

# closure: modules and all below them, each once.  The archives are hitl-*.a,
# because libssh.a and libcrypto.a are other people's.
closure = $(if $1,$(sort $1 $(call closure,$(foreach m,$1,$(DEPS_$m)))))
libs    = $(patsubst %,$B/hitl-%.a,$(call closure,$1))
pkgs    = $(sort $(foreach m,$(call closure,$1),$(PKGS_$m)))

compile = $(CXX) $(CXXFLAGS) -MMD -MP -MT $@ -MF $@.d
link    = $(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) \
          -Wl,--start-group $(filter %.a,$^) -Wl,--end-group \
          $(if $(call pkgs,$1),$(shell $(PKG) --libs $(call pkgs,$1)))
ifneq ($(V),1)
say     = @printf '  %-5s %s\n' $1 $(@:$B/%=%);
endif

all: $(PROGRAMS)

# What is missing of Debian's packages is installed once a list has changed.
$B/.deps: contrib/packages/build
	@mkdir -p $(@D)
	@contrib/install-packages $<
	@touch $@
$B/.deps-check: contrib/packages/check $B/.deps
	@contrib/install-packages $<
	@touch $@
deps:
	@contrib/install-packages contrib/packages/build
deps-check: deps
	@contrib/install-packages contrib/packages/check

define module
$B/hitl-$1.a: $(patsubst src/%.cc,$B/%.o,$(wildcard src/$1/*.cc))
	$$(call say,AR)rm -f $$@; $$(AR) rcsD $$@ $$^
$B/tests/$1: $(patsubst tests/%.cc,$B/tests/%.o,$(wildcard tests/unit/$1/*_test.cc tests/support/*.cc)) \
    $(call libs,$1)
	$$(call say,TEST)$$(call link,$1) -lgtest -lgtest_main -pthread
endef
$(foreach m,$(MODULES),$(eval $(call module,$m)))

define program
$B/$1: $B/main/$1.o $(call libs,$(PROG_$1))
	$$(call say,LD)$$(call link,$(PROG_$1))
endef
$(foreach p,$(notdir $(PROGRAMS)),$(eval $(call program,$p)))

$B/%.o: src/%.cc | $B/.deps
	@mkdir -p $(@D)
	$(call say,CXX)$(compile) -c -o $@ $<
$B/tests/%.o: tests/%.cc | $B/.deps-check
	@mkdir -p $(@D)
	$(call say,CXX)$(compile) -Itests -c -o $@ $<

# Programs that the regress scripts drive the real ones with; the line
# "// modules: ..." of each says what it links.
tool_modules = $(shell sed -n 's|^// modules: ||p' tests/tools/$1.cc)
define tool
$B/tests/tools/$1: $B/tests/tools/$1.o $(call libs,$(call tool_modules,$1))
	$$(call say,TOOL)$$(call link,$(call tool_modules,$1))
endef
$(foreach t,$(notdir $(TOOLS)),$(eval $(call tool,$t)))

# Fuzz targets: <module>_<what>_fuzz.cc links its module.  With FUZZ_TIME they
# are built by clang with libFuzzer; otherwise they replay their corpus.
fuzz_module = $(firstword $(subst _, ,$(notdir $1)))
define fuzzer
$B/fuzz/$1: $B/tests/fuzz/$1.o $(if $(LIBFUZZER),,$B/tests/fuzz/replay_main.o) \
    $(call libs,$(call fuzz_module,$1))
	@mkdir -p $$(@D)
	$$(call say,FUZZ)$$(call link,$(call fuzz_module,$1)) $(if $(LIBFUZZER),-fsanitize=fuzzer)
endef
$(foreach f,$(notdir $(FUZZERS)),$(eval $(call fuzzer,$f)))

# The oracle, and the one program of its universe: small, static, everything's name.
ORACLE := $B/oracle/oracle $B/oracle/recorder
$B/oracle/recorder: tests/oracle/recorder.cc tests/oracle/recorder.h
	@mkdir -p $(@D)
	$(call say,LD)$(CXX) -std=c++20 -O2 -Wall -Wextra -Wconversion $(WERROR) -Itests -static -o $@ $<
$B/oracle/oracle: $(patsubst tests/%.cc,$B/tests/%.o,$(filter-out %/recorder.cc,$(wildcard tests/oracle/*.cc))) \
    $(call libs,shell)
	@mkdir -p $(@D)
	$(call say,LD)$(call link,shell)

oracle: $(ORACLE)
ifdef LINES
	@$B/oracle/oracle $B/oracle/recorder $(LINES) $(if $(N),--count $(N)) $(if $(SEED),--seed $(SEED))
else
	@for feed in grammar soup; do $B/oracle/oracle $B/oracle/recorder $$feed \
	    --count $(or $(N),100000) $(if $(SEED),--seed $(SEED)) || exit 1; done
endif

# `make check` tries 40 of them.
sessions: $B/.deps-check all
	@B=$B SESSIONS=$(or $(N),300) $(if $(SEED),SEED=$(SEED)) tests/run tests/regress/shell_same.sh

tests: $(patsubst %,$B/tests/%,$(TESTED))

check: $B/.deps-check all tests $(FUZZERS) $(TOOLS) $(ORACLE) lint
	@B=$B tests/run $(patsubst %,$B/tests/%,$(TESTED)) $(FUZZERS) $(wildcard tests/regress/*.sh)

unit: tests $(FUZZERS)
	@B=$B tests/run $(patsubst %,$B/tests/%,$(TESTED)) $(FUZZERS)

demo: all
	@contrib/demo $(DEMO)

bench: all $B/tests/tools/shell_bench $B/tests/tools/mask_bench $B/tests/tools/fill_store
	@$B/tests/tools/mask_bench
	@$(if $(CORPORA),$B/tests/tools/shell_bench $(CORPORA))
	@contrib/bench/run

fuzz:
	@tests/fuzz/run $(FUZZ_TIME)

sanitize:
	@$(MAKE) --no-print-directory SAN=1 check

lint: $(PROGRAMS) | $B/.deps-check
	@{ $(foreach m,$(MODULES),echo 'DEPS $m $(DEPS_$m)'; echo 'PKGS $m $(PKGS_$m)';) } | tests/lint/layers
	@tests/lint/libraries $B
	@clang-format --dry-run -Werror $(SOURCES)
	@mandoc -T lint -W warning $(wildcard man/*.[1-8])

# Scores a folder of labelled command lines: make corpora CORPORA=DIR
corpora: $B/hitl-policy
	@tests/corpora/score $B/hitl-policy $(CORPORA)

# The catalogue against the programs that are installed: what they say of
# themselves, what they do (minutes; `make check` tries a part), and what a
# poisoned repository or home can make them start.
catalog-check: $B/hitl-policy
	@tests/catalog/check $B/hitl-policy
catalog-strace: $B/hitl-policy
	@tests/catalog/strace $B/hitl-policy
catalog-poison: $B/hitl-policy
	@tests/catalog/poison $B/hitl-policy

# Each header compiles alone, and clang-tidy agrees: minutes, so apart from lint.
tidy:
	@for h in $(wildcard src/*/*.h include/hitl/*.h); do \
	    echo "#include \"$$h\"" | $(CXX) $(CXXFLAGS) -I. -fsyntax-only -x c++ - || exit 1; done
	@clang-tidy --quiet $(wildcard src/*/*.cc) -- -std=c++20 -Iinclude -Isrc -DHITL_SOURCE_DIR='""' -DHITL_PREFIX='""'

format:
	clang-format -i $(SOURCES)

install: all
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin sbin libexec/hitl share/hitl/catalog.d share/hitl/mask.d \
	    share/man/man1 share/man/man5 share/man/man8)
	install -m 755 $B/hitl-bastiond $(DESTDIR)$(PREFIX)/sbin
	install -m 755 $B/hitl-console $B/hitl-replay $B/hitl-policy $(DESTDIR)$(PREFIX)/bin
	install -m 755 $B/hitl-broker $B/hitl-ingress $B/hitl-egress $B/hitl-connect $B/hitl-notify $(DESTDIR)$(PREFIX)/libexec/hitl
	install -m 755 contrib/verify-bundle $(DESTDIR)$(PREFIX)/share/hitl
	install -m 644 etc/policy.toml $(DESTDIR)$(PREFIX)/share/hitl
	install -m 644 etc/catalog.d/*.toml $(DESTDIR)$(PREFIX)/share/hitl/catalog.d
	install -m 644 etc/mask.d/*.toml $(DESTDIR)$(PREFIX)/share/hitl/mask.d
	for s in 1 5 8; do install -m 644 man/*.$$s $(DESTDIR)$(PREFIX)/share/man/man$$s; done

clean:
	rm -rf build build-san build-fuzz

-include $(shell find $B -type f -name '*.d' 2>/dev/null)
.PHONY: all deps deps-check tests check unit oracle sessions corpora catalog-check catalog-strace catalog-poison demo bench fuzz sanitize lint tidy format install clean
.DELETE_ON_ERROR:
.SECONDARY:
