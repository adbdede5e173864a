#!/usr/bin/env bash
# Builds everything once and runs every test project. The last line is `N passed, N failed, N skipped`.
# Without arguments it also checks the formatting, and packs what ships so that tests install it.
# usage: tools/test.sh [dotnet test arguments, e.g. --filter FullyQualifiedName~Audio]
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
configuration=${CONFIGURATION:-Release}

passed=0 failed=0 skipped=0 broken=0
finish() {
    [ "$broken" -eq 0 ] || [ "$failed" -gt 0 ] || failed=$broken
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$broken" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

if ! dotnet build AudioCodec.sln -c "$configuration" -v q; then
    echo "the solution does not build"
    broken=1
    finish
fi

if [ "$#" -eq 0 ]; then
    if ! dotnet format whitespace . --folder --verify-no-changes; then
        echo "the formatting differs: dotnet format whitespace . --folder"
        broken=$((broken + 1))
    fi

    packages=$(mktemp -d)
    trap 'rm -rf "$packages"' EXIT
    if dotnet pack AudioCodec.sln -c "$configuration" --no-build -o "$packages" -v q --nologo; then
        export AUDIOCODEC_PACKAGES=$packages
    else
        echo "a project cannot be packed"
        broken=$((broken + 1))
    fi
fi

# One project after the other: some tests measure memory and time.
for project in tests/*.Tests/*.csproj; do
    name=$(basename "$project" .csproj)
    results=$(mktemp -d)
    dotnet test "$project" -c "$configuration" --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
        --logger "console;verbosity=minimal" "$@"
    status=$?
    counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null | head -1)
    if [ -n "$counters" ]; then
        count() { echo "$counters" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*'; }
        project_failed=$(($(count failed) + $(count error) + $(count timeout) + $(count aborted)))
        passed=$((passed + $(count passed)))
        failed=$((failed + project_failed))
        skipped=$((skipped + $(count total) - $(count executed)))
        # A crash of the test host fails the run even where every finished test had passed.
        if [ "$status" -ne 0 ] && [ "$project_failed" -eq 0 ]; then
            echo "$name: the test run ended with status $status"
            broken=$((broken + 1))
        fi
    elif [ "$status" -ne 0 ]; then
        echo "$name: no results and status $status"
        broken=$((broken + 1))
    fi
    rm -rf "$results"
done
finish
