using Coda.Data.Algebra;
using Coda.Data.Geometry;

namespace Coda.Tests.Geometry;

/// <summary>A stencil reads the sites that lie at its offsets, and 0 beyond walls.</summary>
[TestClass]
public sealed class GridStencilTests
{
    [TestMethod]
    public void ItReadsRoundAPeriodicAxisAndZeroBeyondAWall()
    {
        CollectionAssert.AreEqual(new double[] { 3, 1, 2 }, Read(GridStencil.Box(new Ring(3), 1), 0, 1, 2, 3));
        CollectionAssert.AreEqual(new double[] { 0, 1, 2 }, Read(GridStencil.Box(new Line(3), 1), 0, 1, 2, 3));
        CollectionAssert.AreEqual(new double[] { 9, 7, 8, 3, 1, 2, 6, 4, 5 }, Read(GridStencil.Box(new Torus(3, 3), 1), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    }

    [TestMethod]
    public void ABallIsRoundABoxIsNot()
    {
        Assert.HasCount(9, GridStencil.Box(new Torus(3, 5), 1).Offsets);
        Assert.HasCount(5, GridStencil.Ball(new Torus(3, 5), 1).Offsets);
        Assert.HasCount(13, GridStencil.Ball(new Plane(4, 4), 2).Offsets);
        CollectionAssert.AreEqual(new double[] { 3, 4, 3, 4, 5, 4, 3, 4, 3 }, GridStencil.Ball(new Plane(3, 3), 1).Counts());
    }

    [TestMethod]
    public void WhatDoesNotFitIsRefused()
    {
        Assert.Contains("a footprint 2r + 1 in [1, 3], got 2", Assert.ThrowsExactly<ArgumentException>(() => GridStencil.Box(new Torus(3, 9), 2)).Message);
        Assert.Contains("a footprint 2r + 1 in [1, 5], got 3", Assert.ThrowsExactly<ArgumentException>(() => GridStencil.Box(new Plane(3, 9), 3)).Message);
        Assert.Contains("sites along axes", Assert.ThrowsExactly<ArgumentException>(() => GridStencil.Box(new Points([[1], [2], [3]]), 1)).Message);
    }

    private static double[] Read(GridStencil stencil, int offset, params double[] values)
    {
        var ops = new BufferAlgebra<double>();
        return stencil.Value(ops.Field(ops.Constant(values)), offset).Value.Span.ToArray();
    }
}
