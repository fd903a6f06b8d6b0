#!/bin/bash
# The keys of our line editor against those of bash.
exec python3 "$(dirname "$0")/lineedit.py"
