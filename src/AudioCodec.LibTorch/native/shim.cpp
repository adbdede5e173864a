// Life of handles, errors, and the conversions that are too long for a header.
#include "shim.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <dlfcn.h>

#include <cstdlib>

namespace audiocodec {

std::atomic<int64_t> live_bytes{0};
std::atomic<int64_t> live_tensors{0};
thread_local std::string last_error;

Handle wrap(at::Tensor tensor) {
  if (!tensor.defined()) {
    throw std::runtime_error("libtorch returned an undefined tensor");
  }
  // Views share their storage: only the first handle on a fresh storage is counted.
  int64_t bytes = 0;
  if (tensor.has_storage() && tensor.storage().use_count() == 1) {
    bytes = static_cast<int64_t>(tensor.storage().nbytes());
  }
  live_bytes.fetch_add(bytes, std::memory_order_relaxed);
  live_tensors.fetch_add(1, std::memory_order_relaxed);
  return new Box{std::move(tensor), bytes};
}

HandleArray wrapAll(const std::vector<at::Tensor>& tensors) {
  HandleArray result{static_cast<Handle*>(std::malloc(sizeof(Handle) * (tensors.size() + 1))), static_cast<int64_t>(tensors.size())};
  for (size_t i = 0; i < tensors.size(); ++i) {
    // Undefined members (a gradient that does not exist) travel as null.
    result.data[i] = tensors[i].defined() ? wrap(tensors[i]) : nullptr;
  }
  return result;
}

at::Scalar toScalar(const AcScalar& s) {
  switch (s.kind) {
    case 1: return at::Scalar(s.integer);
    case 2: return at::Scalar(s.value);
    case 3: return at::Scalar(s.integer != 0);
    case 4: return at::Scalar(c10::complex<double>(s.value, s.imaginary));
    default: throw std::invalid_argument("a scalar is required here");
  }
}

at::Device device(int type, int index) {
  return at::Device(static_cast<at::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
}

std::vector<at::Tensor> list(const Handle* p, int n) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(static_cast<size_t>(n));
  for (int i = 0; i < n; ++i) {
    tensors.push_back(orUndefined(p[i]));
  }
  return tensors;
}

const char* paddingName(int64_t mode) {
  switch (mode) {
    case 1: return "reflect";
    case 2: return "replicate";
    case 3: return "circular";
    default: return "constant";
  }
}

Text roundingName(int64_t mode) {
  switch (mode) {
    case 1: return Text("trunc");
    case 2: return Text("floor");
    default: return Text();
  }
}

Text fftNorm(int64_t norm) {
  return Text(norm == 1 ? "forward" : norm == 2 ? "ortho" : "backward");
}

}  // namespace audiocodec

using namespace audiocodec;

AC_EXPORT const char* ac_last_error() { return last_error.empty() ? nullptr : last_error.c_str(); }
AC_EXPORT void ac_clear_error() { last_error.clear(); }
AC_EXPORT const char* ac_built_version() { return TORCH_VERSION; }

// The library found at run time must be the one of the headers; a message if it is not, null if it is.
AC_EXPORT const char* ac_version_mismatch() {
  static std::string message;
  const std::string config = at::show_config();
  const std::string key = "TORCH_VERSION=";
  const size_t at = config.find(key);
  if (at == std::string::npos) return nullptr;
  const std::string found = config.substr(at + key.size(), config.find_first_of(", \n", at) - at - key.size());
  const std::string built = std::to_string(TORCH_VERSION_MAJOR) + "." + std::to_string(TORCH_VERSION_MINOR) + ".";
  if (found.compare(0, built.size(), built) == 0) return nullptr;
  message = "the native part was built for libtorch " TORCH_VERSION ", but libtorch " + found + " was loaded: build again";
  return message.c_str();
}

AC_EXPORT std::atomic<int64_t>* ac_live_bytes() { return &live_bytes; }
AC_EXPORT int64_t ac_live_tensors() { return live_tensors.load(std::memory_order_relaxed); }

AC_EXPORT void ac_free(Handle h) {
  if (h != nullptr) {
    live_bytes.fetch_sub(h->bytes, std::memory_order_relaxed);
    live_tensors.fetch_sub(1, std::memory_order_relaxed);
    delete h;
  }
}

AC_EXPORT void ac_free_array(HandleArray array) { std::free(array.data); }

// OpenBLAS's own threads fight OpenMP's: with both, training is 2.3 times slower. Absent under MKL, hence by name.
AC_EXPORT void ac_initialize() {
  using SetThreads = void (*)(int);
  if (auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) {
    set(1);
  }
}

AC_EXPORT int ac_get_num_threads() { return at::get_num_threads(); }
AC_EXPORT void ac_set_num_threads(int n) { guard<int>([&] { at::set_num_threads(n); return 0; }); }
AC_EXPORT int ac_get_num_interop_threads() { return at::get_num_interop_threads(); }
AC_EXPORT void ac_set_num_interop_threads(int n) { guard<int>([&] { at::set_num_interop_threads(n); return 0; }); }
