#!/bin/sh
# A release's way from its build to live, and back: four days of the market in a few seconds.
#
#     docs/tour.sh [BINARY]
#
# It starts a server of its own on a simulated clock, with data in a folder that is gone afterwards. Each step tells
# what it does, shows what it types, and ends the tour with a sentence if something else comes of it than stands here.
set -eu
cd "$(dirname "$0")/.."
program=${1:-.build/release/gatehouse}
[ -x "$program" ] || { echo "there is no program $program: 'make build' makes it" >&2; exit 1; }
unset GATEHOUSE_SERVER GATEHOUSE_TOKEN GATEHOUSE_TOKEN_FILE GATEHOUSE_DATABASE GATEHOUSE_ADMIN_TOKEN
folder=$(mktemp -d)
# Where root starts it, PostgreSQL runs as another user.
chmod 711 "$folder"
server=

# -- what the steps are written with ----------------------------------------------------------------------------------

gatehouse() { "$program" "$@"; }

say() { printf '\n%s\n' "$*"; }

wrong() {
    printf '\nThis is not so: %s.\n' "$1" >&2
    [ ! -s "$folder/out" ] || sed 's/^/    /' "$folder/out" >&2
    exit 1
}

# as NAME COMMAND…: with that person's token.
as() {
    GATEHOUSE_TOKEN=$(cat "$folder/$1")
    export GATEHOUSE_TOKEN
    shift
    "$@"
}

# expect CODE TEXT COMMAND…: shows a command and what it prints; it must end with this code and print this text.
expect() {
    code=$1 text=$2
    shift 2
    case $1 in as) printf '%s$ ' "$2"; shown=$(shift 2; echo "$*") ;; *) printf '$ '; shown=$* ;; esac
    echo "$shown"
    ended=0
    "$@" >"$folder/out" 2>&1 || ended=$?
    cut -c1-110 "$folder/out" | sed 's/^/    /'
    [ "$ended" = "$code" ] || wrong "it ends with $code; it ended with $ended"
    grep -qF -- "$text" "$folder/out" || wrong "it prints '$text'"
}

# eventually SENTENCE TEXT COMMAND…: asks until the command prints this text, half a minute at most.
eventually() {
    sentence=$1 text=$2 tries=0
    shift 2
    until "$@" >"$folder/out" 2>&1 && grep -qF -- "$text" "$folder/out"; do
        tries=$((tries + 1))
        [ "$tries" -lt 150 ] || wrong "$sentence"
        sleep 0.2
    done
    echo "  $sentence."
}

# at INSTANT: a server whose clock begins then, on the data of the one before.
at() {
    stop
    : >"$folder/log"
    "$program" serve --listen 127.0.0.1:0 --data "$folder/data" --clock "$1" >"$folder/log" 2>&1 &
    server=$!
    tries=0
    until grep -q 'listening on' "$folder/log"; do
        tries=$((tries + 1))
        if [ "$tries" = 300 ] || ! kill -0 "$server" 2>/dev/null; then
            cp "$folder/log" "$folder/out"
            wrong "a server starts"
        fi
        sleep 0.2
    done
    GATEHOUSE_SERVER=$(sed -n 's/.*listening on \(http:[^ ]*\).*/\1/p' "$folder/log")
    export GATEHOUSE_SERVER
}

stop() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" || true; }
    server=
}

trap 'stop; rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# freight TAG: the ID of what was built so.
freight() { as anna gatehouse freight list stonks-oracle --tag "$1" | cut -c1-40; }

# -- the tour ---------------------------------------------------------------------------------------------------------

say "It is Friday, 20 November 2026, ten in the morning in New York. The market trades."
at 2026-11-20T15:00:00Z
cp "$folder/data/admin.token" "$folder/admin"

say "The pipeline is applied: fourteen images, three Stages, and when each of them is open."
expect 0 'revision 1 is in force' as admin gatehouse apply kargo kargo/policies --reason 'the pipeline'

