// Layers as functions.
#include "coda_torch.h"

using namespace coda;

CT_API Box* ct_linear(const Box* x, const Box* weight, const Box* bias) {
  return boxed([&] { return at::linear(x->t, weight->t, tensor_or_none(bias)); });
}

// 0 conv1d, 1 conv2d, 2 conv_transpose1d, 3 conv_transpose2d; each list holds n values.
CT_API Box* ct_conv(i32 op, const Box* x, const Box* w, const Box* b, const i64* stride, const i64* padding, const i64* dilation,
                    const i64* output_padding, i64 n, i64 groups) {
  return boxed([&]() -> Tensor {
    const auto s = dims(stride, n), p = dims(padding, n), d = dims(dilation, n);
    const auto bias = tensor_or_none(b);
    switch (op) {
      case 0: return at::conv1d(x->t, w->t, bias, s, p, d, groups);
      case 1: return at::conv2d(x->t, w->t, bias, s, p, d, groups);
      case 2: return at::conv_transpose1d(x->t, w->t, bias, s, p, dims(output_padding, n), groups, d);
      case 3: return at::conv_transpose2d(x->t, w->t, bias, s, p, dims(output_padding, n), groups, d);
      default: unknown_op("conv", op);
    }
  });
}

// 0 max_pool1d, 1 max_pool2d, 2 avg_pool1d, 3 avg_pool2d
CT_API Box* ct_pool(i32 op, const Box* x, const i64* kernel, const i64* stride, const i64* padding, const i64* dilation, i64 n,
                    i32 ceil_mode, i32 count_include_pad) {
  return boxed([&]() -> Tensor {
    const auto k = dims(kernel, n), s = dims(stride, n), p = dims(padding, n);
    switch (op) {
      case 0: return at::max_pool1d(x->t, k, s, p, dims(dilation, n), ceil_mode);
      case 1: return at::max_pool2d(x->t, k, s, p, dims(dilation, n), ceil_mode);
      case 2: return at::avg_pool1d(x->t, k, s, p, ceil_mode, count_include_pad);
      case 3: return at::avg_pool2d(x->t, k, s, p, ceil_mode, count_include_pad);
      default: unknown_op("pool", op);
    }
  });
}

// Modes: 0 zeros, 1 reflect, 2 replicate, 3 circular, 4 constant.
CT_API Box* ct_pad(const Box* x, const i64* pad, i64 n, i32 mode, double value) {
  return boxed([&]() -> Tensor {
    switch (mode) {
      case 0: return at::constant_pad_nd(x->t, dims(pad, n), 0);
      case 1: return at::pad(x->t, dims(pad, n), "reflect");
      case 2: return at::pad(x->t, dims(pad, n), "replicate");
      case 3: return at::pad(x->t, dims(pad, n), "circular");
      case 4: return at::constant_pad_nd(x->t, dims(pad, n), value);
      default: unknown_op("pad", mode);
    }
  });
}

CT_API Box* ct_batch_norm(const Box* x, const Box* mean, const Box* var, const Box* weight, const Box* bias, i32 training,
                          double momentum, double eps) {
  return boxed([&] {
    return at::batch_norm(x->t, tensor_or_none(weight), tensor_or_none(bias), tensor_or_none(mean), tensor_or_none(var),
                          training != 0, momentum, eps, true);
  });
}

CT_API Box* ct_layer_norm(const Box* x, const i64* shape, i64 n, const Box* weight, const Box* bias, double eps) {
  return boxed([&] { return at::layer_norm(x->t, dims(shape, n), tensor_or_none(weight), tensor_or_none(bias), eps); });
}

CT_API Box* ct_group_norm(const Box* x, i64 groups, const Box* weight, const Box* bias, double eps) {
  return boxed([&] { return at::group_norm(x->t, groups, tensor_or_none(weight), tensor_or_none(bias), eps); });
}

CT_API Box* ct_softplus(const Box* x, double beta, double threshold) {
  return boxed([&] { return at::softplus(x->t, beta, threshold); });
}

CT_API Box* ct_dropout(const Box* x, double p, i32 training) {
  return boxed([&] { return at::dropout(x->t, p, training != 0); });
}
CT_API i32 ct_dropout_(Box* x, double p, i32 training) {
  return attempt([&] { at::dropout_(x->t, p, training != 0); });
}

// 0 mse, 1 l1, 2 smooth l1 (beta), 3 huber (delta); reduction 0 none, 1 mean, 2 sum
CT_API Box* ct_loss(i32 op, const Box* x, const Box* target, i64 reduction, double parameter) {
  return boxed([&]() -> Tensor {
    switch (op) {
      case 0: return at::mse_loss(x->t, target->t, reduction);
      case 1: return at::l1_loss(x->t, target->t, reduction);
      case 2: return at::smooth_l1_loss(x->t, target->t, reduction, parameter);
      case 3: return at::huber_loss(x->t, target->t, reduction, parameter);
      default: unknown_op("loss", op);
    }
  });
}
