using Coda.Classical.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Coda.Classical.Tuning.Windows;

/// <summary>Gauss-Newton passes over windows that share parameters: controls are eliminated, what is left are equations of the parameters.</summary>
/// <remarks>A pass that raises the sum of the costs is taken back and shortened. Sums run in the windows' order, so that workers change no bit.</remarks>
/// <param name="parameters">The parameters.</param>
/// <param name="values">The values to start from. [parameter]</param>
/// <param name="workers">Loops over windows.</param>
internal sealed class WindowPasses(IReadOnlyList<WindowParameter> parameters, double[] values, WorkerLoop<ParameterWindowSolver> workers)
{
    private const double LeastShare = 1 / 64.0;
    private const double LeastGain = 5;       // of a window's cost, as in 4D-Var
    private const double LeastMove = 0.1;     // of the standard error

    private readonly (double Least, double Most)[] _reach = [.. parameters.Zip(values, (p, value) => p.Reach(value))];

    /// <summary>The parameters' values. [parameter]</summary>
    public double[] Values { get; private set; } = values;

    /// <summary>The inverse of the posterior's covariance of the parameters, in units. [parameter, parameter]</summary>
    public Matrix<double> Precision { get; private set; } = DenseMatrix.CreateIdentity(parameters.Count);

    /// <summary>The passes so far.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a parameter went as far as it may from the filter's value: then the filter is to run again first.</summary>
    public bool IsOutOfReach => Enumerable.Range(0, Values.Length).Any(j =>
        (Values[j] == _reach[j].Least && Values[j] > parameters[j].Definition.Lower)
        || (Values[j] == _reach[j].Most && Values[j] < parameters[j].Definition.Upper));

    /// <summary>Whether the last passes came to rest.</summary>
    public bool HasConverged { get; private set; }

    /// <summary>Iterates, leaves out windows that do not fit and goes on with the others.</summary>
    /// <param name="windows">The windows; those that do not fit are taken out.</param>
    /// <param name="mostPasses">The most passes each time.</param>
    /// <param name="limit">The misfit above which a window does not fit.</param>
    /// <param name="report">Told of a pass.</param>
    public void Run(List<ParameterWindow> windows, int mostPasses, Func<ParameterWindow, double> limit, Action report)
    {
        windows.RemoveAll(window => !double.IsFinite(window.Cost));
        do
        {
            Iterate(windows, mostPasses, report);
        }
        while (!IsOutOfReach && windows.RemoveAll(window => !(window.Misfit <= limit(window))) > 0 && windows.Count > 0);
    }

    /// <summary>The costs at the windows' controls.</summary>
    /// <param name="windows">The windows.</param>
    public void Start(List<ParameterWindow> windows) =>
        workers.Run(windows.Count, (solver, i) => windows[i].Cost = solver.Cost(windows[i], windows[i].Control, Values));

    /// <summary>The covariance of the parameters by the scatter of the windows' scores (P. J. Huber, 1967), in units; larger than the posterior's where the
    /// model or its errors are not what the windows take them for.</summary>
    /// <param name="windows">Windows, at least 2.</param>
    public Matrix<double> Scatter(IReadOnlyList<ParameterWindow> windows)
    {
        var sum = DenseMatrix.Create(parameters.Count, parameters.Count, 0);
        var move = Precision.Solve(Right(windows));
        foreach (var window in windows)
        {
            var score = DenseVector.OfArray(window.Score) - (DenseMatrix.OfArray(window.Information) * move);
            sum += (DenseMatrix)score.ToColumnMatrix().TransposeAndMultiply(score.ToColumnMatrix());
        }

        var inverse = Precision.Inverse();
        return inverse * sum * inverse * (windows.Count / (windows.Count - 1.0));
    }

    private void Iterate(List<ParameterWindow> windows, int mostPasses, Action report)
    {
        // A first step from a filter's states may go too far, and the next one comes back: out of reach is where two in turn would leave.
        (HasConverged, var wasOutOfReach) = (false, false);
        for (var pass = 0; pass < mostPasses && !HasConverged; pass++)
        {
            Count++;
            workers.Run(windows.Count, (solver, i) => solver.Linearize(windows[i], Values, Units(Values)));
            Precision = PriorPrecision() + windows.Aggregate((Matrix<double>)DenseMatrix.Create(parameters.Count, parameters.Count, 0),
                (sum, window) => sum + DenseMatrix.OfArray(window.Information));
            var right = Right(windows);
            var move = Precision.Solve(right);
            report();
            var gain = windows.Sum(window => window.Gain) / windows.Count;
            HasConverged = move.DotProduct(right) < LeastMove * LeastMove && gain < LeastGain;
            if (!Take(windows, move) || (IsOutOfReach && wasOutOfReach))
            {
                return;
            }

            wasOutOfReach = IsOutOfReach;
        }
    }

    // The longest share of a step that lowers the cost.
    private bool Take(List<ParameterWindow> windows, Vector<double> move)
    {
        var before = PriorCost(Values) + windows.Sum(window => window.Cost);
        for (var share = 1.0; share >= LeastShare; share /= 2)
        {
            double[] values = [.. Values.Select((value, j) => parameters[j].Moved(value, share * move[j], _reach[j]))];
            double[] moves = [.. Values.Select((value, j) => (values[j] - value) / parameters[j].Unit(value))];
            var costs = new double[windows.Count];
            workers.Run(windows.Count, (solver, i) => costs[i] = solver.Cost(windows[i], windows[i].Moved(share, moves), values));
            if (PriorCost(values) + costs.Sum() <= before)
            {
                for (var i = 0; i < costs.Length; i++)
                {
                    (windows[i].Control, windows[i].Cost) = (windows[i].Moved(share, moves), costs[i]);
                }

                Values = values;
                return true;
            }
        }

        return false;
    }

    private double[] Units(double[] values) => [.. values.Select((value, j) => parameters[j].Unit(value))];

    private double PriorCost(double[] values) =>
        values.Select((value, j) => 0.5 * Math.Pow(parameters[j].Departure(value) / parameters[j].Deviation, 2)).Sum();

    private Matrix<double> PriorPrecision() => DenseMatrix.OfDiagonalArray([.. parameters.Select(p => 1 / (p.Deviation * p.Deviation))]);

    private Vector<double> Right(IEnumerable<ParameterWindow> windows)
    {
        Vector<double> right = DenseVector.OfEnumerable(Values.Select((value, j) => -parameters[j].Departure(value) / Math.Pow(parameters[j].Deviation, 2)));
        return windows.Aggregate(right, (sum, window) => sum + DenseVector.OfArray(window.Score));
    }
}
