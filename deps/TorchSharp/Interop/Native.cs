using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>The functions of native/*.cpp. A handle result of 0 and a status below 0 mean that <see cref="ct_last_error"/> says why.</summary>
internal static unsafe class Native
{
    internal const string Library = "coda_torch";

    [DllImport(Library)] internal static extern byte* ct_last_error();
    [DllImport(Library)] internal static extern byte* ct_version();
    [DllImport(Library)] internal static extern void ct_free(nint tensor);
    [DllImport(Library)] internal static extern void ct_free_list(nint* list);

    // Reads of a field or two: shorter than the switch of the garbage collector's mode.
    [DllImport(Library), SuppressGCTransition] internal static extern long ct_ndim(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern long ct_numel(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern long ct_dtype(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern long ct_element_size(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern long ct_device_type(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern long ct_device_index(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern int ct_is_contiguous(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern int ct_requires_grad(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern int ct_is_leaf(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern long ct_storage_offset(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern void ct_sizes(nint a, long* sizes);
    [DllImport(Library), SuppressGCTransition] internal static extern void ct_strides(nint a, long* strides);

    [DllImport(Library)] internal static extern int ct_size(nint a, long dim, long* size);
    [DllImport(Library)] internal static extern int ct_stride(nint a, long dim, long* stride);
    [DllImport(Library)] internal static extern int ct_data(nint a, void** data);
    [DllImport(Library)] internal static extern int ct_item(nint a, Num* value);
    [DllImport(Library)] internal static extern int ct_allclose(nint a, nint b, double rtol, double atol, int equalNan, int* result);

    [DllImport(Library)] internal static extern nint ct_new(NewOp op, long* sizes, long n, Num value, long dtype, long device, long index, int requiresGrad);
    [DllImport(Library)] internal static extern nint ct_new_like(NewOp op, nint a, Num value, long dtype, long device, long index, int requiresGrad);
    [DllImport(Library)] internal static extern nint ct_range(RangeOp op, Num a, Num b, Num c, long dtype, long device, long index, int requiresGrad);
    [DllImport(Library)] internal static extern nint ct_randint(long low, long high, long* sizes, long n, long dtype, long device, long index, int requiresGrad);
    [DllImport(Library)] internal static extern nint ct_empty_strided(long* sizes, long* strides, long n, long dtype, long device, long index, int requiresGrad);
    [DllImport(Library)] internal static extern nint ct_from_data(void* data, long* sizes, long n, long sourceDtype, long dtype, long device, long index, int requiresGrad);
    [DllImport(Library)]
    internal static extern nint ct_from_blob(void* data, long* sizes, long n, long sourceDtype, long dtype, long device, long index, int requiresGrad,
        delegate* unmanaged<nint, void> release, nint context);

    [DllImport(Library)] internal static extern int ct_manual_seed(long seed);
    [DllImport(Library)] internal static extern int ct_get_num_threads();
    [DllImport(Library)] internal static extern int ct_set_num_threads(int n);
    [DllImport(Library)] internal static extern int ct_get_num_interop_threads();
    [DllImport(Library)] internal static extern int ct_set_num_interop_threads(int n);
    [DllImport(Library)] internal static extern int ct_cuda_device_count();
    [DllImport(Library)] internal static extern int ct_cuda_synchronize(long index);

    [DllImport(Library)] internal static extern nint ct_unary(UnaryOp op, nint a);
    [DllImport(Library)] internal static extern int ct_unary_(InPlaceOp op, nint a);
    [DllImport(Library)] internal static extern nint ct_binary(BinaryOp op, nint a, nint b);
    [DllImport(Library)] internal static extern int ct_binary_(InPlaceBinaryOp op, nint a, nint b);
    [DllImport(Library)] internal static extern nint ct_scalar(ScalarOp op, nint a, Num value);
    [DllImport(Library)] internal static extern int ct_scalar_(InPlaceScalarOp op, nint a, Num value);
    [DllImport(Library)] internal static extern nint ct_ternary(TernaryOp op, nint a, nint b, nint c, Num value);
    [DllImport(Library)] internal static extern int ct_ternary_(TernaryOp op, nint a, nint b, nint c, Num value);
    [DllImport(Library)] internal static extern nint ct_clamp(nint a, Num low, Num high);
    [DllImport(Library)] internal static extern int ct_clamp_(nint a, Num low, Num high);
    [DllImport(Library)] internal static extern int ct_random_(RandomOp op, nint a, double first, double second);
    [DllImport(Library)] internal static extern int ct_copy_(nint a, nint source, int nonBlocking);
    [DllImport(Library)] internal static extern nint ct_addmm(AddmmOp op, nint a, nint b, nint c, double beta, double alpha);

    [DllImport(Library)] internal static extern nint ct_ints(IntsOp op, nint a, long i, long j, long k, long l);
    [DllImport(Library)] internal static extern nint ct_dims(DimsOp op, nint a, long* values, long n, long i, long j);
    [DllImport(Library)] internal static extern nint ct_dims2(Dims2Op op, nint a, long* values, long n, long* others, long m, long i);
    [DllImport(Library)] internal static extern nint ct_norm(nint a, double p, long* dims, long n, int keepdim);
    [DllImport(Library)] internal static extern int ct_pair(PairOp op, nint a, long i, long j, long k, long l, nint* result);
    [DllImport(Library)] internal static extern nint ct_along(AlongOp op, nint a, long dim, nint index, nint source, Num value);
    [DllImport(Library)] internal static extern int ct_along_(AlongOp op, nint a, long dim, nint index, nint source, Num value);
    [DllImport(Library)] internal static extern nint ct_join(JoinOp op, nint* list, long count, long dim);
    [DllImport(Library)] internal static extern nint ct_einsum(byte* equation, nint* list, long count);
    [DllImport(Library)] internal static extern long ct_split(SplitOp op, nint a, long* values, long n, long dim, nint** result);
    [DllImport(Library)] internal static extern long ct_many(ManyOp op, nint* list, long count, nint** result);
    [DllImport(Library)] internal static extern nint ct_index(nint a, IndexSpec* list, long n);
    [DllImport(Library)] internal static extern int ct_index_put_(nint a, IndexSpec* list, long n, nint value, Num number, int accumulate);

    [DllImport(Library)] internal static extern nint ct_linear(nint x, nint weight, nint bias);
    [DllImport(Library)] internal static extern nint ct_conv(ConvOp op, nint x, nint weight, nint bias, long* stride, long* padding, long* dilation, long* outputPadding, long n, long groups);
    [DllImport(Library)] internal static extern nint ct_pool(PoolOp op, nint x, long* kernel, long* stride, long* padding, long* dilation, long n, int ceilMode, int countIncludePad);
    [DllImport(Library)] internal static extern nint ct_pad(nint x, long* pad, long n, int mode, double value);
    [DllImport(Library)] internal static extern nint ct_batch_norm(nint x, nint mean, nint variance, nint weight, nint bias, int training, double momentum, double eps);
    [DllImport(Library)] internal static extern nint ct_layer_norm(nint x, long* shape, long n, nint weight, nint bias, double eps);
    [DllImport(Library)] internal static extern nint ct_group_norm(nint x, long groups, nint weight, nint bias, double eps);
    [DllImport(Library)] internal static extern nint ct_softplus(nint x, double beta, double threshold);
    [DllImport(Library)] internal static extern nint ct_dropout(nint x, double p, int training);
    [DllImport(Library)] internal static extern int ct_dropout_(nint x, double p, int training);
    [DllImport(Library)] internal static extern nint ct_loss(LossOp op, nint x, nint target, long reduction, double parameter);

    [DllImport(Library)] internal static extern int ct_backward(nint* tensors, long n, nint* grads, long m, int retainGraph, int createGraph, nint* inputs, long k);
    [DllImport(Library)] internal static extern int ct_grad(nint* outputs, long n, nint* inputs, long m, nint* grads, long k, int retainGraph, int createGraph, int allowUnused, nint* result);
    [DllImport(Library)] internal static extern int ct_get_grad(nint a, nint* grad);
    [DllImport(Library)] internal static extern int ct_set_grad(nint a, nint grad);
    [DllImport(Library)] internal static extern int ct_set_requires_grad(nint a, int value);
    [DllImport(Library)] internal static extern int ct_retain_grad(nint a);
    [DllImport(Library), SuppressGCTransition] internal static extern int ct_grad_mode();
    [DllImport(Library), SuppressGCTransition] internal static extern void ct_set_grad_mode(int enabled);
    [DllImport(Library), SuppressGCTransition] internal static extern int ct_inference_mode();
    [DllImport(Library)] internal static extern nint ct_inference_guard(int enabled);
    [DllImport(Library)] internal static extern void ct_inference_guard_free(nint guard);
    [DllImport(Library)] internal static extern int ct_anomaly_mode();
    [DllImport(Library)] internal static extern int ct_anomaly_nan();
    [DllImport(Library)] internal static extern void ct_set_anomaly_mode(int enabled, int checkNan);
    [DllImport(Library)] internal static extern int ct_clip_grad_norm_(nint* list, long n, double maxNorm, double p, double* norm);
}
