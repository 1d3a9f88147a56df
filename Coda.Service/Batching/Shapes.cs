using Coda.Data.Archives;

namespace Coda.Service.Batching;

/// <summary>The few shapes in which ONNX Runtime is run, so that it plans its memory once for each; what is short of one is padded.</summary>
internal static class Shapes
{
    /// <summary>The steps of a stretch, at most; as <c>coda analyze</c> takes them.</summary>
    public const int Stretch = 64;

    /// <summary>The starts of forecasts in one run, at most.</summary>
    public const int Forecasts = 64;

    private const int StretchUnit = 16;

    /// <summary>The length of the stretch that holds so many steps: the next multiple of 16.</summary>
    /// <param name="steps">1 to <see cref="Stretch"/>.</param>
    public static int OfStretch(int steps) => (steps + StretchUnit - 1) / StretchUnit * StretchUnit;

    /// <summary>The batch that holds so many rows: the next power of two, or the largest batch.</summary>
    /// <param name="rows">1 to <paramref name="most"/>.</param>
    /// <param name="most">The largest batch.</param>
    public static int OfBatch(int rows, int most) => Math.Min(most, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)rows));

    /// <summary>All lengths of stretches.</summary>
    public static IEnumerable<int> Stretches() => Enumerable.Range(1, Stretch / StretchUnit).Select(n => n * StretchUnit);

    /// <summary>All batches up to a largest one.</summary>
    /// <param name="most">The largest batch.</param>
    public static IEnumerable<int> Batches(int most) => Enumerable.Range(1, most).Select(rows => OfBatch(rows, most)).Distinct();
}
