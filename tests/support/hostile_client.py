"""Hostile SSH clients, one function each, for ssh_hostile.sh: paramiko's
transport with messages of our own.  hostile_client.py PORT DIR [NAME...]"""
import logging
import os
import socket
import struct
import sys
import time

import paramiko
from paramiko.common import (MSG_CHANNEL_OPEN, MSG_SERVICE_REQUEST, MSG_USERAUTH_REQUEST,
                             MSG_USERAUTH_SUCCESS, cMSG_CHANNEL_DATA)

logging.getLogger("paramiko").setLevel(logging.CRITICAL + 1)
port, folder = int(sys.argv[1]), sys.argv[2]
key = paramiko.Ed25519Key.from_private_key_file(folder + "/agent")
stranger = paramiko.Ed25519Key.from_private_key_file(folder + "/stranger")
USER = "devin"
WINDOW, PACKET = 2**31 - 1, 32768


def log():
    return open(folder + "/log").read()


def connect():
    t = paramiko.Transport(socket.create_connection(("127.0.0.1", port), timeout=10))
    t.start_client(timeout=10)
    return t


def message(*parts):
    m = paramiko.Message()
    for p in parts:
        if isinstance(p, bool):
            m.add_boolean(p)
        elif isinstance(p, int):
            m.add_int(p)
        elif isinstance(p, (str, bytes)):
            m.add_string(p)
        else:
            m.packet.write(bytes(p))
    return m


def send(t, number, *parts):
    m = paramiko.Message()
    m.add_byte(bytes([number]))
    m.packet.write(message(*parts).asbytes())
    try:
        t._send_message(m)
    except (OSError, EOFError):
        pass  # ended meanwhile: the caller looks


def ends(t, seconds=5):
    """The server ends the connection."""
    t.join(seconds)
    return not t.is_active()


def login(t=None):
    t = t or connect()
    t.auth_publickey(USER, key)
    return t


def note_reply(granted):
    def handler(chan, _):
        chan.replies.append(granted)
    return handler


# paramiko closes a channel at the first refusal; these go on.
paramiko.Transport._channel_handler_table[99] = note_reply(True)
paramiko.Transport._channel_handler_table[100] = note_reply(False)
paramiko.Channel.replies = ()


def request(chan, name, *parts):
    """A channel request that asks for a reply: was it granted?"""
    chan.replies = []
    send(chan.transport, 98, chan.remote_chanid, name, True, *parts)
    for _ in range(500):
        if chan.replies:
            return chan.replies[0]
        time.sleep(0.01)
    raise TimeoutError("no reply to " + name)


def channel_before_authentication():
    before = log().count("exec")
    t = connect()
    send(t, MSG_CHANNEL_OPEN, "session", 0, WINDOW, PACKET)
    return ends(t) and log().count("exec") == before


def success_sent_by_the_client():
    before = log().count("exec")
    t = connect()
    send(t, MSG_USERAUTH_SUCCESS)
    send(t, MSG_CHANNEL_OPEN, "session", 0, WINDOW, PACKET)
    send(t, 98, 0, "exec", True, "run:none:true")
    return ends(t) and log().count("exec") == before


def success_sent_during_authentication():
    t = connect()
    send(t, MSG_SERVICE_REQUEST, "ssh-userauth")
    send(t, MSG_USERAUTH_REQUEST, USER, "ssh-connection", "publickey", False, "ssh-ed25519",
         key.asbytes())
    send(t, MSG_USERAUTH_SUCCESS)
    send(t, MSG_CHANNEL_OPEN, "session", 0, WINDOW, PACKET)
    return ends(t)


def another_service():
    t = connect()
    send(t, MSG_SERVICE_REQUEST, "ssh-connection")
    return ends(t)


def a_garbage_key():
    t = connect()
    send(t, MSG_SERVICE_REQUEST, "ssh-userauth")
    for blob in (b"", b"\xff" * 40, b"\0\0\0\x0bssh-ed25519", os.urandom(4000)):
        send(t, MSG_USERAUTH_REQUEST, USER, "ssh-connection", "publickey", False, "ssh-ed25519",
             blob)
    return ends(t)


