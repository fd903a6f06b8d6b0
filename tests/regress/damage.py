"""Damages a store in every way that a row can be, one way at a time, and asks
hitl-replay verify each time.

damage.py VERIFY FOLDER OLD: the folder has hitl.db, audit.log and keys/; OLD is an
earlier copy of the database.  Prints a line "ok NAME" or "not ok NAME" a damage.
"""
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys

program, folder, old = sys.argv[1:4]
work = os.path.join(folder, "..", "damage")
base = os.path.join(folder, "hitl.db")
db_file = os.path.join(work, "hitl.db")
chance = random.Random(7)
quiet = {}  # kind of damage -> how many were found


def fresh():
    shutil.rmtree(work, ignore_errors=True)
    os.mkdir(work)
    shutil.copytree(os.path.join(folder, "keys"), os.path.join(work, "keys"))
    for name in ("hitl.db", "audit.log"):
        shutil.copy(os.path.join(folder, name), work)


def verify():
    p = subprocess.run([program, "--db", db_file, "--json", "verify"], capture_output=True)
    first = None
    if p.returncode == 1:
        fault = json.loads(p.stdout)["faults"][0]
        first = (fault["table"], fault["row"])
    return p.returncode, first, (p.stdout + p.stderr).decode(errors="replace")


def try_sql(kind, name, statements, table=None, rows=None):
    """Runs the statements; verify must say 1 and name the table and one of the rows."""
    shutil.copy(base, db_file)
    db = sqlite3.connect(db_file)
    try:
        for s in statements:
            db.execute(*s) if isinstance(s, tuple) else db.execute(s)
        changed = db.total_changes
        db.commit()
    except sqlite3.IntegrityError as e:
        db.close()
        return False
    db.close()
    judge(kind, name, table, rows, changed)
    return True


def judge(kind, name, table=None, rows=None, changed=1):
    code, first, said = verify()
    fine = code == 1 and changed > 0
    if fine and table is not None:
        fine = first[0] == table and (rows is None or first[1] in rows)
    if fine:
        quiet[kind] = quiet.get(kind, 0) + 1
    else:
        print(f"not ok {kind}: {name}\n    exit {code}, first {first}, want {table} {rows}: {said[:400]}")


def others(value):
    """Values that are not this one."""
    if value is None:
        return [1, "x", b"x"]
    if isinstance(value, int):
        return [value + 1, value ^ (1 << 40)]
    if isinstance(value, str):
        flipped = value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"
        return [flipped, value + "\0", ""] if value else ["x", "\0"]
    if not value:
        return [b"\0"]
    at = chance.randrange(len(value))
    return [value[:at] + bytes([value[at] ^ (1 << chance.randrange(8))]) + value[at + 1:], value + b"\0"]


def encode(table, columns, row):
    out = table.encode() + b"\n"
    for name, v in zip(columns, row):
        kind = {int: "integer", str: "text", bytes: "blob", type(None): "null"}[type(v)]
        raw = b"" if v is None else v if isinstance(v, bytes) else str(v).encode()
        out += f"{name} {kind} {len(raw)}\n".encode() + raw + b"\n"
    return hashlib.sha256(out).digest()


def forge(db, from_sequence):
    """Writes the hashes of the chain anew from there, as one without the key could."""
    columns = [c[1] for c in db.execute("PRAGMA table_info(audit)")]
    previous = bytes(32)
    for row in db.execute("SELECT * FROM audit ORDER BY sequence").fetchall():
        if row[0] >= from_sequence:
            row = row[:7] + (previous,) + (encode("audit", columns, row[:7] + (previous,)),)
            db.execute("UPDATE audit SET previous=?, hash=? WHERE sequence=?", (row[7], row[8], row[0]))
        previous = row[8]


fresh()
code, _, said = verify()
print("ok undamaged, it is intact" if code == 0 else "not ok undamaged, it is intact\n    " + said)

db = sqlite3.connect(base)
db.text_factory = lambda b: b.decode("utf-8", "surrogateescape")
tables = [t for (t,) in db.execute(
    "SELECT name FROM sqlite_schema WHERE type='table' AND name NOT LIKE 'sqlite%' "
    # Full text repeats what other tables have.
    "AND name NOT LIKE 'search%' ORDER BY name")]
contents = {}
for t in tables:
    columns = [c[1] for c in db.execute(f"PRAGMA table_info({t})")]
    contents[t] = (columns, db.execute(f"SELECT * FROM {t} ORDER BY 1").fetchall())
