using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp.Interop;

/// <summary>
/// Calls of the native layer. Each keeps its tensors reachable until the call is over, so that a finalizer cannot free them under it.
/// </summary>
internal static unsafe class Call
{
    [DoesNotReturn]
    internal static void Throw() =>
        throw new ExternalException(Marshal.PtrToStringUTF8((nint)Native.ct_last_error()) ?? "unknown error of LibTorch");

    internal static Tensor Wrap(nint handle)
    {
        if (handle == 0)
            Throw();
        return new Tensor(handle);
    }

    internal static void Check(int status)
    {
        if (status < 0)
            Throw();
    }

    internal static nint HandleOrNull(Tensor? a) => a is null ? 0 : a.Handle;

    internal static Tensor Unary(UnaryOp op, Tensor a)
    {
        nint result = Native.ct_unary(op, a.Handle);
        GC.KeepAlive(a);
        return Wrap(result);
    }

    internal static Tensor InPlace(InPlaceOp op, Tensor a)
    {
        Check(Native.ct_unary_(op, a.Handle));
        GC.KeepAlive(a);
        return a;
    }

    internal static Tensor Binary(BinaryOp op, Tensor a, Tensor b)
    {
        nint result = Native.ct_binary(op, a.Handle, b.Handle);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return Wrap(result);
    }

    internal static Tensor InPlace(InPlaceBinaryOp op, Tensor a, Tensor b)
    {
        Check(Native.ct_binary_(op, a.Handle, b.Handle));
        GC.KeepAlive(b);
        GC.KeepAlive(a);
        return a;
    }

    internal static Tensor Scalar(ScalarOp op, Tensor a, Num value)
    {
        nint result = Native.ct_scalar(op, a.Handle, value);
        GC.KeepAlive(a);
        return Wrap(result);
    }

    internal static Tensor InPlace(InPlaceScalarOp op, Tensor a, Num value)
    {
        Check(Native.ct_scalar_(op, a.Handle, value));
        GC.KeepAlive(a);
        return a;
    }

    internal static Tensor Ternary(TernaryOp op, Tensor a, Tensor? b, Tensor? c, Num value)
    {
        nint result = Native.ct_ternary(op, a.Handle, HandleOrNull(b), HandleOrNull(c), value);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
        return Wrap(result);
    }

    internal static Tensor InPlace(TernaryOp op, Tensor a, Tensor? b, Tensor? c, Num value)
    {
        Check(Native.ct_ternary_(op, a.Handle, HandleOrNull(b), HandleOrNull(c), value));
        GC.KeepAlive(b);
        GC.KeepAlive(c);
        GC.KeepAlive(a);
        return a;
    }

    internal static Tensor Addmm(AddmmOp op, Tensor a, Tensor b, Tensor c, double beta, double alpha)
    {
        nint result = Native.ct_addmm(op, a.Handle, b.Handle, c.Handle, beta, alpha);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
        return Wrap(result);
    }

    internal static Tensor Ints(IntsOp op, Tensor a, long i = 0, long j = 0, long k = 0, long l = 0)
    {
        nint result = Native.ct_ints(op, a.Handle, i, j, k, l);
        GC.KeepAlive(a);
        return Wrap(result);
    }

    internal static Tensor Dims(DimsOp op, Tensor a, ReadOnlySpan<long> values, long i = 0, long j = 0)
    {
        fixed (long* p = values)
        {
            nint result = Native.ct_dims(op, a.Handle, p, values.Length, i, j);
            GC.KeepAlive(a);
            return Wrap(result);
        }
    }

    internal static Tensor Dims(Dims2Op op, Tensor a, ReadOnlySpan<long> values, ReadOnlySpan<long> others, long i = 0)
    {
        fixed (long* p = values, q = others)
        {
            nint result = Native.ct_dims2(op, a.Handle, p, values.Length, q, others.Length, i);
            GC.KeepAlive(a);
            return Wrap(result);
        }
    }

    internal static (Tensor, Tensor) Pair(PairOp op, Tensor a, long i = 0, long j = 0, long k = 0, long l = 0)
    {
        nint* result = stackalloc nint[2];
        int status = Native.ct_pair(op, a.Handle, i, j, k, l, result);
        GC.KeepAlive(a);
        Check(status);
        return (new Tensor(result[0]), new Tensor(result[1]));
    }

    internal static Tensor Along(AlongOp op, Tensor a, long dim, Tensor index, Tensor? source, Num value)
    {
        nint result = Native.ct_along(op, a.Handle, dim, index.Handle, HandleOrNull(source), value);
        GC.KeepAlive(a);
        GC.KeepAlive(index);
        GC.KeepAlive(source);
        return Wrap(result);
    }

    internal static Tensor InPlace(AlongOp op, Tensor a, long dim, Tensor index, Tensor? source, Num value)
    {
        Check(Native.ct_along_(op, a.Handle, dim, index.Handle, HandleOrNull(source), value));
        GC.KeepAlive(index);
        GC.KeepAlive(source);
        GC.KeepAlive(a);
        return a;
    }

    internal static Tensor Join(JoinOp op, ReadOnlySpan<Tensor> tensors, long dim)
    {
        Span<nint> handles = tensors.Length <= 64 ? stackalloc nint[tensors.Length] : new nint[tensors.Length];
        for (int i = 0; i < handles.Length; i++)
            handles[i] = tensors[i].Handle;
        fixed (nint* list = handles)
        {
            nint result = Native.ct_join(op, list, handles.Length, dim);
            KeepAlive(tensors);
            return Wrap(result);
        }
    }

    internal static Tensor[] Split(SplitOp op, Tensor a, ReadOnlySpan<long> values, long dim)
    {
        nint* list;
        fixed (long* p = values)
        {
            long count = Native.ct_split(op, a.Handle, p, values.Length, dim, &list);
            GC.KeepAlive(a);
            return Take(list, count);
        }
    }

    internal static Tensor[] Many(ManyOp op, Tensor[] tensors)
    {
        nint* list;
        fixed (nint* handles = Handles(tensors))
        {
            long count = Native.ct_many(op, handles, tensors.Length, &list);
            GC.KeepAlive(tensors);
            return Take(list, count);
        }
    }

    /// <summary>The handles of a list; a missing list gives an empty array, a missing tensor a null handle.</summary>
    internal static nint[] Handles(IEnumerable<Tensor?>? tensors) => tensors is null ? [] : [.. tensors.Select(HandleOrNull)];

    /// <summary>Keeps every tensor of a span reachable up to here.</summary>
    internal static void KeepAlive(ReadOnlySpan<Tensor> tensors)
    {
        for (int i = 0; i < tensors.Length; i++)
            GC.KeepAlive(tensors[i]);
    }

    private static Tensor[] Take(nint* list, long count)
    {
        if (count < 0)
            Throw();
        var tensors = new Tensor[count];
        for (long i = 0; i < count; i++)
            tensors[i] = new Tensor(list[i]);
        Native.ct_free_list(list);
        return tensors;
    }
}
