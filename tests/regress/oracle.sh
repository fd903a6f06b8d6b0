# What is judged is what runs: lines of the grammar and of soup, raw and canonical,
# in a world of stubs, which needs root or user namespaces.  SEED= repeats a run.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
B=${B:-build}
seed=${SEED:-$(date +%s)}
"$B/oracle/oracle" "$B/oracle/recorder" planted || exit
for feed in grammar soup; do
  "$B/oracle/oracle" "$B/oracle/recorder" "$feed" --seed "$seed" --count 2500
done
