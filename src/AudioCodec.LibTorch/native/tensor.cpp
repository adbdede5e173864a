// What a tensor is (shape, type, data), without operators.
#include "shim.h"

#include <cstring>

using namespace audiocodec;

AC_EXPORT int64_t ac_dim(Handle h) { return h->tensor.dim(); }
AC_EXPORT int64_t ac_numel(Handle h) { return h->tensor.numel(); }
AC_EXPORT int64_t ac_element_size(Handle h) { return static_cast<int64_t>(h->tensor.element_size()); }
AC_EXPORT int64_t ac_dtype(Handle h) { return static_cast<int64_t>(h->tensor.scalar_type()); }
AC_EXPORT int64_t ac_device_type(Handle h) { return static_cast<int64_t>(h->tensor.device().type()); }
AC_EXPORT int64_t ac_device_index(Handle h) { return h->tensor.device().index(); }
AC_EXPORT int64_t ac_storage_offset(Handle h) { return h->tensor.storage_offset(); }
AC_EXPORT int64_t ac_is_contiguous(Handle h) { return h->tensor.is_contiguous(); }
AC_EXPORT int64_t ac_is_leaf(Handle h) { return h->tensor.is_leaf(); }
AC_EXPORT int64_t ac_is_sparse(Handle h) { return h->tensor.is_sparse(); }
AC_EXPORT int64_t ac_requires_grad(Handle h) { return h->tensor.requires_grad(); }
AC_EXPORT void* ac_data_ptr(Handle h) { return guard<void*>([&] { return h->tensor.data_ptr(); }); }

AC_EXPORT void ac_shape(Handle h, int64_t* out) {
  auto sizes = h->tensor.sizes();
  std::memcpy(out, sizes.data(), sizes.size() * sizeof(int64_t));
}

AC_EXPORT void ac_strides(Handle h, int64_t* out) {
  guard<int>([&] {
    auto strides = h->tensor.strides();
    std::memcpy(out, strides.data(), strides.size() * sizeof(int64_t));
    return 0;
  });
}

// A new tensor that holds a copy of `bytes` bytes of managed memory.
AC_EXPORT Handle ac_from_bytes(const void* data, int64_t bytes, const int64_t* size, int size_n, int8_t dtype) {
  return guard<Handle>([&] {
    at::Tensor t = at::empty(ints(size, size_n), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
    TORCH_CHECK(static_cast<int64_t>(t.nbytes()) == bytes, "the array has ", bytes, " bytes, the shape needs ", t.nbytes());
    std::memcpy(t.data_ptr(), data, static_cast<size_t>(bytes));
    return wrap(std::move(t));
  });
}

// Reads one element of any type as the widest of its kind.
AC_EXPORT void ac_item(Handle h, AcScalar* out) {
  guard<int>([&] {
    c10::NoGradGuard no_grad;
    at::Scalar s = h->tensor.item();
    *out = AcScalar{};
    if (s.isBoolean()) {
      out->kind = 3;
      out->integer = s.toBool();
    } else if (s.isIntegral(false)) {
      out->kind = 1;
      out->integer = s.toLong();
    } else if (s.isComplex()) {
      out->kind = 4;
      out->value = s.toComplexDouble().real();
      out->imaginary = s.toComplexDouble().imag();
    } else {
      out->kind = 2;
      out->value = s.toDouble();
    }
    return 0;
  });
}

// Indices as triples (kind, a, b, step) with tensors apart. Kinds: 0 none/null, 1 single, 2 ellipsis, 3 bool, 4 tensor, 5 slice.
namespace {
at::indexing::TensorIndex indexOf(const int64_t* q, Handle t) {
  using namespace at::indexing;
  constexpr int64_t missing = INT64_MIN;
  auto bound = [](int64_t v) { return v == missing ? optional<int64_t>() : optional<int64_t>(v); };
  switch (q[0]) {
    case 1: return TensorIndex(q[1]);
    case 2: return TensorIndex(Ellipsis);
    case 3: return TensorIndex(q[1] != 0);
    case 4: return TensorIndex(ref(t));
    case 5: return TensorIndex(Slice(bound(q[1]), bound(q[2]), bound(q[3])));
    default: return TensorIndex(None);
  }
}

std::vector<at::indexing::TensorIndex> indices(const int64_t* quads, const Handle* tensors, int n) {
  std::vector<at::indexing::TensorIndex> all;
  for (int i = 0; i < n; ++i) {
    all.push_back(indexOf(quads + 4 * i, tensors[i]));
  }
  return all;
}
}  // namespace

AC_EXPORT Handle ac_index(Handle h, const int64_t* quads, const Handle* tensors, int n) {
  return guard<Handle>([&] { return wrap(h->tensor.index(indices(quads, tensors, n))); });
}

AC_EXPORT int64_t ac_index_put(Handle h, const int64_t* quads, const Handle* tensors, int n, Handle value) {
  return guard<int64_t>([&] { h->tensor.index_put_(indices(quads, tensors, n), ref(value)); return 1; });
}

AC_EXPORT int64_t ac_index_put_scalar(Handle h, const int64_t* quads, const Handle* tensors, int n, AcScalar value) {
  return guard<int64_t>([&] { h->tensor.index_put_(indices(quads, tensors, n), toScalar(value)); return 1; });
}