def a_signature_of_garbage():
    t = connect()
    send(t, MSG_SERVICE_REQUEST, "ssh-userauth")
    signature = message("ssh-ed25519", os.urandom(64)).asbytes()
    send(t, MSG_USERAUTH_REQUEST, USER, "ssh-connection", "publickey", True, "ssh-ed25519",
         key.asbytes(), signature)
    send(t, MSG_CHANNEL_OPEN, "session", 0, WINDOW, PACKET)
    return ends(t)


def a_good_probe_then_a_strangers_signature():
    probes, refused = log().count(" probe "), log().count(" no\n")
    t = connect()
    send(t, MSG_SERVICE_REQUEST, "ssh-userauth")
    send(t, MSG_USERAUTH_REQUEST, USER, "ssh-connection", "publickey", False, "ssh-ed25519",
         key.asbytes())
    body = message(t.session_id).asbytes() + bytes([MSG_USERAUTH_REQUEST]) + message(
        USER, "ssh-connection", "publickey", True, "ssh-ed25519", stranger.asbytes()).asbytes()
    send(t, MSG_USERAUTH_REQUEST, USER, "ssh-connection", "publickey", True, "ssh-ed25519",
         stranger.asbytes(), stranger.sign_ssh_data(body).asbytes())
    time.sleep(0.3)
    asked = log().count(" probe ") == probes + 1 and log().count(" no\n") == refused + 1
    send(t, MSG_CHANNEL_OPEN, "session", 0, WINDOW, PACKET)
    return asked and ends(t)


def the_user_name_changes():
    t = connect()
    send(t, MSG_SERVICE_REQUEST, "ssh-userauth")
    send(t, MSG_USERAUTH_REQUEST, USER, "ssh-connection", "none")
    send(t, MSG_USERAUTH_REQUEST, "other", "ssh-connection", "none")
    return ends(t, 1)


def many_tries():
    t = connect()
    send(t, MSG_SERVICE_REQUEST, "ssh-userauth")
    for _ in range(8):
        send(t, MSG_USERAUTH_REQUEST, USER, "ssh-connection", "password", False, "secret")
    return ends(t, 1)


def a_password():
    t = connect()
    try:
        t.auth_password(USER, "secret")
    except paramiko.BadAuthenticationType as e:
        return e.allowed_types == ["publickey"]
    return False


def a_weak_key():
    weak = paramiko.RSAKey.from_private_key_file(folder + "/weak")
    t = connect()
    try:
        t.auth_publickey(USER, weak)
    except paramiko.SSHException:
        return True
    return False


def no_banner():
    s = socket.create_connection(("127.0.0.1", port), timeout=10)
    try:
        for _ in range(64):
            s.sendall(b"x" * 4096)
        while s.recv(4096):
            pass
    except OSError:
        pass
    return True


def nothing_is_said():
    s = socket.create_connection(("127.0.0.1", port), timeout=10)
    while s.recv(4096):
        pass
    return True


def unknown_channels():
    t = login()
    for kind in ("x11", "auth-agent@openssh.com", "tun@openssh.com", "nonsense", ""):
        try:
            t.open_channel(kind, timeout=5, dest_addr=("h", 1), src_addr=("h", 1))
            return False
        except paramiko.ChannelException:
            pass
    for kind in ("direct-tcpip", "forwarded-tcpip"):
        try:
            t.open_channel(kind, ("127.0.0.1", 22), ("127.0.0.1", 1), timeout=5)
            return False
        except paramiko.ChannelException:
            pass
    return t.is_active()


def many_channels():
    t = login()
    opened = []
    for _ in range(40):
        try:
            opened.append(t.open_session(timeout=5))
        except paramiko.ChannelException:
            pass
    return len(opened) == 16 and t.is_active()


def one_command_a_channel():
    t = login()
    before = log().count("exec ")
    c = t.open_session()
    first = request(c, "exec", "hold:")
    others = [request(c, "exec", "run:none:true"), request(c, "shell"), request(c, "subsystem", "sftp"),
              request(c, "env", "LC_A", "1"), request(c, "pty-req", "vt100", 80, 24, 0, 0, b""),
              request(c, "x11-req", False, "a", "b", 0), request(c, "nonsense")]
    return first and not any(others) and log().count("exec ") - before == 1


