# The broker between hostile peers, and killed at every stage.
cd "$(dirname "$0")/../.." && exec python3 tests/regress/broker_peers.py
