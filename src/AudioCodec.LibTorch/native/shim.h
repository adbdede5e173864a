// The C ABI between libtorch and the managed binding: handles, scalars, errors, and how values cross.
#pragma once

#include "compat.h"

#include <atomic>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

#define AC_EXPORT extern "C" __attribute__((visibility("default")))

namespace audiocodec {

// A tensor as managed code holds it. `bytes` is what this handle added to the live-byte counter.
struct Box {
  at::Tensor tensor;
  int64_t bytes;
};

using Handle = Box*;

struct HandleArray {
  Handle* data;
  int64_t count;
};

// kind: 0 none, 1 integer, 2 floating point, 3 boolean, 4 complex (value + imaginary).
struct AcScalar {
  double value;
  double imaginary;
  int64_t integer;
  int64_t kind;
};

extern std::atomic<int64_t> live_bytes;
extern std::atomic<int64_t> live_tensors;
extern thread_local std::string last_error;

Handle wrap(at::Tensor tensor);
HandleArray wrapAll(const std::vector<at::Tensor>& tensors);

inline HandleArray wrapAll(const std::tuple<at::Tensor, at::Tensor>& t) { return wrapAll(std::vector<at::Tensor>{std::get<0>(t), std::get<1>(t)}); }
inline HandleArray wrapAll(const std::tuple<at::Tensor, at::Tensor, at::Tensor>& t) {
  return wrapAll(std::vector<at::Tensor>{std::get<0>(t), std::get<1>(t), std::get<2>(t)});
}

inline at::Tensor& ref(Handle h) { return h->tensor; }
inline optional<at::Tensor> opt(Handle h) { return h == nullptr ? optional<at::Tensor>() : optional<at::Tensor>(h->tensor); }
inline at::Tensor orUndefined(Handle h) { return h == nullptr ? at::Tensor() : h->tensor; }

at::Scalar toScalar(const AcScalar& s);
inline optional<at::Scalar> optScalar(const AcScalar& s) { return s.kind == 0 ? optional<at::Scalar>() : optional<at::Scalar>(toScalar(s)); }
inline optional<bool> optBool(int8_t b) { return b < 0 ? optional<bool>() : optional<bool>(b != 0); }
inline optional<int64_t> unlessNegative(int64_t value) { return value < 0 ? optional<int64_t>() : optional<int64_t>(value); }
template <typename T>
inline optional<T> optValue(T value, uint8_t has) { return has == 0 ? optional<T>() : optional<T>(value); }
inline at::IntArrayRef ints(const int64_t* p, int n) { return at::IntArrayRef(p, static_cast<size_t>(n < 0 ? 0 : n)); }
inline at::OptionalIntArrayRef optInts(const int64_t* p, int n) {
  return n < 0 ? at::OptionalIntArrayRef() : at::OptionalIntArrayRef(at::IntArrayRef(p, static_cast<size_t>(n)));
}
inline at::IntArrayRef orEmpty(const at::OptionalIntArrayRef& dims) { return dims.has_value() ? *dims : at::IntArrayRef(); }
inline optional<at::ScalarType> optType(int8_t t) {
  return t < 0 ? optional<at::ScalarType>() : optional<at::ScalarType>(static_cast<at::ScalarType>(t));
}
at::Device device(int type, int index);
inline optional<at::Device> optDevice(int type, int index) {
  return type < 0 ? optional<at::Device>() : optional<at::Device>(device(type, index));
}
inline optional<at::Generator> optGenerator(void* g) {
  return g == nullptr ? optional<at::Generator>() : optional<at::Generator>(*static_cast<at::Generator*>(g));
}
std::vector<at::Tensor> list(const Handle* p, int n);

// The options of a factory function; requires_grad is set afterwards by leaf().
inline at::TensorOptions options(optional<at::ScalarType> dtype, optional<at::Device> device) {
  at::TensorOptions o;
  if (dtype.has_value()) o = o.dtype(*dtype);
  if (device.has_value()) o = o.device(*device);
  return o;
}
inline at::Tensor leaf(at::Tensor t, bool requires_grad) { return requires_grad ? t.set_requires_grad(true) : t; }

// Names that TorchSharp gives as enumerations.
const char* paddingName(int64_t mode);
Text roundingName(int64_t mode);
Text fftNorm(int64_t norm);

template <typename T> inline T failed() { return T(); }

// Runs f; a C++ exception becomes the thread's last error and an empty result.
template <typename T, typename F>
inline T guard(F f) noexcept {
  try {
    return f();
  } catch (const c10::Error& e) {
    last_error = e.what_without_backtrace();
  } catch (const std::exception& e) {
    last_error = e.what();
  } catch (...) {
    last_error = "unknown C++ exception in libtorch";
  }
  return failed<T>();
}

}  // namespace audiocodec
