using System.Text.Json.Nodes;
using Coda.Data.Dynamics;
using Coda.Data.Foundation;
using Coda.Data.Geometry;
using Coda.Tests.Interpretations;
using Coda.Training.Networks;
using static TorchSharp.torch;

namespace Coda.Tests.Training;

/// <summary>Small networks with random weights, and windows for them.</summary>
internal static class NetworkExamples
{
    public const int Size = 16;

    public static AssimilationContext Aligned { get; } = Context(StateLayout.On(new Ring(Size)), Enumerable.Range(0, Size));

    /// <summary>Every third entry observed, out of order.</summary>
    public static AssimilationContext Sparse { get; } = Context(StateLayout.On(new Ring(Size)), [6, 0, 3, 12, 9, 15]);

    public static AssimilationContext Torus { get; } = Context(StateLayout.On(new Torus(3, 5)), Enumerable.Range(0, 15));

    /// <summary>On a plane and a line, some entries observed, out of order.</summary>
    public static AssimilationContext Plane { get; } = Context(StateLayout.On(new Plane(4, 3)), [6, 0, 3, 11]);

    public static AssimilationContext Line { get; } = Context(StateLayout.On(new Line(7)), [6, 0, 3]);

    public static AssimilationContext[] All => 
        [Aligned, Sparse, Torus, Plane, Line, Components, RingFields, TorusFields, SparseFields, Pooled, Channel];

    /// <summary>Two fields on a torus that can be halved twice, the second never observed.</summary>
    public static AssimilationContext Pooled { get; } =
        Context(new([new("u", new Torus(4, 8)), new("v", new Torus(4, 8))]), Enumerable.Range(0, 32));

    /// <summary>Between walls on a grid of odd sizes.</summary>
    public static AssimilationContext Channel { get; } = Context(StateLayout.On(new Plane(5, 7)), Enumerable.Range(0, 35));

    /// <summary>Two fields on one ring or torus.</summary>
    public static AssimilationContext RingFields { get; } = Context(new([new("u", new Ring(6)), new("v", new Ring(6))]), Enumerable.Range(0, 12));

    public static AssimilationContext TorusFields { get; } = Context(new([new("u", new Torus(3, 4)), new("v", new Torus(3, 4))]), Enumerable.Range(0, 24));

    public static AssimilationContext SparseFields { get; } = Context(new([new("u", new Torus(3, 4)), new("v", new Torus(3, 4))]), [17, 2, 5, 11]);

    public static AssimilationContext Components { get; } = Context(new Lorenz63(new Lorenz63.Options()).Layout, [0, 2]);

    /// <summary>The network's default options with a window of 2·<paramref name="halfWidth"/> + 1 and few channels, where it has such options.</summary>
    public static Component Small(string name, int halfWidth = 4, int every = 1)
    {
        var options = new JsonObject();
        var known = AssimilationNetwork.Catalog.DefaultOptions(name);
        foreach (var (option, value) in new[] { ("halfWidth", halfWidth), ("width", 8), ("blocks", 2), ("kernel", 3), ("every", every), ("iterations", 1) })
        {
            if (known.ContainsKey(option))
            {
                options[option] = value;
            }
        }

        return new Component(name, options);
    }

    public static AssimilationNetwork Make(string name, AssimilationContext? context = null, int halfWidth = 4) =>
        AssimilationNetwork.Catalog.Create(Small(name, halfWidth), context ?? Aligned);

    /// <summary>The same; <see langword="null"/> for a layout that it refuses, with a message that names it.</summary>
    public static AssimilationNetwork? TryMake(string name, AssimilationContext context)
    {
        try
        {
            return Make(name, context);
        }
        catch (ArgumentException fault)
        {
            StringAssert.Contains(fault.Message, $"got {context.Layout}");
            return null;
        }
    }

    /// <summary>Random weights as training starts them, and moved off 0 and 1 where they start there.</summary>
    public static Dictionary<string, Operand> Weights(IReadOnlyList<WeightDefinition> definitions, ulong seed = 1)
    {
        using var store = new WeightStore(definitions, seed, CPU);
        var weights = new Dictionary<string, Operand>();
        foreach (var (index, definition) in definitions.Index())
        {
            var values = Array.ConvertAll(store.Export()[definition.Name], v => (double)v);
            if (definition.Start != WeightStart.Uniform)
            {
                var noise = Operand.Gaussian(seed + 1000 + (ulong)index, values.Length).Values;
                values = [.. values.Zip(noise, (v, n) => v + (0.2 * Math.Tanh(n)))];
            }

            weights.Add(definition.Name, new Operand(values, definition.Shape) { IsConstant = true });
        }

        return weights;
    }

    public static Dictionary<string, float[]> Plain(IReadOnlyDictionary<string, Operand> weights) => weights.ToDictionary(p => p.Key, p => p.Value.Single);

    /// <summary>Values of the climatology where observed, about 40 % of the entries, and mask. [..., 2, time, site] with the last two axes at
    /// <paramref name="times"/> x sites</summary>
    public static Operand Observations(int batch, int times, int sites, ulong seed = 3)
    {
        var random = new CounterRandom(seed);
        var values = new double[batch * 2 * times * sites];
        for (var row = 0; row < batch; row++)
        {
            for (var i = 0; i < times * sites; i++)
            {
                if (random.NextUniform() < 0.4)
                {
                    values[(2 * row * times * sites) + i] = 2.3 + (3.6 * random.NextGaussian());
                    values[(((2 * row) + 1) * times * sites) + i] = 1;
                }
            }
        }

        return new Operand(values, batch, 2, times, sites) { SymbolicAxis = 0 };
    }

    public static Dictionary<string, Operand> With(this IReadOnlyDictionary<string, Operand> weights, string name, Operand operand) =>
        new(weights) { [name] = operand };

    public static AssimilationContext Context(StateLayout layout, IEnumerable<int> locations) => new(
        layout,
        [.. locations],
        new Climatology([.. Enumerable.Repeat(2.3, layout.Size)], [.. Enumerable.Repeat(3.6, layout.Size)]));
}
