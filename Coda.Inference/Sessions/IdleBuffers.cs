using System.Collections.Concurrent;

namespace Coda.Inference.Sessions;

/// <summary>Buffers that threads take and give back: of each shape, as many as were ever in use at the same time. Safe for use from several threads.</summary>
/// <typeparam name="TShape">What tells shapes apart.</typeparam>
/// <typeparam name="T">The buffers.</typeparam>
/// <param name="make">Makes buffers of a shape.</param>
public sealed class IdleBuffers<TShape, T>(Func<TShape, T> make) : IDisposable
    where TShape : notnull
    where T : IDisposable
{
    private readonly ConcurrentDictionary<TShape, ConcurrentBag<T>> _idle = [];

    /// <summary>Takes buffers that nobody uses, or new ones.</summary>
    /// <param name="shape">Their shape.</param>
    public T Take(TShape shape) => _idle.GetOrAdd(shape, _ => []).TryTake(out var idle) ? idle : make(shape);

    /// <summary>Gives buffers back.</summary>
    /// <param name="shape">Their shape.</param>
    /// <param name="buffers">What was taken.</param>
    public void Return(TShape shape, T buffers) => _idle[shape].Add(buffers);

    /// <summary>Frees those that nobody uses; further ones can be taken.</summary>
    public void Dispose()
    {
        foreach (var idle in _idle.Values)
        {
            while (idle.TryTake(out var buffers))
            {
                buffers.Dispose();
            }
        }
    }
}
