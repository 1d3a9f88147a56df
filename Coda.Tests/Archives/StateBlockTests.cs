using Coda.Data.Archives;

namespace Coda.Tests.Archives;

/// <summary>Blocks of states with their spread, or without.</summary>
[TestClass]
public sealed class StateBlockTests
{
    [TestMethod]
    public void NoArrayIsNoSpread()
    {
        float[]? none = null;
        var block = new StateBlock(0, 3, 2, new float[4], none);
        Assert.IsNull(block.Spread);
        Assert.IsNull((block with { Spread = none }).Row(1).Spread);
        var with = block with { Spread = new float[] { 1, 2, 3, 4 } };
        CollectionAssert.AreEqual(new float[] { 3, 4 }, with.Row(1).Spread!.Value.ToArray());
    }
}
