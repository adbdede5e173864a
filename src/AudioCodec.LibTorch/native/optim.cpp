// A whole optimizer step in one call: the managed loop would cross the boundary a dozen times for each parameter.
#include "shim.h"

#include <cmath>

using namespace audiocodec;

namespace {
struct AdamSettings {
  double lr, beta1, beta2, eps, weight_decay;
  int64_t decoupled, amsgrad, maximize;
};

void adamOne(at::Tensor& param, at::Tensor grad, at::Tensor& avg, at::Tensor& avg_sq, at::Tensor* max_sq, int64_t step, const AdamSettings& s) {
  if (s.maximize) grad = grad.neg();
  if (s.weight_decay != 0) {
    if (s.decoupled) {
      param.mul_(1 - s.lr * s.weight_decay);
    } else {
      grad = grad.add(param, s.weight_decay);
    }
  }
  const double correction1 = 1 - std::pow(s.beta1, static_cast<double>(step));
  const double correction2 = 1 - std::pow(s.beta2, static_cast<double>(step));
  avg.mul_(s.beta1).add_(grad, 1 - s.beta1);
  avg_sq.mul_(s.beta2).addcmul_(grad, grad.is_complex() ? grad.conj() : grad, 1 - s.beta2);
  if (max_sq != nullptr) {
    max_sq->copy_(at::maximum(*max_sq, avg_sq));
  }
  at::Tensor denominator = (max_sq != nullptr ? *max_sq : avg_sq).sqrt().div_(std::sqrt(correction2)).add_(s.eps);
  param.addcdiv_(avg, denominator, -s.lr / correction1);
}
}  // namespace

// For each i: parameter, first and second moment, optional maximum of the second, and the step count (already raised).
// Parameters without a gradient must not be in the list.
AC_EXPORT int64_t ac_adam_step(const Handle* params, const Handle* avgs, const Handle* avg_sqs, const Handle* max_sqs, const int64_t* steps, int n,
                               AdamSettings settings) {
  return guard<int64_t>([&] {
    c10::NoGradGuard no_grad;
    for (int i = 0; i < n; ++i) {
      adamOne(ref(params[i]), ref(params[i]).grad(), ref(avgs[i]), ref(avg_sqs[i]), max_sqs[i] == nullptr ? nullptr : &ref(max_sqs[i]), steps[i], settings);
    }
    return 1;
  });
}

// Marks which of n parameters have a gradient.
AC_EXPORT void ac_has_grads(const Handle* params, int n, uint8_t* out) {
  for (int i = 0; i < n; ++i) {
    out[i] = ref(params[i]).grad().defined();
  }
}

// The norm over all gradients, and their scaling in place when it exceeds max_norm.
AC_EXPORT double ac_clip_grad_norm(const Handle* params, int n, double max_norm, double norm_type) {
  return guard<double>([&] {
    c10::NoGradGuard no_grad;
    std::vector<at::Tensor> norms;
    for (int i = 0; i < n; ++i) {
      const at::Tensor& g = ref(params[i]).grad();
      if (g.defined()) norms.push_back(std::isinf(norm_type) ? g.abs().max() : g.norm(norm_type));
    }
    if (norms.empty()) return 0.0;
    at::Tensor all = at::stack(norms);
    const double total = (std::isinf(norm_type) ? all.max() : all.norm(norm_type)).item<double>();
    const double factor = max_norm / (total + 1e-6);
    if (factor < 1) {
      for (int i = 0; i < n; ++i) {
        at::Tensor g = ref(params[i]).grad();
        if (g.defined()) g.mul_(factor);
      }
    }
    return total;
  });
}
