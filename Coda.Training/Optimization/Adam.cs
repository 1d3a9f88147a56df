using Coda.Training.Algebra;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Training.Optimization;

/// <summary>Adam (Kingma and Ba, 2015, doi:10.48550/arXiv.1412.6980) on one group of tensors, with all of its state open to a checkpoint.</summary>
/// <remarks>Written here because a resumed run must give the same bits, and averaged weights and clipping belong to the same pass. Not thread-safe.</remarks>
public sealed class Adam : IDisposable
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Epsilon = 1e-8;

    private readonly IReadOnlyDictionary<string, Tensor> _weights;
    private readonly Dictionary<string, Tensor> _first;
    private readonly Dictionary<string, Tensor> _second;

    /// <summary>Starts with moments of 0.</summary>
    /// <param name="weights">The tensors to optimize, by name; they stay the caller's.</param>
    public Adam(IReadOnlyDictionary<string, Tensor> weights)
    {
        using var guard = no_grad();
        _weights = weights;
        _first = weights.ToDictionary(p => p.Key, p => zeros_like(p.Value).DetachFromDisposeScope());
        _second = weights.ToDictionary(p => p.Key, p => zeros_like(p.Value).DetachFromDisposeScope());
    }

    /// <summary>Copies the moments out, by name: <c>first.*</c> and <c>second.*</c>.</summary>
    public IReadOnlyDictionary<string, float[]> Export() => Moments().ToDictionary(p => p.Name, p => TorchArrays.Plain(p.Tensor));

    /// <summary>Overwrites the moments.</summary>
    /// <param name="moments">What <see cref="Export"/> gave.</param>
    public void Load(IReadOnlyDictionary<string, float[]> moments)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var (name, moment) in Moments())
        {
            moment.copy_(TorchArrays.Of(moments[name], moment.shape));
        }
    }

    /// <summary>The norm of the gradient over all tensors.</summary>
    public double GradientNorm()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var squares = _weights.Values.Select(w => w.grad).OfType<Tensor>().Select(gradient => (gradient * gradient).sum()).ToArray();
        return squares.Length == 0 ? 0 : Math.Sqrt(stack(squares).sum().item<float>());
    }

    /// <summary>Takes one step and clears the gradients.</summary>
    /// <param name="step">The number of this step, from 0, for the bias correction.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="gradientScale">What the gradients are multiplied by first (clipping).</param>
    public void Step(int step, double rate, double gradientScale)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var correction = Math.Sqrt(1 - Math.Pow(SecondDecay, step + 1));
        var size = rate * correction / (1 - Math.Pow(FirstDecay, step + 1));
        foreach (var (name, weight) in _weights)
        {
            if (weight.grad is not { } gradient)
            {
                continue;
            }

            gradient.Scale(gradientScale);
            _first[name].Scale(FirstDecay).Add(gradient, 1 - FirstDecay);
            _second[name].Scale(SecondDecay).AddProduct(gradient, gradient, 1 - SecondDecay);
            weight.AddQuotient(_first[name], _second[name].sqrt().Add(Epsilon * correction), -size);
            gradient.zero_();
        }
    }

    private IEnumerable<(string Name, Tensor Tensor)> Moments() =>
        _first.Select(p => ($"first.{p.Key}", p.Value)).Concat(_second.Select(p => ($"second.{p.Key}", p.Value)));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _first.Values.Concat(_second.Values))
        {
            tensor.Dispose();
        }
    }
}
