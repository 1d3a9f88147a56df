using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;
using Coda.Data.Graphs;

namespace Coda.Tests.Cli;

/// <summary>Seeded damage: to bytes, to members of JSON, to nodes and tensors of ONNX graphs.</summary>
internal static class Mutation
{
    // Of every kind, none of them a size that would be believed.
    private static readonly string[] Values =
    [
        "null", "true", "-1", "0", "0.5", "1e999", "99999999999999999999", "NaN", "\"\"", "\"NaN\"", "\"\\u001b[31mred\"", "\"\\ud800\"", "\""
            + "y\u202e\"", "[]", "{}", "[null]", "{\"\":null}",
        "[[[[[[[[1]]]]]]]]", "}", "",
    ];

    /// <summary>Damages bytes: one flipped, some left out, put in or set to 0, or the end cut off.</summary>
    public static byte[] OfBytes(byte[] whole, ulong seed)
    {
        var random = new CounterRandom(seed, 1);
        var at = (int)random.NextInteger(whole.Length);
        var length = (int)Math.Min(random.NextInteger(12) + 1, whole.Length - at);
        switch (random.NextInteger(5))
        {
            case 0:
                return whole[..at];
            case 1:
                return [.. whole[..at], .. whole[(at + length)..]];
            case 2:
                return [.. whole[..at], .. whole.AsSpan((int)random.NextInteger(whole.Length - length + 1), length), .. whole[at..]];
            case 3:
                return [.. whole[..at], .. new byte[length], .. whole[(at + length)..]];
            default:
                byte[] flipped = [.. whole];
                flipped[at] ^= (byte)(1 << (int)random.NextInteger(8));
                return flipped;
        }
    }

    /// <summary>Damages JSON: a value replaced, a member left out, there twice, or misspelt; or its bytes.</summary>
    public static byte[] OfJson(string whole, ulong seed)
    {
        var random = new CounterRandom(seed, 2);
        if (random.NextInteger(4) == 0)
        {
            return OfBytes(Encoding.UTF8.GetBytes(whole), seed);
        }

        var (kind, value) = (random.NextInteger(6), Values[random.NextInteger(Values.Length)]);
        var (count, chosen) = (0, -1L);
        Write(JsonNode.Parse(whole)!, Text);
        (count, chosen) = (0, random.NextInteger(count));
        return Encoding.UTF8.GetBytes(Write(JsonNode.Parse(whole)!, Text));

        string Text(string? name, string text)
        {
            var member = name is null ? "" : $"{JsonSerializer.Serialize(name)}:";
            return count++ != chosen ? member + text : kind switch
            {
                0 => "",
                1 => $"{member}{text},{member}{text}",
                2 when name is not null => $"{JsonSerializer.Serialize(name + "x")}:{text}",
                _ => member + value,
            };
        }
    }

    /// <summary>Damages a graph, so that it is an ONNX file still: a node's inputs, operator or attributes, or a tensor's type, axes or entries; or its
    /// bytes.</summary>
    public static byte[] OfGraph(byte[] whole, ulong seed)
    {
        var random = new CounterRandom(seed, 3);
        var kind = random.NextInteger(11);
        if (kind < 2)
        {
            return OfBytes(whole, seed);
        }

        var model = OnnxFormat.Parse(whole, "whole");
        var graph = model.Graph;
        var (node, tensor) = (graph.Node[(int)random.NextInteger(graph.Node.Count)], graph.Initializer[(int)random.NextInteger(graph.Initializer.Count)]);
        var value = random.NextInteger(2) == 0
            ? graph.Input[(int)random.NextInteger(graph.Input.Count)] : graph.Output[(int)random.NextInteger(graph.Output.Count)];
        Action damage = kind switch
        {
            2 => () => graph.Node.Remove(node),
            3 => () => node.Input.Clear(),
            4 => () => node.OpType = "Nonsense\u001b",
            5 => () => node.Output.Clear(),
            6 => () => tensor.DataType = (int)TensorProto.Types.DataType.Int64,
            7 => () => tensor.Dims.Add(3),
            8 => () => graph.Initializer.Remove(tensor),
            9 => () => value.Type.TensorType.Shape.Dim[^1].DimValue = 7,
            _ => () => value.Name += "\u001b",
        };
        damage();
        return OnnxFormat.Bytes(model);
    }

    private static string Write(JsonNode? node, Func<string?, string, string> text, string? name = null) => text(name, node switch
    {
        JsonObject members => $"{{{string.Join(',', members.Select(m => Write(m.Value, text, m.Key)).Where(t => t.Length > 0))}}}",
        JsonArray entries => $"[{string.Join(',', entries.Select(e => Write(e, text)).Where(t => t.Length > 0))}]",
        _ => node?.ToJsonString() ?? "null",
    });
}