def requests_out_of_place():
    t = login()
    c = t.open_session()
    granted = [request(c, "auth-agent-req@openssh.com"), request(c, "x11-req", False, "a", "b", 0),
               request(c, "env", "LD_PRELOAD", "x"), request(c, "env", "LC_A", "x" * 5000),
               request(c, "xon-xoff", True), request(c, "break", 5), request(c, "")]
    send(t, 98, c.remote_chanid, "exit-status", False, 3)
    send(t, 98, c.remote_chanid, "signal", False, "TERM")
    return not any(granted) and request(c, "exec", "deny:x")


def messages_for_no_channel():
    t = login()
    for number in (93, 94, 95, 96, 97, 98, 99, 100):
        send(t, number, 4711, "x", True)
    c = t.open_session(timeout=5)
    return request(c, "exec", "deny:x")


def requests_after_the_close():
    t = login()
    for _ in range(50):
        c = t.open_session(timeout=5)
        request(c, "exec", "deny:x")
        send(t, 97, c.remote_chanid)
        for _ in range(5):
            send(t, 98, c.remote_chanid, "exec", True, "run:none:true")
    return True


def a_signal_while_held():
    t = login()
    c = t.open_session()
    request(c, "exec", "hold:")
    send(t, 98, c.remote_chanid, "signal", False, "USR1")
    time.sleep(0.3)
    held = not c.exit_status_ready()
    send(t, 98, c.remote_chanid, "signal", False, "INT")
    return held and c.recv_exit_status() == 130


def authentication_after_login():
    t = login()
    send(t, MSG_USERAUTH_REQUEST, "other", "ssh-connection", "none")
    time.sleep(0.2)
    try:
        c = t.open_session(timeout=3)
        return request(c, "exec", "deny:x")
    except (paramiko.SSHException, EOFError):
        return True  # ended: as good


def the_window_is_ignored():
    t = login()
    c = t.open_session()
    request(c, "exec", "hold:")
    data = struct.pack(">II", c.remote_chanid, 30000) + b"x" * 30000
    try:
        for _ in range(1000):  # 30 MB
            m = paramiko.Message()
            m.add_byte(cMSG_CHANNEL_DATA)
            m.packet.write(data)
            t._send_message(m)
            if not t.is_active():
                return True
    except (OSError, EOFError, paramiko.SSHException):
        return True
    return ends(t)


def the_window_is_closed():
    """Nobody can be made to hold what is not read."""
    t = login()
    c = t.open_session(window_size=1000)
    request(c, "exec", "run:none:head -c 30000000 /dev/zero")
    time.sleep(1)
    size = max(int(open("/proc/%s/statm" % p).read().split()[1]) * 4 for p in os.listdir("/proc")
               if p.isdigit() and name_of(p) in ("hitl-ingress", "hitl-egress"))
    return size < 30000


def name_of(pid):
    try:
        return open("/proc/%s/comm" % pid).read().strip()
    except OSError:
        return ""


ONLY = sys.argv[3:]
CLIENTS = [channel_before_authentication, success_sent_by_the_client,
           success_sent_during_authentication, another_service, a_garbage_key,
           a_signature_of_garbage, a_good_probe_then_a_strangers_signature, the_user_name_changes,
           many_tries, a_password, a_weak_key, no_banner, nothing_is_said, unknown_channels,
           many_channels, one_command_a_channel, requests_out_of_place, messages_for_no_channel,
           requests_after_the_close, a_signal_while_held, authentication_after_login,
           the_window_is_ignored, the_window_is_closed]

for client in [c for c in CLIENTS if not ONLY or c.__name__ in ONLY]:
    try:
        good = client()
    except Exception as e:  # noqa: BLE001: which client, and what
        good = False
        print("%s: %s: %s" % (client.__name__, type(e).__name__, e))
    print(("ok " if good else "not ok ") + client.__name__.replace("_", " "), flush=True)
