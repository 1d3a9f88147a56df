using System.Text;

namespace Coda.Data.Archives.NetCdf;

/// <summary>A classic NetCDF file (CDF-1, CDF-2, CDF-5), as the NetCDF users' guide defines it.</summary>
internal sealed class ClassicFile : NetCdfFile
{
    private const int Piece = 1 << 16; // numbers that are read at once

    private readonly FileStream _stream;
    private readonly Dictionary<NetCdfVariable, ClassicHeader.Placed> _placed;
    private readonly long _recordSize;

    /// <summary>Opens a file and reads its header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The header contradicts itself or the file's length.</exception>
    public ClassicFile(string path)
        : base(path)
    {
        _stream = File.OpenRead(path);
        try
        {
            var header = new ClassicHeader(path, _stream);
            var placed = header.Read();
            (_recordSize, Variables) = (header.RecordSize, [.. placed.Select(p => p.Variable)]);
            _placed = placed.ToDictionary(p => p.Variable, ReferenceEqualityComparer<NetCdfVariable>());
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NetCdfVariable> Variables { get; }

    /// <inheritdoc/>
    public override double[] Read(NetCdfVariable variable, IReadOnlyList<long> start, IReadOnlyList<long> count)
    {
        var numbers = new double[Length(variable, start, count)];
        var (at, size) = (0, ClassicHeader.SizeOf(variable.Type));
        Runs(_placed[variable], start, count, bytes =>
        {
            for (var i = 0; i < bytes.Length; i += size)
            {
                numbers[at++] = ClassicHeader.Number(bytes.AsSpan(i), variable.Type);
            }
        });
        return numbers;
    }

    /// <inheritdoc/>
    public override void Dispose() => _stream.Dispose();

    /// <inheritdoc/>
    protected override string[] ReadTexts(NetCdfVariable variable, int count, int width)
    {
        var all = new byte[count * width];
        var at = 0;
        Runs(_placed[variable], [.. variable.Dimensions.Select(_ => 0L)], [.. variable.Dimensions.Select(d => d.Length)], bytes =>
        {
            bytes.CopyTo(all, at);
            at += bytes.Length;
        });
        return [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetString(all, i * width, width).TrimEnd('\0', ' '))];
    }

    private static IEqualityComparer<T> ReferenceEqualityComparer<T>()
        where T : class => System.Collections.Generic.ReferenceEqualityComparer.Instance;

    // Consecutive bytes of a block, in its order: whole trailing axes are one run, and a record is a run's end.
    private void Runs(ClassicHeader.Placed placed, IReadOnlyList<long> start, IReadOnlyList<long> count, Action<byte[]> take)
    {
        var (variable, size) = (placed.Variable, ClassicHeader.SizeOf(placed.Variable.Type));
        var rank = count.Count;
        if (count.Any(n => n == 0))
        {
            return;
        }

        // The byte stride of each axis.
        var strides = new long[rank];
        for (var (axis, stride) = (rank - 1, (long)size); axis >= 0; axis--)
        {
            strides[axis] = axis == 0 && placed.IsRecord ? _recordSize : stride;
            stride *= variable.Dimensions[axis].Length;
        }

        var (inner, run) = (rank, 1L); // the axes from inner on are contiguous
        while (inner > 0 && strides[inner - 1] == run * size)
        {
            run *= count[--inner];
            if (count[inner] != variable.Dimensions[inner].Length)
            {
                break;
            }
        }

        var place = new long[inner];
        do
        {
            var offset = placed.Begin + Enumerable.Range(0, rank).Sum(axis => (start[axis] + (axis < inner ? place[axis] : 0)) * strides[axis]);
            for (var done = 0L; done < run; done += Piece)
            {
                var bytes = new byte[Math.Min(Piece, run - done) * size];
                _stream.Position = offset + (done * size);
                _stream.ReadExactly(bytes);
                take(bytes);
            }
        }
        while (Next(place, count));
    }

    private static bool Next(long[] place, IReadOnlyList<long> count)
    {
        for (var axis = place.Length - 1; axis >= 0; axis--)
        {
            if (++place[axis] < count[axis])
            {
                return true;
            }

            place[axis] = 0;
        }

        return false;
    }
}
