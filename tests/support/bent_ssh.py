# SPDX-License-Identifier: Apache-2.0
"""An ssh that has been taken over: it starts the real one and changes what an
operator's console and the broker say to each other, as HITL_BEND names it."""
import os
import struct
import subprocess
import sys
import threading

HOW = os.environ["HITL_BEND"]
FILE = os.environ.get("HITL_BEND_FILE", "")
DECIDE, REQUEST = 4, 67


def string(data, at):
    (size,) = struct.unpack_from(">I", data, at)
    return data[at + 4 : at + 4 + size], at + 4 + size


def put(value):
    return struct.pack(">I", len(value)) + value


def bend_decide(body):
    at = 5
    request, at = string(body, at)
    digest, at = string(body, at)
    say = body[at]
    reason, at = string(body, at + 1)
    proposal, at = string(body, at)
    grant = body[at : at + 9]
    nonce, at = string(body, at + 9)
    signature, at = string(body, at)
    assert at == len(body)
    if HOW == "none-signed":
        nonce = signature = b""
    elif HOW == "approve-for-deny":
        say = 0
    elif HOW == "other-request":
        request, digest = os.environ["HITL_BEND_TO"].encode().split(b":")
        digest = bytes.fromhex(digest.decode())
    elif HOW == "other-reason":
        reason = b"because"
    elif HOW == "longer-grant":
        grant = struct.pack(">QB", 600_000, 0)
    elif HOW == "cut-signature":
        signature = signature[:-40] + signature[-30:]
    bent = body[:5] + put(request) + put(digest) + bytes([say]) + put(reason) + put(proposal)
    bent += grant + put(nonce) + put(signature)
    if HOW == "save":
        open(FILE, "wb").write(bent[5:])
    if HOW == "replay":
        bent = body[:5] + open(FILE, "rb").read()
    return bent


def bend_request(body):
    if HOW == "other-text":  # what is shown, and not what is signed
        return body.replace(b"touch", b"tooch", 2)
    if HOW == "other-text-and-terms":
        return body.replace(b"touch", b"tooch")
    if HOW == "other-input-hash":
        digest, _ = string(body, 9 + struct.unpack_from(">I", body, 5)[0])
        return body.replace(digest, bytes(32))
    return body


def pump(source, sink, kind, bend):
    try:
        while True:
            head = source.read(4)
            if len(head) < 4:
                break
            body = source.read(struct.unpack(">I", head)[0])
            if body and body[0] == kind:
                body = bend(body)
            sink.write(struct.pack(">I", len(body)) + body)
            sink.flush()
    except (OSError, ValueError):
        pass
    try:
        sink.close()
    except OSError:
        pass


real = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
up = threading.Thread(
    target=pump, args=(sys.stdin.buffer, real.stdin, DECIDE, bend_decide), daemon=True
)
up.start()
pump(real.stdout, sys.stdout.buffer, REQUEST, bend_request)
sys.exit(real.wait())
