using System.Numerics.Tensors;

namespace Coda.Classical.Numerics;

/// <summary>Conjugate gradients for A x = b with A symmetric, positive and known by its products, in systems that resemble each other.</summary>
/// <remarks>
/// M. R. Hestenes and E. Stiefel, J. Res. NBS 49, 1952, doi:10.6028/jres.049.044. The residuals are Lanczos vectors, whose Ritz pairs (θ, u) of the first
/// system make the preconditioner I + Σ (1 / θ - 1) u uᵀ of those after it (J. Tshimanga, S. Gratton, A. T. Weaver and A. Sartenaer, Q. J. R. Meteorol. Soc.
/// 134, 2008, doi:10.1002/qj.228). For an A whose eigenvalues are 1 but for some that are larger. Not thread-safe.
/// </remarks>
/// <param name="settings">How far to go.</param>
internal sealed class ConjugateGradientSolver(ConjugateGradientSettings settings)
{
    private readonly List<double[]> _lanczos = [];
    private readonly List<(double Step, double Factor)> _coefficients = [];
    private readonly List<(double Value, double[] Vector)> _pairs = [];
    private double[] _residual = [];
    private double[] _direction = [];
    private double[] _image = [];
    private double[] _preconditioned = [];
    private bool _isFirst = true;

    /// <summary>The iterations so far.</summary>
    public long Iterations { get; private set; }

    /// <summary>Begins with systems that have nothing to do with those before.</summary>
    public void Begin()
    {
        _pairs.Clear();
        _isFirst = true;
    }

    /// <summary>Solves a system.</summary>
    /// <param name="right">b.</param>
    /// <param name="solution">x: a guess, where one is said to be there; takes the solution.</param>
    /// <param name="apply">Writes A times its first argument to its second.</param>
    /// <param name="isGuess">Whether the solution on entry is a guess, which is taken where it is better than 0.</param>
    /// <returns>Whether it is solved to the tolerance.</returns>
    public bool Solve(double[] right, double[] solution, Action<double[], double[]> apply, bool isGuess = false)
    {
        Reserve(right.Length);
        right.CopyTo(_residual, 0);
        if (isGuess)
        {
            Improve(right, solution, apply);
        }
        else
        {
            Array.Clear(solution);
        }

        var isKept = settings.IsPreconditioned && _isFirst;
        var enough = settings.Tolerance * settings.Tolerance * TensorPrimitives.Dot<double>(right, Precondition(right));
        var preconditioned = Precondition(_residual);
        preconditioned.CopyTo(_direction, 0);
        var size = TensorPrimitives.Dot<double>(_residual, preconditioned);
        for (var iteration = 0; iteration < settings.MostIterations && size > enough; iteration++)
        {
            Iterations++;
            apply(_direction, _image);
            var length = size / TensorPrimitives.Dot<double>(_direction, _image);
            if (isKept)
            {
                _lanczos.Add([.. _residual]);
            }

            TensorPrimitives.MultiplyAdd(_direction, length, solution, solution);
            TensorPrimitives.MultiplyAdd(_image, -length, _residual, _residual);
            preconditioned = Precondition(_residual);
            var next = TensorPrimitives.Dot<double>(_residual, preconditioned);
            if (isKept)
            {
                _coefficients.Add((length, next / size));
            }

            TensorPrimitives.MultiplyAdd(_direction, next / size, preconditioned, _direction);
            size = next;
        }

        if (isKept)
        {
            Keep();
        }

        return size <= enough;
    }

    private void Improve(double[] right, double[] solution, Action<double[], double[]> apply)
    {
        apply(solution, _image);
        TensorPrimitives.Subtract(right, _image, _residual);
        if (!(TensorPrimitives.Norm<double>(_residual) < TensorPrimitives.Norm<double>(right)))
        {
            right.CopyTo(_residual, 0);
            Array.Clear(solution);
        }
    }

    private double[] Precondition(double[] vector)
    {
        if (_pairs.Count == 0)
        {
            return vector;
        }

        vector.CopyTo(_preconditioned, 0);
        foreach (var (value, u) in _pairs)
        {
            TensorPrimitives.MultiplyAdd(u, ((1 / value) - 1) * TensorPrimitives.Dot<double>(u, vector), _preconditioned, _preconditioned);
        }

        return _preconditioned;
    }

    // The eigenpairs of the tridiagonal matrix of Lanczos, with the vectors put together from its own; of those above 1 that have come close.
    private void Keep()
    {
        var n = _lanczos.Count;
        _isFirst = n == 0;
        var (matrix, values, vectors) = (new double[n * n], new double[n], new double[n * n]);
        for (var j = 0; j < n; j++)
        {
            matrix[j * (n + 1)] = (1 / _coefficients[j].Step) + (j > 0 ? _coefficients[j - 1].Factor / _coefficients[j - 1].Step : 0);
            if (j + 1 < n)
            {
                matrix[(j * n) + j + 1] = matrix[((j + 1) * n) + j] = -Math.Sqrt(_coefficients[j].Factor) / _coefficients[j].Step;
            }
        }

        var last = n == 0 ? 0 : Math.Sqrt(_coefficients[^1].Factor) / _coefficients[^1].Step;
        if (n > 0)
        {
            SymmetricEigen.Decompose(matrix, values, vectors, new double[SymmetricEigen.Scratch(n)], n);
        }

        for (var i = 0; i < n; i++)
        {
            if (values[i] > 2 && last * Math.Abs(vectors[(i * n) + n - 1]) < 0.1 * values[i])
            {
                var u = new double[_residual.Length];
                for (var j = 0; j < n; j++)
                {
                    TensorPrimitives.MultiplyAdd(_lanczos[j], vectors[(i * n) + j] / TensorPrimitives.Norm<double>(_lanczos[j]), u, u);
                }

                TensorPrimitives.Divide(u, TensorPrimitives.Norm<double>(u), u);
                _pairs.Add((values[i], u));
            }
        }

        _lanczos.Clear();
        _coefficients.Clear();
    }

    private void Reserve(int size)
    {
        if (_residual.Length != size)
        {
            (_residual, _direction) = (new double[size], new double[size]);
            (_image, _preconditioned) = (new double[size], new double[size]);
            Begin();
        }
    }
}
