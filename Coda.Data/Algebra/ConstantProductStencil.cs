namespace Coda.Data.Algebra;

/// <summary>A sum of products of shifted copies of two arrays with constant factors, known when the equations are written: the Jacobian of a regular
/// grid.</summary>
/// <remarks>
/// Entry k of the result is Σ c_j a_{k + o_j} b_{k + p_j}, periodic along the last axis, offsets as <see cref="ConstantStencil"/> has them. Its adjoint by
/// either array is one more of the kind. Immutable; safe to share.
/// </remarks>
public sealed class ConstantProductStencil
{
    private readonly (int Left, int Right, double Factor)[] _terms;
    private ConstantProductStencil? _byLeft;
    private ConstantProductStencil? _byRight;

    /// <summary>Makes the stencil; products of the same two entries are taken together.</summary>
    /// <param name="terms">The offset in a, that in b and the factor of every product.</param>
    /// <exception cref="ArgumentException">None that is not 0.</exception>
    public ConstantProductStencil(IEnumerable<(int Left, int Right, double Factor)> terms)
    {
        _terms = [.. terms.GroupBy(t => (t.Left, t.Right)).Select(g => (g.Key.Left, g.Key.Right, g.Sum(t => t.Factor))).Where(t => t.Item3 != 0)
            .OrderBy(t => t.Right).ThenBy(t => t.Left)];
        if (_terms.Length == 0)
        {
            throw new ArgumentException("Expected at least one product whose factor is not 0, got none.", nameof(terms));
        }

        Groups = [.. _terms.GroupBy(t => t.Right).Select(g => (g.Key, new ConstantStencil([.. g.Select(t => (t.Left, t.Factor))])))];
    }

    /// <summary>The offsets in b, each with what of a it is multiplied by.</summary>
    public IReadOnlyList<(int Right, ConstantStencil Left)> Groups { get; }

    /// <summary>The adjoint by a: of the gradient and b.</summary>
    public ConstantProductStencil ByLeft => _byLeft ??= new(_terms.Select(t => (-t.Left, t.Right - t.Left, t.Factor)));

    /// <summary>The adjoint by b: of the gradient and a.</summary>
    public ConstantProductStencil ByRight => _byRight ??= new(_terms.Select(t => (-t.Right, t.Left - t.Right, t.Factor)));

    /// <summary>Arakawa's Jacobian J(a, b) = ∂a/∂x ∂b/∂y - ∂a/∂y ∂b/∂x on rows of n sites, the mean of its three second-order forms.</summary>
    /// <remarks>
    /// A. Arakawa (1966), J. Comput. Phys. 1, doi:10.1016/0021-9991(66)90015-5, eq. 46: where a and b vanish at the walls, or rows and columns are periodic,
    /// its sums against a and against b vanish. The columns may be periodic only where the rows are one after another without walls; the rows may not.
    /// </remarks>
    /// <param name="n">The number of sites in a row.</param>
    /// <param name="spacing">The distance of two neighbours, the same along both axes.</param>
    public static ConstantProductStencil Jacobian(int n, double spacing)
    {
        var factor = 1 / (12 * spacing * spacing);
        (int Offset, double Sign)[] zonal = [(1, 1), (-1, -1)], meridional = [(n, 1), (-n, -1)];
        var products = new List<(int, int, double)>();
        foreach (var (x, sx) in zonal)
        {
            foreach (var (y, sy) in meridional)
            {
                var c = factor * sx * sy;
                products.AddRange([(x, y, c), (y, x, -c)]);                                     // a_x b_y - a_y b_x
                products.AddRange([(x, x + y, c), (x + y, x, -c), (x + y, y, c), (y, x + y, -c)]); // (a b_y - a_y b)_x + (a_x b - a b_x)_y
            }
        }

        return new ConstantProductStencil(products);
    }

    /// <summary>The same in shifts, products and sums of an algebra.</summary>
    /// <param name="ops">The algebra.</param>
    /// <param name="a">The one array. [..., space]</param>
    /// <param name="b">The other. [..., space]</param>
    internal T Compose<T>(IAlgebra<T> ops, T a, T b)
    {
        var sum = Product(0);
        for (var i = 1; i < Groups.Count; i++)
        {
            sum = ops.Add(Product(i), sum);
        }

        return sum;

        T Product(int i) => ops.Multiply(ops.Shift(Groups[i].Left, a), Groups[i].Right == 0 ? b : ops.Roll(b, -1, -Groups[i].Right));
    }
}
