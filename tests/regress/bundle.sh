# One session as a file that a third party checks without a bastion: contrib/verify-bundle
# says yes to what was exported, and no once anything in it is changed.
. "$(dirname "$0")/../support/bastion.sh"
. tests/support/signed_bed.sh

agent 'ls /' >/dev/null
# Held in one session, run in another.
LC_HITL_WAIT=0 agent "touch $work/later" 2>/dev/null
id=$(wait_pending); alice approve "$id" --digest "$(digest_of "$id")" --reason ok >/dev/null
until_true 5 agent "touch $work/later"
approved "touch $work/one"
agent 'echo between' >/dev/null
until_true 5 sh -c "grep -q 'reason=interval' '$dir/audit.log'"; sleep 0.5
session_of() { sqlite3 "$dir/hitl.db" "SELECT session FROM commands WHERE CAST(canonical AS TEXT) LIKE '%$1%' AND state='ended'"; }
one=$(session_of /one); later=$(session_of /later)

check() { contrib/verify-bundle "$@" >"$work/said" 2>&1; }
holds "a bundle is written while the bastion works" replay export --bundle "$one" -o "$work/bundle"
holds "and verified without it" check "$work/bundle" "$dir/keys/audit_ed25519.pub"
matches "in words" "$(cat "$work/said")" '1 commands, 1 decisions signed by operators, 0 made'
holds "also by its own key, which is named" check "$work/bundle"
holds "so that it can be compared" grep -qF \
  "signed by $(ssh-keygen -lf "$dir/keys/audit_ed25519.pub" | cut -d' ' -f2) (its own word" "$work/said"
replay export "$later" --bundle >"$work/later.bundle"
holds "one whose approval came in an earlier session" check "$work/later.bundle"
matches "has that decision" "$(cat "$work/said")" '1 decisions signed'
fails "an existing file is not overwritten" replay export --bundle "$one" -o "$work/bundle" 2>/dev/null
fails "another key did not sign it" check "$work/bundle" "$work/alice.pub"
equal "nothing of other sessions but hashes" \
  "$(sqlite3 "$work/bundle" "SELECT count(*) FROM commands WHERE session<>'$one'")" 0
sed -i '/^\[audit\]/,$d' "$dir/bastion.toml"
kill "$daemon_pid"; wait "$daemon_pid"; start_daemon
agent 'echo fresh' >/dev/null
fresh=$(session_of fresh)
fails "what is not signed yet is not exported" replay export --bundle "$fresh" -o "$work/fresh" 2>"$work/e"
matches "which is said" "$(cat "$work/e")" 'not signed yet'

python3 - "$work/bundle" <<'END'
import os, random, shutil, sqlite3, subprocess, sys
bundle = sys.argv[1]
bent = bundle + ".bent"
chance = random.Random(11)
found = 0
def check(name):
    global found
    p = subprocess.run(["contrib/verify-bundle", bent], capture_output=True)
    if p.returncode == 1: found += 1
    else: print(f"not ok a bundle is damaged: {name}\n    exit {p.returncode} {p.stdout.decode()} {p.stderr.decode()[:300]}")
def other(v, kind):
    if v is None: return {"INTEGER": 1, "TEXT": "x", "BLOB": b"x"}[kind]
    if isinstance(v, int): return v + 1
    if isinstance(v, str): return v + "x"
    return v + b"\0" if chance.randrange(2) or not v else bytes([v[0] ^ 1]) + v[1:]
db = sqlite3.connect(bundle)
tables = [t for (t,) in db.execute("SELECT name FROM sqlite_schema WHERE type='table' AND name<>'bundle'")]
for t in tables:
    kinds = {c[1]: c[2] for c in db.execute(f"PRAGMA table_info({t})")}
    columns = list(kinds)
    rows = db.execute(f"SELECT * FROM {t}").fetchall()
    for row in rows[:1]:
        for i, c in enumerate(columns):
            if (t, c) == ("checkpoints", "row"): continue  # there is one
            shutil.copy(bundle, bent)
            d = sqlite3.connect(bent)
            d.execute(f"UPDATE {t} SET {c}=? WHERE {columns[0]}=?", (other(row[i], kinds[c]) if i else row[0] + 1000, row[0]))
            d.commit(); d.close()
            check(f"{t}.{c}")
    for row in rows[:3]:
        shutil.copy(bundle, bent)
        d = sqlite3.connect(bent)
        d.execute(f"DELETE FROM {t} WHERE {columns[0]}=?", (row[0],))
        d.commit(); d.close()
        # The first link may go: nothing before the session is claimed.
        if (t, row) != ("audit", rows[0]) or db.execute("SELECT count(*) FROM audit WHERE tbl=? AND row=?", (row[2], row[3])).fetchone()[0] == 1:
            check(f"{t} without {row[0]}")
image = open(bundle, "rb").read()
words = [w for t in tables for row in db.execute(f"SELECT * FROM {t}") for v in row
         for w in [v.encode() if isinstance(v, str) else v] if isinstance(w, bytes) and len(set(w)) >= 8]
for w in chance.sample(words, min(40, len(words))):
    at = image.find(w)
    if at < 0: continue
    b = bytearray(image); b[at + chance.randrange(len(w))] ^= 1 << chance.randrange(8)
    open(bent, "wb").write(b)
    check(f"a byte at {at}")
print(f"ok each of {found} damages is found" if found > 100 else f"not ok there were too few damages: {found}")
END
