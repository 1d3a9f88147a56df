using System.Collections;
using System.Runtime.InteropServices;
using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor in host memory, in row-major order whatever the strides; keeps the tensor reachable.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly Tensor _tensor;
    private readonly T* _data;
    private readonly long[] _shape;
    private readonly long[] _strides;
    private readonly bool _contiguous;

    internal TensorAccessor(Tensor tensor)
    {
        tensor.RequireHost();
        _tensor = tensor;
        _data = (T*)tensor.DataPointer();
        _shape = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        Count = tensor.numel();
    }

    public long Count { get; }
    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => *At(indices);
        set => *At(indices) = value;
    }

    public T[] ToArray()
    {
        var result = new T[Count];
        Copy(result, 0);
        return result;
    }

    /// <summary>An array of the tensor's rank; of rank 1 for a scalar.</summary>
    public Array ToNDArray()
    {
        T[] flat = ToArray();
        if (_shape.Length < 2)
            return flat;
        var result = Array.CreateInstance(typeof(T), _shape);
        MemoryMarshal.AsBytes(flat.AsSpan()).CopyTo(
            MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(result), checked((int)(Count * sizeof(T)))));
        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => Copy(array.AsSpan(arrayIndex), tensorIndex);
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0) => Copy(array[arrayIndex..], tensorIndex);

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ReadOnlySpan<T> source = array[arrayIndex..];
        int count = CountFrom(tensorIndex, source.Length);
        if (_contiguous)
        {
            source[..count].CopyTo(new Span<T>(Live() + tensorIndex, count));
        }
        else
        {
            for (int i = 0; i < count; i++)
                Live()[Offset(tensorIndex + i)] = source[i];
        }
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Does nothing: the tensor belongs to its maker.</summary>
    public void Dispose() { }

    private void Copy(Span<T> destination, long start)
    {
        int count = CountFrom(start, destination.Length);
        if (count == 0)
            return;
        T* data = Live();
        if (_contiguous)
            new ReadOnlySpan<T>(data + start, count).CopyTo(destination);
        else
            CopyStrided(data, destination[..count], start);
        GC.KeepAlive(_tensor);
    }

    // Walks the index like an odometer, so that an element costs an addition and not a division per dimension.
    private void CopyStrided(T* data, Span<T> destination, long start)
    {
        int rank = _shape.Length;
        var index = new long[rank];
        long rest = start, offset = 0;
        for (int d = rank - 1; d >= 0; d--)
        {
            (rest, index[d]) = Math.DivRem(rest, _shape[d]);
            offset += index[d] * _strides[d];
        }
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = data[offset];
            for (int d = rank - 1; d >= 0; d--)
            {
                offset += _strides[d];
                if (++index[d] < _shape[d])
                    break;
                offset -= index[d] * _strides[d];
                index[d] = 0;
            }
        }
    }

    private int CountFrom(long start, int room)
    {
        if (start < 0 || (start >= Count && Count > 0))
            throw new ArgumentOutOfRangeException(nameof(start), start, $"The tensor has {Count} elements.");
        return (int)Math.Min(Count - start, room);
    }

    private T* At(long[] indices)
    {
        if (indices.Length == 1)
        {
            long index = indices[0];
            if (index >= Count)
                throw new IndexOutOfRangeException();
            if (index < 0)
                throw new ArgumentOutOfRangeException(nameof(indices), index, $"The tensor has {Count} elements.");
            return Live() + (_contiguous ? index : Offset(index));
        }
        long offset = 0;
        for (int d = 0; d < _shape.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= _shape[d])
                throw new IndexOutOfRangeException($"{indices[d]} >= {_shape[d]} in dimension {d}.");
            offset += indices[d] * _strides[d];
        }
        return Live() + offset;
    }

    private long Offset(long index)
    {
        long offset = 0;
        for (int d = _shape.Length - 1; d >= 0; d--)
        {
            (index, long i) = Math.DivRem(index, _shape[d]);
            offset += i * _strides[d];
        }
        return offset;
    }

    // The memory is gone once the tensor is disposed.
    private T* Live()
    {
        _ = _tensor.Handle;
        return _data;
    }
}
