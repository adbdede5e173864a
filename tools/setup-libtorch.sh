#!/usr/bin/env bash
# Installs what the torch part (training, --device cuda) is built from: libtorch-dev, g++ and cmake, through apt. Does nothing where they are there.
# Nothing is needed with LIBTORCH set to the folder of a PyTorch 2.x, besides the two compilers' packages.
set -eu
missing=()
[ -n "${LIBTORCH:-}" ] || [ -e /usr/include/ATen/ATen.h ] || missing+=(libtorch-dev)
# Without OpenBLAS, Debian's libtorch multiplies matrices with the reference BLAS, 5 to 15 times slower.
[ -n "${LIBTORCH:-}" ] || ldconfig -p | grep -q libopenblas || missing+=(libopenblas0-pthread)
command -v g++ >/dev/null || missing+=(g++)
command -v cmake >/dev/null || missing+=(cmake)
if [ ${#missing[@]} -eq 0 ]; then
    echo "libtorch, g++ and cmake are installed"
    exit 0
fi
command -v apt-get >/dev/null || { echo "no apt-get here: install ${missing[*]} by the means of this system, or set LIBTORCH to the folder of a PyTorch 2.x" >&2; exit 1; }
as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
$as_root apt-get update -q
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends "${missing[@]}"
