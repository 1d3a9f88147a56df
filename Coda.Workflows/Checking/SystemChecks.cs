using System.Numerics;
using Coda.Data.Algebra;
using Coda.Data.Dynamics;

namespace Coda.Workflows.Checking;

/// <summary>What a system must do.</summary>
/// <param name="system">The system, with the options that it has by default.</param>
internal sealed class SystemChecks(DynamicalSystem system)
{
    private const int StepsInSingle = 10;
    private const double ToleranceInSingle = 1e-3;

    // A system that declares its stiff part may want a scheme for it.
    private readonly Integrator _scheme = system.Linear is null ? new RungeKutta4(new()) : new ExponentialRungeKutta4(new());

    /// <summary>Those that take a moment.</summary>
    /// <param name="checks">Takes what they find.</param>
    public void Quick(CheckList checks)
    {
        checks.Run("parameters", "Give each, and each forcing, a name of its own, and a finite default within its range.", Parameters);
        checks.Run("reference state", "Give one finite number for each entry of Layout.", ReferenceState);
    }

    /// <summary>All others.</summary>
    /// <param name="checks">Takes what they find.</param>
    /// <param name="job">How long the free run is.</param>
    /// <param name="cancellation">Stops the run.</param>
    public void Rest(CheckList checks, PlugInCheckJob job, CancellationToken cancellation)
    {
        const string derivative = "Write the tendency with the operations of Field<T> alone, and choose a reference state at which it is smooth.";
        checks.Run(
            "shape of the tendency", "Give one number for each entry of the state; Field<T>.Concat(-1, ...) joins them.", () =>
                Function().Shape(system.Layout.Size));
        if (!checks.IsPassed)
        {
            return;
        }

        checks.Run("leading axes", "Count axes from the end: -1 is space. Leave those before it alone.", Function().LeadingAxes);
        checks.Run("tangent", derivative, Function().Tangent);
        checks.Run("adjoint", derivative, Function().Adjoint);
        checks.Run(
            "invariants", "Declare in Invariants what the tendency itself keeps, and in Where the parameters' values at which it does.",
            () => new LawChecks(system).Invariants());
        checks.Run(
            "symmetries", "Leave out of SymmetricAxes the axes along which places differ.", () => new LawChecks(system).Symmetries());
        checks.Run("free run", "Look for a wrong sign, or choose another reference state.", () => FreeRun(job.Steps, job.StepLength, cancellation));
        checks.Run("single precision", "Scale the state, so that its entries are of about the same size.", () => InSingle(job.StepLength));
    }

    private FunctionChecks Function() => new(new TendencyFunction(system), system.ReferenceState());

    private string Parameters()
    {
        var names = system.Parameters.Select(p => p.Name).Concat(system.Forcing.Select(u => u.Name)).ToList();
        CheckFailure.Require(
            names.All(name => name.Length > 0) && names.Distinct().Count() == names.Count, "a name of its own for each", string.Join(", ", names));
        foreach (var parameter in system.Parameters)
        {
            CheckFailure.Require(
                double.IsFinite(parameter.Default) && parameter.Lower <= parameter.Default && parameter.Default <= parameter.Upper,
                FormattableString.Invariant($"{parameter.Name} finite and within {parameter.Lower} to {parameter.Upper}"), parameter.Default);
        }

        return names.Count == 0 ? "none" : string.Join(", ", system.Parameters.Select(p => FormattableString.Invariant($"{p.Name} = {p.Default:G4}")));
    }

    private string ReferenceState()
    {
        var (state, layout) = (system.ReferenceState(), system.Layout);
        CheckFailure.Require(state.Length == layout.Size, $"{layout.Size} entries ({layout})", state.Length);
        CheckFailure.Require(state.All(double.IsFinite), "finite numbers", string.Join(", ", state.Where(x => !double.IsFinite(x)).Take(1)));
        _ = layout.ToWorking(state); // refuses what is out of bounds
        return $"{state.Length} entries";
    }

    private string FreeRun(int steps, double stepLength, CancellationToken cancellation)
    {
        var (done, least, greatest) = Run(steps, stepLength, cancellation);
        if (done == steps)
        {
            return FormattableString.Invariant($"{steps} steps of {stepLength}, entries within {least:G3} to {greatest:G3}");
        }

        var smaller = stepLength / 10;
        throw new CheckFailure(
            FormattableString.Invariant($"expected finite states for {steps} steps of {stepLength}, got none after step {done}"),
            Run(steps, smaller, cancellation).Done == steps
                ? FormattableString.Invariant($"Take smaller steps: with --step-length {smaller} they stay finite.") : null);
    }

    private (int Done, double Least, double Greatest) Run(int steps, double stepLength, CancellationToken cancellation)
    {
        var (least, greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        var done = 0;
        foreach (var state in States<double>(stepLength))
        {
            cancellation.ThrowIfCancellationRequested();
            if (done == steps || !state.All(double.IsFinite))
            {
                break;
            }

            (done, least, greatest) = (done + 1, Math.Min(least, state.Min()), Math.Max(greatest, state.Max()));
        }

        return (done, least, greatest);
    }

    private string InSingle(double stepLength)
    {
        var (exact, single) = (States<double>(stepLength).ElementAt(StepsInSingle - 1), States<float>(stepLength).ElementAt(StepsInSingle - 1));
        var difference = exact.Zip(single, (a, b) => Math.Abs(a - b)).Max() / Math.Max(exact.Max(Math.Abs), double.Epsilon);
        CheckFailure.Require(
            difference < ToleranceInSingle, $"the states of double precision within {ToleranceInSingle} after {StepsInSingle} steps",
                $"a relative difference of {difference:G2}");
        return FormattableString.Invariant($"within {difference:G1} of double precision after {StepsInSingle} steps");
    }

    // The states after one step, two, and so on.
    private IEnumerable<double[]> States<F>(double stepLength)
        where F : unmanaged, IBinaryFloatingPointIeee754<F>
    {
        var (ops, simulator) = (new BufferAlgebra<F>(), new Simulator(system, _scheme, stepLength));
        var state = ops.From(Array.ConvertAll(system.Layout.ToWorking(system.ReferenceState()), F.CreateChecked), system.Layout.Size);
        for (var step = 0; ; step++)
        {
            state = simulator.Advance(ops, state, ParameterValues<NdArray<F>>.WithoutRecord(system, ops.Field(state), step * stepLength));
            ops.Recycle(state);
            yield return [.. state.Span.ToArray().Select((z, entry) => system.Layout.DomainOf(entry).ToPhysical(double.CreateChecked(z)))];
        }
    }
}
