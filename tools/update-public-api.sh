#!/usr/bin/env bash
# Writes the library's public members to tests/AudioCodec.Cli.Tests/Repository/PublicApi.txt, with which a test compares them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
AUDIOCODEC_UPDATE_PUBLIC_API=1 dotnet test tests/AudioCodec.Cli.Tests --nologo --filter FullyQualifiedName~PublicApiTests
git --no-pager diff --stat -- tests/AudioCodec.Cli.Tests/Repository/PublicApi.txt