indexes = [n for (n,) in db.execute("SELECT name FROM sqlite_schema WHERE type='index' AND sql IS NOT NULL")]
last_checkpoint = db.execute("SELECT max(sequence) FROM checkpoints").fetchone()[0]
db.close()

empty = [t for t in tables if not contents[t][1]]
print("ok every table has rows to damage" if set(empty) <= {"events", "grants", "holds", "tombstones", "watches"}
      else f"not ok every table has rows to damage\n    {empty}")

for t, (columns, rows) in contents.items():
    if not rows:
        continue
    key = columns[0]
    picked = [rows[0], rows[len(rows) // 2], rows[-1]] if len(rows) > 2 else rows
    for row in picked:
        names = None if t == "audit" else {row[0]}
        for i, c in enumerate(columns[1:], 1):
            for v in others(row[i]):
                if v != row[i]:
                    try_sql("a cell is changed", f"{t}.{c} of {row[0]}: {v!r:.60}",
                            [(f"UPDATE {t} SET {c}=? WHERE {key}=?", (v, row[0]))], t, names)
        try_sql("a row is deleted", f"{t} {row[0]}", [(f"DELETE FROM {t} WHERE {key}=?", (row[0],))],
                None if t == "checkpoints" or row is rows[-1] and t == "audit" else t, names)
        try_sql("a row is given another place", f"{t} {row[0]}",
                [(f"UPDATE {t} SET {key}={key}+100000 WHERE {key}=?", (row[0],))])
        doubled = [v + "2" if isinstance(v, str) and c in ("id", "scope", "operator_name") else v
                   for c, v in zip(columns, row)]
        doubled[0] = rows[-1][0] + 1
        if t == "tombstones":
            doubled[1] += "2"
        try_sql("a row is inserted", f"{t} like {row[0]}",
                [(f"INSERT INTO {t} VALUES({','.join('?' * len(doubled))})", doubled)], t)
    if len(rows) > 1:
        a, b = chance.sample(rows, 2)
        try_sql("two rows are swapped", f"{t} {a[0]} and {b[0]}",
                [f"UPDATE {t} SET {key}=-1 WHERE {key}={a[0]}",
                 f"UPDATE {t} SET {key}={a[0]} WHERE {key}={b[0]}",
                 f"UPDATE {t} SET {key}={b[0]} WHERE {key}=-1"], t)
    try_sql("a table is emptied", t, [f"DELETE FROM {t} WHERE 1"]) if t not in ("audit", "checkpoints") else None
    if len(rows) > 2:
        try_sql("a table is turned round", t, [
            f"UPDATE {t} SET {key}=-{key}",
            f"UPDATE {t} SET {key}={key}+{rows[0][0] + rows[-1][0]}"])

# Recordings: each piece of output replaced, joined, cut.
columns, chunks = contents["chunks"]
for e in chunks[:60]:
    try_sql("a piece of a recording is replaced", f"chunk {e[0]}",
            [("UPDATE chunks SET data=? WHERE row=?", (os.urandom(len(e[4]) or 1), e[0]))], "chunks", {e[0]})

# The end of the chain, with all that it is about.
_, chain = contents["audit"]
for cut in (1, 2, 3, 5, 8, 13, len(chain) // 2, len(chain) - 3):
    gone = chain[-cut:]
    statements = [("DELETE FROM audit WHERE sequence>=?", (gone[0][0],))]
    for a in gone:
        if a[4] == "insert":
            statements.append((f"DELETE FROM {a[2]} WHERE row=?", (a[3],)))
    try_sql("the end of everything is cut off", f"{cut} rows", statements)

# Someone who can compute hashes but not sign.
for sequence in chance.sample(range(1, last_checkpoint), 12):
    shutil.copy(base, db_file)
    db = sqlite3.connect(db_file)
    table, row = db.execute("SELECT tbl,row FROM audit WHERE sequence=?", (sequence,)).fetchone()
    db.execute("UPDATE audit SET at=at+1 WHERE sequence=?", (sequence,))
    forge(db, sequence)
    db.commit()
    db.close()
    judge("the chain is written anew", f"from {sequence}", "checkpoints")

# A decision that nobody made, with its link in the chain.
for what, value in (("operator_name", "max"), ("say", "deny"), ("reason", b"other"), ("signature", b"x"),
                    ("statement", b"x"), ("key_fingerprint", "SHA256:x"), ("grant_ms", 5), ("digest", bytes(32)),
                    ("proposal", b"rm -r /")):
    shutil.copy(base, db_file)
    db = sqlite3.connect(db_file)
    row = db.execute("SELECT row FROM decisions WHERE signature<>''").fetchone()[0]
    db.execute(f"UPDATE decisions SET {what}=? WHERE row=?", (value, row))
    # The chain and the checkpoints of a bastion that its owner has bent: only the
    # operator's own signature is left to tell.
    columns = [c[1] for c in db.execute("PRAGMA table_info(decisions)")]
    content = encode("decisions", columns, db.execute("SELECT * FROM decisions WHERE row=?", (row,)).fetchone())
    sequence = db.execute("SELECT sequence FROM audit WHERE tbl='decisions' AND row=?", (row,)).fetchone()[0]
    db.execute("UPDATE audit SET content=? WHERE sequence=?", (content, sequence))
    forge(db, sequence)
    db.commit()
    db.close()
    code, _, said = verify()
    found = code == 1 and "decisions row" in said
    if found:
        quiet["a decision is forged with its chain"] = quiet.get("a decision is forged with its chain", 0) + 1
    else:
        print(f"not ok a decision is forged: {what}\n    {said[:600]}")

# The schema.
for s in ("CREATE TRIGGER t AFTER INSERT ON commands BEGIN SELECT 1; END", "CREATE TABLE extra(x)",
          "CREATE VIEW v AS SELECT 1", "CREATE INDEX i ON commands(rule)", "DROP TABLE holds",
          "ALTER TABLE commands ADD COLUMN extra TEXT", *[f"DROP INDEX {i}" for i in indexes]):
    shutil.copy(base, db_file)
    db = sqlite3.connect(db_file)
    db.execute(s)
    db.commit()
    db.close()
    code, _, said = verify()
    if code in (1, 2):
        quiet["the schema is changed"] = quiet.get("the schema is changed", 0) + 1
    else:
        print(f"not ok the schema is changed: {s}\n    {said[:300]}")

# Bytes of the file, where rows and indexes have them, but no full text.
fresh()
db = sqlite3.connect(db_file)
db.executescript("PRAGMA secure_delete=1; DELETE FROM search_documents; "
                 "INSERT INTO search_words(search_words) VALUES('delete-all'); PRAGMA wal_checkpoint(TRUNCATE)")
db.close()
image = open(db_file, "rb").read()
words = {v.encode() if isinstance(v, str) else v
         for t in tables for row in contents[t][1] for v in row[1:]
         if isinstance(v, (str, bytes)) and len(set(v)) >= 8}
places = []
for w in sorted(words):
    at = image.find(w)
    while at != -1:
        places.append(at + chance.randrange(len(w)))
        at = image.find(w, at + 1)
for at in chance.sample(places, min(150, len(places))):
    bent = bytearray(image)
    bent[at] ^= 1 << chance.randrange(8)
    with open(db_file, "wb") as f:
        f.write(bent)
    code, _, said = verify()
    if code in (1, 2):
        quiet["a byte of the file is flipped"] = quiet.get("a byte of the file is flipped", 0) + 1
    else:
        print(f"not ok a byte of the file is flipped: {at} ({image[at - 8:at + 8]!r})\n    {said[:300]}")

# An older copy, and the file that tells.
shutil.copy(old, db_file)
judge("an older copy is put back", "whole")
fresh()
lines = open(os.path.join(folder, "audit.log")).read().splitlines(True)
for n, line in enumerate(lines):
    at = chance.randrange(len("checkpoint "), len(line) - 3)
    bent = line[:at] + ("0" if line[at] != "0" else "1") + line[at + 1:]
    with open(os.path.join(work, "audit.log"), "w") as f:
        f.writelines(lines[:n] + [bent] + lines[n + 1:])
    judge("a line of the file of checkpoints is changed", f"{n + 1}, byte {at}")
with open(os.path.join(work, "audit.log"), "w") as f:
    f.writelines(reversed(lines))
judge("the file of checkpoints is turned round", "whole")

# Another key, none, and nothing signed: it cannot be told, or is not this bastion's.
fresh()
subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(work, "other")], check=True)
shutil.copy(os.path.join(work, "other.pub"), os.path.join(work, "keys/audit_ed25519.pub"))
judge("another key", "whole", "checkpoints")
os.remove(os.path.join(work, "keys/audit_ed25519.pub"))
code, _, said = verify()
print("ok without a key nobody can tell" if code == 2 else f"not ok without a key nobody can tell\n    {code}")
fresh()
os.remove(db_file)
code, _, said = verify()
print("ok without a store nobody can tell" if code == 2 else f"not ok without a store nobody can tell\n    {code}")

for kind, n in quiet.items():
    print(f"ok found each time: {kind} ({n})")
