// Operations with integer arguments: shapes, indexing, joining, reductions over dimensions. Codes: Operations.cs.
#include "coda_torch.h"
#include <ATen/TensorIndexing.h>
#include <cstdlib>
#include <type_traits>

using namespace coda;

CT_API Box* ct_ints(i32 op, const Box* box_a, i64 i, i64 j, i64 k, i64 l) {
  return boxed([&]() -> Tensor {
    const Tensor& a = box_a->t;
    switch (op) {
      case 0: return a.unsqueeze(i);
      case 1: return a.squeeze(i);
      case 2: return a.transpose(i, j);
      case 3: return a.narrow(i, j, k);
      case 4: return a.slice(i, j, k, l);
      case 5: return a.select(i, j);
      case 6: return a.diag(i);
      case 7: return a.tril(i);
      case 8: return a.triu(i);
      case 9: return a.unfold(i, j, k);
      case 10: return a.flatten(i, j);
      case 11: return a.all(i, j != 0);
      case 12: return a.any(i, j != 0);
      case 13: return a.argmax(i, j != 0);
      case 14: return a.argmin(i, j != 0);
      case 15: return a.cumsum(i, dtype_or_none(j));
      case 16: return a.cumprod(i, dtype_or_none(j));
      case 17: return a.prod(i, j != 0, dtype_or_none(k));
      case 18: return a.sum(dtype_or_none(i));
      case 19: return a.prod(dtype_or_none(i));
      case 20: return a.var(i != 0);
      case 21: return a.std(i != 0);
      case 22: return a.softmax(i, dtype_or_none(j));
      case 23: return a.log_softmax(i, dtype_or_none(j));
      case 24: return a.to(static_cast<at::ScalarType>(i), k != 0, j != 0);
      case 25: return a.to(device_of(i, j), a.scalar_type(), l != 0, k != 0);
      case 26: return a.diagonal(i, j, k);
      case 27: return a.logsumexp(i, j != 0);
      case 28: return a.movedim(i, j);
      case 29: return a.round(i);
      case 30: return at::gelu(a, i == 0 ? "none" : "tanh");
      case 31: return a.roll(i, j);
      case 32: return a.repeat_interleave(i, j < 0 ? Opt<i64>() : Opt<i64>(j));
      case 33: return at::one_hot(a, i);
      case 34: return at::linalg_cholesky(a, i != 0);
      case 35: return at::diag_embed(a, i, j, k);
      default: unknown_op("ints", op);
    }
  });
}

CT_API Box* ct_dims(i32 op, const Box* box_a, const i64* values, i64 n, i64 i, i64 j) {
  return boxed([&]() -> Tensor {
    const Tensor& a = box_a->t;
    const auto d = dims(values, n);
    switch (op) {
      case 0: return a.view(d);
      case 1: return a.reshape(d);
      case 2: return a.permute(d);
      case 3: return a.expand(d, i != 0);
      case 4: return a.repeat(d);
      case 5: return a.flip(d);
      case 6: return a.broadcast_to(d);
      case 7: return a.tile(d);
      case 8: return a.sum(d, i != 0, dtype_or_none(j));
      case 9: return a.mean(d, i != 0, dtype_or_none(j));
      case 10: return a.amax(d, i != 0);
      case 11: return a.amin(d, i != 0);
      case 12: return a.var(d, i != 0, j != 0);
      case 13: return a.std(d, i != 0, j != 0);
      case 14: return a.unflatten(i, d);
      default: unknown_op("dims", op);
    }
  });
}

CT_API Box* ct_dims2(i32 op, const Box* box_a, const i64* values, i64 n, const i64* others, i64 m, i64 i) {
  return boxed([&]() -> Tensor {
    const Tensor& a = box_a->t;
    switch (op) {
      case 0: return a.roll(dims(values, n), dims(others, m));
      case 1: return a.movedim(dims(values, n), dims(others, m));
      case 2: return a.as_strided(dims(values, n), dims(others, m), i);
      default: unknown_op("dims2", op);
    }
  });
}

// Norm of order p; over all elements where n is 0.
CT_API Box* ct_norm(const Box* a, double p, const i64* values, i64 n, i32 keepdim) {
  return boxed([&]() -> Tensor {
    if (n == 0) return a->t.norm(p);
    return a->t.norm(at::Scalar(p), dims(values, n), keepdim != 0);
  });
}

// 0 max, 1 min, 2 sort (descending j), 3 topk (k elements, largest j, sorted l), 4 median
CT_API i32 ct_pair(i32 op, const Box* box_a, i64 i, i64 j, i64 k, i64 l, Box** out) {
  return attempt([&] {
    const Tensor& a = box_a->t;
    std::tuple<Tensor, Tensor> pair;
    switch (op) {
      case 0: pair = a.max(i, j != 0); break;
      case 1: pair = a.min(i, j != 0); break;
      case 2: pair = a.sort(i, j != 0); break;
      case 3: pair = a.topk(k, i, j != 0, l != 0); break;
      case 4: pair = a.median(i, j != 0); break;
      default: unknown_op("pair", op);
    }
    Box* first = box(std::move(std::get<0>(pair)));
    out[1] = box(std::move(std::get<1>(pair)));
    out[0] = first;
  });
}

// A tensor and an index tensor along a dimension, with a source where the operation writes.
CT_API Box* ct_along(i32 op, const Box* box_a, i64 dim, const Box* index, const Box* source, Num value) {
  return boxed([&]() -> Tensor {
    const Tensor& a = box_a->t;
    switch (op) {
      case 0: return a.index_select(dim, index->t);
      case 1: return a.gather(dim, index->t);
      case 2: return a.scatter(dim, index->t, source->t);
      case 3: return a.scatter_add(dim, index->t, source->t);
      case 4: return a.index_add(dim, index->t, source->t, value.scalar());
      case 5: return a.take_along_dim(index->t, dim);
      default: unknown_op("along", op);
    }
  });
}

