using Coda.Classical.Numerics;

namespace Coda.Classical.Variational.Tiles;

/// <summary>One worker's matrices for the factors of tiles.</summary>
internal sealed class TileScratch
{
    /// <summary>Makes room.</summary>
    /// <param name="sites">The most sites of a tile.</param>
    /// <param name="diagonals">The diagonals of M.</param>
    public TileScratch(int sites, int diagonals)
    {
        (Square, Stride) = (BlockedCholesky<double>.Stride(sites), BlockedCholesky<double>.Stride(2 * sites));
        System = new double[MatrixProduct.Entries(sites, Stride)];
        Product = new double[MatrixProduct.Entries(sites, Square)];
        Information = new double[MatrixProduct.Entries(sites, Square)];
        Inverse = new double[MatrixProduct.Entries(sites, Square)];
        Transposed = new double[MatrixProduct.Entries(sites, Square)];
        Diagonals = new double[diagonals * sites];
        Work = new double[2 * 32 * (sites + 4)];
        Vector = new double[PackedTriangle.Padded(sites)];
    }

    /// <summary>The length of a row of a square matrix.</summary>
    public int Square { get; }

    /// <summary>The length of a row of [S | Mᵀ].</summary>
    public int Stride { get; }

    /// <summary>[S | Mᵀ].</summary>
    public double[] System { get; }

    /// <summary>A product.</summary>
    public double[] Product { get; }

    /// <summary>The information, or the covariance, that goes from step to step.</summary>
    public double[] Information { get; }

    /// <summary>S⁻¹.</summary>
    public double[] Inverse { get; }

    /// <summary>A transpose.</summary>
    public double[] Transposed { get; }

    /// <summary>The diagonals of MᵀM.</summary>
    public double[] Diagonals { get; }

    /// <summary>For the factorization.</summary>
    public double[] Work { get; }

    /// <summary>A vector over the tile.</summary>
    public double[] Vector { get; }
}
