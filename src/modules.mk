# The architecture, in one place.
#
# A module is a folder of src/, a namespace and an archive.  The right-hand side
# of DEPS_ is all that it may include besides itself, include/hitl and the
# standard library; `make lint` holds the #include lines to it, and the linker
# holds the programs to it.
DEPS_base     :=
DEPS_sys      := base
DEPS_crypto   := base
DEPS_shell    := base
DEPS_proto    := base
DEPS_record   := base
DEPS_store    := base crypto record
DEPS_config   := base
DEPS_mask     := base
DEPS_catalog  := base
DEPS_classify := base shell catalog
DEPS_policy   := base catalog classify
DEPS_rulebook := base config catalog policy
DEPS_judge    := base crypto shell config catalog classify policy rulebook
DEPS_explain  := base shell config catalog rulebook judge store
DEPS_ca       := base crypto
DEPS_approval := base crypto proto
DEPS_audit    := base crypto store approval
DEPS_ssh      := base sys
DEPS_setup    := base sys crypto config judge mask
DEPS_listener := base sys proto config setup
DEPS_broker   := base sys crypto proto shell config judge store ca approval audit mask
DEPS_lineedit := base
DEPS_ingress  := base sys ssh proto lineedit
DEPS_egress   := base sys ssh proto mask
DEPS_connect  := base sys
DEPS_notify   := base sys crypto proto config
DEPS_tui      := base
DEPS_console  := base sys crypto proto approval tui
DEPS_replay   := base sys crypto proto record store audit tui

# A program is src/main/<name>.cc and one module.
PROG_hitl-bastiond := listener
PROG_hitl-broker   := broker
PROG_hitl-ingress  := ingress
PROG_hitl-egress   := egress
PROG_hitl-connect  := connect
PROG_hitl-notify   := notify
PROG_hitl-console  := console
PROG_hitl-replay   := replay
PROG_hitl-policy   := explain

# Which module may name which third-party library (pkg-config names).
PKGS_base    := fmt
PKGS_crypto  := libcrypto
PKGS_record  := libzstd
PKGS_store   := sqlite3
PKGS_ssh     := libssh
PKGS_ingress := libssh
PKGS_egress  := libssh libcrypto
PKGS_config  := tomlplusplus
PKGS_policy  := re2
PKGS_mask    := libhs libpcre2-8
PKGS_notify  := libcurl
PKGS_tui     := ncursesw vterm
