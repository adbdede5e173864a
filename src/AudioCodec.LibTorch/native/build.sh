#!/usr/bin/env bash
# usage: build.sh <generated ops.g.cpp>
# Builds native/build/libaudiocodec_torch.so. Where libtorch comes from, first match wins: the folder in $LIBTORCH (with include/ and lib/), Debian's
# libtorch-dev, the torch package of python3. Without one of them it says what to install and ends well: the managed code builds without it,
# and its first call throws an exception with the same advice.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ops=$1
build=$here/build
mkdir -p "$build"

give_up() {
    echo "AudioCodec.LibTorch: $1 The torch part will not run; on Debian or Ubuntu: sudo apt-get install libtorch-dev g++ cmake (or tools/setup-libtorch.sh), then build again."
    rm -f "$build/libaudiocodec_torch.so" "$build/stamp"
    exit 0
}

command -v g++ >/dev/null || give_up "g++ is not installed."
command -v cmake >/dev/null || give_up "cmake is not installed."

libtorch=${LIBTORCH:-}
abi=1
if [ -z "$libtorch" ] && [ ! -e /usr/include/ATen/ATen.h ]; then
    libtorch=$(python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))' 2>/dev/null) || give_up "no libtorch was found (neither LIBTORCH, nor libtorch-dev, nor python3's torch)."
fi
if [ -n "$libtorch" ]; then
    [ -e "$libtorch/include/ATen/ATen.h" ] || give_up "LIBTORCH=$libtorch has no include/ATen/ATen.h."
    # The wheel says which C++ ABI it was built with; a plain libtorch archive carries no Python and is the new one.
    abi=$(cd / && python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import torch; print(int(torch._C._GLIBCXX_USE_CXX11_ABI))' "$(dirname "$libtorch")" 2>/dev/null || echo 1)
fi

# The result depends on these only, so another checkout on this machine may have built it already.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/audiocodec-libtorch
key=$( (cat "$here"/*.cpp "$here"/*.h "$here"/CMakeLists.txt "$ops"; echo "$libtorch $abi"; g++ --version;
        cat "${libtorch:-/usr}"/include/torch/version.h "${libtorch:-/usr}"/include/torch/csrc/api/include/torch/version.h 2>/dev/null; true) | sha256sum | cut -c1-32)
if [ -e "$build/libaudiocodec_torch.so" ] && [ "$(cat "$build/stamp" 2>/dev/null)" = "$key" ]; then
    exit 0
fi
if [ -e "$cache/$key.so" ]; then
    cp "$cache/$key.so" "$build/libaudiocodec_torch.so.new"
    mv "$build/libaudiocodec_torch.so.new" "$build/libaudiocodec_torch.so"
    echo "$key" >"$build/stamp"
    exit 0
fi

log=$build/build.log
if ! { cmake -S "$here" -B "$build/cmake" -DLIBTORCH="$libtorch" -DCXX11_ABI="$abi" -DOPS="$ops" &&
       cmake --build "$build/cmake" -j "${AC_JOBS:-2}"; } >"$log" 2>&1; then
    grep -E "error|Error" "$log" | head -20 >&2
    echo "AudioCodec.LibTorch: building the native part failed; the whole output is in $log" >&2
    exit 1
fi
cp "$build/cmake/libaudiocodec_torch.so" "$build/libaudiocodec_torch.so.new"
mv "$build/libaudiocodec_torch.so.new" "$build/libaudiocodec_torch.so"
echo "$key" >"$build/stamp"
{ mkdir -p "$cache" && cp "$build/libaudiocodec_torch.so" "$cache/$key.so.$$" && mv "$cache/$key.so.$$" "$cache/$key.so"; } 2>/dev/null || true