CT_API i32 ct_along_(i32 op, Box* box_a, i64 dim, const Box* index, const Box* source, Num value) {
  return attempt([&] {
    Tensor& a = box_a->t;
    switch (op) {
      case 2: a.scatter_(dim, index->t, source->t); break;
      case 3: a.scatter_add_(dim, index->t, source->t); break;
      case 4: a.index_add_(dim, index->t, source->t, value.scalar()); break;
      default: unknown_op("along_", op);
    }
  });
}

// 0 cat, 1 stack, 2 hstack, 3 vstack, 4 block_diag
CT_API Box* ct_join(i32 op, Box* const* list, i64 count, i64 dim) {
  return boxed([&]() -> Tensor {
    const auto tensors = unbox(list, count);
    switch (op) {
      case 0: return at::cat(tensors, dim);
      case 1: return at::stack(tensors, dim);
      case 2: return at::hstack(tensors);
      case 3: return at::vstack(tensors);
      case 4: return at::block_diag(tensors);
      default: unknown_op("join", op);
    }
  });
}

CT_API Box* ct_einsum(const char* equation, Box* const* list, i64 count) {
  return boxed([&] { return at::einsum(equation, unbox(list, count)); });
}

static i64 give(std::vector<Tensor> tensors, Box*** out) {
  auto** list = static_cast<Box**>(std::malloc(sizeof(Box*) * (tensors.size() + 1)));
  if (!list) throw std::bad_alloc();
  for (size_t i = 0; i < tensors.size(); ++i) list[i] = box(std::move(tensors[i]));
  *out = list;
  return static_cast<i64>(tensors.size());
}

// Several tensors from one; returns how many, or -1. The caller frees the list with ct_free_list.
// 0 split in pieces of values[0], 1 split in the given sizes, 2 chunk in values[0], 3 unbind, 4 where(condition)
CT_API i64 ct_split(i32 op, const Box* box_a, const i64* values, i64 n, i64 dim, Box*** out) {
  i64 count = -1;
  attempt([&] {
    const Tensor& a = box_a->t;
    switch (op) {
      case 0: count = give(a.split(values[0], dim), out); break;
      case 1: count = give(a.split_with_sizes(dims(values, n), dim), out); break;
      case 2: count = give(a.chunk(values[0], dim), out); break;
      case 3: count = give(a.unbind(dim), out); break;
      case 4: count = give(at::where(a), out); break;
      default: unknown_op("split", op);
    }
  });
  return count;
}

// 0 meshgrid ij, 1 meshgrid xy, 2 broadcast_tensors
CT_API i64 ct_many(i32 op, Box* const* list, i64 n, Box*** out) {
  i64 count = -1;
  attempt([&] {
    const auto tensors = unbox(list, n);
    switch (op) {
      case 0: count = give(at::meshgrid(tensors, "ij"), out); break;
      case 1: count = give(at::meshgrid(tensors, "xy"), out); break;
      case 2: count = give(at::broadcast_tensors(tensors), out); break;
      default: unknown_op("many", op);
    }
  });
  return count;
}

// One index: its kind and, for a slice, start, stop and step (INT64_MIN: left out).
struct Index {
  i64 kind;
  i64 start, stop, step;
  const Box* tensor;
};
enum IndexKind : i64 { kSingle = 0, kSlice = 1, kEllipsis = 2, kNewAxis = 3, kTruth = 4, kTensor = 5 };

// Integers of indices became symbolic between 1.13 and 2.x, those of slices before the others.
using Bound = std::conditional_t<
    std::is_constructible_v<at::indexing::Slice, Opt<c10::SymInt>, Opt<c10::SymInt>, Opt<c10::SymInt>>, c10::SymInt, i64>;
using Whole = std::conditional_t<std::is_constructible_v<at::indexing::TensorIndex, c10::SymInt>, c10::SymInt, i64>;

static std::vector<at::indexing::TensorIndex> indices(const Index* list, i64 n) {
  using namespace at::indexing;
  std::vector<TensorIndex> result;
  result.reserve(static_cast<size_t>(n));
  const auto part = [](i64 v) { return v == INT64_MIN ? Opt<Bound>() : Opt<Bound>(Bound(v)); };
  for (i64 i = 0; i < n; ++i) {
    const Index& x = list[i];
    switch (x.kind) {
      case kSingle: result.emplace_back(Whole(x.start)); break;
      case kSlice: result.emplace_back(Slice(part(x.start), part(x.stop), part(x.step))); break;
      case kEllipsis: result.emplace_back(Ellipsis); break;
      case kNewAxis: result.emplace_back(None); break;
      case kTruth: result.emplace_back(x.start != 0); break;
      default: result.emplace_back(x.tensor->t); break;
    }
  }
  return result;
}

CT_API Box* ct_index(const Box* a, const Index* list, i64 n) {
  return boxed([&] { return a->t.index(indices(list, n)); });
}

// Writes a tensor, or where it is null a number; `accumulate` works with index tensors only.
CT_API i32 ct_index_put_(Box* a, const Index* list, i64 n, const Box* value, Num number, i32 accumulate) {
  return attempt([&] {
    if (accumulate) {
      c10::List<Opt<Tensor>> tensors;
      for (i64 i = 0; i < n; ++i) tensors.push_back(tensor_or_none(list[i].tensor));
      a->t.index_put_(tensors, value ? value->t : at::scalar_tensor(number.scalar(), a->t.options()), true);
    } else if (value) {
      a->t.index_put_(indices(list, n), value->t);
    } else {
      a->t.index_put_(indices(list, n), number.scalar());
    }
  });
}
