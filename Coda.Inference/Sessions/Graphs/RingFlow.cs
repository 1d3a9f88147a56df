namespace Coda.Inference.Sessions.Graphs;

/// <summary>Follows a ring, the last axis, through the nodes of an ONNX graph, and makes them indifferent to its size.</summary>
/// <remarks>
/// Proves on the way that the graph is the same everywhere on the ring: padding and shifts are slices of one field joined end to end, constants are alike at
/// every site, and no node mixes all sites. Bounds that count from the ring's end become negative, constants of one entry a site get a single one. The
/// operators are those that Coda writes; whatever else touches the ring is refused.
/// </remarks>
/// <param name="constants">The graph's constants.</param>
/// <param name="sites">The ring's size in the file.</param>
internal sealed class RingFlow(GraphConstants constants, int sites)
{
    private readonly Dictionary<string, RingValue> _ring = [];
    private readonly HashSet<string> _single = []; // computed, with one entry along the last axis

    /// <summary>The most sites, on either side, that an entry of an output comes from.</summary>
    public int Reach { get; private set; }

    /// <summary>What the number of sites must be a multiple of.</summary>
    public int Period { get; private set; } = 1;

    /// <summary>The smallest ring on which every slice is within it.</summary>
    public int LeastSites { get; private set; } = 1;

    /// <summary>Takes an input, whose last axis is the ring.</summary>
    /// <param name="input">Its name.</param>
    public void Enter(string input) => _ring[input] = new RingValue(input, 1, 1, 0, 0, 0);

    /// <summary>Checks an output.</summary>
    /// <param name="output">Its name.</param>
    /// <exception cref="NotSupportedException">Its last axis is not the ring.</exception>
    public void Leave(string output)
    {
        if (!_ring.TryGetValue(output, out var value) || value is not { Stride: 1, Rounds: 1, Extra: 0 })
        {
            throw new NotSupportedException($"'{output}': expected an output whose last axis is the ring, got another");
        }

        Reach = Math.Max(Reach, checked((int)value.Reach));
    }

    /// <summary>Passes one node and rewrites what in it depends on the ring's size.</summary>
    /// <param name="node">The node; those before it have been passed.</param>
    /// <exception cref="NotSupportedException">The node is not the same everywhere on the ring, or not one that Coda writes.</exception>
    public void Pass(GraphNode node)
    {
        if (node.Outputs.Count == 0)
        {
            throw new NotSupportedException($"a node ({node.Operator}) without outputs");
        }

        if (!node.IsOfOnnx || node.HasGraphs)
        {
            throw Refuse(node, node.HasGraphs ? "holds a graph of its own" : "is of another set of operators");
        }

        if (!node.Inputs.Any(_ring.ContainsKey))
        {
            if (IsEntrywise(node) && node.Inputs.All(IsSingle))
            {
                _single.UnionWith(node.Outputs);
            }

            return;
        }

        _ring[node.Outputs[0]] = node.Operator switch
        {
            "Identity" => Ring(node, 0),
            _ when IsEntrywise(node) => Combine(node),
            "Slice" => Slice(node),
            "Concat" => Concat(node),
            "Conv" => Convolve(node),
            "ConvTranspose" => Upsample(node),
            "MaxPool" => Pool(node),
            "ReduceMax" or "ReduceMean" => Along(node, node.Numbers("axes")),
            "ReduceSum" or "Unsqueeze" or "Squeeze" => Along(node, Integers(node, 1)),
            "QuantizeLinear" or "DequantizeLinear" => node.Attributes.Count == 0 && node.Inputs.Skip(1).All(IsSingle)
                ? Ring(node, 0).As(node.Outputs[0]) : throw Refuse(node, "has more than one scale"),
            "Transpose" => Transpose(node),
            "Reshape" => Reshape(node),
            "MatMul" => !_ring.ContainsKey(Input(node, 0)) ? Ring(node, 1).As(node.Outputs[0]) : throw Refuse(node, "mixes sites"),
            _ => throw Refuse(node, "is not known to be the same at every site"),
        };
    }

