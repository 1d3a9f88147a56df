// Elementwise operations and reductions without further arguments, by code. The codes are the enums of Operations.cs.
#include "coda_torch.h"

using namespace coda;

CT_API Box* ct_unary(i32 op, const Box* box_a) {
  return boxed([&]() -> Tensor {
    const Tensor& a = box_a->t;
    switch (op) {
      case 0: return a.abs();
      case 1: return a.neg();
      case 2: return a.sign();
      case 3: return a.square();
      case 4: return a.sqrt();
      case 5: return a.rsqrt();
      case 6: return a.exp();
      case 7: return a.expm1();
      case 8: return a.log();
      case 9: return a.log1p();
      case 10: return a.sin();
      case 11: return a.cos();
      case 12: return a.tan();
      case 13: return a.tanh();
      case 14: return a.sigmoid();
      case 15: return a.erf();
      case 16: return a.relu();
      case 17: return at::silu(a);
      case 18: return a.floor();
      case 19: return a.ceil();
      case 20: return a.round();
      case 21: return a.trunc();
      case 22: return a.isnan();
      case 23: return a.isinf();
      case 24: return a.isfinite();
      case 25: return a.logical_not();
      case 26: return a.reciprocal();
      case 27: return a.exp2();
      case 28: return a.log2();
      case 29: return a.log10();
      case 30: return a.sinh();
      case 31: return a.cosh();
      case 32: return a.asin();
      case 33: return a.acos();
      case 34: return a.atan();
      case 35: return a.erfc();
      case 36: return a.frac();
      case 37: return a.bitwise_not();
      case 38: return a.clone();
      case 39: return a.detach();
      case 40: return a.contiguous();
      case 41: return a.t();
      case 42: return a.mT();
      case 43: return a.alias();
      case 44: return a.mean();
      case 45: return a.max();
      case 46: return a.min();
      case 47: return a.all();
      case 48: return a.any();
      case 49: return a.argmax();
      case 50: return a.argmin();
      case 51: return a.median();
      case 52: return a.trace();
      case 53: return a.nonzero();
      case 54: return a.cpu();
      case 55: return a.squeeze();
      case 56: return a.inverse();
      case 57: return a.det();
      case 58: return at::log_sigmoid(a);
      case 59: return a.numpy_T();
      default: unknown_op("unary", op);
    }
  });
}

CT_API i32 ct_unary_(i32 op, Box* box_a) {
  return attempt([&] {
    Tensor& a = box_a->t;
    switch (op) {
      case 0: a.abs_(); break;
      case 1: a.neg_(); break;
      case 2: a.sign_(); break;
      case 3: a.square_(); break;
      case 4: a.sqrt_(); break;
      case 5: a.rsqrt_(); break;
      case 6: a.exp_(); break;
      case 7: a.expm1_(); break;
      case 8: a.log_(); break;
      case 9: a.log1p_(); break;
      case 10: a.sin_(); break;
      case 11: a.cos_(); break;
      case 12: a.tan_(); break;
      case 13: a.tanh_(); break;
      case 14: a.sigmoid_(); break;
      case 15: a.erf_(); break;
      case 16: a.relu_(); break;
      case 17: at::silu_(a); break;
      case 18: a.floor_(); break;
      case 19: a.ceil_(); break;
      case 20: a.round_(); break;
      case 21: a.trunc_(); break;
      case 22: a.zero_(); break;
      case 23: a.detach_(); break;
      case 24: a.logical_not_(); break;
      case 25: a.reciprocal_(); break;
      default: unknown_op("unary_", op);
    }
  });
}

