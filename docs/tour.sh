#!/bin/sh
# A release's way from its build to live, and back: from Thursday to Monday in half a minute.
#
#     docs/tour.sh [BINARY]
#
# It starts an image registry, and a server on a simulated clock, with data in a folder that is gone afterwards. Each step
# tells what it does, shows what it types, and ends the tour with a sentence if something else comes of it than stands here.
set -eu
cd "$(dirname "$0")/.."
program=${1:-.build/release/gatehouse}
[ -x "$program" ] || { echo "there is no program $program: 'make build' makes it" >&2; exit 1; }
for needed in docker-registry skopeo; do
    command -v "$needed" >/dev/null || { echo "there is no $needed: 'scripts/setup test' installs it" >&2; exit 1; }
done
unset GATEHOUSE_SERVER GATEHOUSE_TOKEN GATEHOUSE_TOKEN_FILE GATEHOUSE_DATABASE GATEHOUSE_ADMIN_TOKEN
folder=$(mktemp -d)
# Where root starts it, PostgreSQL runs as another user.
chmod 711 "$folder"
server= registry_process=

# -- what the steps are written with ----------------------------------------------------------------------------------

gatehouse() { "$program" "$@"; }

say() { printf '\n%s\n' "$*" | fold -s -w 110; }

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

# A registry on a port of its own, which is left in REGISTRY.
start_registry() {
    scripts/registry "$folder/registry" >"$folder/registry.log" &
    registry_process=$!
    eventually "a registry listens" 'listening on 127.0.0.1' cat "$folder/registry.log"
    REGISTRY=$(sed -n 's/.*listening on \(127[0-9.:]*\).*/\1/p' "$folder/registry.log")
    export REGISTRY
}

