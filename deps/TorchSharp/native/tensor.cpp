// Handles, creation, element access, devices, threads.
#include "coda_torch.h"
#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <cstdlib>
#include <cstring>

namespace coda {

thread_local std::string last_error;

void fail(const char* message) noexcept {
  try {
    last_error = message;
  } catch (...) {
  }
}

void fail_from_current_exception() noexcept {
  try {
    throw;
  } catch (const c10::Error& e) {
    fail(e.what_without_backtrace());
  } catch (const std::exception& e) {
    fail(e.what());
  } catch (...) {
    fail("unknown native exception");
  }
}

Box* box(Tensor&& tensor) { return new Box{std::move(tensor)}; }

void unknown_op(const char* group, i32 op) {
  throw std::invalid_argument(std::string("no operation ") + std::to_string(op) + " in group " + group);
}

static at::TensorOptions options(i64 dtype, i64 device, i64 index) {
  return at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)).device(device_of(device, index));
}

static Tensor with_grad(Tensor tensor, i32 requires_grad) {
  if (requires_grad) tensor.set_requires_grad(true);
  return tensor;
}

}  // namespace coda

using namespace coda;

CT_API const char* ct_last_error() { return last_error.c_str(); }
CT_API const char* ct_version() { return TORCH_VERSION; }

CT_API void ct_free(Box* b) {
  try {
    delete b;
  } catch (...) {
  }
}

CT_API void ct_free_list(Box** list) { std::free(list); }

// --- properties: none of these throws for a defined dense tensor, all return at once ---
CT_API i64 ct_ndim(const Box* a) { return a->t.dim(); }
CT_API i64 ct_numel(const Box* a) { return a->t.numel(); }
CT_API i64 ct_dtype(const Box* a) { return static_cast<i64>(a->t.scalar_type()); }
CT_API i64 ct_element_size(const Box* a) { return static_cast<i64>(a->t.element_size()); }
CT_API i64 ct_device_type(const Box* a) { return static_cast<i64>(a->t.device().type()); }
CT_API i64 ct_device_index(const Box* a) { return static_cast<i64>(a->t.device().index()); }
CT_API i32 ct_is_contiguous(const Box* a) { return a->t.is_contiguous(); }
CT_API i32 ct_requires_grad(const Box* a) { return a->t.requires_grad(); }
CT_API i32 ct_is_leaf(const Box* a) { return a->t.is_leaf(); }
CT_API i64 ct_storage_offset(const Box* a) { return a->t.storage_offset(); }
CT_API void ct_sizes(const Box* a, i64* out) { std::memcpy(out, a->t.sizes().data(), sizeof(i64) * a->t.dim()); }
CT_API void ct_strides(const Box* a, i64* out) { std::memcpy(out, a->t.strides().data(), sizeof(i64) * a->t.dim()); }

CT_API i32 ct_size(const Box* a, i64 dim, i64* out) { return attempt([&] { *out = a->t.size(dim); }); }
CT_API i32 ct_stride(const Box* a, i64 dim, i64* out) { return attempt([&] { *out = a->t.stride(dim); }); }
CT_API i32 ct_data(const Box* a, void** out) { return attempt([&] { *out = a->t.data_ptr(); }); }

CT_API i32 ct_item(const Box* a, Num* out) {
  return attempt([&] {
    at::Scalar s = a->t.item();
    if (s.isBoolean()) {
      *out = Num{s.toBool(), kBool};
    } else if (s.isIntegral(false)) {
      *out = Num{s.toLong(), kInt};
    } else {
      const double value = s.toDouble();
      out->kind = kReal;
      std::memcpy(&out->bits, &value, sizeof value);
    }
  });
}

CT_API i32 ct_allclose(const Box* a, const Box* b, double rtol, double atol, i32 equal_nan, i32* out) {
  return attempt([&] { *out = at::allclose(a->t, b->t, rtol, atol, equal_nan); });
}

// --- creation ---
CT_API Box* ct_new(i32 op, const i64* sizes, i64 n, Num value, i64 dtype, i64 device, i64 index, i32 requires_grad) {
  return boxed([&] {
    const auto size = dims(sizes, n);
    const auto o = options(dtype, device, index);
    switch (op) {
      case 0: return with_grad(at::empty(size, o), requires_grad);
      case 1: return with_grad(at::zeros(size, o), requires_grad);
      case 2: return with_grad(at::ones(size, o), requires_grad);
      case 3: return with_grad(at::full(size, value.scalar(), o), requires_grad);
      case 4: return with_grad(at::rand(size, o), requires_grad);
      case 5: return with_grad(at::randn(size, o), requires_grad);
      default: unknown_op("new", op);
    }
  });
}

