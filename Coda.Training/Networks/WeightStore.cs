using Coda.Data.Foundation;
using Coda.Training.Algebra;
using Coda.Training.Natives;
using static TorchSharp.torch;

namespace Coda.Training.Networks;

/// <summary>A network's weights as LibTorch tensors, which it owns.</summary>
public sealed class WeightStore : IDisposable
{
    private const long StartStream = 0x3E16;

    private readonly Dictionary<string, Tensor> _tensors = [];

    /// <summary>Makes the weights as their definitions say.</summary>
    /// <param name="definitions">The arrays.</param>
    /// <param name="seed">The seed of random starts; every array has a stream of its own.</param>
    /// <param name="device">Where they live.</param>
    public WeightStore(IReadOnlyList<WeightDefinition> definitions, ulong seed, Device device)
    {
        LibTorch.Load();
        Definitions = definitions;
        for (var i = 0; i < definitions.Count; i++)
        {
            using var scope = NewDisposeScope();
            var definition = definitions[i];
            var values = Start(definition, new CounterRandom(seed, StartStream, i));
            var weight = TorchArrays.Of(values, Array.ConvertAll(definition.Shape, axis => (long)axis)).to(device).detach();
            _tensors.Add(definition.Name, weight.requires_grad_(definition.IsTrained).DetachFromDisposeScope());
        }
    }

    private WeightStore(WeightStore origin)
    {
        Definitions = origin.Definitions;
        foreach (var definition in Definitions)
        {
            var alias = origin._tensors[definition.Name].detach().requires_grad_(definition.IsTrained);
            _tensors.Add(definition.Name, alias.DetachFromDisposeScope());
        }
    }

    /// <summary>The arrays' definitions, in order.</summary>
    public IReadOnlyList<WeightDefinition> Definitions { get; }

    /// <summary>All tensors, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>The tensors that an optimizer changes, by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Trained => Definitions.Where(d => d.IsTrained).ToDictionary(d => d.Name, d => _tensors[d.Name]);

    /// <summary>Those of <see cref="Trained"/> that are selected, by name.</summary>
    /// <param name="selects">Whether an array is.</param>
    internal IReadOnlyDictionary<string, Tensor> TrainedOf(Func<WeightDefinition, bool> selects) =>
        Definitions.Where(d => d.IsTrained && selects(d)).ToDictionary(d => d.Name, d => _tensors[d.Name]);

    /// <summary>The weights for a network written over the algebra.</summary>
    public Weights<Tensor> View() => new(_tensors);

    /// <summary>Copies all arrays out.</summary>
    public IReadOnlyDictionary<string, float[]> Export() => Definitions.ToDictionary(d => d.Name, d => TorchArrays.Plain(_tensors[d.Name]));

    /// <summary>Overwrites all arrays.</summary>
    /// <param name="values">An array for every definition.</param>
    /// <exception cref="InvalidDataException">An array is missing or of another length.</exception>
    public void Load(IReadOnlyDictionary<string, float[]> values)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var definition in Definitions)
        {
            if (!values.TryGetValue(definition.Name, out var array) || array.Length != definition.Length)
            {
                throw new InvalidDataException(
                    $"Expected {definition.Length} weights '{definition.Name}', got {array?.Length ?? 0}; they belong to another network.");
            }

            Copy(definition.Name, array);
        }
    }

    /// <summary>Overwrites the arrays that another network has too, by name and shape; the others stay, and so does what was fitted to a spread after
    /// training.</summary>
    /// <param name="definitions">The other network's arrays.</param>
    /// <param name="values">Their values, by name.</param>
    public void LoadShared(IReadOnlyList<WeightDefinition> definitions, IReadOnlyDictionary<string, float[]> values)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var definition in Definitions.Where(
            d => (d.IsTrained || !d.IsSpread) && definitions.Any(other => other.Name == d.Name && other.Shape.SequenceEqual(d.Shape))))
        {
            Copy(definition.Name, values[definition.Name]);
        }
    }

    private void Copy(string name, float[] values)
    {
        var target = _tensors[name];
        target.copy_(TorchArrays.Of(values, target.shape));
    }

    /// <summary>The same weights, in the same memory, with gradients of their own: for another thread's share of a batch.</summary>
    public WeightStore Alias() => new(this);

    /// <summary>Sets every gradient to 0.</summary>
    internal void ClearGradients()
    {
        using var guard = no_grad();
        foreach (var weight in Trained.Values)
        {
            using var gradient = weight.grad;
            gradient?.zero_();
        }
    }

    /// <summary>Adds the gradients of an alias to these and clears the alias's.</summary>
    /// <param name="alias">What <see cref="Alias"/> gave, after a backward pass.</param>
    public void TakeGradients(WeightStore alias)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var (name, weight) in Trained)
        {
            if (weight.grad is { } sum && alias._tensors[name].grad is { } part)
            {
                sum.Add(part);
                part.zero_();
            }
        }
    }

    /// <summary>Moves every array towards another store's: w + share · (other - w).</summary>
    /// <param name="other">Weights of the same definitions.</param>
    /// <param name="share">In [0, 1]; 1 copies.</param>
    public void Approach(WeightStore other, double share)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var (name, tensor) in _tensors)
        {
            tensor.Scale(1 - share).Add(other._tensors[name], share);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
        {
            tensor.Dispose();
        }
    }

    private static float[] Start(WeightDefinition definition, CounterRandom random)
    {
        var values = new float[definition.Length];
        var bound = 1 / Math.Sqrt(definition.FanIn);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = definition.Start switch
            {
                WeightStart.Uniform => (float)(bound * ((2 * random.NextUniform()) - 1)),
                WeightStart.One => 1,
                WeightStart.Given => (float)definition.Value,
                _ => 0,
            };
        }

        return values;
    }
}