finish() {
    stop
    [ -z "$registry_process" ] || { kill "$registry_process"; wait "$registry_process"; } 2>/dev/null || true
    rm -rf "$folder"
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# freight TAG: the ID of what was built so.
freight() { as anna gatehouse freight list stonks-oracle --tag "$1" | cut -c1-40; }

# look: lets the Warehouse look at the registry now. It does so by itself once a minute.
look() { as builds gatehouse warehouse refresh stonks-oracle stonks-images; }

# runs STAGE FREIGHT SENTENCE: waits until the Stage runs it.
runs() { eventually "$3" "$2" as anna gatehouse freight list stonks-oracle --stage "$1"; }

# approve FREIGHT NOTE: Ben says yes to it in live.
approve() { expect 0 'approved for  live  ben' as ben gatehouse freight approve stonks-oracle "$1" --stage live --note "$2"; }

# -- the tour ---------------------------------------------------------------------------------------------------------

say "It is Thursday, 19 November 2026, five in the afternoon in New York. The market has closed."
start_registry
at 2026-11-19T22:00:00Z
cp "$folder/data/admin.token" "$folder/admin"

say "The pipeline is applied: fourteen images, three Stages, and when each of them is open. Its images are in a registry" \
    "on this machine, whose name is put in the place of the one that is written there."
cp -R kargo "$folder/kargo"
sed -i "s|registry.celestium.life|$REGISTRY|" "$folder/kargo/warehouse.yaml"
expect 0 'revision 1 is in force' as admin gatehouse apply "$folder/kargo" "$folder/kargo/policies" --reason 'the pipeline'

say "Anna promotes, Ben approves, and the build has a token of its own, which can neither promote nor approve."
as admin gatehouse token create --name anna --kind person --role viewer --role operator >"$folder/anna"
as admin gatehouse token create --name ben --kind person --role viewer --role approver >"$folder/ben"
as admin gatehouse token create --name builds --kind robot --role ci --project stonks-oracle >"$folder/builds"

say "Commit 987fed is built, and goes all the way to live. It is what runs before this tour's release."
scripts/push-build 987fed
look >"$folder/out" || wrong "the Warehouse can be looked at"
before=$(freight 987fed)
[ -n "$before" ] || wrong "fourteen images with one tag are one Freight"
runs beta "$before" "beta runs 987fed"
expect 0 'promotion.succeeded' as anna gatehouse promote stonks-oracle paper "$before" --wait --timeout 30s
approve "$before" 'fills compared over a day'
expect 0 'promotion.succeeded' as anna gatehouse promote stonks-oracle live "$before" --wait --timeout 30s

say "Friday, ten in the morning. The market trades. Commit abc123 is being built: thirteen of its images are pushed."
at 2026-11-20T15:00:00Z
images=$(sed -n 's|.*repoURL: .*/||p' kargo/warehouse.yaml)
scripts/push-build abc123 $(echo "$images" | grep -v superset)
expect 0 'incomplete  abc123' as builds gatehouse warehouse refresh stonks-oracle stonks-images
grep -q 'incomplete  abc123 .* lacks  [^ ]*/superset$' "$folder/out" || wrong "only superset is missing"
[ -z "$(freight abc123)" ] || wrong "what is not complete is no Freight"

say "The fourteenth is pushed: fourteen images with one tag are one Freight."
scripts/push-build abc123 superset
look >"$folder/out" || wrong "the Warehouse can be looked at"
! grep '^incomplete' "$folder/out" || wrong "nothing is missing any more"
abc123=$(freight abc123)
expect 0 'stonks-images  abc123  2026-11-20T15:0' as anna gatehouse freight show stonks-oracle "$abc123"
[ "$(grep -c '^image ' "$folder/out")" = 14 ] || wrong "it has fourteen images"

say "It goes into beta by itself: beta is open at any time."
runs beta "$abc123" "beta runs abc123"

say "Anna wants it in paper, now or never. The market trades: paper is closed, and says until when."
expect 3 'XNYS core session until 16:00 EST' as anna gatehouse promote stonks-oracle paper "$abc123" --if-closed refuse
grep -q 'next open  2026-11-20T16:20:00-05:00' "$folder/out" || wrong "paper opens twenty minutes after the close"

say "So she lets it wait, and goes to lunch."
expect 0 'paper.' as anna gatehouse promote stonks-oracle paper "$abc123" --reason 'the fix for ORA-12'
eventually "it waits for the market" 'market.core_session' as anna gatehouse waiting
expect 0 'next open 2026-11-20T16:20:00-05:00' as anna gatehouse status stonks-oracle

say "Nineteen past four: the market has closed, and paper waits twenty minutes more."
at 2026-11-20T21:19:00Z
expect 3 'paper is closed' as anna gatehouse gate stonks-oracle paper

say "Twenty past four. Nobody does anything."
at 2026-11-20T21:20:00Z
runs paper "$abc123" "paper runs abc123"

say "Anna wants it in live. There another person has to say yes."
expect 0 'live.' as anna gatehouse promote stonks-oracle live "$abc123" --reason 'the fix for ORA-12'
eventually "it waits for a yes" 'approval.missing' as anna gatehouse waiting

say "Half past six. Ben says yes, but on Friday evenings live stays as it is."
at 2026-11-20T23:30:00Z
approve "$abc123" 'fills compared over a day'
eventually "it waits for the window" 'window.denied' as anna gatehouse waiting
expect 0 'next open 2026-11-21T00:00:00-05:00' as anna gatehouse status stonks-oracle

say "Midnight."
at 2026-11-21T05:00:00Z
runs live "$abc123" "live runs abc123"

say "Monday, ten in the morning. abc123 fills orders twice: it is to go nowhere any more, and out of paper and live."
at 2026-11-23T15:00:00Z
expect 0 'rejected' as anna gatehouse freight reject stonks-oracle "$abc123" --reason 'fills orders twice'

say "Back to what ran before: that waits for no hour. In paper it goes at once; in live it takes a yes, which Thursday's" \
    "is no longer."
expect 0 'promotion.succeeded' as anna gatehouse promote stonks-oracle paper "$before" --rollback \
    --reason 'abc123 fills orders twice' --wait --timeout 30s
expect 0 'live.' as anna gatehouse promote stonks-oracle live "$before" --rollback --reason 'abc123 fills orders twice'
eventually "it waits for a yes" 'approval.' as anna gatehouse waiting
approve "$before" 'it did well on Thursday'
runs live "$before" "live runs 987fed again"
expect 0 '987fed' as anna gatehouse status stonks-oracle

say "That is the way. Nothing was deployed: no policy of kargo/ has a 'deploy' yet."