CT_API Box* ct_binary(i32 op, const Box* box_a, const Box* box_b) {
  return boxed([&]() -> Tensor {
    const Tensor& a = box_a->t;
    const Tensor& b = box_b->t;
    switch (op) {
      case 0: return a.add(b);
      case 1: return a.sub(b);
      case 2: return a.mul(b);
      case 3: return a.div(b);
      case 4: return a.pow(b);
      case 5: return a.remainder(b);
      case 6: return a.fmod(b);
      case 7: return a.eq(b);
      case 8: return a.ne(b);
      case 9: return a.lt(b);
      case 10: return a.le(b);
      case 11: return a.gt(b);
      case 12: return a.ge(b);
      case 13: return a.logical_and(b);
      case 14: return a.logical_or(b);
      case 15: return a.logical_xor(b);
      case 16: return a.bitwise_and(b);
      case 17: return a.bitwise_or(b);
      case 18: return a.bitwise_xor(b);
      case 19: return at::maximum(a, b);
      case 20: return at::minimum(a, b);
      case 21: return a.atan2(b);
      case 22: return a.hypot(b);
      case 23: return a.floor_divide(b);
      case 24: return a.matmul(b);
      case 25: return a.mm(b);
      case 26: return a.bmm(b);
      case 27: return a.mv(b);
      case 28: return a.dot(b);
      case 29: return a.outer(b);
      case 30: return a.masked_select(b);
      case 31: return a.expand_as(b);
      case 32: return at::kron(a, b);
      case 33: return a.inner(b);
      case 34: return at::linalg_solve(a, b);
      case 35: return a.copysign(b);
      case 36: return a.logaddexp(b);
      case 37: return a.div(b, "trunc");
      case 38: return a.div(b, "floor");
      default: unknown_op("binary", op);
    }
  });
}

CT_API i32 ct_binary_(i32 op, Box* box_a, const Box* box_b) {
  return attempt([&] {
    Tensor& a = box_a->t;
    const Tensor& b = box_b->t;
    switch (op) {
      case 0: a.add_(b); break;
      case 1: a.sub_(b); break;
      case 2: a.mul_(b); break;
      case 3: a.div_(b); break;
      case 4: a.pow_(b); break;
      case 5: a.remainder_(b); break;
      case 6: a.logical_and_(b); break;
      case 7: a.logical_or_(b); break;
      case 8: a.set_(b); break;
      case 37: a.div_(b, "trunc"); break;
      case 38: a.div_(b, "floor"); break;
      default: unknown_op("binary_", op);
    }
  });
}

CT_API Box* ct_scalar(i32 op, const Box* box_a, Num value) {
  return boxed([&]() -> Tensor {
    const Tensor& a = box_a->t;
    const at::Scalar s = value.scalar();
    switch (op) {
      case 0: return a.add(s);
      case 1: return a.sub(s);
      case 2: return a.mul(s);
      case 3: return a.div(s);
      case 4: return a.pow(s);
      case 5: return a.remainder(s);
      case 6: return a.fmod(s);
      case 7: return a.eq(s);
      case 8: return a.ne(s);
      case 9: return a.lt(s);
      case 10: return a.le(s);
      case 11: return a.gt(s);
      case 12: return a.ge(s);
      case 13: return at::rsub(a, s);
      case 14: return a.reciprocal().mul(s);
      case 15: return a.clamp_min(s);
      case 16: return a.clamp_max(s);
      case 17: return at::leaky_relu(a, s);
      case 18: return a.floor_divide(s);
      case 19: return at::elu(a, s);
      case 37: return a.div(s, "trunc");
      case 38: return a.div(s, "floor");
      default: unknown_op("scalar", op);
    }
  });
}

CT_API i32 ct_scalar_(i32 op, Box* box_a, Num value) {
  return attempt([&] {
    Tensor& a = box_a->t;
    const at::Scalar s = value.scalar();
    switch (op) {
      case 0: a.add_(s); break;
      case 1: a.sub_(s); break;
      case 2: a.mul_(s); break;
      case 3: a.div_(s); break;
      case 4: a.pow_(s); break;
      case 5: a.remainder_(s); break;
      case 6: a.fill_(s); break;
      case 15: a.clamp_min_(s); break;
      case 16: a.clamp_max_(s); break;
      case 17: at::leaky_relu_(a, s); break;
      case 37: a.div_(s, "trunc"); break;
      case 38: a.div_(s, "floor"); break;
      default: unknown_op("scalar_", op);
    }
  });
}

