using Coda.Classical.Numerics;

namespace Coda.Classical.Tuning;

/// <summary>What a fit makes small: observations of the first part of a record against a solution of the system, and the unknowns against their
/// priors.</summary>
/// <remarks>Derivatives are differences; parameters are common to the runs of a batch, initial states are not. Immutable; safe to share.</remarks>
/// <param name="unknowns">The parameters, then the initial state of each trajectory.</param>
/// <param name="parameterCount">The number of parameters.</param>
/// <param name="trajectories">The observations.</param>
/// <param name="share">The part of the record that counts, in (0, 1].</param>
/// <param name="scale">The factor of the errors' deviations.</param>
internal sealed class RecordMisfit(
    IReadOnlyList<FitUnknown> unknowns, int parameterCount, IReadOnlyList<RecordTrajectory> trajectories, double share, double scale) : ILeastSquares
{
    /// <summary>The difference that derivatives are taken over.</summary>
    public const double Difference = 1e-6;

    private readonly int[] _free = [.. Enumerable.Range(0, unknowns.Count).Where(i => !unknowns[i].IsKnown)];
    private readonly int[] _counts = [.. trajectories.Select(t => t.CountIn(share))];
    private readonly int _size = (unknowns.Count - parameterCount) / trajectories.Count; // of a state

    /// <summary>The number of observations that count.</summary>
    public int ObservationCount => _counts.Sum();

    /// <inheritdoc/>
    public double[] Residuals(double[] point)
    {
        var all = Coordinates(point);
        var parameters = Parameters(all);
        var observed = trajectories.SelectMany((t, k) => Scaled(t, t.Predict([State(all, k)], parameters, _counts[k])[0]));
        return [.. observed, .. _free.Select(i => unknowns[i].Prior(all[i]).Residual)];
    }

    /// <inheritdoc/>
    public double[,] Derivatives(double[] point, double[] residuals)
    {
        var (all, observations) = (Coordinates(point), ObservationCount);
        var derivatives = new double[residuals.Length, _free.Length];
        var columnOf = _free.Select((unknown, column) => (unknown, column)).ToDictionary(p => p.unknown, p => p.column);
        var first = 0;
        for (var k = 0; k < trajectories.Count; k++)
        {
            var states = Enumerable.Range(0, _size).Select(i => parameterCount + (k * _size) + i).Where(columnOf.ContainsKey).ToList();
            if (states.Count > 0)
            {
                var runs = trajectories[k].Predict([.. states.Select(i => State(Moved(all, i), k))], Parameters(all), _counts[k]);
                states.ForEach(i => Write(k, first, columnOf[i], runs[states.IndexOf(i)]));
            }

            foreach (var i in Enumerable.Range(0, parameterCount).Where(columnOf.ContainsKey))
            {
                Write(k, first, columnOf[i], trajectories[k].Predict([State(all, k)], Parameters(Moved(all, i)), _counts[k])[0]);
            }

            first += _counts[k];
        }

        for (var column = 0; column < _free.Length; column++)
        {
            derivatives[observations + column, column] = unknowns[_free[column]].Prior(all[_free[column]]).Slope;
        }

        return derivatives;

        void Write(int k, int row, int column, double[] moved)
        {
            var values = Scaled(trajectories[k], moved);
            for (var i = 0; i < values.Length; i++)
            {
                derivatives[row + i, column] = (values[i] - residuals[row + i]) / Difference;
            }
        }
    }

    /// <summary>The coordinates of all unknowns, those that are known included. [unknown]</summary>
    /// <param name="point">Those of the free ones.</param>
    public double[] Coordinates(double[] point)
    {
        double[] all = [.. unknowns.Select(u => u.Coordinate)];
        for (var i = 0; i < _free.Length; i++)
        {
            all[_free[i]] = point[i];
        }

        return all;
    }

    /// <summary>The states of one trajectory's solution, in coordinates. [time, space]</summary>
    /// <param name="all">The coordinates of all unknowns.</param>
    /// <param name="trajectory">The trajectory's place.</param>
    /// <param name="first">The first step that is kept, from the initial state on.</param>
    /// <param name="count">The number of steps that are kept.</param>
    public double[] Solution(double[] all, int trajectory, int first, int count) =>
        trajectories[trajectory].Solve(State(all, trajectory), Parameters(all), first, count);

    private Dictionary<string, double> Parameters(double[] all) =>
        Enumerable.Range(0, parameterCount).ToDictionary(i => unknowns[i].Name, i => unknowns[i].Domain.ToPhysical(all[i]));

    private double[] State(double[] all, int trajectory) => all[(parameterCount + (trajectory * _size))..(parameterCount + ((trajectory + 1) * _size))];

    /// <summary>Coordinates of which one is moved by <see cref="Difference"/>. [unknown]</summary>
    /// <param name="all">The coordinates.</param>
    /// <param name="unknown">Which.</param>
    public static double[] Moved(double[] all, int unknown)
    {
        double[] moved = [.. all];
        moved[unknown] += Difference;
        return moved;
    }

    private double[] Scaled(RecordTrajectory trajectory, double[] predictions) =>
        [.. predictions.Select((p, i) => (p - trajectory.Values[i]) / (scale * trajectory.Deviations[i]))];
}