    private static bool IsEntrywise(GraphNode node) =>
        node.Operator is "Abs" or "Exp" or "Log" or "Sin" or "Cos" or "Tanh" or "Erf" or "Relu" or "Cast"
            or "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Greater";

    private static NotSupportedException Refuse(GraphNode node, string why) => new($"node '{node.Outputs[0]}' ({node.Operator}) {why}");

    private static string Input(GraphNode node, int input) =>
        input < node.Inputs.Count ? node.Inputs[input] : throw Refuse(node, $"has {node.Inputs.Count} inputs, too few");

    private RingValue Ring(GraphNode node, int input) =>
        _ring.TryGetValue(Input(node, input), out var value) ? value : throw Refuse(node, $"reads '{node.Inputs[input]}', which does not go round the ring");

    private long[] Integers(GraphNode node, int input) =>
        constants.Integers(Input(node, input)) ?? throw Refuse(node, $"reads '{node.Inputs[input]}', which is no constant list of whole numbers");

    private bool IsSingle(string name) => constants.Has(name) ? constants.Shape(name) is [] or [.., 1] : _single.Contains(name);

    // Entry by entry; what is not on the ring must be the same at every site.
    private RingValue Combine(GraphNode node)
    {
        RingValue? all = null;
        for (var input = 0; input < node.Inputs.Count; input++)
        {
            if (_ring.TryGetValue(node.Inputs[input], out var value))
            {
                all ??= value;
                if ((all.Stride, all.Rounds, all.Extra) != (value.Stride, value.Rounds, value.Extra))
                {
                    throw Refuse(node, "joins values of different places");
                }

                all = all with { Reach = Math.Max(all.Reach, value.Reach) };
            }
        }

        for (var input = 0; input < node.Inputs.Count; input++)
        {
            var name = node.Inputs[input];
            if (!_ring.ContainsKey(name) && !IsSingle(name))
            {
                var alike = constants.Has(name) && constants.Shape(name)[^1] == all!.Length(sites) ? constants.FirstOfRows(name) : null;
                node.Read(input, alike ?? throw Refuse(node, $"reads '{name}', which differs from site to site"));
            }
        }

        return all!.As(node.Outputs[0]);
    }

    // Bounds in the second half count from the end.
    private RingValue Slice(GraphNode node)
    {
        var value = Ring(node, 0);
        if (node.Inputs.Count != 4 || Integers(node, 1) is not [var start] || Integers(node, 2) is not [var end] || Integers(node, 3) is not [var axis]
            || axis >= 0)
        {
            throw Refuse(node, "takes more than one range of an axis that counts from the end");
        }

        if (axis != -1)
        {
            return value;
        }

        var length = value.Length(sites);
        var (fromEnd, toEnd) = (value.Rounds == 1 && IsNearEnd(start), value.Rounds == 1 && IsNearEnd(end));
        if (fromEnd)
        {
            node.Read(1, constants.Add(start - length));
        }

        if (toEnd)
        {
            node.Read(2, constants.Add(end == length ? long.MaxValue : end - length));
        }

        var (before, after) = (fromEnd ? length - start : start, toEnd ? length - end : end);
        var shift = Math.Max(before, after) * value.Stride;
        LeastSites = Math.Max(LeastSites, checked((int)shift));
        var rounds = (toEnd ? value.Rounds : 0) - (fromEnd ? value.Rounds : 0);
        return value with
        {
            Rounds = rounds,
            Extra = end - start - (rounds * (sites / value.Stride)),
            Origin = value.Origin + (fromEnd ? value.Extra - before : before),
            Reach = value.Reach + shift,
        };

        bool IsNearEnd(long bound) => 2 * bound != length
            ? 2 * bound > length : throw Refuse(node, $"cuts a ring of {length} places in its middle, so that it cannot be told from which end it counts");
    }

