using System.IO.Compression;
using System.Text.Json.Nodes;
using Coda.Data.Foundation;

namespace Coda.Data.Archives.NetCdf;

/// <summary>Writes arrays into a folder as Zarr, version 2, with the names of dimensions and the consolidated metadata that xarray reads.</summary>
internal sealed class ZarrWriter : ArrayWriter
{
    private const long ChunkLength = 1 << 16; // numbers

    private readonly string _folder;
    private readonly JsonObject _metadata = [];

    /// <summary>Writes the metadata.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="attributes">What the arrays say together: text or numbers.</param>
    /// <param name="variables">The arrays; those of texts have the type of characters.</param>
    public ZarrWriter(string folder, IReadOnlyDictionary<string, object> attributes, IReadOnlyList<NetCdfVariable> variables)
    {
        _folder = folder;
        Add(".zgroup", new() { ["zarr_format"] = 2 });
        Add(".zattrs", Json(attributes));
        foreach (var variable in variables)
        {
            Directory.CreateDirectory(Path.Combine(folder, variable.Name));
            Growing.Add(variable.Name, InChunks(variable));
        }

        CodaJson.Write(Path.Combine(folder, ".zmetadata"), new JsonObject { ["zarr_consolidated_format"] = 1, ["metadata"] = _metadata });
    }

    // A chunk is one entry along the first axes, some along the next, and all along the last, so that entries come in its order.
    private Chunks InChunks(NetCdfVariable variable)
    {
        long[] shape = [.. variable.Dimensions.Select(d => d.Length)];
        long After(int axis) => shape.Skip(axis + 1).Aggregate(1L, (n, length) => checked(n * length));
        var axis = Enumerable.Range(0, shape.Length).First(axis => After(axis) <= ChunkLength);
        var count = Math.Clamp(ChunkLength / Math.Max(1, After(axis)), 1, Math.Max(1, shape[axis]));
        Add($"{variable.Name}/.zarray", new()
        {
            ["zarr_format"] = 2, ["shape"] = Array(shape), ["chunks"] = Array(shape.Select((n, i) => i < axis ? 1 : i == axis ? count : n)),
            ["dtype"] = variable.Type switch { NetCdfType.Char => "|S1", NetCdfType.Int => ">i4", NetCdfType.Float => ">f4", _ => ">f8" },
            ["compressor"] = new JsonObject { ["id"] = "zlib", ["level"] = 6 }, ["order"] = "C", ["filters"] = null,
            ["fill_value"] = variable.Attributes.ContainsKey("_FillValue") ? Fill : null,
        });
        var attributes = Json(variable.Attributes.Where(a => a.Key != "_FillValue"));
        attributes["_ARRAY_DIMENSIONS"] = Array(variable.Dimensions.Select(d => d.Name));
        Add($"{variable.Name}/.zattrs", attributes);
        return new Chunks(Path.Combine(_folder, variable.Name), variable.Type, shape, axis, (int)(count * After(axis)), shape[axis] * After(axis));
    }

    private void Add(string name, JsonObject content)
    {
        CodaJson.Write(Path.Combine(_folder, name), content);
        _metadata[name] = content;
    }

    private static JsonArray Array<T>(IEnumerable<T> items) => new([.. items.Select(item => (JsonNode?)JsonValue.Create(item))]);

    private static JsonObject Json(IEnumerable<KeyValuePair<string, object>> attributes) =>
        new(attributes.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)JsonValue.Create(a.Value))));

    private sealed class Chunks(string folder, NetCdfType type, long[] shape, int axis, int length, long period)
        : GrowingArray(type, shape.Aggregate(1L, (n, d) => checked(n * d)), length)
    {
        protected override bool IsFull => base.IsFull || Next % period == 0;

        // A chunk at the end of its axis is as long as the others.
        public override void Flush()
        {
            if (Used == 0)
            {
                return;
            }

            var size = ClassicHeader.SizeOf(Type);
            var place = Enumerable.Repeat(0L, shape.Length).ToArray();
            place[axis] = (Next - 1) % period / (Buffer.Length / size);
            for (var (i, outer) = (axis - 1, (Next - 1) / period); i >= 0; i--)
            {
                (place[i], outer) = (outer % shape[i], outer / shape[i]);
            }

            for (; Used < Buffer.Length; Used += size)
            {
                Encode(Type == NetCdfType.Float ? Fill : 0, Buffer.AsSpan(Used));
            }

            using var file = new ZLibStream(File.Create(Path.Combine(folder, string.Join('.', place))), CompressionLevel.Optimal);
            file.Write(Buffer, 0, Used);
            Used = 0;
        }
    }
}