// Three tensors (the second and third may be missing for clamp) and a factor.
CT_API Box* ct_ternary(i32 op, const Box* box_a, const Box* box_b, const Box* box_c, Num value) {
  return boxed([&]() -> Tensor {
    const Tensor& a = box_a->t;
    switch (op) {
      case 0: return at::where(a, box_b->t, box_c->t);
      case 1: return at::lerp(a, box_b->t, box_c->t);
      case 2: return a.addcmul(box_b->t, box_c->t, value.scalar());
      case 3: return a.addcdiv(box_b->t, box_c->t, value.scalar());
      case 4: return a.clamp(tensor_or_none(box_b), tensor_or_none(box_c));
      case 5: return a.masked_fill(box_b->t, value.scalar());
      case 6: return a.add(box_b->t, value.scalar());
      case 7: return a.sub(box_b->t, value.scalar());
      case 8: return a.masked_fill(box_b->t, box_c->t);
      default: unknown_op("ternary", op);
    }
  });
}

CT_API i32 ct_ternary_(i32 op, Box* box_a, const Box* box_b, const Box* box_c, Num value) {
  return attempt([&] {
    Tensor& a = box_a->t;
    switch (op) {
      case 1: a.lerp_(box_b->t, box_c->t); break;
      case 2: a.addcmul_(box_b->t, box_c->t, value.scalar()); break;
      case 3: a.addcdiv_(box_b->t, box_c->t, value.scalar()); break;
      case 4: a.clamp_(tensor_or_none(box_b), tensor_or_none(box_c)); break;
      case 5: a.masked_fill_(box_b->t, value.scalar()); break;
      case 6: a.add_(box_b->t, value.scalar()); break;
      case 7: a.sub_(box_b->t, value.scalar()); break;
      default: unknown_op("ternary_", op);
    }
  });
}

CT_API Box* ct_clamp(const Box* a, Num low, Num high) {
  return boxed([&] { return a->t.clamp(low.optional(), high.optional()); });
}
CT_API i32 ct_clamp_(Box* a, Num low, Num high) {
  return attempt([&] { a->t.clamp_(low.optional(), high.optional()); });
}

// 0 uniform_(a, b), 1 normal_(mean a, std b), 2 bernoulli_(a), 3 exponential_(a)
CT_API i32 ct_random_(i32 op, Box* box_a, double a, double b) {
  return attempt([&] {
    switch (op) {
      case 0: box_a->t.uniform_(a, b); break;
      case 1: box_a->t.normal_(a, b); break;
      case 2: box_a->t.bernoulli_(a); break;
      case 3: box_a->t.exponential_(a); break;
      default: unknown_op("random_", op);
    }
  });
}

CT_API i32 ct_copy_(Box* a, const Box* source, i32 non_blocking) {
  return attempt([&] { a->t.copy_(source->t, non_blocking != 0); });
}

// 0 addmm, 1 baddbmm, 2 addbmm, 3 addmv, 4 addr
CT_API Box* ct_addmm(i32 op, const Box* a, const Box* b, const Box* c, double beta, double alpha) {
  return boxed([&]() -> Tensor {
    switch (op) {
      case 0: return a->t.addmm(b->t, c->t, beta, alpha);
      case 1: return a->t.baddbmm(b->t, c->t, beta, alpha);
      case 2: return a->t.addbmm(b->t, c->t, beta, alpha);
      case 3: return a->t.addmv(b->t, c->t, beta, alpha);
      case 4: return a->t.addr(b->t, c->t, beta, alpha);
      default: unknown_op("addmm", op);
    }
  });
}
