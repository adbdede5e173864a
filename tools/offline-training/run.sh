#!/usr/bin/env bash
# Runs a packed training on a machine without a network: made by pack.cs, which says what is in the pack.
#   run.sh start [more settings]   unpack if need be, and train in the background; the same command goes on with a run that was stopped
#   run.sh status                  whether it runs, and the last lines of its log
#   run.sh stop                    let it write its state and end
#   run.sh export FOLDER           the weights in half precision, in pieces that FOLDER/join.sh puts together
# Variables: DEVICE (cuda), MINUTES (of training; none: to the end), WORK (a folder beside this script), PIECE_MB (15), AUDIOCODEC_LIBTORCH.
set -euo pipefail
pack=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=${WORK:-$pack/work}
device=${DEVICE:-cuda}

fail() {
    echo "error: $*" >&2
    exit 1
}

program() {
    (cd "$work" && exec app/audiocodec "$@")
}

unpack() {
    [ ! -e "$work/unpacked" ] || return 0
    (cd "$pack" && sha256sum --quiet -c SHA256SUMS) || fail "a piece is damaged or missing: copy it again"
    mkdir -p "$work"
    cat "$pack"/program.tar.xz.* | tar -xJf - -C "$work"
    cat "$pack"/data.tar.* | tar -xf - -C "$work"
    touch "$work/unpacked"
}

running() {
    [ -s "$work/pid" ] && kill -0 "$(cat "$work/pid")" 2>/dev/null
}

start() {
    ! running || fail "it runs already: run.sh status"
    unpack
    program torch --device "${device%%:*}" || fail "there is no libtorch for '$device' here; AUDIOCODEC_LIBTORCH names the folder of one"
    local limit=()
    [ -z "${MINUTES:-}" ] || limit=(timeout --signal=TERM "${MINUTES}m")
    mapfile -t arguments <"$work/arguments"
    rm -f "$work/exit"
    # A session of its own, so that it outlives the shell that started it.
    cd "$work"
    setsid nohup bash -c 'trap : TERM; "$@" >>log.txt 2>&1; echo $? >exit' train \
        ${limit[@]+"${limit[@]}"} app/audiocodec "${arguments[@]}" --run run --device "$device" "$@" </dev/null >/dev/null 2>&1 &
    echo $! >pid
    sleep 2
    status
}

status() {
    if running; then echo "running"; elif [ -s "$work/exit" ]; then echo "ended with $(cat "$work/exit")"; else echo "not running"; fi
    [ ! -f "$work/log.txt" ] || tail -n 15 "$work/log.txt"
}

stop() {
    running || fail "it does not run"
    # The whole session: the program gets the signal and writes its state.
    kill -TERM -- "-$(cat "$work/pid")"
    while running; do sleep 1; done
    status
}

export_weights() {
    local target=${1:?usage: run.sh export FOLDER}
    mkdir -p "$target"
    target=$(cd "$target" && pwd)
    [ -z "$(ls -A "$target")" ] || fail "'$target' is not empty"
    program export run -o "$work/exported" -f
    tar -cf - -C "$work/exported" . | split -b "${PIECE_MB:-15}M" -d -a 3 - "$target/exported.tar."
    [ ! -f "$work/run/log.jsonl" ] || gzip -c "$work/run/log.jsonl" >"$target/log.jsonl.gz"
    cp "$work/log.txt" "$target/log.txt"
    (cd "$target" && sha256sum exported.tar.* >SHA256SUMS)
    cat >"$target/join.sh" <<'JOIN'
#!/usr/bin/env bash
# Puts the exported checkpoint together: join.sh FOLDER
set -euo pipefail
mkdir -p "${1:?usage: join.sh FOLDER}"
target=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")"
sha256sum --quiet -c SHA256SUMS
cat exported.tar.* | tar -xf - -C "$target"
JOIN
    chmod +x "$target/join.sh"
    ls -l "$target"
}

case ${1:-} in
    start) shift; start "$@" ;;
    status) status ;;
    stop) stop ;;
    export) shift; export_weights "$@" ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
