// Gradients and the modes that switch them.
#include "coda_torch.h"
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/anomaly_mode.h>
#include <torch/csrc/autograd/autograd.h>
#include <cmath>

using namespace coda;

CT_API i32 ct_backward(Box* const* tensors, i64 n, Box* const* grads, i64 m, i32 retain_graph, i32 create_graph, Box* const* inputs,
                       i64 k) {
  return attempt([&] {
    torch::autograd::backward(unbox(tensors, n), unbox(grads, m), retain_graph != 0, create_graph != 0, unbox(inputs, k));
  });
}

// out holds one box per input, null where an input was not used.
CT_API i32 ct_grad(Box* const* outputs, i64 n, Box* const* inputs, i64 m, Box* const* grads, i64 k, i32 retain_graph, i32 create_graph,
                   i32 allow_unused, Box** out) {
  return attempt([&] {
    auto result = torch::autograd::grad(unbox(outputs, n), unbox(inputs, m), unbox(grads, k), retain_graph != 0, create_graph != 0,
                                        allow_unused != 0);
    for (size_t i = 0; i < result.size(); ++i) out[i] = result[i].defined() ? box(std::move(result[i])) : nullptr;
  });
}

CT_API i32 ct_get_grad(const Box* a, Box** out) {
  return attempt([&] {
    const Tensor& grad = a->t.grad();
    *out = grad.defined() ? box(Tensor(grad)) : nullptr;
  });
}
CT_API i32 ct_set_grad(Box* a, const Box* grad) {
  return attempt([&] { a->t.mutable_grad() = grad ? grad->t : Tensor(); });
}
CT_API i32 ct_set_requires_grad(Box* a, i32 value) {
  return attempt([&] { a->t.set_requires_grad(value != 0); });
}
CT_API i32 ct_retain_grad(Box* a) {
  return attempt([&] { a->t.retain_grad(); });
}

CT_API i32 ct_grad_mode() { return c10::GradMode::is_enabled(); }
CT_API void ct_set_grad_mode(i32 enabled) { c10::GradMode::set_enabled(enabled != 0); }
CT_API i32 ct_inference_mode() { return c10::InferenceMode::is_enabled(); }
CT_API void* ct_inference_guard(i32 enabled) {
  try {
    return new c10::InferenceMode(enabled != 0);
  } catch (...) {
    fail_from_current_exception();
    return nullptr;
  }
}
CT_API void ct_inference_guard_free(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }
CT_API i32 ct_anomaly_mode() { return torch::autograd::AnomalyMode::is_enabled(); }
CT_API i32 ct_anomaly_nan() { return torch::autograd::AnomalyMode::should_check_nan(); }
CT_API void ct_set_anomaly_mode(i32 enabled, i32 check_nan) { torch::autograd::AnomalyMode::set_enabled(enabled != 0, check_nan != 0); }

// Scales the gradients so that their common p-norm is at most max_norm; out is the norm before.
CT_API i32 ct_clip_grad_norm_(Box* const* list, i64 n, double max_norm, double p, double* out) {
  return attempt([&] {
    c10::AutoGradMode no_grad(false);
    std::vector<Tensor> grads;
    std::vector<Tensor> norms;
    for (i64 i = 0; i < n; ++i) {
      const Tensor& grad = list[i]->t.grad();
      if (!grad.defined()) continue;
      grads.push_back(grad);
      norms.push_back((std::isinf(p) ? grad.abs().max() : grad.norm(p)).to(at::kDouble));
    }
    *out = 0;
    if (grads.empty()) return;
    const Tensor all = at::stack(norms);
    *out = (std::isinf(p) ? all.max() : all.norm(p)).item().toDouble();
    const double factor = max_norm / (*out + 1e-6);
    if (factor < 1)
      for (auto& grad : grads) grad.mul_(factor);
  });
}
