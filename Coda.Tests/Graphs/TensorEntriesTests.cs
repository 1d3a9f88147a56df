using System.Runtime.InteropServices;
using Coda.Data.Graphs;

namespace Coda.Tests.Graphs;

/// <summary>Entries of tensors, as bytes and in the lists of the format.</summary>
[TestClass]
public sealed class TensorEntriesTests
{
    [TestMethod]
    public void BytesAndListsGiveTheSame()
    {
        float[] floats = [1, -2.5f, 3];
        long[] integers = [1, -2, 3];
        var asBytes = TensorEntries.Of("a", TensorProto.Types.DataType.Float, [3], MemoryMarshal.AsBytes<float>(floats));
        CollectionAssert.AreEqual(floats, TensorEntries.Floats(asBytes).ToArray());
        CollectionAssert.AreEqual(
            floats, TensorEntries.Floats(new TensorProto { DataType = (int)TensorProto.Types.DataType.Float, Dims = { 3 }, FloatData = { floats } }).ToArray());
        asBytes = TensorEntries.Of("b", TensorProto.Types.DataType.Int64, [3], MemoryMarshal.AsBytes<long>(integers));
        CollectionAssert.AreEqual(integers, TensorEntries.Integers(asBytes).ToArray());
        CollectionAssert.AreEqual(integers,
            TensorEntries.Integers(new TensorProto { DataType = (int)TensorProto.Types.DataType.Int64, Dims = { 3 }, Int64Data = { integers } }).ToArray());
    }

    [TestMethod]
    [DataRow(4L, 1L)]
    [DataRow(2L, 2L)]
    [DataRow(-3L, -1L)]
    [DataRow(long.MaxValue, long.MaxValue)]
    public void EntriesThatDoNotFillTheAxesAreRefused(long rows, long columns)
    {
        var tensor = new TensorProto { Name = "a", DataType = (int)TensorProto.Types.DataType.Float, Dims = { rows, columns }, FloatData = { 1, 2, 3 } };
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => TensorEntries.Floats(tensor));
        StringAssert.Contains(fault.Message, $"Tensor 'a': expected entries for its axes [{rows}, {columns}], got 3");
    }

    [TestMethod]
    public void EntriesOfAnotherTypeAreRefused()
    {
        var bytes = TensorEntries.Of("weights", TensorProto.Types.DataType.Int32, [3], new byte[12]);
        var fault = Assert.ThrowsExactly<InvalidDataException>(() => TensorEntries.Floats(bytes));
        StringAssert.Contains(fault.Message, "Tensor 'weights': expected entries of type FLOAT, got INT32");
        bytes.DataType = 99;
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => TensorEntries.Integers(bytes)).Message, "expected entries of type INT64, got number 99");
    }

    [TestMethod]
    public void BytesThatEndWithinAnEntryAreRefused() => StringAssert.Contains(
        Assert.ThrowsExactly<InvalidDataException>(
            () => TensorEntries.Floats(TensorEntries.Of("w", TensorProto.Types.DataType.Float, [3], new byte[14]))).Message, "got 3.5 of them");
}
