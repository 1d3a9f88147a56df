// What every file of the layer shares: the boxed tensor, the number passed by value, and the error guard.
#pragma once
#include <ATen/ATen.h>
#include <torch/version.h>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#define CT_API extern "C" __attribute__((visibility("default")))

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 3)
#include <optional>
template <class T> using Opt = std::optional<T>;
#else
#include <c10/util/Optional.h>
template <class T> using Opt = c10::optional<T>;
#endif

namespace coda {

using at::Tensor;
using i32 = int32_t;
using i64 = int64_t;

// A tensor handle.
struct Box {
  Tensor t;
};

extern thread_local std::string last_error;

enum NumKind : i64 { kNone = -1, kInt = 0, kReal = 1, kBool = 2 };

// A scalar by value; passed in two registers.
struct Num {
  i64 bits;
  i64 kind;

  bool has() const { return kind != kNone; }
  double real() const {
    if (kind != kReal) return static_cast<double>(bits);
    double value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
  }
  at::Scalar scalar() const {
    if (kind == kReal) return at::Scalar(real());
    if (kind == kBool) return at::Scalar(bits != 0);
    return at::Scalar(bits);
  }
  Opt<at::Scalar> optional() const { return has() ? Opt<at::Scalar>(scalar()) : Opt<at::Scalar>(); }
};

Box* box(Tensor&& tensor);
void fail(const char* message) noexcept;
void fail_from_current_exception() noexcept;

// Runs f; its tensor boxed, or null with last_error set.
template <class F> inline Box* boxed(F&& f) noexcept {
  try {
    return box(f());
  } catch (...) {
    fail_from_current_exception();
    return nullptr;
  }
}

// Runs f; 0, or -1 with last_error set.
template <class F> inline i32 attempt(F&& f) noexcept {
  try {
    f();
    return 0;
  } catch (...) {
    fail_from_current_exception();
    return -1;
  }
}

inline at::IntArrayRef dims(const i64* values, i64 count) { return at::IntArrayRef(values, static_cast<size_t>(count)); }
inline Opt<at::ScalarType> dtype_or_none(i64 dtype) {
  return dtype < 0 ? Opt<at::ScalarType>() : Opt<at::ScalarType>(static_cast<at::ScalarType>(dtype));
}
inline Opt<Tensor> tensor_or_none(const Box* b) { return b ? Opt<Tensor>(b->t) : Opt<Tensor>(); }
inline at::Device device_of(i64 type, i64 index) {
  return at::Device(static_cast<at::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
}
inline std::vector<Tensor> unbox(Box* const* list, i64 count) {
  std::vector<Tensor> tensors;
  tensors.reserve(static_cast<size_t>(count));
  for (i64 i = 0; i < count; ++i) tensors.push_back(list[i] ? list[i]->t : Tensor());
  return tensors;
}
[[noreturn]] void unknown_op(const char* group, i32 op);

}  // namespace coda
