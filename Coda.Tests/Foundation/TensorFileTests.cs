using System.Buffers.Binary;
using System.Text;
using Coda.Data.Foundation;
using Coda.Tests.Archives;

namespace Coda.Tests.Foundation;

/// <summary>Files in the safetensors format: what is written is read, and damage is named.</summary>
[TestClass]
public sealed class TensorFileTests
{
    [TestMethod]
    public void WhatIsWrittenIsRead()
    {
        using var folder = new TemporaryDirectory();
        TensorFile.Write(
            folder.File("a"), new Dictionary<string, float[]> { ["w"] = [1, 2], ["none"] = [] }, new Dictionary<string, string> { ["note"] = "text" });
        var (arrays, metadata) = TensorFile.Read(folder.File("a"));
        CollectionAssert.AreEqual(new float[] { 1, 2 }, arrays["w"]);
        Assert.IsEmpty(arrays["none"]);
        Assert.AreEqual("text", metadata["note"]);
    }

    [TestMethod]
    [DataRow("""{"w":{"dtype":"F32","shape":[2]}}""", "header: w.data_offsets: expected a list, got nothing")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2],"data_offsets":["a",8]}}""", "header: w.data_offsets[0]: expected a whole number")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "got one of F32 [2] in the bytes [0)")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,800]}}""", "got one of F32 [2] in the bytes [0, 800)")]
    [DataRow("""{"w":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,8]}}""", "expected a whole safetensors file with 'w' of F32, as long as its shape")]
    [DataRow("""{"w":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", "got one of F64 [1]")]
    [DataRow("""{"w":null}""", "header: w: expected an object, got null")]
    [DataRow("""{"__metadata__":{"sha256":7}}""", "header: __metadata__.sha256: expected text, got 7")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "with SHA-256 none (header), got ")]
    [DataRow("""[]""", "header: the document: expected an object, got a list")]
    [DataRow("""{"w":""", "header: expected JSON, got text that ends within it")]
    public void AHeaderThatDoesNotFitIsNamed(string header, string said)
    {
        using var folder = new TemporaryDirectory();
        var text = Encoding.UTF8.GetBytes(header);
        byte[] file = [.. new byte[8], .. text, .. new byte[8]];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        Refused(folder.File("a"), file, said);
    }

    [TestMethod]
    [DataRow(0L, 3, "got none")]
    [DataRow(long.MaxValue, 20, "got one of 9223372036854775807 bytes")]
    [DataRow(-5L, 20, "got none")]
    public void AHeaderBeyondTheFileIsNamed(long length, int bytes, string said)
    {
        using var folder = new TemporaryDirectory();
        var file = new byte[Math.Max(bytes, 8)];
        BinaryPrimitives.WriteInt64LittleEndian(file, length);
        Refused(folder.File("a"), file[..bytes], said);
    }

    private static void Refused(string path, byte[] file, string said)
    {
        File.WriteAllBytes(path, file);
        var message = Assert.ThrowsExactly<InvalidDataException>(() => TensorFile.Read(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(said, message);
    }
}