say "Anna promotes, Ben approves, and the build has a token of its own, which can only report."
as admin gatehouse token create --name anna --kind person --role viewer --role operator >"$folder/anna"
as admin gatehouse token create --name ben --kind person --role viewer --role approver >"$folder/ben"
as admin gatehouse token create --name builds --kind robot --role ci --project stonks-oracle >"$folder/builds"

say "Commit abc123 is built: fourteen images with one tag are one Freight."
as builds scripts/report-build abc123 >"$folder/out" || wrong "a build may report what it made"
abc123=$(freight abc123)
expect 0 'stonks-images  abc123  2026-11-20T15:00' as anna gatehouse freight show stonks-oracle "$abc123"
[ "$(grep -c '^image ' "$folder/out")" = 14 ] || wrong "it has fourteen images"

say "It goes into beta by itself: beta is open at any time."
eventually "beta runs abc123" "$abc123" as anna gatehouse freight list stonks-oracle --stage beta

say "Anna wants it in paper, now or never. The market trades: paper is closed, and says until when."
expect 3 'XNYS core session until 16:00 EST' as anna gatehouse promote stonks-oracle paper "$abc123" --if-closed refuse
grep -q 'next open  2026-11-20T16:20:00-05:00' "$folder/out" || wrong "paper opens twenty minutes after the close"

say "So she lets it wait, and goes to lunch."
expect 0 'paper.' as anna gatehouse promote stonks-oracle paper "$abc123" --reason 'the fix for ORA-12'
eventually "it waits for the market" 'market.core_session' as anna gatehouse waiting
expect 0 'next open 2026-11-20T16:20:00-05:00' as anna gatehouse status stonks-oracle

say "Twenty past four. Nobody does anything."
at 2026-11-20T21:20:00Z
eventually "paper runs abc123" "$abc123" as anna gatehouse freight list stonks-oracle --stage paper

say "Anna wants it in live. There another person has to say yes."
expect 0 'live.' as anna gatehouse promote stonks-oracle live "$abc123" --reason 'the fix for ORA-12'
eventually "it waits for a yes" 'approval.missing' as anna gatehouse waiting

say "Half past six. Ben says yes, but on Friday evenings live stays as it is."
at 2026-11-20T23:30:00Z
curl -sS --fail-with-body --json '{"stage": "live", "note": "fills compared over a day"}' \
    --noproxy '*' -H "Authorization: Bearer $(cat "$folder/ben")" \
    "$GATEHOUSE_SERVER/v1/projects/stonks-oracle/freight/$abc123/approvals" >"$folder/out" ||
    wrong "an approver says yes"
eventually "it waits for the window" 'window.denied' as anna gatehouse waiting
expect 0 'next open 2026-11-21T00:00:00-05:00' as anna gatehouse status stonks-oracle

say "Midnight."
at 2026-11-21T05:00:00Z
eventually "live runs abc123" "$abc123" as anna gatehouse freight list stonks-oracle --stage live

say "On Saturday def456 is built and goes as far as paper. The market is closed, so that it goes in at once."
as builds scripts/report-build def456 >"$folder/out" || wrong "a build may report what it made"
def456=$(freight def456)
eventually "beta runs def456" "$def456" as anna gatehouse freight list stonks-oracle --stage beta
expect 0 'promotion.succeeded' as anna gatehouse promote stonks-oracle paper "$def456" --wait --timeout 30s

say "Monday, ten in the morning. def456 fills orders twice. Back to what paper ran before: that waits for no hour."
at 2026-11-23T15:00:00Z
expect 0 'rejected' as anna gatehouse freight reject stonks-oracle "$def456" --reason 'fills orders twice'
expect 0 'promotion.succeeded' as anna gatehouse promote stonks-oracle paper "$abc123" --rollback \
    --reason 'def456 fills orders twice' --wait --timeout 30s
expect 0 'abc123' as anna gatehouse status stonks-oracle

say "That is the way. Nothing was deployed: no policy of kargo/ has a 'deploy' yet."
