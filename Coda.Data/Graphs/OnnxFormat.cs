using Google.Protobuf;

namespace Coda.Data.Graphs;

/// <summary>ONNX files as the messages of onnx.proto, and back.</summary>
/// <remarks>
/// What a message holds beyond that definition is kept, and written again behind its other fields. Messages nest 100 deep at most, so that no file exhausts
/// the stack; its length fits an array. Safe for use from several threads.
/// </remarks>
internal static class OnnxFormat
{
    private const string Cure = "copy or export the file again";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no ONNX file, is damaged, or is longer than such a file can be.</exception>
    public static ModelProto Read(string path)
    {
        var length = new FileInfo(path).Length;
        return length <= Array.MaxLength
            ? Parse(File.ReadAllBytes(path), path)
            : throw new InvalidDataException($"{path}: expected an ONNX file of at most {Array.MaxLength} bytes, got {length}, more than is valid; {Cure}.");
    }

    /// <summary>Reads a file that is to be written elsewhere, and so must hold everything itself.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">As in <see cref="Read"/>; or entries of a tensor lie in another file.</exception>
    public static ModelProto ReadWhole(string path)
    {
        var model = Read(path);
        return ExternalData.FirstTensor(model) is not { } tensor
            ? model
            : throw new InvalidDataException(
                $"{path}: expected a file that holds all of its tensors, got '{tensor}' with external data; save the model as one file.");
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="bytes">The bytes; tensors are copied from them.</param>
    /// <param name="source">What they are, for messages.</param>
    /// <exception cref="InvalidDataException">The bytes are no ONNX file, or a damaged one.</exception>
    public static ModelProto Parse(ReadOnlySpan<byte> bytes, string source)
    {
        ModelProto model;
        try
        {
            model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException fault)
        {
            throw new InvalidDataException($"{source}: expected an ONNX file, got {bytes.Length} bytes that are none; {Cure}.", fault);
        }

        return model.Graph is not null ? model : throw new InvalidDataException($"{source}: expected an ONNX file with a graph, got none; {Cure}.");
    }

    /// <summary>A file's bytes.</summary>
    /// <param name="model">The file.</param>
    public static byte[] Bytes(ModelProto model) => model.ToByteArray();

    /// <summary>Writes a file.</summary>
    /// <param name="model">The file.</param>
    /// <param name="stream">Where to.</param>
    /// <exception cref="InvalidDataException">The constants are more than a file can hold.</exception>
    public static void Write(ModelProto model, Stream stream)
    {
        var length = model.Graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        if (length > Array.MaxLength)
        {
            throw new InvalidDataException(
                $"Expected constants of at most {Array.MaxLength} bytes, as an ONNX file can hold, got {length}; train a smaller network.");
        }

        model.WriteTo(stream);
    }
}
