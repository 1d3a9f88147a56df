namespace Coda.Training.Networks;

/// <summary>Declares the weights of a network, layer by layer.</summary>
public sealed class WeightDefinitions
{
    private readonly List<WeightDefinition> _list = [];

    /// <summary>What was declared so far, in order.</summary>
    public IReadOnlyList<WeightDefinition> List => _list;

    /// <summary>A kernel and its bias: <c>name.weight</c> and <c>name.bias</c>.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="output">Output channels.</param>
    /// <param name="input">Input channels.</param>
    /// <param name="widths">The kernel's widths; none for a plain matrix.</param>
    /// <returns>This object.</returns>
    public WeightDefinitions Convolution(string name, int output, int input, params int[] widths) =>
        Kernel(name, [output, input, .. widths], output, input * widths.Aggregate(1, (product, width) => product * width));

    /// <summary>An array that starts at 0.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The length of every axis.</param>
    /// <returns>This object.</returns>
    public WeightDefinitions Zeros(string name, params int[] shape)
    {
        _list.Add(new WeightDefinition(name, shape, WeightStart.Zero));
        return this;
    }

    /// <summary>The kernel of a transposed convolution and its bias. [input, output, 2], or [input, output, 2, 2]</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="input">Input channels.</param>
    /// <param name="output">Output channels.</param>
    /// <param name="axes">The axes of space.</param>
    /// <returns>This object.</returns>
    public WeightDefinitions Upsampling(string name, int input, int output, int axes = 1) =>
        Kernel(name, [input, output, .. Enumerable.Repeat(2, axes)], output, output * (1 << axes));

    /// <summary>Scale, shift and running statistics of a batch normalization.</summary>
    /// <param name="name">The layer's name.</param>
    /// <param name="channels">Its channels.</param>
    /// <returns>This object.</returns>
    public WeightDefinitions BatchNorm(string name, int channels)
    {
        _list.Add(new WeightDefinition($"{name}.scale", [channels], WeightStart.One));
        _list.Add(new WeightDefinition($"{name}.shift", [channels], WeightStart.Zero));
        _list.Add(new WeightDefinition($"{name}.mean", [channels], WeightStart.Zero, IsTrained: false));
        _list.Add(new WeightDefinition($"{name}.variance", [channels], WeightStart.One, IsTrained: false));
        return this;
    }

    private WeightDefinitions Kernel(string name, int[] shape, int output, int fanIn)
    {
        _list.Add(new WeightDefinition($"{name}.weight", shape, WeightStart.Uniform, fanIn));
        _list.Add(new WeightDefinition($"{name}.bias", [output], WeightStart.Uniform, fanIn));
        return this;
    }
}