CT_API Box* ct_new_like(i32 op, const Box* a, Num value, i64 dtype, i64 device, i64 index, i32 requires_grad) {
  return boxed([&] {
    at::TensorOptions o = a->t.options();
    if (dtype >= 0) o = o.dtype(static_cast<at::ScalarType>(dtype));
    if (device >= 0) o = o.device(device_of(device, index));
    switch (op) {
      case 0: return with_grad(at::empty_like(a->t, o), requires_grad);
      case 1: return with_grad(at::zeros_like(a->t, o), requires_grad);
      case 2: return with_grad(at::ones_like(a->t, o), requires_grad);
      case 3: return with_grad(at::full_like(a->t, value.scalar(), o), requires_grad);
      case 4: return with_grad(at::rand_like(a->t, o), requires_grad);
      case 5: return with_grad(at::randn_like(a->t, o), requires_grad);
      default: unknown_op("new_like", op);
    }
  });
}

// 0 arange(a, b, step c), 1 linspace(a, b, c steps), 2 eye(a, b), 3 randint(a, b, [c]), 4 randperm(a)
CT_API Box* ct_range(i32 op, Num a, Num b, Num c, i64 dtype, i64 device, i64 index, i32 requires_grad) {
  return boxed([&] {
    const auto o = options(dtype, device, index);
    switch (op) {
      case 0: return with_grad(at::arange(a.scalar(), b.scalar(), c.scalar(), o), requires_grad);
      case 1: return with_grad(at::linspace(a.scalar(), b.scalar(), c.bits, o), requires_grad);
      case 2: return with_grad(at::eye(a.bits, b.bits, o), requires_grad);
      case 4: return with_grad(at::randperm(a.bits, o), requires_grad);
      default: unknown_op("range", op);
    }
  });
}

CT_API Box* ct_randint(i64 low, i64 high, const i64* sizes, i64 n, i64 dtype, i64 device, i64 index, i32 requires_grad) {
  return boxed([&] { return with_grad(at::randint(low, high, dims(sizes, n), options(dtype, device, index)), requires_grad); });
}

CT_API Box* ct_empty_strided(const i64* sizes, const i64* strides, i64 n, i64 dtype, i64 device, i64 index, i32 requires_grad) {
  return boxed([&] {
    return with_grad(at::empty_strided(dims(sizes, n), dims(strides, n), options(dtype, device, index)), requires_grad);
  });
}

// A copy of host memory holding source_dtype, converted and moved as asked.
CT_API Box* ct_from_data(const void* data, const i64* sizes, i64 n, i64 source_dtype, i64 dtype, i64 device, i64 index, i32 requires_grad) {
  return boxed([&] {
    Tensor tensor = at::empty(dims(sizes, n), at::TensorOptions().dtype(static_cast<at::ScalarType>(source_dtype)));
    const size_t bytes = static_cast<size_t>(tensor.numel()) * tensor.element_size();
    if (bytes) std::memcpy(tensor.data_ptr(), data, bytes);
    const auto wanted = static_cast<at::ScalarType>(dtype);
    const auto place = device_of(device, index);
    if (dtype != source_dtype || !place.is_cpu()) tensor = tensor.to(place, wanted);
    return with_grad(std::move(tensor), requires_grad);
  });
}

// Shares memory that `release(context)` gives back when the last tensor on it is gone; a conversion copies.
CT_API Box* ct_from_blob(void* data, const i64* sizes, i64 n, i64 source_dtype, i64 dtype, i64 device, i64 index, i32 requires_grad,
                         void (*release)(void*), void* context) {
  return boxed([&] {
    Tensor tensor = at::from_blob(data, dims(sizes, n), [release, context](void*) { release(context); },
                                  at::TensorOptions().dtype(static_cast<at::ScalarType>(source_dtype)));
    const auto place = device_of(device, index);
    if (dtype != source_dtype || !place.is_cpu()) tensor = tensor.to(place, static_cast<at::ScalarType>(dtype));
    return with_grad(std::move(tensor), requires_grad);
  });
}

// --- state of the library ---
CT_API i32 ct_manual_seed(i64 seed) { return attempt([&] { at::manual_seed(static_cast<uint64_t>(seed)); }); }
CT_API i32 ct_get_num_threads() { return at::get_num_threads(); }
CT_API i32 ct_set_num_threads(i32 n) { return attempt([&] { at::set_num_threads(n); }); }
CT_API i32 ct_get_num_interop_threads() { return at::get_num_interop_threads(); }
CT_API i32 ct_set_num_interop_threads(i32 n) { return attempt([&] { at::set_num_interop_threads(n); }); }
CT_API i32 ct_cuda_device_count() {
  try {
    return torch::cuda::is_available() ? static_cast<i32>(torch::cuda::device_count()) : 0;
  } catch (...) {
    return 0;
  }
}
CT_API i32 ct_cuda_synchronize(i64 index) { return attempt([&] { torch::cuda::synchronize(index); }); }
