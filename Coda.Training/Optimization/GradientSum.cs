using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Networks;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Coda.Training.Optimization;

/// <summary>The gradients of all shares on all ranks, added in the order of the shares.</summary>
/// <param name="aliases">The weights of this rank's shares. [share, part]</param>
/// <param name="ranks">The ranks.</param>
internal sealed class GradientSum(WeightStore[][] aliases, IRankGroup ranks)
{
    private float[] _sum = [];
    private float[][] _own = []; // [share, entry]

    /// <summary>Adds; the gradients of the first share's weights are the sum afterwards, those of the others 0.</summary>
    public void Take()
    {
        if (ranks.Size == 1)
        {
            foreach (var others in aliases.Skip(1))
            {
                for (var part = 0; part < others.Length; part++)
                {
                    aliases[0][part].TakeGradients(others[part]);
                }
            }

            return;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var isFirst = _own.Length == 0;
        _own = [.. aliases.Select((weights, share) => Flat(Gradients(weights), isFirst ? [] : _own[share]))];
        if (isFirst)
        {
            ranks.Agree($"{_own[0].Length}", "The entries with a gradient", "Start all ranks with one command line and one build of the command.");
        }

        _sum = _sum.Length == _own[0].Length ? _sum : new float[_own[0].Length];
        if (ranks.Rank == 0)
        {
            _own[0].CopyTo(_sum, 0);
        }

        ranks.Accumulate(_sum, Add);
        var at = 0;
        foreach (var gradient in Gradients(aliases[0]))
        {
            var length = (int)gradient.numel();
            TorchArrays.Overwrite(gradient, _sum.AsSpan(at, length));
            at += length;
        }

        foreach (var weights in aliases.Skip(1).SelectMany(weights => weights))
        {
            weights.ClearGradients();
        }
    }

    private void Add(int start, int end)
    {
        foreach (var own in _own.Skip(ranks.Rank == 0 ? 1 : 0))
        {
            var sum = _sum.AsSpan(start, end - start);
            TensorPrimitives.Add(sum, own.AsSpan(start, end - start), sum);
        }
    }

    private static IEnumerable<Tensor> Gradients(WeightStore[] weights) =>
        weights.SelectMany(part => part.Trained.Values).Select(weight => weight.grad).OfType<Tensor>();

    private static float[] Flat(IEnumerable<Tensor> gradients, float[] kept)
    {
        var tensors = gradients.ToList();
        var length = (int)tensors.Sum(gradient => gradient.numel());
        var (flat, at) = (kept.Length == length ? kept : new float[length], 0);
        foreach (var gradient in tensors)
        {
            at += TorchArrays.Copy(gradient, flat.AsSpan(at));
        }

        return flat;
    }
}
