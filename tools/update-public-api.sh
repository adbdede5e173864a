#!/usr/bin/env bash
# Writes the public members of the libraries that ship to PublicAPI.Unshipped.txt beside each; every build compares them.
# Members of a release belong into PublicAPI.Shipped.txt; one that goes later is named *REMOVED* in the other file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for listing in src/*/PublicAPI.Unshipped.txt; do
    removed=$(grep '^\*REMOVED\*' "$listing" || true)
    printf '%s\n' '#nullable enable' ${removed:+"$removed"} >"$listing"
    dotnet format analyzers "$(dirname "$listing")" --diagnostics RS0016 --severity warn
done
git --no-pager diff --stat -- 'src/*/PublicAPI.*.txt'
