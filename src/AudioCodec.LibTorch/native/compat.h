// What differs between libtorch 1.13 and 2.x, in one place.
#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

#include <cmath>
#include <tuple>

#define AC_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace audiocodec {

// 1.13 has no scaled_dot_product_attention: softmax(q k' / sqrt(d) + mask) v, with dropout on the probabilities.
inline at::Tensor attention(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                            const c10::optional<at::Tensor>& mask, double dropout, bool causal) {
#if AC_TORCH_AT_LEAST(2, 0)
  return at::scaled_dot_product_attention(query, key, value, mask, dropout, causal);
#else
  at::Tensor scores = at::matmul(query / std::sqrt(static_cast<double>(query.size(-1))), key.transpose(-2, -1));
  c10::optional<at::Tensor> keep = mask;
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
