// Differentiation, gradient modes and leaves.
#include "shim.h"

using namespace audiocodec;

AC_EXPORT int64_t ac_set_requires_grad(Handle h, uint8_t value) {
  return guard<int64_t>([&] { h->tensor.set_requires_grad(value != 0); return 1; });
}

AC_EXPORT int64_t ac_retain_grad(Handle h) { return guard<int64_t>([&] { h->tensor.retain_grad(); return 1; }); }

// The gradient, or null (without an error) where there is none.
AC_EXPORT Handle ac_grad(Handle h) {
  return guard<Handle>([&] { const at::Tensor& g = h->tensor.grad(); return g.defined() ? wrap(g) : nullptr; });
}

AC_EXPORT int64_t ac_set_grad(Handle h, Handle grad) {
  return guard<int64_t>([&] { h->tensor.mutable_grad() = orUndefined(grad); return 1; });
}

AC_EXPORT int64_t ac_backward(const Handle* tensors, int n, const Handle* grads, int grads_n, uint8_t retain, uint8_t create,
                              const Handle* inputs, int inputs_n) {
  return guard<int64_t>([&] {
    torch::autograd::backward(list(tensors, n), list(grads, grads_n), retain != 0, create != 0, list(inputs, inputs_n));
    return 1;
  });
}

AC_EXPORT HandleArray ac_autograd_grad(const Handle* outputs, int n, const Handle* inputs, int inputs_n, const Handle* grads, int grads_n,
                                       uint8_t retain, uint8_t create, uint8_t allow_unused) {
  return guard<HandleArray>([&] {
    return wrapAll(torch::autograd::grad(list(outputs, n), list(inputs, inputs_n), list(grads, grads_n), retain != 0, create != 0, allow_unused != 0));
  });
}

AC_EXPORT int64_t ac_grad_enabled() { return c10::GradMode::is_enabled(); }
AC_EXPORT void ac_set_grad_enabled(uint8_t enabled) { c10::GradMode::set_enabled(enabled != 0); }

// The same data as a leaf of its own.
AC_EXPORT Handle ac_detached(Handle h) { return guard<Handle>([&] { return wrap(h->tensor.detach()); }); }
