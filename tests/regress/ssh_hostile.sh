#!/bin/bash
# Clients that do not keep to the protocol, against the real ingress.
INGRESS_ARGS='--grace 2'
. "$(dirname "$0")/../support/ssh_bed.sh"
start_bastion "$dir/target/host_ed25519.pub" "$(id -un)"
ssh-keygen -q -t rsa -b 1024 -N '' -m PEM -f "$dir/bastion/weak" 2>/dev/null ||
  openssl genrsa -traditional -out "$dir/bastion/weak" 1024 2>/dev/null
# Debian's interpreter, for Debian's paramiko.
timeout 120 /usr/bin/python3 "$root/tests/support/hostile_client.py" "$port" "$dir/bastion"
same 'the clients came to their end' $? 0
same 'after all that it serves' "$(agent -n 'run:none:echo hi')" hi
holds 'and nothing complained' '! grep -qE "check failed|terminate" "$dir/bastion/err"'
