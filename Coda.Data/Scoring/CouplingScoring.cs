using Coda.Data.Algebra;
using Coda.Data.Archives;
using Coda.Data.Dynamics;
using Coda.Data.Time;

namespace Coda.Data.Scoring;

/// <summary>Compares a correction with the coupling of a two-level truth, which it stands for.</summary>
/// <remarks>
/// Zinchenko and Greenberg (2024), fig. 7, of which e shows the correction at analyses given the true state. Streams: memory does not grow with the record.
/// </remarks>
public static class CouplingScoring
{
    /// <summary>Scores a correction.</summary>
    /// <param name="correction">B(x) of every state of a block, in a block of the same shape; the states have the fields of
    /// <see cref="ICoupledSystem.ResolvedLayout"/>.</param>
    /// <param name="truth">Opens the truth, sorted by (trajectory, step); read once, and once more with analyses.</param>
    /// <param name="archive">What the truth is of.</param>
    /// <param name="request">How to compare.</param>
    /// <param name="analyses">Analyses of the same record with the same fields, sorted by (trajectory, step); none by default.</param>
    /// <exception cref="ArgumentException">The truth's system is unknown or has no coupling, states are not of its fields, or the request makes no
    /// sense.</exception>
    public static CouplingScore Score(
        Func<StateBlock, StateBlock> correction,
        Func<IEnumerable<StateBlock>> truth,
        ArchiveDescription archive,
        CouplingRequest? request = null,
        IEnumerable<StateBlock>? analyses = null)
    {
        request ??= new CouplingRequest();
        request.Check(archive.Steps.Count);
        var (book, places) = (new CouplingBook(request), LayoutMatch.Places(ResolvedLayout(archive), archive.Layout));
        AddTruth(book, correction, truth(), archive, request);
        var steps = Steps(archive, request);
        using var window = new TruthWindow(analyses is null ? [] : truth());
        foreach (var block in analyses ?? [])
        {
            request.Cancellation.ThrowIfCancellationRequested();
            Require(block, places);
            var learned = correction(block).States.Span;
            for (var row = 0; row < block.Count; row++)
            {
                var step = block.FirstStep + row;
                var state = steps.Contains(step) ? window.At(block.Trajectory, step, step) : default;
                for (var i = 0; i < places.Length && !state.IsEmpty; i++)
                {
                    book.AddAnalysis(state[places[i]], learned[(row * places.Length) + i]);
                }
            }
        }

        return book.Result();
    }

    /// <summary>The fields of a truth that a truncated model has.</summary>
    /// <param name="archive">What the truth is of.</param>
    /// <exception cref="ArgumentException">Its system is unknown, or has no coupling.</exception>
    public static StateLayout ResolvedLayout(ArchiveDescription archive) => Coupled(archive).Coupled.ResolvedLayout;

    private static (DynamicalSystem System, ICoupledSystem Coupled) Coupled(ArchiveDescription archive)
    {
        var system = archive.System is { } component ? DynamicalSystem.Catalog.Create(component) : null;
        return system is ICoupledSystem coupled
            ? (system, coupled)
            : throw new ArgumentException(
                "Expected a truth with a coupling between levels, "
                    + $"as lorenz96-two-level has, got one of {(archive.System is { } other ? $"'{other.Name}'" : "an unknown system")}; "
                    + "make one with 'coda simulate --system lorenz96-two-level --set operator.field=x'.");
    }

    private static void AddTruth(
        CouplingBook book, Func<StateBlock, StateBlock> correction, IEnumerable<StateBlock> truth, ArchiveDescription archive, CouplingRequest request)
    {
        var (system, coupled) = Coupled(archive);
        var places = LayoutMatch.Places(coupled.ResolvedLayout, archive.Layout);
        var (ops, steps, size) = (new BufferAlgebra<double>(), Steps(archive, request), places.Length);
        foreach (var block in truth)
        {
            request.Cancellation.ThrowIfCancellationRequested();
            var resolved = block.Select(places);
            var learned = correction(resolved);
            Require(learned, places);
            double[] whole = [.. block.States.ToArray().Select(v => (double)v)];
            var parameters = ParameterValues<NdArray<double>>.Constants(ops, system.ParameterNumbers);
            var coupling = coupled.Coupling(ops.Field(ops.From(whole, block.Count, block.StateSize)), parameters).Value; // [time, space]
            for (var row = 0; row < block.Count; row++)
            {
                if (steps.Contains(block.FirstStep + row))
                {
                    var at = row * size;
                    book.Add(block.Trajectory, resolved.States.Span.Slice(at, size), coupling.Span.Slice(at, size), learned.States.Span.Slice(at, size));
                }
            }

            ops.Recycle();
        }
    }

    private static StepRange Steps(ArchiveDescription archive, CouplingRequest request) => archive.Steps.Widen(-request.Margin, -request.Margin);

    private static void Require(StateBlock block, int[] places)
    {
        if (block.StateSize != places.Length)
        {
            throw new ArgumentException($"Expected states of {places.Length} entries, those of the truth that a model resolves, got {block.StateSize}.");
        }
    }
}
