using Coda.Data.Algebra;
using Coda.Data.Foundation;
using Coda.Data.Geometry;

namespace Coda.Data.Dynamics;

/// <summary>A system with hidden variables h beside its state x, which force some of its equations: dx/dt = f(x) + B h, dh/dt = A h + C x + c.</summary>
/// <remarks>
/// What components that a model lacks do to the others is a function of their past (R. Zwanzig, J. Stat. Phys. 9, 1973, doi:10.1007/BF01008729). Hidden
/// variables with a linear equation of their own remember it; where what is missing is linear, they are it: M. Goodliff and T. Miyoshi, "Using data
/// assimilation to improve data-driven models", see <see cref="CoupledLorenz63"/> by <see cref="Lorenz63"/>, and that is this system with x and y forced. A, C
/// and c are parameters, to be found from observations of x alone (<c>coda estimate --likelihood</c>); methods analyze h with the state. B is 1 from the i-th
/// hidden variable to the i-th forced entry and 0 elsewhere: another basis of h makes any B of full rank so. With every weight 0 and h = 0 the system is the
/// one that it wraps. The parameter <c>h1.h2</c> is the weight of h2 in the equation of h1, <c>h1.x</c> that of the entry x of the state, <c>h1.constant</c>
/// the constant. Immutable; safe to share.
/// </remarks>
public sealed class HiddenForcingSystem : DynamicalSystem
{
    /// <summary>The most weights; a larger number is taken for a mistake.</summary>
    public const int MostWeights = 1000;

    private const string Constant = "constant";

    private readonly DynamicalSystem _system;
    private readonly string[] _hidden;
    private readonly int[] _drivers;
    private readonly int[] _forcing; // by entry of the state: the hidden variable that forces it; their number where there is none

    /// <summary>Makes the system.</summary>
    /// <param name="options">The system, what is forced, by what.</param>
    /// <exception cref="ArgumentException">No such system or entry, too few or too many hidden variables, or a weight of none of them.</exception>
    public HiddenForcingSystem(Options options)
    {
        _system = Catalog.Create(options.System);
        var layout = _system.Layout;
        var forced = Entries(layout, options.Forced);
        _drivers = Entries(layout, options.Drivers);
        var count = options.HiddenCount ?? forced.Length;
        var weights = (long)count * (count + _drivers.Length + 1);
        new Faults("hidden-forcing")
            .Require(
                forced.Length >= 1 && AreEntries(forced), nameof(options.Forced), $"entries of the state, each once ({Some(layout)})", Words(options.Forced))
            .Require(AreEntries(_drivers), nameof(options.Drivers), $"entries of the state, each once ({Some(layout)})", Words(options.Drivers))
            .Require(count >= forced.Length, nameof(options.HiddenCount), $"at least {forced.Length}, one for each forced entry", count)
            .Require(weights <= MostWeights, "weights", $"at most {MostWeights} (name fewer entries as forced or drivers)", weights)
            .ThrowIfAny();
        _hidden = [.. Enumerable.Range(1, count).Select(i => $"h{i}")];
        _forcing = new int[layout.Size];
        Array.Fill(_forcing, count);
        for (var i = 0; i < forced.Length; i++)
        {
            _forcing[forced[i]] = i;
        }

        Layout = new StateLayout([.. layout.Fields, .. _hidden.Select(name => new StateField(name, new Components(1)))]);
        string[] names = [.. _hidden.SelectMany(h => Terms(layout).Select(term => $"{h}.{term}"))];
        var weighed = options.Weights ?? new Dictionary<string, double>();
        var unknown = weighed.FirstOrDefault(w => !names.Contains(w.Key) || !double.IsFinite(w.Value));
        new Faults("hidden-forcing")
            .Require(unknown.Key is null, nameof(options.Weights), $"finite numbers for some of {string.Join(", ", names)}",
                FormattableString.Invariant($"{unknown.Key} = {unknown.Value}"))
            .ThrowIfAny();
        Parameters = [.. _system.Parameters, .. names.Select(name => new ParameterDefinition(name, weighed.GetValueOrDefault(name)))];
    }

    /// <inheritdoc/>
    public override StateLayout Layout { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterDefinition> Parameters { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ForcingDefinition> Forcing => _system.Forcing;

    /// <inheritdoc/>
    public override LinearPart? Linear => _system.Linear?.FollowedBy(_hidden.Length);

    /// <inheritdoc/>
    public override Field<T> Tendency<T>(Field<T> state, ParameterValues<T> p)
    {
        var size = _system.Layout.Size;
        var (x, h) = (state.Slice(0, size), state.Slice(size, _hidden.Length));
        var forcing = Field<T>.Concat(-1, h, h.Slice(0, 1) * 0).Gather(_forcing);
        return Field<T>.Concat(-1, [_system.Tendency(x, p) + forcing, .. _hidden.Select(name => HiddenTendency(name, x, h, p))]);
    }

    /// <inheritdoc/>
    public override double[] ReferenceState() => [.. _system.ReferenceState(), .. new double[_hidden.Length]];

    private Field<T> HiddenTendency<T>(string name, Field<T> x, Field<T> h, ParameterValues<T> p)
    {
        var sum = p[$"{name}.{_hidden[0]}"] * h.Slice(0, 1);
        for (var i = 1; i < _hidden.Length; i++)
        {
            sum += p[$"{name}.{_hidden[i]}"] * h.Slice(i, 1);
        }

        foreach (var driver in _drivers)
        {
            sum += p[$"{name}.{_system.Layout.EntryName(driver)}"] * x.Slice(driver, 1);
        }

        return sum + p[$"{name}.{Constant}"];
    }

    private IEnumerable<string> Terms(StateLayout layout) => [.. _hidden, .. _drivers.Select(layout.EntryName), Constant];

    private static int[] Entries(StateLayout layout, IReadOnlyList<string>? names) =>
        names is null ? [.. Enumerable.Range(0, layout.Size)] : [.. names.Select(name => layout.EntryOf(name) ?? -1)];

    private static bool AreEntries(int[] entries) => !entries.Contains(-1) && entries.Distinct().Count() == entries.Length;

    private static string Some(StateLayout layout) =>
        string.Join(", ", Enumerable.Range(0, Math.Min(layout.Size, 6)).Select(layout.EntryName)) + (layout.Size > 6 ? ", ..." : "");

    private static string Words(IReadOnlyList<string>? names) => names is null ? "all" : string.Join(", ", names);

    /// <summary>The system, what is forced, by what.</summary>
    public sealed record Options
    {
        /// <summary>The system f.</summary>
        public Component System { get; init; } = new("lorenz63");

        /// <summary>The entries of the state whose equations are forced, as in <c>["x","y"]</c>; all by default.</summary>
        public IReadOnlyList<string>? Forced { get; init; }

        /// <summary>The number of hidden variables, at least that of the forced entries, which is the default; those beyond it act through the
        /// others.</summary>
        public int? HiddenCount { get; init; }

        /// <summary>The entries of the state that drive the hidden variables; all by default.</summary>
        public IReadOnlyList<string>? Drivers { get; init; }

        /// <summary>The weights by name, as in <c>{"h1.h2":-1.5}</c>; the others, and by default all, are 0.</summary>
        public IReadOnlyDictionary<string, double>? Weights { get; init; }
    }
}