    // Parts of one field, each where the one before ends; the ring's end is its start.
    private RingValue Concat(GraphNode node)
    {
        var parts = Enumerable.Range(0, node.Inputs.Count).Select(i => Ring(node, i)).ToArray();
        var first = parts[0] with { Reach = parts.Max(p => p.Reach) };
        if (node.Number("axis") != -1)
        {
            return node.Number("axis") < 0 && parts.All(p => (p.Stride, p.Rounds, p.Extra) == (first.Stride, first.Rounds, first.Extra))
                ? first.As(node.Outputs[0])
                : throw Refuse(node, "joins values of different places");
        }

        var isRoundTheRing = parts.Sum(p => p.Rounds) <= 1
            && parts.All(p => p.Field == first.Field && p.Stride == first.Stride)
            && parts.Zip(parts.Skip(1)).All(p => p.Second.Origin == p.First.Origin + p.First.Extra);
        return isRoundTheRing
            ? first with { Rounds = parts.Sum(p => p.Rounds), Extra = parts.Sum(p => p.Extra) }
            : throw Refuse(node, "joins parts that are no neighbours on the ring");
    }

    private RingValue Convolve(GraphNode node)
    {
        var value = Ring(node, 0);
        var pads = node.Numbers("pads"); // at the beginning of each axis, then at the end; along the ring there are to be none
        if (node.Numbers("kernel_shape").Length == 0 || node.Attributes.Except(["kernel_shape", "dilations", "group", "pads"]).Any() || value.Rounds != 1
            || node.Inputs.Skip(1).Any(_ring.ContainsKey) || (pads.Length > 0 && (pads[(pads.Length / 2) - 1] != 0 || pads[^1] != 0)))
        {
            throw Refuse(node, "is not a convolution of the ring without padding or strides");
        }

        var (kernel, dilation) = (node.Numbers("kernel_shape")[^1], node.Numbers("dilations") is [.., var last] ? last : 1);
        return (value with { Extra = value.Extra - ((kernel - 1) * dilation) }).As(node.Outputs[0]);
    }

    private RingValue Upsample(GraphNode node)
    {
        var value = Ring(node, 0);
        return node.Numbers("kernel_shape") is [2] && node.Numbers("strides") is [2] && node.Attributes.Count == 2 && value is { Rounds: 1, Extra: 0 }
            && value.Stride % 2 == 0
            ? (value with { Stride = value.Stride / 2, Reach = value.Reach + value.Stride }).As(node.Outputs[0])
            : throw Refuse(node, "does not undo a pooling by 2");
    }

    private RingValue Pool(GraphNode node)
    {
        var value = Ring(node, 0);
        if (node.Numbers("kernel_shape") is not [.., 2] || node.Numbers("strides") is not [.., 2] || node.Attributes.Count != 2
            || value is not { Rounds: 1, Extra: 0 } || sites % (2 * value.Stride) != 0)
        {
            throw Refuse(node, "is not a pooling by 2");
        }

        Period = Math.Max(Period, 2 * value.Stride);
        return (value with { Stride = 2 * value.Stride, Reach = value.Reach + value.Stride }).As(node.Outputs[0]);
    }

    // Sums, new and removed axes, other than the last.
    private RingValue Along(GraphNode node, long[] axes) =>
        axes.Length > 0 && axes.All(a => a < -1) && node.Number("keepdims") == 0
            ? Ring(node, 0).As(node.Outputs[0]) : throw Refuse(node, "mixes or moves the sites");

    private RingValue Transpose(GraphNode node)
    {
        var order = node.Numbers("perm");
        return order.Length > 0 && order[^1] == order.Length - 1 ? Ring(node, 0).As(node.Outputs[0]) : throw Refuse(node, "moves the sites");
    }

    // A last axis of the same length is the same axis.
    private RingValue Reshape(GraphNode node)
    {
        var (value, shape) = (Ring(node, 0), Integers(node, 1));
        if (value is not { Rounds: 1, Extra: 0 } || shape.Length == 0 || shape[^1] != value.Length(sites) || shape[..^1].Any(axis => axis < 0))
        {
            throw Refuse(node, "moves the sites");
        }

        node.Read(1, constants.Add([.. shape[..^1], -1]));
        return value.As(node.Outputs[0]);
    }
}
