using System.Numerics.Tensors;

namespace Coda.Classical.Numerics;

/// <summary>Conjugate gradients for A x = b with A symmetric, positive and known by its products, in systems that resemble each other.</summary>
/// <remarks>
/// M. R. Hestenes and E. Stiefel, J. Res. NBS 49, 1952, doi:10.6028/jres.049.044. The directions of each system precondition those after it, where that is
/// asked for (<see cref="QuasiNewtonPreconditioner"/>), until it begins anew. For an A whose eigenvalues are 1 but for some that are larger. Not thread-safe.
/// </remarks>
/// <param name="settings">How far to go.</param>
internal sealed class ConjugateGradientSolver(ConjugateGradientSettings settings)
{
    private const int MostDirections = 96;

    private readonly QuasiNewtonPreconditioner _inverse = new(MostDirections);
    private readonly List<(double[] Direction, double[] Image, double Curvature)> _taken = []; // of the present system
    private double[] _residual = [];
    private double[] _direction = [];
    private double[] _image = [];
    private double[] _preconditioned = [];

    /// <summary>The iterations so far.</summary>
    public long Iterations { get; private set; }

    /// <summary>b - A x of the last system.</summary>
    public ReadOnlySpan<double> Residual => _residual;

    /// <summary>Begins with systems that have nothing to do with those before.</summary>
    public void Begin() => _inverse.Clear();

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

        var enough = settings.Tolerance * settings.Tolerance * TensorPrimitives.Dot<double>(right, Precondition(right));
        var preconditioned = Precondition(_residual);
        preconditioned.CopyTo(_direction, 0);
        var size = TensorPrimitives.Dot<double>(_residual, preconditioned);
        for (var iteration = 0; iteration < settings.MostIterations && size > enough; iteration++)
        {
            Iterations++;
            apply(_direction, _image);
            var curvature = TensorPrimitives.Dot<double>(_direction, _image);
            var length = size / curvature;
            if (settings.IsPreconditioned)
            {
                _taken.Add(([.. _direction], [.. _image], curvature));
            }

            TensorPrimitives.MultiplyAdd(_direction, length, solution, solution);
            TensorPrimitives.MultiplyAdd(_image, -length, _residual, _residual);
            preconditioned = Precondition(_residual);
            var next = TensorPrimitives.Dot<double>(_residual, preconditioned);
            TensorPrimitives.MultiplyAdd(_direction, next / size, preconditioned, _direction);
            size = next;
        }

        foreach (var (direction, image, curvature) in _taken)
        {
            _inverse.Add(direction, image, curvature);
        }

        _taken.Clear();
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
        if (!settings.IsPreconditioned)
        {
            return vector;
        }

        vector.CopyTo(_preconditioned, 0);
        _inverse.Apply(_preconditioned);
        return _preconditioned;
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
