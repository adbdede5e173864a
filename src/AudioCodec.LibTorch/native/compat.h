// What differs between libtorch 1.13 and 2.x, in one place.
#pragma once

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

#include <cmath>
#include <tuple>
#include <type_traits>

#define AC_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace audiocodec {

// libtorch's optional is a class of its own in 1.13 and std::optional in later versions, and so is its string_view: both are read off
// functions that have kept their signatures, whatever they are called.
namespace of_libtorch {
template <typename> struct OptionalOf;
template <template <typename...> class Optional, typename T>
struct OptionalOf<Optional<T>> { template <typename U> using type = Optional<U>; };
template <typename> struct FourthOf;
template <typename Result, typename A, typename B, typename C, typename D>
struct FourthOf<Result (*)(A, B, C, D)> { using type = D; };
}  // namespace of_libtorch

template <typename T>
using optional = typename of_libtorch::OptionalOf<std::decay_t<decltype(at::TensorOptions().device_opt())>>::template type<T>;

// An optional name, as the functions take it that choose a mode by name.
using Text = of_libtorch::FourthOf<decltype(&at::fft_rfft)>::type;

// 1.13 has no scaled_dot_product_attention: softmax(q k' / sqrt(d) + mask) v, with dropout on the probabilities.
inline at::Tensor attention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                            const optional<at::Tensor>& mask, double dropout, bool causal) {
#if AC_TORCH_AT_LEAST(2, 0)
  return at::scaled_dot_product_attention(query, key, value, mask, dropout, causal);
#else
  at::Tensor scores = at::matmul(query / std::sqrt(static_cast<double>(query.size(-1))), key.transpose(-2, -1));
  optional<at::Tensor> keep = mask;
  if (causal) {
    keep = at::ones({query.size(-2), key.size(-2)}, query.options().dtype(at::kBool)).tril();
  }
  if (keep.has_value()) {
    scores = keep->scalar_type() == at::kBool ? scores.masked_fill(keep->logical_not(), -INFINITY) : scores + *keep;
  }
  at::Tensor probabilities = at::softmax(scores, -1);
  return at::matmul(dropout > 0 ? at::dropout(probabilities, dropout, true) : probabilities, value);
#endif
}

}  // namespace audiocodec
